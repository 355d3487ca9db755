import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { resultsSchema } from "../../src/results/schema.ts";
import { SourceCopy } from "../source-copy.ts";

// A busy machine takes its time to start so many processes.
setDefaultTimeout(120_000);

let copy: SourceCopy;
beforeAll(() => {
  copy = new SourceCopy();
  copy.addExample("src/handlers/turn.ts", "export const turn");
  copy.register("src/handlers/index.ts", "turn", "turn", "readonly Handler[] = [");
});
afterAll(() => copy[Symbol.dispose]());

test("the worked handler has no fault that the compiler sees", () => {
  expect(copy.check("src/handlers/*.ts")).toMatchObject({ exitCode: 0, stdout: "" });
});

test("the worked handler is listed and put under load like the others", () => {
  expect(copy.wakerbench("list", "handlers").stdout).toContain("A turn of the loop");
  const flags = "--quick --seed 1 --format json".split(" ");
  const { stdout, stderr, exitCode } = copy.wakerbench("run", "handlers", "turn", ...flags);
  expect(stderr).not.toContain("error:");
  expect(exitCode).toBe(0);
  const { series } = resultsSchema.parse(JSON.parse(stdout));
  const row = series.find(({ contender }) => contender === "turn");
  expect(row).toMatchObject({ status: "ok", audit: { lost: 0, duplicated: 0, mistaken: 0 } });
  expect(row?.rates.requestsPerSecond?.value).toBeGreaterThan(0);
});
