/** What a Worker of ours says besides its wakes. */
export type WorkerSign = "ready" | "left";

/** How a Worker is heard, and what it is handed over with `start`. */
export type WorkerEars<T> = {
  /** Gets every message that is no sign. */
  readonly deliver: (message: T) => void;
  /** Stamps the first line of JavaScript that a message runs, if stages are wanted. */
  readonly enter?: (() => void) | undefined;
  readonly transfer?: readonly Bun.Transferable[];
};

/**
 * Starts a Worker, waits until it is ready, and delivers its messages.
 *
 * @param script the Worker's file
 * @param start sent to it first; it answers "ready", and "left" when it is about to end
 * @throws when the Worker ends before it is ready
 */
export async function startWorker<T>(
  script: URL,
  start: unknown,
  { deliver, enter, transfer = [] }: WorkerEars<T>,
): Promise<{ readonly left: Promise<void>; send(message: unknown): void }> {
  const worker = new Worker(script);
  const ready = Promise.withResolvers<void>();
  const left = Promise.withResolvers<void>();
  worker.onmessage = ({ data }: MessageEvent<T | WorkerSign>) => {
    enter?.();
    if (data === "ready") ready.resolve();
    else if (data === "left") left.resolve();
    else deliver(data);
  };
  worker.onerror = (event) => ready.reject(new Error(event.message));
  worker.postMessage(start, [...transfer]);
  await ready.promise;
  const ended = left.promise.then(() => worker.terminate());
  return { left: ended.then(() => {}), send: (message) => worker.postMessage(message) };
}
