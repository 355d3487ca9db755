import type { Pointer } from "bun:ffi";
import { Mailbox } from "./mailbox.ts";
import type { OpenWaker, WakerContext } from "./waker.ts";

/** What must be known to read the figures of a waker that polls. */
export const pollCaveat =
  "polls: its latency is the wait for the next look, and its loop need not be asleep; mind its CPU";

/**
 * Opens a counter that native threads count up and that the loop looks at.
 *
 * @param start has `look` called again and again from now on, and returns what ends that
 */
export function openPoll(
  context: WakerContext,
  start: (look: () => void) => () => void,
): OpenWaker {
  const { wb_counter_open, wb_counter_look, wb_counter_close } = context.native.symbols;
  const doorbell = wb_counter_open(context.seam) as Pointer | null;
  if (doorbell === null) throw new Error("no memory for a counter");
  const mailbox = new Mailbox<undefined>();
  const { enter } = context;
  let seen = 0;
  const stop = start(() => {
    const rung = wb_counter_look(doorbell);
    if (rung === seen) return;
    enter?.();
    seen = rung;
    mailbox.deliver(undefined);
  });
  return {
    wait: () => mailbox.wait(),
    listen: (hear) => mailbox.listen(hear),
    close() {
      stop();
      wb_counter_close(doorbell);
    },
  };
}
