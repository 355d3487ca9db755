import { type ParkedTicket, standBy } from "./stand-by.ts";

declare const self: Worker;

/** The Worker of the waker `broadcast-channel`: posts the number that it wakes with to all who hear. */
self.onmessage = ({ data }: MessageEvent<ParkedTicket & { name: string }>) => {
  const channel = new BroadcastChannel(data.name);
  standBy(data, (message) => channel.postMessage(message));
  channel.close();
};
