import { type Pointer, ptr } from "bun:ffi";
import { WakerbenchError } from "../errors.ts";
import { deliverBatches, deliverItems, type Listener } from "./delivery.ts";
import { type Doorbell, openDoorbell } from "./doorbells.ts";
import { Intake } from "./intake.ts";
import { Iteration } from "./iteration.ts";
import { type LoadedLibrary, libraryOf, NativeRing } from "./native.ts";
import {
  type CheckedOptions,
  checkOptions,
  type RingBatch,
  type RingItem,
  type RingOptions,
  type RingPayload,
  ringPolicies,
} from "./options.ts";
import { Turns } from "./turns.ts";

const settleMs = 1;

/** What the doorbell calls, and how often it did. */
type Entrance = { heard: number; listener: Listener | null };

/**
 * A bounded queue in native memory: any number of native threads push, one JavaScript thread hears.
 * The doorbell rings only when JavaScript sleeps.
 *
 * Hand `pointer` to your library (include/wakerbench_ring.h), then say who listens: `onItem`,
 * `onBatch`, or `for await (const item of ring)`. Until somebody does, items wait in the ring.
 *
 * An open ring keeps the process alive, unless `unref()` was called. `end()` delivers what was pushed
 * before it and closes; `close()`, or leaving the scope of a `using`, throws the rest away.
 */
export class Ring<P extends RingPayload> implements Disposable, AsyncIterable<RingItem<P>> {
  #undelivered = 0;
  #state: "open" | "ending" | "closing" | "closed" = "open";
  #isRef = true;
  #isHandedOver = false;
  #settleTimer: NodeJS.Timeout | null = null;
  /** Kept from when the native ring was let go. */
  #lastCounts: ReturnType<NativeRing["counts"]> | null = null;
  /** A plain object, because the doorbell's function is where a wake spends its time. */
  readonly #entrance: Entrance = { heard: 0, listener: null };
  readonly #options: CheckedOptions<P>;
  readonly #library: LoadedLibrary;
  readonly #native: NativeRing;
  readonly #intake: Intake<P>;
  readonly #turns = new Turns(() => this.#entrance.listener?.run());
  readonly #doorbell: Doorbell;
  readonly #soon = new Turns(() => this.#settle());
  readonly #closed = Promise.withResolvers<void>();

  /** @throws WakerbenchError RING_OPTION_BAD, RING_OPEN_FAILED, UNSUPPORTED, LIBRARY_… */
  constructor(options: RingOptions<P>) {
    this.#options = checkOptions(options);
    const { payload, payloadBytes, doorbell } = this.#options;
    this.#library = libraryOf(this.#options.library);
    const { symbols } = this.#library.native;
    this.#native = openNative(this.#options, this.#library);
    const { pointer } = this.#native;
    this.#intake = new Intake(symbols.wb_ring_drain, pointer, payload, payloadBytes);
    try {
      const bell = symbols.wb_ring_bell(pointer) as Pointer;
      this.#doorbell = openDoorbell(doorbell, this.#library, bell, this.#hearing());
    } catch (thrown) {
      this.#letGo();
      throw thrown;
    }
  }

  /**
   * The address of the `wakerbench_ring` of include/wakerbench_ring.h. Reading it hands the native
   * side's hold over: your library must call `release` when it is done, however the ring ends.
   *
   * @throws WakerbenchError RING_CLOSED
   */
  get pointer(): Pointer {
    if (this.#state === "closed") {
      throw new WakerbenchError("RING_CLOSED", "the ring is closed and its memory let go", {
        remedy: "make a new ring",
      });
    }
    this.#isHandedOver = true;
    return this.#native.pointer;
  }

  /**
   * Calls `handler` with each item from now on, and null: no longer. What it throws is an uncaught
   * exception of the program, and does not stop the ring.
   *
   * @throws WakerbenchError RING_IN_USE when a loop iterates over the ring
   */
  onItem(handler: ((item: RingItem<P>) => void) | null): void {
    const { budgetMs } = this.#options;
    this.#replaceListener(handler && deliverItems(this.#intake, this.#turns, budgetMs, handler));
  }

  /**
   * Calls `handler` with all items that came at once, at most 4,096: the quickest way for many. The
   * array is overwritten by the next batch, so copy what you keep.
   *
   * @throws WakerbenchError RING_IN_USE when a loop iterates over the ring
   */
  onBatch(handler: ((items: RingBatch<P>) => void) | null): void {
    const { budgetMs } = this.#options;
    this.#replaceListener(handler && deliverBatches(this.#intake, this.#turns, budgetMs, handler));
  }

  /**
   * One loop at a time. Leaving it early leaves the ring open, and the other items in it. It ends when
   * the ring does. Its first `next()` is rejected with a WakerbenchError RING_IN_USE when another loop
   * or a handler has the ring.
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<RingItem<P>, void> {
    return new Iteration(this.#intake, this.#turns, this.#options.budgetMs, {
      take: (listener) => {
        if (this.#entrance.listener !== null) throw inUse();
        if (this.#state === "closing" || this.#state === "closed") return false;
        this.#entrance.listener = listener;
        return true;
      },
      leave: (listener) => {
        if (this.#entrance.listener === listener) this.#entrance.listener = null;
      },
    });
  }

  /** The ring keeps the process alive: how it begins. */
  ref(): this {
    return this.#setRef(true);
  }

  /**
   * The ring no longer keeps the process alive. What is pushed is delivered as long as something else
   * does; with the doorbells eventfd and pipe up to a millisecond later than otherwise.
   */
  unref(): this {
    return this.#setRef(false);
  }

