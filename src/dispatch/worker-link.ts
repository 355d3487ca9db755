import { openCellLink } from "./worker-link-cells.ts";
import { openMessageLink, openPortLink } from "./worker-link-messages.ts";
import {
  type Outcome,
  type WorkerChannel,
  type WorkerStart,
  workerProtocol,
} from "./worker-protocol.ts";

/** What hears the answers. */
export type HearAnswer = (slot: number, outcome: Outcome, content: unknown) => void;

/** The loop's end of a channel to a Worker. */
export type WorkerLink = {
  /** Gives the next job its name: the first is job 0. */
  define(name: string): void;
  /** @throws DOMException "DataCloneError" when an argument cannot be sent */
  send(
    slot: number,
    job: number,
    args: readonly unknown[],
    transfer: readonly Bun.Transferable[] | undefined,
  ): void;
  /** Tells the Worker that the call in this slot is no longer awaited. */
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
  readonly abandoned: Int32Array;
  readonly hear: HearAnswer;
};

/** Opens the channel, and sends the Worker its first message. */
export function openLink(channel: WorkerChannel, context: LinkContext): WorkerLink {
  const { worker, abandoned } = context;
  const start: WorkerStart = { protocol: workerProtocol, abandoned, port: null, cells: null };
  switch (channel) {
    case "post-message":
      worker.postMessage(start);
      return openMessageLink(context);
    case "message-port":
      return openPortLink(context, (port) => worker.postMessage({ ...start, port }, [port]));
    case "atomics":
      return openCellLink(context, (port, cells) => {
        worker.postMessage({ ...start, port, cells }, [port]);
      });
  }
}
