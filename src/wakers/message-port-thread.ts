import { type ParkedTicket, standBy } from "./stand-by.ts";

declare const self: Worker;

/** The Worker of the waker `message-port`: posts the number that it wakes with on its port. */
self.onmessage = ({ data }: MessageEvent<ParkedTicket & { port: MessagePort }>) => {
  standBy(data, (message) => data.port.postMessage(message));
};
