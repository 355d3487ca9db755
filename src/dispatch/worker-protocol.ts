/**
 * What the loop and a dedicated Bun Worker say to each other.
 *
 * To the Worker, in the order in which it was sent: a string gives the next job its name (jobs are counted
 * from 0), an array is a call `[slot, job, ...args]`, a number tells the asynchronous job of that slot that
 * nobody awaits it any more, true asks the Worker to leave (Bun before 1.4 loses a null in a port). From the
 * Worker: an array is an answer `[slot, outcome, content]`, an object a sign of life. Flat arrays of primitives
 * are what `postMessage` copies fastest.
 */

/** How calls and answers travel; the first is the default. */
export const workerChannels = ["post-message", "message-port", "atomics"] as const;
export type WorkerChannel = (typeof workerChannels)[number];

/** What a Worker is sent first, when it has said that it serves: before, nobody might hear it. */
export type WorkerStart = {
  readonly protocol: typeof workerProtocol;
  /** What has become of the call in each slot, in shared memory (`slotStates`). */
  readonly slotStates: Int32Array;
} & (
  | {
      readonly channel: "post-message";
      /** Holds the messages that were sent before this one. */
      readonly early: MessagePort;
    }
  | { readonly channel: "message-port"; readonly port: MessagePort }
  | {
      readonly channel: "atomics";
      readonly cells: WorkerCells;
      /** Carries what does not fit into a cell. */
      readonly port: MessagePort;
    }
);

/** What has become of the call in a slot. */
export const slotStates = {
  sent: 0,
  /** It is no longer awaited. */
  abandoned: 1,
  /** An asynchronous job is under way, and must be told when it is no longer awaited: nothing else need be. */
  underWay: 2,
} as const;

/** Memory of the cells in which calls and answers lie (src/dispatch/cells.ts). */
export type WorkerCells = {
  readonly calls: SharedArrayBuffer;
  readonly answers: SharedArrayBuffer;
};

export const workerProtocol = "wakerbench-dispatch";

export type CallMessage = readonly [slot: number, job: number, ...args: unknown[]];
export type LoopMessage = CallMessage | string | number | true;

/** How a call ended in the Worker. */
export const outcomes = {
  /** `content` is what the job returned. */
  answered: 0,
  /** `content` is a `ThrownRecord`. */
  threw: 1,
  /** Nobody awaited it any more: the job was not run, or its answer was left out. */
  dropped: 2,
  /** The Worker serves no such job: `content` are the names of those it serves. */
  unknown: 3,
} as const;
export type Outcome = (typeof outcomes)[keyof typeof outcomes];

export type AnswerMessage = readonly [slot: number, outcome: Outcome, content?: unknown];

/** What was thrown, as it can be sent: a structured clone would lose `cause`, `code` and the name of a subclass. */
export type ThrownRecord = {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  readonly code?: string | number;
  /** An error's cause, or a value that was thrown and is no error. */
  readonly cause?: { readonly error: ThrownRecord } | { readonly value: unknown };
};

/** What a Worker says about itself. */
export type WorkerSign =
  /** It serves, and can be started. */
  | { readonly sign: "serving" }
  /** It has ended in order; `fault` is what its `stop` threw. */
  | { readonly sign: "left"; readonly fault: ThrownRecord | null };

export function isSign(message: unknown): message is WorkerSign {
  if (typeof message !== "object" || message === null || !("sign" in message)) return false;
  return message.sign === "serving" || message.sign === "left";
}
