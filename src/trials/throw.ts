import { openTrial, type Trying } from "./open-trial.ts";

const patienceMs = 1_500;
const purpose = "thrown on purpose";

type Reached = "uncaughtException" | "unhandledRejection" | null;

/** A handler that throws: where the error comes out, and whether the next wake is heard. */
export async function tryThrow(trying: Trying): Promise<void> {
  const { ears, start, close } = await openTrial(trying);
  ears.onEntry = () => {
    throw new Error(purpose);
  };
  const thrown = whereItComesOut();
  ears.listen();
  ears.begin();
  start({ wakes: 1 });
  const reached = await thrown;
  // It ended the loop that awaited the wakes; whoever hears events goes on hearing them.
  if (reached === "unhandledRejection") ears.listen();
  ears.begin();
  start({ wakes: 1 });
  await ears.untilAllHeard(1);
  trying.observe({ stage: "throw", reached, goesOn: ears.tally().heard > 0 });
  await close();
}

function whereItComesOut(): Promise<Reached> {
  const { promise, resolve } = Promise.withResolvers<Reached>();
  const timer = setTimeout(() => resolve(null), patienceMs);
  for (const name of ["uncaughtException", "unhandledRejection"] as const) {
    process.prependListener(name, () => resolve(name));
  }
  return promise.finally(() => clearTimeout(timer));
}
