import { writeSync } from "node:fs";
import { withDefaults } from "../approaches/parameters.ts";
import { messageOf, WakerbenchError } from "../errors.ts";
import { loadLibrary } from "../native/library.ts";
import type { AgentJob } from "../scenarios/job.ts";
import { loadScenario } from "../scenarios/load.ts";
import type { AgentMessage } from "./messages.ts";
import { readWithBun } from "./reader.ts";

const answersFd = 3;

/** The child process in which one contender is measured: one job, one answer. */
async function main(): Promise<void> {
  const job = JSON.parse(process.argv.at(-1) ?? "") as AgentJob;
  const native = loadLibrary(job.libraryPath);
  const watched = native.symbols.wb_die_with_parent(job.parentPid) === 1;
  if (!watched && process.ppid !== job.parentPid) process.exit(1);
  const scenario = await loadScenario(job.scenario);
  const approach = await scenario.catalogue.find(job.approach);
  answer({ type: "ready", runtime: `bun@${Bun.version}`, pid: process.pid });
  const settled = { ...job, parameters: withDefaults(approach, job.parameters) };
  const measurements = await scenario.visit({ job: settled, approach, native, read: readWithBun });
  answer({ type: "measured", measurements });
}

/** Writes one line; the pipe may take less than all of it at once. */
function answer(message: AgentMessage): void {
  let rest = Buffer.from(`${JSON.stringify(message)}\n`);
  while (rest.length > 0) rest = rest.subarray(writeSync(answersFd, rest));
}

try {
  await main();
} catch (error) {
  const known = error instanceof WakerbenchError ? error : undefined;
  answer({
    type: "failed",
    code: known?.code ?? "VISIT_FAILED",
    message: messageOf(error),
    remedy: known?.remedy ?? null,
  });
  if (known === undefined) console.error(error);
  process.exitCode = 1;
}
// A waker's file may have left something open; the visit is over all the same.
process.exit();
