import { CString, dlopen, type Pointer, read } from "bun:ffi";
import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { arePackagesCurrent, prepare, printFailure } from "../src/setup.ts";

// Makes `bun test` pass in a fresh clone. It runs before packages are there: built-ins only.

/** Tells the child that it is one, so that an install that never settles cannot loop. */
const rerunMark = "WAKERBENCH_TEST_RERUN";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** The arguments of this process after its name; Bun hides those of `bun test` from process.argv. */
function commandLineArguments(): string[] {
  if (process.platform === "darwin") return darwinArguments();
  return readFileSync("/proc/self/cmdline", "utf8").split("\0").slice(1, -1);
}

/** macOS has no procfs, and `ps` would lose where an argument with a space ends: see crt_externs.h. */
function darwinArguments(): string[] {
  const { symbols } = dlopen("libSystem.B.dylib", {
    _NSGetArgc: { returns: "ptr" },
    _NSGetArgv: { returns: "ptr" },
  });
  const count = read.i32(symbols._NSGetArgc() as Pointer);
  const argv = read.ptr(symbols._NSGetArgv() as Pointer) as Pointer;
  const word = (index: number) => new CString(read.ptr(argv, index * 8) as Pointer).toString();
  return Array.from({ length: count - 1 }, (_, index) => word(index + 1));
}

/** Runs the same `bun test` as a child and ends as it ends. */
async function runAgain(): Promise<never> {
  const child = Bun.spawn([process.execPath, ...commandLineArguments()], {
    env: { ...process.env, [rerunMark]: "1" },
    stdio: ["inherit", "inherit", "inherit"],
  });
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  await child.exited;
  const signal = child.signalCode as NodeJS.Signals | null;
  process.exit(signal === null ? (child.exitCode ?? 1) : 128 + constants.signals[signal]);
}

async function makeReady(): Promise<void> {
  const isRerun = process.env[rerunMark] === "1";
  delete process.env[rerunMark];
  // Workers of --parallel cannot be run again: they hang on the channel of their parent.
  if (commandLineArguments().includes("--test-worker") && !arePackagesCurrent()) {
    throw Object.assign(new Error("packages are missing, and a test worker comes too late"), {
      remedy: "run `bun src/setup.ts` first",
    });
  }
  if (prepare().packagesInstalled && !isRerun) await runAgain();
}

try {
  await makeReady();
} catch (thrown) {
  printFailure(thrown);
  process.exit(1);
}
