import { openTrial, type Trying } from "./open-trial.ts";

const threads = 8;
const floods = 3;
const wakesOfThread = 12_500;
const limitNs = 300e6;

/**
 * Threads that notify at once and without a pause, for 0.3 s or 100,000 wakes, and that three times: what
 * crashes by chance seldom survives it thrice.
 */
export async function tryFlood(trying: Trying): Promise<void> {
  const { ears, start, close } = await openTrial(trying);
  ears.listen();
  ears.begin();
  for (let flood = 1; flood <= floods; flood++) {
    start({ threads, wakes: wakesOfThread, limitNs });
    await ears.untilAllHeard(flood * threads * wakesOfThread);
  }
  trying.observe({ stage: "flood", ...ears.tally() });
  await close();
}
