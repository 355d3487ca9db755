import { ask } from "./ask.ts";
import type { Question } from "./pool.ts";

declare const self: Worker;

/** A thread of the pool: each message is a request, which is answered as soon as its server has. */
self.onmessage = async ({ data }: MessageEvent<Question>) => {
  const { id, url, timeoutMs } = data;
  self.postMessage({ id, reply: await ask(url, timeoutMs) });
};
