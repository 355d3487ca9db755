import { expect, setDefaultTimeout, test } from "bun:test";
import { availableParallelism } from "node:os";
import { makeLeases } from "../../src/libraries/leases.ts";
import { workers } from "../../src/libraries/workers.ts";
import { TaskLog } from "../../src/scenarios/task-log.ts";
import { jobHere, native } from "../scenarios/library-visits.ts";

setDefaultTimeout(60_000);

const { libraryPath } = jobHere;

test("there are as many as cores, each a thread of its own", async () => {
  using log = new TaskLog(native, 1);
  const program = await workers.open({ native, libraryPath, logPointer: log.pointer });
  try {
    const ids = program.threadIds();
    expect(ids).toHaveLength(availableParallelism());
    expect(new Set([...ids, native.symbols.wb_thread_id()]).size).toBe(ids.length + 1);
  } finally {
    await program.close();
  }
});

test("tasks go to them in turn, so that all of them work", async () => {
  using log = new TaskLog(native, 64);
  const program = await workers.open({ native, libraryPath, logPointer: log.pointer });
  try {
    log.begin();
    const sleepsMs = new Float64Array(64).fill(1);
    const order = { workers: 64, operations: 1, sleepsMs, burns: null, burn: null };
    await program.io(order, log.stamps);
    log.end();
    // What they used can be told from what the loop did.
    const { cpuWorkerNs, cpuProcessNs } = log.cost(program.threadIds());
    if (cpuWorkerNs !== null) expect(cpuWorkerNs).toBeWithin(1, cpuProcessNs + 1);
    expect(log.tally({ first: 0, count: 64 })).toMatchObject({ began: 64, ended: 64, repeated: 0 });
  } finally {
    await program.close();
  }
});

test("what a Worker does not catch ends the program, and says so", async () => {
  const log = new TaskLog(native, 64);
  // A dying Worker may still stamp.
  log.abandon();
  const program = await workers.open({ native, libraryPath, logPointer: log.pointer });
  try {
    // There is no lease for the later tasks.
    const order = { tasks: 64, afterMs: 600_000, leases: makeLeases(2), onCancel() {} };
    await expect(program.cancel(order, log.stamps)).rejects.toThrow("a Worker died: ");
  } finally {
    await program.close();
  }
});
