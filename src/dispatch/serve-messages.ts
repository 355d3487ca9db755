import type { JobRunner, SendAnswer } from "./job-runner.ts";
import { nothingMoves } from "./ports.ts";
import type { LoopMessage } from "./worker-protocol.ts";

/**
 * Serves calls that come as messages.
 *
 * @returns what hears a message, for those that came in another way
 */
export function serveMessages(
  end: Worker | MessagePort,
  makeRunner: (send: SendAnswer) => JobRunner,
  leave: () => void,
): (message: LoopMessage) => void {
  const runner = makeRunner((slot, outcome, content, transfer) =>
    end.postMessage([slot, outcome, content], transfer ?? nothingMoves),
  );
  const hear = (message: LoopMessage) => {
    if (typeof message === "object") {
      runner.run(message[0], message[1], message, 2);
    } else if (typeof message === "number") runner.takeBack(message);
    else if (typeof message === "string") runner.define(message);
    else leave();
  };
  end.onmessage = ({ data }: { readonly data: LoopMessage }) => hear(data);
  return hear;
}
