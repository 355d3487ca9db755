import { writeSync } from "node:fs";
import { withDefaults } from "../approaches/parameters.ts";
import { messageOf, WakerbenchError } from "../errors.ts";
import { loadLibrary, type Native } from "../native/library.ts";
import { tryFlood } from "../trials/flood.ts";
import type { TrialJob, TrialMessage } from "../trials/job.ts";
import { tryLife } from "../trials/life.ts";
import { tryReader } from "../trials/reader.ts";
import { tryReturning } from "../trials/returning.ts";
import { tryThrow } from "../trials/throw.ts";
import { tryWakes } from "../trials/wakes.ts";
import { findWaker } from "../wakers/find.ts";
import { readWithBun } from "./reader.ts";

const answersFd = 3;
const wakerTrials = { wakes: tryWakes, flood: tryFlood, life: tryLife, throw: tryThrow };

/** The child process in which one thing is tried. What it sees it says at once: it may not live long. */
async function main(job: TrialJob): Promise<void> {
  const native = loadLibrary(job.libraryPath);
  const watched = native.symbols.wb_die_with_parent(job.parentPid) === 1;
  if (!watched && process.ppid !== job.parentPid) process.exit(1);
  // What a waker throws in an event is no rejection of `main`. In the trial of a throw it is caught first.
  if (job.trial !== "throw") process.on("uncaughtException", fail);
  if (job.trial === "life") {
    // The process ends by itself, or at the wake.
    process.on("exit", (code) => code === 0 && say({ type: "ended" }));
    return run(job, native);
  }
  await run(job, native);
  say({ type: "ended" });
  process.exit();
}

async function run(job: TrialJob, native: Native): Promise<void> {
  const observe = (observation: Extract<TrialMessage, { type: "observed" }>["observation"]) =>
    say({ type: "observed", observation });
  if (job.trial === "reader") return tryReader(native, job, observe);
  if (job.trial === "returning") return tryReturning(native, observe);
  const waker = await findWaker(job.waker);
  const parameters = withDefaults(waker, job.parameters);
  const { libraryPath } = job;
  await wakerTrials[job.trial]({
    waker,
    parameters,
    native,
    libraryPath,
    read: readWithBun,
    observe,
  });
}

/** Writes one line; the pipe may take less than all of it at once. */
function say(message: TrialMessage): void {
  let rest = Buffer.from(`${JSON.stringify(message)}\n`);
  while (rest.length > 0) rest = rest.subarray(writeSync(answersFd, rest));
}

function fail(error: unknown): never {
  const code = error instanceof WakerbenchError ? error.code : null;
  say({ type: "failed", code, message: messageOf(error) });
  process.exit(1);
}

// Not awaited here: a process that ends with this file unfinished would not end in order.
main(JSON.parse(process.argv.at(-1) ?? "") as TrialJob).catch(fail);
