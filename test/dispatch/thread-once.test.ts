import { expect, test } from "bun:test";
import { type DedicatedThread, JobError } from "../../src/dispatch.ts";
import { JobKind } from "../../src/dispatchers/thread-jobs.ts";
import { splitMix64 } from "../../src/stats/random.ts";
import { openThread } from "./thread-fixture.ts";

const callsInAll = 100_000;
const lanes = 64;
const capacity = 256;
const spinNs = 2_000;
/** Some 16,000 of half of the calls send 8 kB each, of which 130 MB would be left. */
const mostGrownBytes = 24_000_000;
const mostTurns = 4;

/** When a call is given up, if at all; and what its job does. */
const givenUp = ["never", "never", "never", "before", "at once", "later", "in time"] as const;
const jobs = ["echo", "spinNumber", "reverse", "fail", "silence", "untilCancelled"] as const;

type Fate = {
  readonly number: number;
  readonly when: (typeof givenUp)[number];
  readonly job: (typeof jobs)[number];
};

function fateOf(number: number, random: ReturnType<typeof splitMix64>): Fate {
  const when = givenUp[random.nextBelow(givenUp.length)] as Fate["when"];
  const job = jobs[random.nextBelow(jobs.length)] as Fate["job"];
  // Nothing but being given up ends such a job.
  const isEndless = job === "untilCancelled" && (when === "never" || number % 8 > 0);
  return { number, when, job: isEndless ? "echo" : job };
}

/** Makes a call, and says how it ended; what it may not end with is thrown. */
async function outcomeOf(thread: DedicatedThread, fate: Fate, bytes: Uint8Array): Promise<string> {
  const { number, when, job } = fate;
  const controller = new AbortController();
  const reason = new Error(`enough of ${number}`);
  if (when === "before") controller.abort(reason);
  const options = when === "never" ? undefined : when === "in time" ? { timeoutMs: 1 } : controller;
  const sent = job === "spinNumber" ? spinNs : number;
  const isWithBytes = job === "reverse" || job === "fail";
  const request = { kind: JobKind[job], number: sent, ...(isWithBytes ? { bytes } : {}) };
  const call = thread.call(request, options);
  if (when === "at once") controller.abort(reason);
  if (when === "later") setImmediate(() => controller.abort(reason));
  try {
    const answer = await call;
    if (answer instanceof Uint8Array) {
      if (job !== "reverse" || answer.length !== bytes.length) throw new Error("another's bytes");
    } else if (answer !== (job === "silence" ? undefined : sent)) {
      throw new Error(`${number} was answered with ${answer}`);
    }
    return "answered";
  } catch (error) {
    if (error === reason) return "cancelled";
    if (error instanceof DOMException && when === "in time") return error.name;
    if (!(error instanceof JobError) || job !== "fail") throw error;
    expect(error.message).toBe(`call ${number} failed on purpose`);
    return "failed";
  }
}

async function callMany(thread: DedicatedThread, calls: number, seed: bigint) {
  const random = splitMix64(seed);
  const outcomes: Record<string, number> = {};
  const bytes = new Uint8Array(8_000);
  let made = 0;
  let sent = 0;
  let settled = 0;
  const lane = async () => {
    while (made < calls) {
      const fate = fateOf(made++, random);
      if (fate.when !== "before") sent++;
      const outcome = await outcomeOf(thread, fate, bytes);
      settled++;
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return { sent, settled, outcomes };
}

test.each(["park", "adaptive"] as const)(
  `${callsInAll} calls with random cancels, timeouts and failures are settled once each, wait=%s`,
  async (wait) => {
    // What was given up keeps its place until its turn: there must be room for all that wait for one.
    await using opened = openThread({ wait, capacity: capacity * 64 });
    const { thread } = opened;
    const first = await callMany(thread, callsInAll / 2, 1n);
    for (const ending of ["answered", "failed", "cancelled", "TimeoutError"]) {
      expect(first.outcomes[ending]).toBeGreaterThan(100);
    }
    let { sent, settled } = first;
    let grownBytes = Number.POSITIVE_INFINITY;
    // What leaks grows by as much each time; what tests before have left to the collector does not.
    for (let turn = 0; turn < mostTurns && grownBytes > mostGrownBytes; turn++) {
      Bun.gc(true);
      const beforeBytes = process.memoryUsage.rss();
      const more = await callMany(thread, callsInAll / 2, BigInt(2 + turn));
      Bun.gc(true);
      grownBytes = process.memoryUsage.rss() - beforeBytes;
      sent += more.sent;
      settled += more.settled;
      expect(settled).toBe((callsInAll / 2) * (2 + turn));
    }
    expect(grownBytes).toBeLessThan(mostGrownBytes);
    await thread.close();
    // All that was sent came back, run or not, and belonged to a call.
    const { performed, takenBack } = thread.counts;
    expect(performed + takenBack).toBe(sent);
    expect(thread).toMatchObject({ waiting: 0, strays: 0 });
  },
  120_000,
);

test("after thousands of cancelled calls there is room for as many as ever", async () => {
  await using opened = openThread({ capacity });
  const { thread } = opened;
  for (let round = 0; round < 50; round++) {
    const controller = new AbortController();
    const { signal } = controller;
    const calls = Array.from({ length: capacity }, (_, number) =>
      thread.call(number, { signal }).catch((reason) => reason),
    );
    controller.abort("enough");
    expect(new Set(await Promise.all(calls))).toEqual(new Set(["enough"]));
    // They are free when the thread has come by.
    let isFull = true;
    while (isFull) {
      const probe = await thread.call(0).catch(() => "full");
      isFull = probe === "full";
      if (isFull) await Bun.sleep(1);
    }
    const numbers = Array.from({ length: capacity }, (_, number) => number);
    expect(await Promise.all(numbers.map((number) => thread.call(number)))).toEqual(numbers);
  }
  expect(thread.strays).toBe(0);
});
