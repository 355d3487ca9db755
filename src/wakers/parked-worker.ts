import type { Pointer } from "bun:ffi";
import { Mailbox } from "./mailbox.ts";
import type { OpenWaker, WakerContext } from "./waker.ts";
import { startWorker } from "./worker-life.ts";

/** What a Worker that sleeps on a doorbell is started with, beside the visit. */
export type ParkedStart = {
  /** Sent to it with `{ visit, doorbell }`. */
  readonly extra?: Readonly<Record<string, unknown>>;
  /** What of it is handed over, such as a MessagePort. */
  readonly transfer?: readonly Bun.Transferable[];
  /** Gets what it posts on itself; a Worker that rings in another way needs none. */
  readonly deliver?: (message: number) => void;
};

/**
 * Opens a doorbell that a Worker sleeps on inside an FFI call, and starts that Worker.
 *
 * @param script its file: it joins the visit, says "ready", parks in `wb_parked_park`, and says "left"
 * @returns what lets the Worker go, waits until it has left and frees the doorbell
 */
export async function parkWorker(
  context: WakerContext,
  script: URL,
  { extra = {}, transfer = [], deliver = () => {} }: ParkedStart,
): Promise<() => Promise<void>> {
  const { wb_parked_open, wb_parked_leave, wb_parked_close } = context.native.symbols;
  const doorbell = wb_parked_open(context.seam) as Pointer | null;
  if (doorbell === null) throw new Error("no memory for a parked Worker");
  const start = { visit: context.visit, doorbell, ...extra };
  const parked = await startWorker<number>(script, start, {
    deliver,
    enter: context.enter,
    transfer,
  });
  return async () => {
    wb_parked_leave(doorbell);
    await parked.left;
    wb_parked_close(doorbell);
  };
}

/**
 * The waker of a Worker that posts each number on itself.
 *
 * @param extra sent to the Worker with `{ visit, doorbell }`
 */
export async function openParkedWorker(
  context: WakerContext,
  script: URL,
  extra: Readonly<Record<string, unknown>> = {},
): Promise<OpenWaker> {
  const mailbox = new Mailbox<number>();
  const close = await parkWorker(context, script, { extra, deliver: mailbox.deliver });
  return { wait: () => mailbox.wait(), listen: (hear) => mailbox.listen(hear), close };
}
