/** What a Worker of ours says besides its wakes. */
export type WorkerSign = "ready" | "left";

/**
 * Starts a Worker, waits until it is ready, and delivers its messages.
 *
 * @param script the Worker's file
 * @param start sent to it first; it answers "ready", and "left" when it is about to end
 * @param deliver gets every other message
 * @param enter stamps the first line of JavaScript that a message runs, if stages are wanted
 * @throws when the Worker ends before it is ready
 */
export async function startWorker<T>(
  script: URL,
  start: unknown,
  deliver: (message: T) => void,
  enter?: (() => void) | undefined,
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
  worker.postMessage(start);
  await ready.promise;
  const ended = left.promise.then(() => worker.terminate());
  return { left: ended.then(() => {}), send: (message) => worker.postMessage(message) };
}
