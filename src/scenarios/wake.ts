import type { Pointer } from "bun:ffi";
import { WakerbenchError } from "../errors.ts";
import type { Native } from "../native/library.ts";
import { wakerCatalogue } from "../wakers/find.ts";
import { floorVias } from "../wakers/floor.ts";
import type { OpenWaker } from "../wakers/waker.ts";
import { keepBusy } from "./loop-state.ts";
import type { WakeMeasurement } from "./measurement.ts";
import { faultOf, runSchedule } from "./open-loop.ts";
import type { Scenario, Visit } from "./scenario.ts";
import type { WakeJob } from "./wake-job.ts";
import { wakeParameters } from "./wake-parameters.ts";
import { Next, WakeSession } from "./wake-session.ts";

const probeEvery = 50;
const watchPeriodMs = 50;

/** How long from notify to resume: wait, be notified, go on; repeat. */
export const wake: Scenario<WakeJob> = {
  id: "wake",
  title: "Wake",
  summary: "how long from a native thread's notify until the awaiting JavaScript goes on",
  parameters: wakeParameters,
  defaultContenders: ["pipe", "callback", "worker", "executor", "floor"],
  catalogue: wakerCatalogue,
  visit: (visit) => (visit.approach.id === "floor" ? visitFloor(visit) : visitWaker(visit)),
};

async function visitWaker({
  job,
  approach: waker,
  native,
  read,
}: Visit<WakeJob>): Promise<WakeMeasurement[]> {
  const polls = waker.pollPeriodNs !== undefined;
  using session = new WakeSession(native, job, waker.traits.kind, polls);
  const { pointer, seam } = session;
  const open = await waker.open({
    seam,
    parameters: job.parameters,
    enter: job.stages ? () => native.symbols.wb_enter(pointer) : undefined,
    read,
    visit: { libraryPath: job.libraryPath, session: pointer, seam },
    native,
  });
  let fault: string | null = null;
  try {
    if (job.spawn === "per-wake" && native.symbols.wb_session_is_bound(pointer) === 0) {
      throw new WakerbenchError("UNSUPPORTED", `${waker.id} has its own thread for all wakes`, {
        remedy: "measure it with --spawn persistent",
      });
    }
    session.start();
    const run = job.ratePerSecond === null ? runWakes : runSchedule;
    fault = await run(native, open, job, session);
    session.end();
    session.verify();
  } finally {
    native.symbols.wb_session_stop(pointer);
    await open.close();
  }
  return [session.measurement(job.parameters, fault)];
}

/** Warm-up, then the measured wakes. Resolves with the fault that ended them early, if any. */
async function runWakes(
  native: Native,
  open: OpenWaker,
  job: WakeJob,
  session: WakeSession,
): Promise<string | null> {
  const busy = job.loop === "busy" ? keepBusy(native) : undefined;
  const watchdog = watchOver(native, session.pointer);
  const heard = (async () => {
    await wakeMany(native, session.pointer, open, job.warmupWakes);
    session.begin();
    await wakeMany(native, session.pointer, open, job.wakes);
    return null;
  })();
  try {
    return await Promise.race([heard, watchdog.fault]);
  } finally {
    watchdog.stop();
    busy?.stop();
  }
}

/**
 * The measured loop. JavaScript waits before the wake is asked for; the stamp is the first thing done
 * when it goes on.
 */
async function wakeMany(
  native: Native,
  session: Pointer,
  open: OpenWaker,
  count: number,
): Promise<void> {
  const { wb_arm, wb_resume, wb_probe } = native.symbols;
  const ask = open.ask?.bind(open);
  for (let index = 0; index < count; index++) {
    const wakes = open.wait();
    if (wb_arm(session) !== Next.goOn) return;
    ask?.();
    let message = await wakes;
    let next = wb_resume(session, typeof message === "number" ? message : -1);
    while (next === Next.waitAgain) {
      message = await open.wait();
      next = wb_resume(session, typeof message === "number" ? message : -1);
    }
    if (next === Next.finished) return;
    if (index % probeEvery === 0) {
      wb_probe(session);
      wb_probe(session);
    }
  }
}

/** Rings again for wakes that were lost, and says when there is no use in going on. */
function watchOver(native: Native, session: Pointer) {
  const fault = Promise.withResolvers<string | null>();
  const timer = setInterval(() => {
    const next = native.symbols.wb_watch(session);
    if (next === Next.finished) fault.resolve(null);
    if (next === Next.unheard) fault.resolve("ten wakes in a row were not heard: it does not wake");
    if (next === Next.silent) fault.resolve("the waker thread did not notify within 2 s");
  }, watchPeriodMs);
  return { fault: fault.promise, stop: () => clearInterval(timer) };
}

/** All floors in one visit, in an order that the seed draws. */
async function visitFloor({ job, native }: Visit<WakeJob>): Promise<WakeMeasurement[]> {
  const vias = floorVias.filter((via) => via !== "eventfd" || process.platform === "linux");
  const shift = job.seed % vias.length;
  const order = [...vias.slice(shift), ...vias.slice(0, shift)];
  return order.map((via) => {
    using session = new WakeSession(native, job, "doorbell");
    const floor = native.symbols.wb_floor_open(session.seam, floorVias.indexOf(via));
    if (floor === null) {
      throw new WakerbenchError("VISIT_FAILED", `no file descriptor is left for the ${via} floor`, {
        remedy: "raise the limit of open files (`ulimit -n`)",
      });
    }
    let fault: string | null;
    try {
      session.start();
      const run = (wakes: number) => runFloor(native, job, floor as Pointer, wakes);
      fault = run(job.warmupWakes);
      session.begin();
      fault ??= run(job.wakes);
      session.end();
      session.verify();
    } finally {
      native.symbols.wb_session_stop(session.pointer);
      native.symbols.wb_floor_close(floor);
    }
    return session.measurement({ via }, fault === null ? null : `the ${via} floor: ${fault}`);
  });
}

/** Runs so many wakes native to native. Returns what went wrong, or null. */
function runFloor(native: Native, job: WakeJob, floor: Pointer, wakes: number): string | null {
  const { wb_floor_run, wb_floor_run_open_loop } = native.symbols;
  const busy = job.loop === "busy" ? 1 : 0;
  if (job.ratePerSecond !== null) return faultOf(wb_floor_run_open_loop(floor, wakes, busy), job);
  return wb_floor_run(floor, wakes, busy) === 0 ? null : "it lost a wake";
}
