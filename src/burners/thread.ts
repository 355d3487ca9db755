import { DedicatedThread } from "../dispatch/thread.ts";
import { type Burner, type BurnerContext, NativeBurner } from "./burner.ts";

/** One native thread, which operations call and await one after the other. */
export function openThread({ native, libraryPath, burnNs, capacity }: BurnerContext): Burner {
  const record = new NativeBurner(native, burnNs);
  let thread: DedicatedThread<number>;
  try {
    thread = new DedicatedThread({ work: record.pointer, capacity, library: libraryPath });
  } catch (thrown) {
    record[Symbol.dispose]();
    throw thrown;
  }
  return {
    burn: {
      where: "thread",
      burner: record.pointer,
      async run() {
        await thread.call(0);
      },
    },
    burned: () => record.burned(),
    threadIds: () => [thread.threadId],
    async close() {
      await thread.close();
      record[Symbol.dispose]();
    },
    abandon: () => thread.close({ pending: "reject" }),
  };
}
