import type { Pointer } from "bun:ffi";
import { messageOf } from "../errors.ts";
import type { Native } from "../native/library.ts";
import { openDescriptor } from "../wakers/descriptor.ts";
import type { DescriptorKind, Observation } from "./job.ts";
import type { ReaderId } from "./reader-names.ts";
import { type ReaderEvents, readers } from "./readers.ts";
import { TrialSession } from "./trial-session.ts";

type Seen = Extract<Observation, { stage: "reader" }>;

/** A reader is given so long to refuse the descriptor, or to sleep on it, before the bell rings. */
const settlingMs = 100;
const patienceMs = 1_250;
/** An error may follow a close. */
const graceMs = 50;
/** One that hears a first wake and no second does not work. */
const wakes = 2;

/** A descriptor, what reads it, and a native thread that rings it twice. */
export async function tryReader(
  native: Native,
  { reader, descriptor }: { readonly reader: ReaderId; readonly descriptor: DescriptorKind },
  observe: (observation: Observation) => void,
): Promise<void> {
  const session = new TrialSession(native);
  const { doorbell, fd } = openDescriptor({ native, seam: session.seam }, descriptor);
  const { isBlocking, open } = readers[reader];
  if (isBlocking) native.symbols.wb_fd_block(doorbell);
  const watch = new Watch();
  try {
    Promise.resolve(open(fd, watch)).catch(watch.error);
  } catch (error) {
    watch.error(error);
  }
  await within(settlingMs, watch.over);
  for (let rung = 1; rung <= wakes; rung++) {
    const heard = watch.nextData();
    session.start({ wakes: 1 });
    await within(patienceMs, Promise.race([heard, watch.over]));
    if (watch.isOver || watch.heard < rung) break;
  }
  if (watch.isOver) await Bun.sleep(graceMs);
  observe(watch.seen());
  letGo(native, doorbell, descriptor, session);
}

/** A thread of the pool that sleeps in read(2) would outlive the trial. */
function letGo(
  native: Native,
  doorbell: Pointer,
  descriptor: DescriptorKind,
  session: TrialSession,
): void {
  if (descriptor === "eventfd") session.start({ wakes: 1 });
  else native.symbols.wb_fd_close(doorbell);
}

/** What came from a reader so far. */
class Watch implements ReaderEvents {
  heard = 0;
  #fault: { readonly error: unknown } | undefined;
  #closed = false;
  #onData: () => void = () => {};
  readonly #over = Promise.withResolvers<void>();

  get over(): Promise<void> {
    return this.#over.promise;
  }

  get isOver(): boolean {
    return this.#closed || this.#fault !== undefined;
  }

  nextData(): Promise<void> {
    return new Promise((resolve) => {
      this.#onData = resolve;
    });
  }

  readonly data = (): void => {
    this.heard += 1;
    this.#onData();
  };

  readonly error = (error: unknown): void => {
    this.#fault ??= { error };
    this.#over.resolve();
  };

  readonly closed = (error?: unknown): void => {
    if (error != null) this.#fault ??= { error };
    this.#closed = true;
    this.#over.resolve();
  };

  seen(): Seen {
    if (this.heard >= wakes) return { stage: "reader", event: "data", error: null };
    if (this.#fault !== undefined) {
      return { stage: "reader", event: "error", error: nameOf(this.#fault.error) };
    }
    return { stage: "reader", event: this.#closed ? "closed" : "none", error: null };
  }
}

function nameOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : messageOf(error);
}

/** Resolves with the promise, and after `patienceMs` at the latest. */
async function within(mostMs: number, promise: Promise<unknown>): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, mostMs);
  await Promise.race([promise, late.promise]);
  clearTimeout(timer);
}
