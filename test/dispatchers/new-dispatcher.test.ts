import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { resultsSchema } from "../../src/results/schema.ts";
import { SourceCopy } from "../source-copy.ts";

setDefaultTimeout(120_000);

let copy: SourceCopy;
beforeAll(() => {
  copy = new SourceCopy();
  copy.addExample("src/dispatchers/broadcast.ts", "export const broadcast");
  copy.addExample("src/dispatchers/broadcast-thread.ts", "declare const self");
  const registry = "src/dispatchers/index.ts";
  copy.register(registry, "broadcast", "broadcast", "readonly Dispatcher[] = [");
});
afterAll(() => copy[Symbol.dispose]());

test("the worked dispatcher has no fault that the compiler sees", () => {
  expect(copy.check("src/dispatchers/*.ts")).toMatchObject({ exitCode: 0, stdout: "" });
});

test("the worked dispatcher is measured like the others, and settles what it is asked to", () => {
  const flags = "--count 300 --rounds 3 --in-flight 4 --placement any --format json".split(" ");
  const endings = "--throw-rate 0.1 --cancel-rate 0.1 --timeout-each 60s".split(" ");
  const ran = copy.wakerbench("run", "dispatch", "broadcast", ...flags, ...endings);
  const { stdout, stderr, exitCode } = ran;
  expect(stderr).not.toContain("error:");
  expect(exitCode).toBe(0);
  const results = resultsSchema.parse(JSON.parse(stdout));
  const row = results.series.find(({ contender }) => contender === "broadcast");
  expect(row).toMatchObject({ status: "ok", audit: { lost: 0, duplicated: 0, mistaken: 0 } });
  expect(Number(row?.extra.threw)).toBeGreaterThan(0);
});
