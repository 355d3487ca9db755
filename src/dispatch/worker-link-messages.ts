import { nothingMoves, takeMessages } from "./ports.ts";
import type { LinkContext, WorkerLink } from "./worker-link.ts";
import {
  type AnswerMessage,
  type LoopMessage,
  type WorkerStart,
  workerProtocol,
} from "./worker-protocol.ts";

/** What both channels of messages have in common. */
type Post = (message: LoopMessage, transfer: Bun.Transferable[]) => void;

/**
 * Calls by the Worker's own `postMessage`; its answers come with its signs, to whoever hears those. What is
 * sent before the Worker hears us lies in a port, which it is given first.
 */
export function openMessageLink({ worker, slotStates }: LinkContext): WorkerLink {
  const { port1: near, port2: early } = new MessageChannel();
  let to: Worker | MessagePort = near;
  return {
    begin() {
      sendStart(worker, { protocol: workerProtocol, channel: "post-message", slotStates, early }, [
        early,
      ]);
      to = worker;
    },
    ...messagesBy((message, transfer) => to.postMessage(message, transfer)),
    drain() {},
    setRef() {},
    close: () => near.close(),
  };
}

/** Calls and answers by a port of their own. */
export function openPortLink({ worker, slotStates, hear }: LinkContext): WorkerLink {
  const { port1: near, port2: port } = new MessageChannel();
  near.onmessage = ({ data }: { readonly data: AnswerMessage }) => hear(data[0], data[1], data[2]);
  return {
    begin: () =>
      sendStart(worker, { protocol: workerProtocol, channel: "message-port", slotStates, port }, [
        port,
      ]),
    ...messagesBy((message, transfer) => near.postMessage(message, transfer)),
    drain() {
      for (const answer of takeMessages<AnswerMessage>(near)) hear(answer[0], answer[1], answer[2]);
    },
    setRef: (isRef) => (isRef ? near.ref() : near.unref()),
    close: () => near.close(),
  };
}

/** Sends a Worker what it is sent first. */
export function sendStart(worker: Worker, start: WorkerStart, transfer: Bun.Transferable[]): void {
  worker.postMessage(start, transfer);
}

function messagesBy(post: Post): Pick<WorkerLink, "define" | "send" | "takeBack" | "leave"> {
  return {
    define: (name) => post(name, nothingMoves),
    send(slot, job, args, transfer) {
      // One number is what most calls that are made often have.
      const call =
        args.length === 1 ? ([slot, job, args[0]] as const) : ([slot, job, ...args] as const);
      post(call, transfer === undefined ? nothingMoves : [...transfer]);
    },
    takeBack: (slot) => post(slot, nothingMoves),
    leave: () => post(true, nothingMoves),
  };
}
