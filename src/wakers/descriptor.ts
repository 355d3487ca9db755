import type { Pointer } from "bun:ffi";
import { channelKinds } from "../native/channel-kinds.ts";
import type { WakerContext } from "./waker.ts";

/**
 * Makes a descriptor that native threads ring by writing to it.
 *
 * @returns the native doorbell, and the end that JavaScript reads and closes
 */
export function openDescriptor(
  context: Pick<WakerContext, "native" | "seam">,
  kind: keyof typeof channelKinds,
): { readonly doorbell: Pointer; readonly fd: number } {
  const { wb_fd_open, wb_fd_read_fd } = context.native.symbols;
  const doorbell = wb_fd_open(context.seam, channelKinds[kind]) as Pointer | null;
  if (doorbell === null) {
    throw new Error("the platform has no such descriptor, or none is left (`ulimit -n`)");
  }
  return { doorbell, fd: wb_fd_read_fd(doorbell) };
}
