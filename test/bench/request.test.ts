import { expect, test } from "bun:test";
import { join } from "node:path";
import { benchNames, parseRequest } from "../../bench/request.ts";

test("no name stands for all of them, the comparison first", () => {
  const request = parseRequest([]);
  expect(request).toEqual({ names: benchNames, compareFlags: [], help: false });
  expect(benchNames[0]).toBe("compare");
});

test("names are taken in the order in which they are given", () => {
  expect(parseRequest(["notify", "ffi"])).toMatchObject({ names: ["notify", "ffi"] });
});

test("what follows the two dashes goes to compare, values and further dashes with it", () => {
  const flags = ["--time", "8s", "--", "callback"];
  expect(parseRequest(["--", ...flags])).toMatchObject({ names: benchNames, compareFlags: flags });
  expect(parseRequest(["compare", "--", "--help"])).toMatchObject({ compareFlags: ["--help"] });
});

test("a flag that is not set off by dashes goes to compare all the same", () => {
  expect(parseRequest(["--quick"])).toMatchObject({ names: benchNames, compareFlags: ["--quick"] });
});

test("flags without compare are refused", () => {
  expect(parseRequest(["ffi", "--", "--quick"])).toEqual({
    fault: "flags are for compare, which is not among ffi",
  });
});

test("an unknown name ends with 2 and one line that names the close one and all", () => {
  const script = join(import.meta.dirname, "..", "..", "bench", "run.ts");
  const { exitCode, stdout, stderr } = Bun.spawnSync([process.execPath, script, "recoder"]);
  expect(exitCode).toBe(2);
  expect(stdout.toString()).toBe("");
  expect(stderr.toString()).toBe(
    'error: there is no bench "recoder"; did you mean recorder? (there are compare, ffi, clock, recorder, notify, ring, calls)\n',
  );
});
