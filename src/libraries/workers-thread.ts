import { setTimeout as sleepUntilAborted } from "node:timers/promises";
import { loadLibrary, type Native } from "../native/library.ts";
import { giveBackLease, type Leases, takeLease } from "./leases.ts";
import { isAbort, sleep, turn } from "./waits.ts";
import type { OperationsOrder, SleepOrder, WorkersAnswer, WorkersOrder } from "./workers-orders.ts";

declare const self: Worker;

const hourMs = 3_600_000;

let native: Native;
let log: Parameters<Native["symbols"]["wb_tasks_began"]>[0];
let controller = new AbortController();
let waiting: Promise<void>[] = [];

/** One of the Workers of the library `workers`: each message is a task, run as an async function. */
self.onmessage = ({ data: order }: MessageEvent<WorkersOrder>) => {
  switch (order.kind) {
    case "open":
      native = loadLibrary(order.libraryPath);
      log = order.log;
      answer({ kind: "open", threadId: native.symbols.wb_thread_id() });
      break;
    case "sleep":
      sleepOnce(order);
      break;
    case "operations":
      operate(order);
      break;
    case "wait":
      waiting.push(wait(order.slot, order.leases));
      break;
    case "cancel":
      cancelAll();
      break;
  }
};

function answer(message: WorkersAnswer): void {
  postMessage(message);
}

async function sleepOnce({ slot, sleepMs }: SleepOrder): Promise<void> {
  await (sleepMs === null ? turn() : sleep(sleepMs));
  answer({ kind: "ended", slot });
}

async function operate({ first, sleepsMs, burns, burner }: OperationsOrder): Promise<void> {
  const { wb_tasks_began, wb_tasks_ended, wb_burner_burn } = native.symbols;
  for (const [index, sleepMs] of sleepsMs.entries()) {
    wb_tasks_began(log, first + index);
    await sleep(sleepMs);
    if (burns?.[index] === 1) wb_burner_burn(burner);
    wb_tasks_ended(log, first + index);
  }
  answer({ kind: "ended", slot: first });
}

async function wait(slot: number, leases: Leases): Promise<void> {
  takeLease(leases, slot);
  try {
    await sleepUntilAborted(hourMs, undefined, { signal: controller.signal });
  } finally {
    giveBackLease(leases, slot);
    native.symbols.wb_tasks_ended(log, slot);
  }
}

async function cancelAll(): Promise<void> {
  const ends = Promise.allSettled(waiting);
  waiting = [];
  controller.abort();
  // What comes after belongs to the next ones.
  controller = new AbortController();
  const escaped = (await ends).filter((end) => !isAbort(end)).length;
  answer({ kind: "cancelled", escaped });
}
