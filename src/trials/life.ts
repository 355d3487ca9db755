import { openTrial, type Trying } from "./open-trial.ts";

/** Long enough for a process that nothing keeps alive to end. */
const delayNs = 400e6;

/**
 * A wake that comes when the process could have ended. Nothing else is open, and nobody awaits: a process
 * that the waker does not keep alive ends before it.
 */
export async function tryLife(trying: Trying): Promise<void> {
  const { ears, start } = await openTrial(trying);
  ears.onEntry = () => {
    trying.observe({ stage: "life" });
    process.exit();
  };
  ears.listen();
  ears.begin();
  start({ wakes: 1, delayNs });
}
