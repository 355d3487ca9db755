import { openTrial, type Trying } from "./open-trial.ts";

const threads = 8;
const wakesOfThread = 25_000;
const limitNs = 500e6;

/** Threads that notify at once and without a pause, for half a second or 200,000 wakes. */
export async function tryFlood(trying: Trying): Promise<void> {
  const { ears, start, close } = await openTrial(trying);
  ears.listen();
  ears.begin();
  start({ threads, wakes: wakesOfThread, limitNs });
  await ears.untilAllHeard(threads * wakesOfThread);
  trying.observe({ stage: "flood", ...ears.tally() });
  await close();
}
