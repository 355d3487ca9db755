import { drainMicrotasks } from "bun:jsc";
import {
  carrierOf,
  carriers,
  kindOf,
  leave as leaveKind,
  numberOf,
  takeBack,
} from "./cell-kinds.ts";
import { CellReader, CellWriter } from "./cells.ts";
import type { JobRunner, SendAnswer } from "./job-runner.ts";
import { nothingMoves, takeMessage } from "./ports.ts";
import type { WorkerCells } from "./worker-protocol.ts";

/**
 * Serves calls that come as cells. The Worker sleeps in `Atomics.wait`, outside of its event loop, as long
 * as no asynchronous job is under way; while one is, it waits with `Atomics.waitAsync`, so that timers,
 * files and sockets have their turns.
 */
export function serveCells(
  port: MessagePort,
  cells: WorkerCells,
  makeRunner: (send: SendAnswer) => JobRunner,
  leave: () => void,
): void {
  const calls = new CellReader(cells.calls);
  const runner = makeRunner(sendBy(port, new CellWriter(cells.answers)));
  // One array for all calls of one number: a job gets what is in it, never the array.
  const single = [0];
  let isLeaving = false;

  const take = () => {
    calls.next();
    const { slot, kind } = calls;
    if (kind === takeBack) runner.takeBack(slot);
    else if (kind === leaveKind) isLeaving = true;
    else runCell(slot, numberOf(kind), carrierOf(kind));
  };

  /** A string gives the next job its name. */
  const takeArguments = (): readonly unknown[] => {
    for (;;) {
      const message = takeMessage<string | readonly unknown[]>(port);
      if (typeof message !== "string") return message;
      runner.define(message);
    }
  };

  const runCell = (slot: number, job: number, carrier: number) => {
    switch (carrier) {
      case carriers.number:
        single[0] = calls.double;
        runner.run(slot, job, single, 0);
        return;
      case carriers.nothing:
        runner.run(slot, job, [], 0);
        return;
      default:
        runner.run(slot, job, takeArguments(), 0);
    }
  };

  const turn = (): void => {
    for (;;) {
      while (calls.length > 0 && !isLeaving) take();
      if (isLeaving) {
        leave();
        return;
      }
      // An async function that had nothing to wait for is answered by this.
      if (runner.pending > 0) drainMicrotasks();
      if (runner.pending > 0) break;
      calls.sleep();
    }
    const woken = calls.sleepAsync();
    if (woken === null) setImmediate(turn);
    else woken.then(turnSoon);
  };
  // It may block, so it is no microtask: those of the jobs are to run before it.
  const turnSoon = () => void setImmediate(turn);
  turnSoon();
}

/** Writes answers into cells, and what is no number into the port before. */
function sendBy(port: MessagePort, answers: CellWriter): SendAnswer {
  return (slot, outcome, content, transfer) => {
    if (typeof content === "number") {
      answers.write(slot, kindOf(outcome, carriers.number), content);
    } else if (content === undefined) {
      answers.write(slot, kindOf(outcome, carriers.nothing), 0);
    } else {
      port.postMessage(content, transfer ?? nothingMoves);
      answers.write(slot, kindOf(outcome, carriers.port), 0);
    }
  };
}
