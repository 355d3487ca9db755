import { WakerbenchError } from "../errors.ts";
import { wakerCatalogue } from "../wakers/find.ts";
import { type Ears, listen } from "../wakers/listen.ts";
import type { OpenWaker, Waker } from "../wakers/waker.ts";
import { visitFloor } from "./burst-floor.ts";
import type { BurstJob } from "./burst-job.ts";
import type { BurstMeasurement } from "./burst-measurement.ts";
import { burstParameters } from "./burst-parameters.ts";
import { BurstSession, Ending } from "./burst-session.ts";
import type { Scenario, Visit } from "./scenario.ts";

/** Many threads at once: how many wakes a second are heard, and what it costs everybody else. */
export const burst: Scenario<BurstJob> = {
  id: "burst",
  title: "Burst",
  summary: "how many wakes a second are heard when many native threads notify at once",
  parameters: burstParameters,
  catalogue: wakerCatalogue,
  defaultContenders: ["pipe", "callback", "worker", "ring", "floor"],
  async visit(visit) {
    if (visit.job.isControl) return [await visitControl(visit)];
    if (visit.approach.id === "floor") return [visitFloor(visit)];
    return [await visitWaker(visit)];
  },
};

/** The same threads, whose notify does nothing, and a loop that has only its timer. */
async function visitControl({ job, native }: Visit<BurstJob>): Promise<BurstMeasurement> {
  using session = new BurstSession(native, job, "message");
  session.start();
  await session.flood(job.warmupFloodNs);
  const ending = await session.flood(job.floodNs);
  return session.measurement(ending, { entries: undefined, refused: 0 });
}

async function visitWaker(visit: Visit<BurstJob>): Promise<BurstMeasurement> {
  const { job, approach: waker, native, read } = visit;
  rejectUnfit(job, waker);
  using session = new BurstSession(native, job, waker.traits.kind);
  const open = await waker.open({
    seam: session.seam,
    parameters: job.parameters,
    payloadBytes: job.payloadBytes === 0 ? undefined : job.payloadBytes,
    read,
    visit: { libraryPath: job.libraryPath, session: null, seam: session.seam },
    native,
  });
  let ears: Ears | undefined;
  try {
    if (!session.isBound) {
      throw new WakerbenchError("UNSUPPORTED", `${waker.id} rings from a thread of its own`, {
        remedy: "only a waker whose seam is bound to a notify function can be flooded",
      });
    }
    session.start();
    ears = listen(open, session.audit.hear);
    return await Promise.race([floodTwice(session, open, job), ears.fault]);
  } finally {
    // Threads that do not come out of their notify would find the waker gone.
    if (session.stop()) {
      ears?.stop();
      await open.close();
    }
  }
}

/** The warm-up, which is dropped, and then the flood that counts. */
async function floodTwice(
  session: BurstSession,
  open: OpenWaker,
  job: BurstJob,
): Promise<BurstMeasurement> {
  const warmedUp = await session.flood(job.warmupFloodNs);
  if (warmedUp === Ending.stuck || warmedUp === Ending.overrun) {
    const fault = session.faultOf(warmedUp);
    throw new WakerbenchError("WAKER_FAILED", `in the warm-up ${fault}`, {
      remedy: "flood it from fewer --threads",
    });
  }
  // What the warm-up left behind is not collected at the expense of the flood.
  Bun.gc(true);
  const entriesBefore = open.entries?.() ?? 0;
  const refusedBefore = open.refused?.() ?? 0;
  const ending = await session.flood(job.floodNs);
  return session.measurement(ending, {
    entries: open.entries === undefined ? undefined : open.entries() - entriesBefore,
    refused: (open.refused?.() ?? 0) - refusedBefore,
  });
}

/** @throws WakerbenchError UNSUPPORTED */
function rejectUnfit({ payloadBytes }: BurstJob, { id, traits }: Waker): void {
  if (!traits.native) {
    throw new WakerbenchError("UNSUPPORTED", `${id} is not rung by native threads`, {
      remedy: "measure it with the scenario wake",
    });
  }
  if (payloadBytes === 0 || traits.payloadSizes?.includes(payloadBytes)) return;
  throw new WakerbenchError("UNSUPPORTED", `${id} does not carry ${payloadBytes} bytes`, {
    remedy: `--payload ${[...new Set([0, ...(traits.payloadSizes ?? [])])].join(" or ")}`,
  });
}
