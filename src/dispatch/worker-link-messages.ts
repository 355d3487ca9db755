import { receiveMessageOnPort } from "node:worker_threads";
import type { LinkContext, WorkerLink } from "./worker-link.ts";
import type { AnswerMessage, LoopMessage } from "./worker-protocol.ts";

const nothing: Bun.Transferable[] = [];

/** What both channels of messages have in common. */
type Post = (message: LoopMessage, transfer: Bun.Transferable[]) => void;

/** Calls by the Worker's own `postMessage`; its answers come with its signs, to whoever hears those. */
export function openMessageLink({ worker }: LinkContext): WorkerLink {
  return {
    ...messagesBy((message, transfer) => worker.postMessage(message, transfer)),
    drain() {},
    setRef() {},
    close() {},
  };
}

/** Calls and answers by a port of their own. */
export function openPortLink(
  { hear }: LinkContext,
  begin: (port: MessagePort) => void,
): WorkerLink {
  const { port1: near, port2: far } = new MessageChannel();
  begin(far);
  near.onmessage = ({ data }: { readonly data: AnswerMessage }) => hear(data[0], data[1], data[2]);
  return {
    ...messagesBy((message, transfer) => near.postMessage(message, transfer)),
    drain() {
      for (;;) {
        const received = receiveMessageOnPort(near);
        if (received === undefined) return;
        const [slot, outcome, content] = received.message as AnswerMessage;
        hear(slot, outcome, content);
      }
    },
    setRef: (isRef) => (isRef ? near.ref() : near.unref()),
    close: () => near.close(),
  };
}

function messagesBy(post: Post): Pick<WorkerLink, "define" | "send" | "takeBack" | "leave"> {
  return {
    define: (name) => post(name, nothing),
    send(slot, job, args, transfer) {
      // One number is what most calls that are made often have.
      const call =
        args.length === 1 ? ([slot, job, args[0]] as const) : ([slot, job, ...args] as const);
      post(call, transfer === undefined ? nothing : [...transfer]);
    },
    takeBack: (slot) => post(slot, nothing),
    leave: () => post(null, nothing),
  };
}
