import { DedicatedWorker } from "../dispatch/worker.ts";
import { entryUrl } from "../entry.ts";
import { type Burner, type BurnerContext, NativeBurner } from "./burner.ts";
import type { jobs } from "./worker-thread.ts";

/** One Bun Worker, which operations call and await; it burns for one after the other. */
export async function openWorker(context: BurnerContext): Promise<Burner> {
  const { native, libraryPath, burnNs, capacity } = context;
  const record = new NativeBurner(native, burnNs);
  const module = entryUrl("burners/worker-thread");
  const worker = new DedicatedWorker<typeof jobs>(module, { capacity });
  let threadId: number;
  try {
    threadId = await worker.call("open", [libraryPath, record.pointer]);
  } catch (thrown) {
    await worker.close({ pending: "reject" });
    record[Symbol.dispose]();
    throw thrown;
  }
  return {
    burn: { where: "worker", burner: record.pointer, run: () => worker.call("burn") },
    burned: () => record.burned(),
    threadIds: () => [threadId],
    async close() {
      await worker.close();
      record[Symbol.dispose]();
    },
    abandon: () => worker.close({ pending: "reject" }),
  };
}
