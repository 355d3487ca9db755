import { type ParkedTicket, standBy } from "./stand-by.ts";

declare const self: Worker;

/** The Worker of the waker `worker`: posts the number that it wakes with. */
self.onmessage = ({ data }: MessageEvent<ParkedTicket>) => {
  standBy(data, (message) => postMessage(message));
};
