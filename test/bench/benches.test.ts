import { describe, expect, test } from "bun:test";
import { join } from "node:path";

const benchFolder = join(import.meta.dirname, "..", "..", "bench");

/** What each bench must print a row for. */
const subjects = {
  ffi: [
    "JavaScript function",
    "FFI, no arguments",
    "FFI, pointer and u32",
    "FFI, typed array and u32",
  ],
  clock: [
    "wb_now_ns, as a number",
    "wb_now_ns, as a BigInt",
    "performance.now",
    "Bun.nanoseconds",
    "process.hrtime.bigint",
  ],
  recorder: ["wb_session_is_bound", "wb_resume", "wb_enter", "wb_probe"],
  ring: [
    "push",
    "drain, 4,096 at a time",
    "drain and onBatch",
    "drain and onItem",
    "drain and for await",
    "8 threads, callback",
  ],
  calls: [
    "a promise alone",
    "plain",
    "with a timeout",
    "with a signal that others have, too",
    "with a signal of its own",
  ],
  notify: ["nothing", "pipe", "callback", "ring"],
} as const;

function runBench(args: readonly string[]) {
  const { exitCode, stdout, stderr } = Bun.spawnSync(
    [process.execPath, join(benchFolder, "run.ts"), ...args],
    { env: { ...process.env, WAKERBENCH_BENCH: "smoke", FORCE_COLOR: "" } },
  );
  return { exitCode, stdout: stdout.toString(), stderr: stderr.toString() };
}

describe.each(Object.entries(subjects))("the bench %s", (name, rows) => {
  test("prints a row with a figure for each subject, without colours in a pipe", () => {
    const { exitCode, stdout, stderr } = runBench([name]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    for (const row of rows) {
      const lines = stdout.split("\n").filter((line) => line.includes(row));
      expect(lines.length, row).toBeGreaterThan(0);
      for (const line of lines) expect(line.replace(row, "")).toMatch(/\d/);
    }
    expect(stdout).toBe(Bun.stripANSI(stdout));
  });
});

test("several benches run one after the other, in the order in which they are named", () => {
  const { exitCode, stdout } = runBench(["clock", "ffi"]);
  expect(exitCode).toBe(0);
  expect(stdout.indexOf("performance.now")).toBeGreaterThanOrEqual(0);
  expect(stdout.indexOf("FFI, no arguments")).toBeGreaterThan(stdout.indexOf("performance.now"));
});
