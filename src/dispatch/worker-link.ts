import type { Outcome } from "./worker-protocol.ts";

/** What hears the answers. */
export type HearAnswer = (slot: number, outcome: Outcome, content: unknown) => void;

/** The loop's end of a channel to a Worker. Calls may be sent before it begins. */
export type WorkerLink = {
  /** The Worker hears us: sends it what it is sent first. */
  begin(): void;
  /** Gives the next job its name: the first is job 0. */
  define(name: string): void;
  /** @throws DOMException "DataCloneError" when an argument cannot be sent */
  send(
    slot: number,
    job: number,
    args: readonly unknown[],
    transfer: readonly Bun.Transferable[] | undefined,
  ): void;
  /** Tells the asynchronous job of this slot that it is no longer awaited. */
  takeBack(slot: number): void;
  /** Asks the Worker to leave. */
  leave(): void;
  /** Hears now what has come already: nothing more will be heard of a Worker that ended. */
  drain(): void;
  setRef(isRef: boolean): void;
  close(): void;
};

/** What a link needs: its Worker, how many calls there may be, and who hears the answers. */
export type LinkContext = {
  readonly worker: Worker;
  readonly capacity: number;
  readonly slotStates: Int32Array;
  readonly hear: HearAnswer;
};
