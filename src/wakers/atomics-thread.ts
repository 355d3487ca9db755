import { type ParkedTicket, standBy } from "./stand-by.ts";

declare const self: Worker;

/** The Worker of the waker `atomics`: counts the wake in shared memory and notifies who waits there. */
self.onmessage = ({ data }: MessageEvent<ParkedTicket & { rings: Int32Array }>) => {
  const { rings } = data;
  standBy(data, () => {
    Atomics.add(rings, 0, 1);
    Atomics.notify(rings, 0);
  });
};
