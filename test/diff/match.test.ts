import { expect, test } from "bun:test";
import { matchSeries } from "../../src/diff/match.ts";
import type { Series } from "../../src/results/schema.ts";
import { seriesWith } from "../results/fake-series.ts";

const one = (contender: string, placement = "same-core", rest: Partial<Series> = {}) =>
  seriesWith({ contender, p50sNs: [1_000, 1_001], placement, rest });

function namesOf(base: readonly Series[], next: readonly Series[]) {
  const name = ({ contender, params, runtime }: Series) =>
    `${contender} ${params.placement} ${runtime}`;
  const { pairs, onlyInBase, onlyInNew } = matchSeries(base, next);
  return {
    pairs: pairs.map((pair) => `${name(pair.base)} = ${name(pair.next)}`),
    onlyInBase: onlyInBase.map(name),
    onlyInNew: onlyInNew.map(name),
  };
}

test("rows are matched by contender and placement, in the order of NEW", () => {
  const rows = [one("pipe"), one("pipe", "cross-core"), one("callback")];
  expect(namesOf(rows, rows.toReversed())).toEqual({
    pairs: [
      "callback same-core bun@1.4.5 = callback same-core bun@1.4.5",
      "pipe cross-core bun@1.4.5 = pipe cross-core bun@1.4.5",
      "pipe same-core bun@1.4.5 = pipe same-core bun@1.4.5",
    ],
    onlyInBase: [],
    onlyInNew: [],
  });
});

test("controls are no rows, and what only one file has is told", () => {
  const control = seriesWith({
    contender: "pipe",
    p50sNs: [1_000, 1_000],
    params: { control: "a/a" },
  });
  const found = namesOf([one("pipe"), control, one("udp")], [control, one("pipe"), one("napi")]);
  expect(found).toEqual({
    pairs: ["pipe same-core bun@1.4.5 = pipe same-core bun@1.4.5"],
    onlyInBase: ["udp same-core bun@1.4.5"],
    onlyInNew: ["napi same-core bun@1.4.5"],
  });
});

test("another version of the runtime is the same row, two versions in a file are two", () => {
  const older = { runtime: "bun@1.3.14" };
  expect(namesOf([one("pipe", "same-core", older)], [one("pipe")]).pairs).toEqual([
    "pipe same-core bun@1.3.14 = pipe same-core bun@1.4.5",
  ]);
  const both = [one("bun@1.4.5/pipe"), one("bun@1.3.14/pipe", "same-core", older)];
  expect(namesOf(both, both).pairs).toHaveLength(2);
  expect(namesOf([one("pipe", "same-core", older)], both).pairs).toEqual([
    "pipe same-core bun@1.3.14 = bun@1.3.14/pipe same-core bun@1.3.14",
  ]);
});

test("a contender that is nowhere where it was is held against where it is now", () => {
  const near = [one("pipe"), one("callback")];
  const far = [one("pipe", "cross-core"), one("callback", "cross-core")];
  expect(namesOf(near, far).pairs).toHaveLength(2);
  // Of one that still is where it was, the other placement is merely missing.
  expect(namesOf(near, [...near, ...far])).toMatchObject({
    pairs: { length: 2 },
    onlyInNew: { length: 2 },
  });
});

test("rows that cannot be told apart are matched one after the other", () => {
  const twice = [one("pipe"), one("pipe")];
  expect(namesOf(twice, twice).pairs).toHaveLength(2);
  expect(namesOf([one("pipe")], twice)).toMatchObject({ pairs: [], onlyInBase: { length: 1 } });
});
