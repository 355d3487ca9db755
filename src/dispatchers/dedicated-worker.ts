import { DedicatedWorker } from "../dispatch/worker.ts";
import type { WorkerChannel } from "../dispatch/worker-protocol.ts";
import { entryUrl } from "../entry.ts";
import type { jobs } from "./dedicated-worker-thread.ts";
import type { DispatchContext, OpenDispatcher } from "./dispatcher.ts";

/** The product's own dedicated Worker, over one of its channels. */
export async function openDedicatedWorker(
  { capacity, libraryPath, work }: DispatchContext,
  channel: WorkerChannel,
): Promise<OpenDispatcher> {
  const module = entryUrl("dispatchers/dedicated-worker-thread");
  const worker = new DedicatedWorker<typeof jobs>(module, { capacity, channel });
  let threadId: number;
  try {
    threadId = await worker.call("open", [libraryPath, work]);
  } catch (thrown) {
    await worker.close({ pending: "reject" });
    throw thrown;
  }
  return {
    call: (number, options) => worker.call("call", [number], options),
    fail: (number, options) => worker.call("fail", [number], options),
    threadIds: () => [threadId],
    strayAnswers: () => worker.strays,
    close: () => worker.close(),
  };
}
