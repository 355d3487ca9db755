import type { ReaderId } from "./reader-names.ts";

/** How a waker is tried: each in a child process of its own. */
export type WakerTrial = "wakes" | "flood" | "life" | "throw";

/** A descriptor of zig/channel.zig that a reader is tried on. */
export const descriptors = ["eventfd", "pipe", "socketpair"] as const;
export type DescriptorKind = (typeof descriptors)[number];

/** What a child process shall try: its last argument. */
export type TrialJob = {
  readonly libraryPath: string;
  /** The child ends with it. */
  readonly parentPid: number;
} & (
  | {
      readonly trial: WakerTrial;
      /** An id, or the path of a file. */
      readonly waker: string;
      readonly parameters: Readonly<Record<string, string>>;
    }
  | { readonly trial: "reader"; readonly reader: ReaderId; readonly descriptor: DescriptorKind }
  | { readonly trial: "returning" }
);

/** What so many notifies came to. */
export type Tally = {
  readonly sent: number;
  /** Of a message: different numbers that arrived; of a doorbell: rings that an entry came after. */
  readonly heard: number;
  /** How often JavaScript was entered. */
  readonly entries: number;
};

/** What a child saw; it says so as soon as it knows, since the next thing may be its end. */
export type Observation =
  | ({ readonly stage: "wake" | "many" | "flood" } & Tally)
  /** Rings while the loop was blocked. */
  | ({ readonly stage: "blocked"; readonly returnedFirst: boolean } & Tally)
  | ({ readonly stage: "payload"; readonly payloadBytes: number } & Tally)
  /** The wake came, although nothing else kept the process alive. */
  | { readonly stage: "life" }
  | {
      readonly stage: "throw";
      /** Where an error that the handler threw came out; null: nowhere. */
      readonly reached: "uncaughtException" | "unhandledRejection" | null;
      /** The wake after it was heard. */
      readonly goesOn: boolean;
    }
  | {
      readonly stage: "reader";
      readonly event: "data" | "closed" | "error" | "none";
      /** The error's code, or its message where it has none. */
      readonly error: string | null;
    }
  | {
      readonly stage: "returning";
      readonly expected: readonly number[];
      /** Null when the calls did not return. */
      readonly returned: readonly number[] | null;
    };

/** What a child says on file descriptor 3, one JSON object a line. */
export type TrialMessage =
  | { readonly type: "observed"; readonly observation: Observation }
  | { readonly type: "failed"; readonly code: string | null; readonly message: string }
  /** The last word of a process that ends in order. */
  | { readonly type: "ended" };
