import type { Settings } from "../approaches/approach.ts";
import type { Native } from "../native/library.ts";
import type { Waker, WakerContext } from "../wakers/waker.ts";
import { Ears } from "./ears.ts";
import type { Observation } from "./job.ts";
import { type Start, TrialSession } from "./trial-session.ts";

/** What a trial is given to work with. */
export type Trying = {
  readonly waker: Waker;
  readonly parameters: Settings;
  readonly native: Native;
  readonly libraryPath: string;
  readonly read: WakerContext["read"];
  /** Tells the parent, at once. */
  observe(observation: Observation): void;
};

/** A waker that is open and heard, with threads to ring it. */
export type OpenTrial = {
  readonly session: TrialSession;
  readonly ears: Ears;
  /** Lets threads ring, and asks for each wake where the waker is one that has to be asked. */
  start(start: Start): void;
  close(): Promise<void>;
};

/** Opens the waker on a trial's seam. */
export async function openTrial(
  { waker, parameters, native, libraryPath, read }: Trying,
  payloadBytes = 0,
): Promise<OpenTrial> {
  const session = new TrialSession(native);
  const { seam } = session;
  const open = await waker.open({
    seam,
    parameters,
    payloadBytes: payloadBytes === 0 ? undefined : payloadBytes,
    read,
    visit: { libraryPath, session: null, seam },
    native,
  });
  const ears = new Ears(open, waker.traits.kind, session);
  return {
    session,
    ears,
    start(start) {
      session.start(start);
      const wakes = (start.threads ?? 1) * start.wakes;
      if (open.ask !== undefined) for (let asked = 0; asked < wakes; asked++) open.ask();
    },
    async close() {
      ears.stop();
      session.leave();
      await open.close();
      session.close();
    },
  };
}
