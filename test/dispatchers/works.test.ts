import { expect, test } from "bun:test";
import type { Work } from "../../src/dispatchers/dispatcher.ts";
import { failWork, openWork } from "../../src/dispatchers/works.ts";
import { findLibrary, loadLibrary } from "../../src/native/library.ts";

const native = loadLibrary(findLibrary());
const works: readonly Work[] = [
  { kind: "spin", spinNs: 0 },
  { kind: "spin", spinNs: 20_000 },
  { kind: "yield" },
  { kind: "sqlite" },
];

test.each(works)("a Worker's work %j answers with its number", (work) => {
  const opened = openWork(work, native);
  for (const number of [0, 7, 2 ** 40 + 3]) expect(opened.run(number)).toBe(number);
  opened.close();
});

test("spinning takes at least as long as asked", () => {
  const spinNs = 300_000;
  const opened = openWork({ kind: "spin", spinNs }, native);
  const startNs = native.symbols.wb_now_ns();
  opened.run(1);
  expect(Number(native.symbols.wb_now_ns() - startNs)).toBeGreaterThanOrEqual(spinNs);
});

test("what is thrown on purpose says of which call, and where", () => {
  try {
    failWork(1_234);
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(Error);
    expect((thrown as Error).message).toContain("1234");
    expect((thrown as Error).stack).toContain("works.ts");
    return;
  }
  expect.unreachable();
});
