import type { OpenWaker } from "./waker.ts";

/** Who hears an open waker. */
export type Ears = {
  /** Rejects when the waker cannot be heard any more. */
  readonly fault: Promise<never>;
  stop(): void;
};

/** Hears each wake, as the waker would have it: by its own `listen`, else by a loop over `wait()`. */
export function listen(open: OpenWaker, hear: (message: unknown) => void): Ears {
  const fault = Promise.withResolvers<never>();
  // It may be rejected when nobody waits for it any more.
  fault.promise.catch(() => {});
  let isOver = false;
  const stop = () => {
    isOver = true;
  };
  if (open.listen !== undefined) {
    open.listen(hear);
    return { fault: fault.promise, stop };
  }
  const hearAll = async () => {
    while (!isOver) {
      const message = await open.wait();
      if (isOver) return;
      if (isEndOfStream(message)) throw new Error("the stream of wakes ended");
      hear(message);
    }
  };
  hearAll().catch((error) => {
    if (!isOver) fault.reject(error);
  });
  return { fault: fault.promise, stop };
}

/** A stream that has ended says so again and again, without a pause. */
function isEndOfStream(message: unknown): boolean {
  return (
    typeof message === "object" && message !== null && "done" in message && message.done === true
  );
}
