import type { JobRunner, SendAnswer } from "./job-runner.ts";
import type { LoopMessage } from "./worker-protocol.ts";

/** Serves calls that come as messages. */
export function serveMessages(
  end: Worker | MessagePort,
  makeRunner: (send: SendAnswer) => JobRunner,
  leave: () => void,
): void {
  const runner = makeRunner((slot, outcome, content, transfer) =>
    end.postMessage([slot, outcome, content], transfer ?? []),
  );
  end.onmessage = ({ data }: { readonly data: LoopMessage }) => {
    if (typeof data === "object" && data !== null) runner.run(data[0], data[1], data, 2);
    else if (typeof data === "number") runner.takeBack(data);
    else if (typeof data === "string") runner.define(data);
    else leave();
  };
}
