import { describe, expect, test } from "bun:test";
import { WakerbenchError } from "../../src/errors.ts";
import { parseCoreList } from "../../src/native/siblings.ts";
import { choosePlacements } from "../../src/plan/placement.ts";
import type { Placement } from "../../src/plan/plan.ts";

const requests = ["each", "same-core", "cross-core", "any"] as const;
const noSiblings = () => [];
const any: Placement = { name: "any", cores: { loopCore: -1, wakerCore: -1 } };

/** Two hardware threads on each physical core: 0 and 1, 2 and 3. */
const pairs = (core: number) => [core - (core % 2), core - (core % 2) + 1];

function chosen(
  request: (typeof requests)[number],
  cores: readonly number[],
  siblingsOf = noSiblings as (core: number) => number[],
) {
  try {
    return choosePlacements(request, cores, siblingsOf).map(
      ({ name, cores: { loopCore, wakerCore } }) => `${name} ${loopCore} ${wakerCore}`,
    );
  } catch (error) {
    return error instanceof WakerbenchError ? error.code : error;
  }
}

describe("where threads cannot be pinned", () => {
  test("each and any are unpinned, and the others impossible", () => {
    expect(choosePlacements("each", [])).toEqual([any]);
    expect(choosePlacements("any", [])).toEqual([any]);
    expect(chosen("same-core", [])).toBe("PLACEMENT_IMPOSSIBLE");
    expect(chosen("cross-core", [])).toBe("PLACEMENT_IMPOSSIBLE");
  });
});

test("any is unpinned however many cores there are", () => {
  for (const cores of [[], [0], [0, 1], [3, 5, 7]]) {
    expect(choosePlacements("any", cores)).toEqual([any]);
  }
});

test("one core is shared, and cross-core impossible", () => {
  expect(chosen("each", [5])).toEqual(["same-core 5 5"]);
  expect(chosen("same-core", [5])).toEqual(["same-core 5 5"]);
  expect(chosen("cross-core", [5])).toBe("PLACEMENT_IMPOSSIBLE");
});

test("of two cores the loop has the last", () => {
  expect(chosen("each", [0, 1])).toEqual(["same-core 1 1", "cross-core 1 0"]);
  expect(chosen("same-core", [0, 1])).toEqual(["same-core 1 1"]);
  expect(chosen("cross-core", [0, 1])).toEqual(["cross-core 1 0"]);
});

test("the waker is on another physical core where there is one", () => {
  expect(chosen("cross-core", [0, 1, 2, 3], pairs)).toEqual(["cross-core 3 1"]);
  expect(chosen("cross-core", [0, 2, 3], pairs)).toEqual(["cross-core 3 0"]);
});

test("a sibling is better than no second core", () => {
  expect(chosen("cross-core", [2, 3], pairs)).toEqual(["cross-core 3 2"]);
});

test("only cores that this process may use are taken", () => {
  for (const request of requests) {
    for (const { cores } of choosePlacements(request, [4, 9], pairs)) {
      expect([-1, 4, 9]).toContain(cores.loopCore);
      expect([-1, 4, 9]).toContain(cores.wakerCore);
    }
  }
});

const lists: [text: string, cores: number[]][] = [
  ["0-2,7\n", [0, 1, 2, 7]],
  ["3", [3]],
  ["0,4", [0, 4]],
  ["", []],
  ["none", []],
];

test.each(lists)("the kernel's list %j is read as %p", (text, cores) => {
  expect(parseCoreList(text)).toEqual(cores);
});
