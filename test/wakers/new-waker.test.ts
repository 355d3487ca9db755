import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { resultsSchema } from "../../src/results/schema.ts";
import { SourceCopy } from "../source-copy.ts";

setDefaultTimeout(120_000);

let copy: SourceCopy;
beforeAll(() => {
  copy = new SourceCopy();
  copy.addExample("src/wakers/pipe-iterator.ts", "export const pipeIterator");
  copy.register("src/wakers/index.ts", "pipe-iterator", "pipeIterator", "readonly Waker[] = [");
});
afterAll(() => copy[Symbol.dispose]());

test("one new file and one line in the registry make a waker that list and help know", () => {
  const listed = copy.wakerbench("list", "wakers", "pipe-iterator");
  expect(listed.stdout).toContain("the loop takes chunks with for await");
  expect(listed.exitCode).toBe(0);
});

test("the new waker is measured like the others", () => {
  const flags = "--no-contention --rounds 3 --wakes 50 --placement any --format json".split(" ");
  const compared = copy.wakerbench("compare", "pipe-iterator", "pipe", ...flags);
  const { stdout, stderr, exitCode } = compared;
  expect(stderr).not.toContain("error:");
  expect(exitCode).toBe(0);
  const results = resultsSchema.parse(JSON.parse(stdout));
  const row = results.series.find(({ waker }) => waker === "pipe-iterator");
  expect(row?.status).toBe("ok");
  expect(row?.audit).toMatchObject({ sent: 150, received: 150, lost: 0, duplicated: 0 });
});
