import type { OpenWaker } from "../wakers/waker.ts";
import type { Tally } from "./job.ts";
import type { TrialSession } from "./trial-session.ts";

/** Nothing came for so long after the threads had ended: nothing will come. */
const quietMs = 750;
/** How often that is looked at in a flood. */
const lookMs = 50;
/** A waker that still delivers is not listened to for longer than this. */
const mostMs = 5_000;

/** Hears a waker as its user does, and counts. */
export class Ears {
  readonly #open: OpenWaker;
  readonly #kind: "message" | "doorbell";
  readonly #session: TrialSession;
  readonly #numbers = new Set<number>();
  #entriesBefore = 0;
  #entries = 0;
  #rungBefore = 0;
  /** Of all rings so far, those that an entry came after. */
  #rungHeard = 0;
  #onEntry: () => void = () => {};
  #isOver = false;

  constructor(open: OpenWaker, kind: "message" | "doorbell", session: TrialSession) {
    this.#open = open;
    this.#kind = kind;
    this.#session = session;
  }

  /**
   * Listens from now on; what the handler throws comes out where the waker lets it. A loop that was ended
   * by an error is begun again by a second call.
   */
  listen(): void {
    if (this.#open.listen === undefined) void this.#waitAgainAndAgain();
    else this.#open.listen(this.#hear);
  }

  /** Called at each entry into JavaScript, in the handler. */
  set onEntry(onEntry: () => void) {
    this.#onEntry = onEntry;
  }

  stop(): void {
    this.#isOver = true;
  }

  /** Counts from nothing. */
  begin(): void {
    this.#numbers.clear();
    this.#entries = 0;
    this.#entriesBefore = this.#open.entries?.() ?? 0;
    this.#rungBefore = this.#session.rung();
    this.#rungHeard = this.#rungBefore;
  }

  tally(): Tally {
    const sent = this.#session.rung() - this.#rungBefore;
    const entered = this.#open.entries?.();
    const entries = entered === undefined ? this.#entries : entered - this.#entriesBefore;
    return { sent, heard: this.#heard(), entries };
  }

  /**
   * Resolves when everything was heard that the threads rang, or when nothing comes any more. While one
   * wake is waited for the loop sleeps, so that a waker which only rides on others is not heard.
   *
   * @param wakes as many as the threads ring at most
   */
  untilAllHeard(wakes: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const begunMs = performance.now();
    const isAllHeard = () =>
      this.#heard() >= wakes ||
      (!this.#session.isRunning() && this.#heard() >= this.#session.rung() - this.#rungBefore);
    let last = { entries: -1, atMs: begunMs };
    const look = () => {
      const nowMs = performance.now();
      const isMoving = this.#session.isRunning() || this.#entries !== last.entries;
      if (isMoving) last = { entries: this.#entries, atMs: nowMs };
      const isQuiet = nowMs - last.atMs >= quietMs;
      if (isQuiet || isAllHeard() || nowMs - begunMs > mostMs) finish();
    };
    const timer = setInterval(look, wakes === 1 ? quietMs : lookMs);
    const finish = () => {
      clearInterval(timer);
      this.#onEntry = () => {};
      resolve();
    };
    this.#onEntry = () => {
      if (isAllHeard()) finish();
    };
    return promise;
  }

  #heard(): number {
    return this.#kind === "message" ? this.#numbers.size : this.#rungHeard - this.#rungBefore;
  }

  readonly #hear = (message: unknown): void => {
    this.#entries += 1;
    if (this.#kind === "message") this.#numbers.add(Number(message));
    else this.#rungHeard = this.#session.rung();
    this.#onEntry();
  };

  async #waitAgainAndAgain(): Promise<void> {
    while (!this.#isOver) {
      const message = await this.#open.wait();
      if (this.#isOver || isEndOfStream(message)) return;
      this.#hear(message);
    }
  }
}

/** A stream that has ended says so again and again, without a pause. */
function isEndOfStream(message: unknown): boolean {
  return (
    typeof message === "object" && message !== null && "done" in message && message.done === true
  );
}
