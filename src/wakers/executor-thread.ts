import { loadLibrary } from "../native/library.ts";
import type { VisitTicket } from "./waker.ts";

declare const self: Worker;

/**
 * The Worker of the waker `executor`: asked for a wake, it spends the gap as a waker thread does,
 * stamps and posts the number. `wb_next` does not sleep here, since the wake was asked for already;
 * its first call places this thread on the waker's core.
 */
self.onmessage = ({ data: start }: MessageEvent<{ visit: VisitTicket }>) => {
  const { wb_next, wb_stamp } = loadLibrary(start.visit.libraryPath).symbols;
  const { seam } = start.visit;
  self.onmessage = ({ data }: MessageEvent<null | "leave">) => {
    if (data === "leave") {
      postMessage("left");
      return;
    }
    const wake = Number(wb_next(seam));
    if (wake < 0) return;
    wb_stamp(seam, wake);
    postMessage(wake);
  };
  postMessage("ready");
};
