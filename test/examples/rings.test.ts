import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { dirname, join } from "node:path";
import { examplesFolder, hasCompiler } from "./compiler.ts";

setDefaultTimeout(120_000);

/** A rustc that was left without a toolchain by rustup is on PATH too, and compiles nothing. */
function hasRustc(): boolean {
  const rustc = process.env.RUSTC ?? Bun.which("rustc");
  return rustc !== null && Bun.spawnSync([rustc, "--version"]).exitCode === 0;
}

const hasRust = hasRustc();
if (!hasRust) {
  console.warn(
    "SKIPPED: the example ring-rust is not tested, for there is no rustc that works here",
  );
}

/** Runs an example by the one command that the README names. */
function runExample(name: string, environment: Record<string, string> = {}) {
  const path = `${dirname(process.execPath)}:${process.env.PATH ?? ""}`;
  const { exitCode, stdout, stderr } = Bun.spawnSync(["sh", join(examplesFolder, name, "run.sh")], {
    env: { ...process.env, PATH: path, ...environment },
  });
  const lines = stdout.toString().trim().split("\n");
  return { exitCode, lines, stderr: stderr.toString() };
}

test.skipIf(!hasCompiler)("the example in C builds and runs by one command", () => {
  const { exitCode, lines, stderr } = runExample("ring-c");
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(lines.at(-2)).toBe(
    // The sum of the squares below 100,000, four times.
    "400000 results of 4 threads, each thread's in order, sum 1333313333400000",
  );
  expect(lines.at(-1)).toMatch(/^\d+ entries into JavaScript, \d+ rings of the doorbell$/);
});

describe.skipIf(!hasRust)("the example in Rust", () => {
  test("builds and runs by one command", () => {
    const { exitCode, lines, stderr } = runExample("ring-rust");
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(lines.at(-2)).toMatch(/^100000 square roots of 4 threads, \d+ on average$/);
    expect(lines.at(-1)).toMatch(/^\d+ entries into JavaScript, \d+ rings of the doorbell$/);
  });
});

test("without rustc one line says what to install", () => {
  const { exitCode, stderr } = runExample("ring-rust", { RUSTC: "no-such-rustc" });
  expect(exitCode).toBe(1);
  expect(stderr).toBe("error: no Rust compiler: install rustc, or set RUSTC\n");
});