  /**
   * Refuses what is pushed from now on (CLOSED), delivers what was pushed before, then closes.
   * Resolves when that is done. It waits for somebody to listen as long as items are left.
   */
  end(): Promise<void> {
    if (this.#state === "open") {
      this.#state = "ending";
      this.#native.refuse();
      this.#soon.ask();
    }
    return this.#closed.promise;
  }

  /**
   * Refuses what is pushed from now on (CLOSED) and throws away what has not been delivered, at once.
   * The memory is let go when no thread is inside a push any more: `closed` tells.
   */
  close(): void {
    if (this.#state === "closing" || this.#state === "closed") return;
    this.#state = "closing";
    this.#native.refuse();
    this.#undelivered += this.#intake.clear() + this.#native.discard();
    this.#stopListening();
    // Later, because a handler may have called this, and the doorbell that led there is still in use.
    this.#soon.ask();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Resolves when the ring is closed and all that JavaScript held of it has been given back. */
  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  /** Items that `close()` threw away. Final when `closed` has resolved. */
  get undelivered(): number {
    return this.#undelivered;
  }

  /** Items that went into the ring. */
  get pushed(): number {
    return this.#counts().pushed;
  }

  /** Items that were thrown away because the ring was full and `whenFull` is `"drop"`. */
  get dropped(): number {
    return this.#counts().dropped;
  }

  /**
   * Pushes that were refused because the ring was full: where `whenFull` is `"fail"`, and on this very
   * thread where it is `"block"`.
   */
  get refused(): number {
    return this.#counts().refused;
  }

  /** How often the doorbell was rung: once for each time that JavaScript had fallen asleep. */
  get rung(): number {
    return this.#counts().rung;
  }

  /** How often JavaScript came back in a later turn of the event loop by itself, not rung for. */
  get turns(): number {
    return this.#turns.taken;
  }

  /** How often JavaScript was entered to deliver: by the doorbell, or in a turn. */
  get entries(): number {
    return this.#entrance.heard + this.#turns.taken;
  }

  /** The doorbell's function. */
  #hearing(): () => void {
    const entrance = this.#entrance;
    const intake = this.#intake;
    return () => {
      entrance.heard++;
      const { listener } = entrance;
      if (listener === null) intake.isAwake = true;
      else listener.run();
    };
  }

  #counts(): ReturnType<NativeRing["counts"]> {
    return this.#lastCounts ?? this.#native.counts();
  }

  #replaceListener(listener: Listener | null): void {
    if (this.#entrance.listener instanceof Iteration) throw inUse();
    this.#stopListening();
    if (listener === null || this.#state === "closing" || this.#state === "closed") return;
    this.#entrance.listener = listener;
    // What waits already, and the first look at an empty ring, which lets it sleep.
    this.#turns.ask();
  }

  #stopListening(): void {
    this.#entrance.listener?.stop();
    this.#entrance.listener = null;
    this.#turns.cancel();
  }

  #setRef(isRef: boolean): this {
    if (this.#state === "closed") return this;
    this.#doorbell.setRef(isRef);
    this.#turns.setRef(isRef);
    this.#soon.setRef(isRef);
    if (isRef) this.#settleTimer?.ref();
    else this.#settleTimer?.unref();
    this.#isRef = isRef;
    return this;
  }

  /**
   * Closes once all is delivered or thrown away, no thread is inside a push, and every ring has been
   * heard. No bell tells when a thread leaves its push, so it looks again until then.
   */
  #settle(): void {
    if (this.#settleTimer !== null) clearTimeout(this.#settleTimer);
    this.#settleTimer = null;
    if (this.#state === "closed") return;
    if (this.#state === "closing") this.#undelivered += this.#native.discard();
    if (this.#isSettled()) {
      this.#finish();
      return;
    }
    this.#settleTimer = setTimeout(() => this.#settle(), settleMs);
    if (!this.#isRef) this.#settleTimer.unref();
  }

  #isSettled(): boolean {
    const { next, count } = this.#intake;
    if (next < count || !this.#native.isQuiet()) return false;
    // A descriptor's rings coalesce, and whoever reads it is sent away. A call that is on its way to a
    // function must find it.
    const { doorbell } = this.#options;
    if (doorbell === "eventfd" || doorbell === "pipe") return true;
    return this.#entrance.heard >= this.#native.counts().rung;
  }

  #finish(): void {
    this.#state = "closed";
    this.#stopListening();
    this.#lastCounts = this.#native.counts();
    const given = this.#doorbell.close();
    this.#letGo();
    this.#closed.resolve(given);
  }

  #letGo(): void {
    this.#native.free();
    // Nobody was given the native side's hold.
    if (!this.#isHandedOver) this.#library.native.symbols.wb_ring_release(this.#native.pointer);
  }
}

function openNative<P extends RingPayload>(
  options: CheckedOptions<P>,
  { native }: LoadedLibrary,
): NativeRing {
  const { capacity, payloadBytes, whenFull } = options;
  const config = new Uint32Array([capacity, payloadBytes, ringPolicies.indexOf(whenFull), 0]);
  const pointer = native.symbols.wb_ring_open(ptr(config)) as Pointer | null;
  if (pointer !== null) return new NativeRing(pointer, native.symbols);
  throw new WakerbenchError(
    "RING_OPEN_FAILED",
    `no memory is left for a ring of ${capacity} items of ${payloadBytes} bytes`,
    { remedy: "ask for a smaller capacity" },
  );
}

function inUse(): WakerbenchError {
  return new WakerbenchError("RING_IN_USE", "somebody else listens to this ring", {
    remedy: "let one loop or one handler have it; onItem(null) takes a handler away",
  });
}
