import { carrierOf, carriers, kindOf, leave, numberOf, takeBack } from "./cell-kinds.ts";
import { CellReader, CellWriter, cellMemory } from "./cells.ts";
import { takeMessage } from "./ports.ts";
import type { LinkContext, WorkerLink } from "./worker-link.ts";
import { sendStart } from "./worker-link-messages.ts";
import { type Outcome, workerProtocol } from "./worker-protocol.ts";

/**
 * Calls and answers by cells in shared memory: the Worker sleeps in `Atomics.wait`, the loop waits with
 * `Atomics.waitAsync`. What is no single number lies in a port, and is there when its cell is.
 */
export function openCellLink({ worker, capacity, slotStates, hear }: LinkContext): WorkerLink {
  // A slot is free again when its answer was read, and its call was read before that. So of one slot there
  // lie unread at most: that the call before was taken back, this call, and that it is taken back. And one
  // cell to leave.
  const cells = { calls: cellMemory(3 * capacity + 1), answers: cellMemory(capacity) };
  const { port1: near, port2: port } = new MessageChannel();
  const calls = new CellWriter(cells.calls);
  const answers = new Answers(near, new CellReader(cells.answers), hear);
  /** Whether names of jobs lie in the port which the Worker has not been told of: it looks there for arguments. */
  let hasNames = false;
  return {
    begin: () =>
      sendStart(worker, { protocol: workerProtocol, channel: "atomics", slotStates, cells, port }, [
        port,
      ]),
    define(name) {
      near.postMessage(name);
      hasNames = true;
    },
    send(slot, job, args, transfer) {
      const [first] = args;
      if (!hasNames && args.length === 1 && typeof first === "number") {
        calls.write(slot, kindOf(job, carriers.number), first);
      } else if (!hasNames && args.length === 0) {
        calls.write(slot, kindOf(job, carriers.nothing), 0);
      } else {
        near.postMessage(args, [...(transfer ?? [])]);
        hasNames = false;
        calls.write(slot, kindOf(job, carriers.port), 0);
      }
      answers.expect();
    },
    takeBack: (slot) => calls.write(slot, takeBack, 0),
    leave: () => calls.write(0, leave, 0),
    drain: () => answers.drain(),
    setRef() {},
    close() {
      answers.stop();
      near.close();
    },
  };
}

/**
 * A Worker that shares the loop's core answers when it is woken, before the loop goes to sleep. It is heard
 * at once, so many times that timers and sockets do not notice; then they have their turn.
 */
const inOneTurnMax = 16;

/** The cells of answers, as the event loop reads them: asleep only while answers are to come. */
class Answers {
  readonly #port: MessagePort;
  readonly #reader: CellReader;
  readonly #hear: LinkContext["hear"];
  #expected = 0;
  #isAsleep = false;
  /** How often answers were there before it slept, since the event loop had its turn. */
  #inOneTurn = 0;
  #isOpen = true;

  constructor(port: MessagePort, reader: CellReader, hear: LinkContext["hear"]) {
    this.#port = port;
    this.#reader = reader;
    this.#hear = hear;
  }

  /** One more answer is to come. */
  expect(): void {
    this.#expected++;
    if (!this.#isAsleep) this.#sleep();
  }

  /** Hears those that are there. Those that come meanwhile are left, so that the loop gets its turn. */
  drain(): void {
    const reader = this.#reader;
    for (let left = reader.length; left > 0; left--) {
      reader.next();
      this.#expected--;
      const { slot, kind } = reader;
      this.#hear(slot, numberOf(kind) as Outcome, this.#contentOf(kind));
    }
  }

  stop(): void {
    this.#isOpen = false;
    this.#reader.rouse();
  }

  readonly #wake = (): void => {
    this.#isAsleep = false;
    if (!this.#isOpen) return;
    this.drain();
    if (this.#expected > 0 && !this.#isAsleep) this.#sleep();
  };

  #sleep(): void {
    this.#isAsleep = true;
    const woken = this.#reader.sleepAsync();
    if (woken !== null) {
      this.#inOneTurn = 0;
      woken.then(this.#wake);
    } else if (this.#inOneTurn++ < inOneTurnMax) {
      queueMicrotask(this.#wake);
    } else {
      this.#inOneTurn = 0;
      setImmediate(this.#wake);
    }
  }

  #contentOf(kind: number): unknown {
    switch (carrierOf(kind)) {
      case carriers.number:
        return this.#reader.double;
      case carriers.nothing:
        return undefined;
      default:
        return takeMessage(this.#port);
    }
  }
}
