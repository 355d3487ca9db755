import { type OpenTrial, openTrial, type Trying } from "./open-trial.ts";

const manyWakes = 1_000;
/** So short a gap that wakes pile up now and then, so long that the loop sleeps between most. */
const gapNs = 20_000;
const blockedWakes = 2_000;
/** The loop is blocked until the threads have rung, and not for longer. */
const mostBlockedMs = 2_000;
const payloadWakes = 200;

/** One wake; a thousand; two thousand while the loop is blocked; and the payloads that the waker claims. */
export async function tryWakes(trying: Trying): Promise<void> {
  const trial = await openTrial(trying);
  trial.ears.listen();
  trial.ears.begin();
  trial.start({ wakes: 1 });
  await trial.ears.untilAllHeard(1);
  const one = trial.ears.tally();
  trying.observe({ stage: "wake", ...one });
  if (one.heard === 0) return;
  trial.ears.begin();
  trial.start({ wakes: manyWakes, gapNs });
  await trial.ears.untilAllHeard(manyWakes);
  trying.observe({ stage: "many", ...trial.ears.tally() });
  await tryBlocked(trying, trial);
  await trial.close();
  for (const payloadBytes of trying.waker.traits.payloadSizes ?? []) {
    if (payloadBytes > 0) await tryPayload(trying, payloadBytes);
  }
}

/** While the loop is blocked no handler can run: does a notify wait for one, and does each get its own? */
async function tryBlocked({ observe }: Trying, { session, ears, start }: OpenTrial): Promise<void> {
  ears.begin();
  start({ wakes: blockedWakes });
  const endMs = performance.now() + mostBlockedMs;
  // Asleep, so that the threads have the cores: it is the loop that must not turn.
  while (session.isRunning() && performance.now() < endMs) Bun.sleepSync(1);
  const returnedFirst = !session.isRunning() && ears.tally().entries === 0;
  await ears.untilAllHeard(blockedWakes);
  observe({ stage: "blocked", returnedFirst, ...ears.tally() });
}

/** The waker checks what it reads, and throws when a payload is broken. */
async function tryPayload(trying: Trying, payloadBytes: number): Promise<void> {
  const { ears, start, close } = await openTrial(trying, payloadBytes);
  ears.listen();
  ears.begin();
  start({ wakes: payloadWakes, gapNs });
  await ears.untilAllHeard(payloadWakes);
  trying.observe({ stage: "payload", payloadBytes, ...ears.tally() });
  await close();
}
