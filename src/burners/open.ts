import type { Burner, BurnerContext, BurnPlace } from "./burner.ts";
import { NativeBurner } from "./burner.ts";

/** Where each operation that burns does so in place: everybody else waits. */
function openLoop({ native, burnNs }: BurnerContext): Burner {
  const record = new NativeBurner(native, burnNs);
  return {
    burn: { where: "loop", burner: record.pointer, run: () => record.burn() },
    burned: () => record.burned(),
    threadIds: () => [],
    close: async () => record[Symbol.dispose](),
    abandon: async () => {},
  };
}

/**
 * Opens the place where operations burn. Threads and Workers are made of what the product has for its users, and
 * are loaded by those visits alone that use them.
 *
 * @throws WakerbenchError DISPATCH_OPEN_FAILED, WORKER_DIED
 */
export async function openBurner(place: BurnPlace, context: BurnerContext): Promise<Burner> {
  switch (place) {
    case "loop":
      return openLoop(context);
    case "thread":
      return (await import("./thread.ts")).openThread(context);
    case "worker":
      return (await import("./worker.ts")).openWorker(context);
  }
}
