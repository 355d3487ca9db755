import { receiveMessageOnPort } from "node:worker_threads";

/** Takes the messages that lie in a port now, without a turn of the event loop. */
export function* takeMessages<Message>(port: MessagePort): Generator<Message, void> {
  for (;;) {
    const received = receiveMessageOnPort(port);
    if (received === undefined) return;
    yield received.message;
  }
}

/**
 * Takes the next message of a port, which must be there.
 *
 * @throws when there is none, which is a defect of the runtime
 */
export function takeMessage<Message>(port: MessagePort): Message {
  const received = receiveMessageOnPort(port);
  if (received === undefined) throw new Error("a message is missing that was told of");
  return received.message;
}

/** For `postMessage` where nothing moves. */
export const nothingMoves: Bun.Transferable[] = [];
