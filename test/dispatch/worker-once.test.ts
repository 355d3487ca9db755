import { expect, test } from "bun:test";
import { DedicatedWorker } from "../../src/dispatch.ts";
import { splitMix64 } from "../../src/stats/random.ts";
import type { Ending, jobs } from "./fixtures/fates.ts";
import { channels, codeOf, fixture, turn } from "./worker-fixture.ts";

const callsInAll = 100_000;
const capacity = 256;
const lanes = 64;

/** When a call is given up, if at all. */
const givenUp = [
  "never",
  "never",
  "never",
  "before",
  "at once",
  "a turn later",
  "in time",
] as const;
type GivenUp = (typeof givenUp)[number];
const endings: readonly Ending[] = ["number", "number", "object", "later", "throws", "throwsLater"];

type Fate = { readonly number: number; readonly ending: Ending; readonly givenUp: GivenUp };
type Outcome = "answered" | "threw" | "cancelled" | "timed out";

function fateOf(number: number, random: ReturnType<typeof splitMix64>): Fate {
  const when = givenUp[random.nextBelow(givenUp.length)] as GivenUp;
  const ending = endings[random.nextBelow(endings.length)] as Ending;
  const isGivenUp = when !== "never" && when !== "before";
  // Nothing but being told ends such a job: its slot shows it.
  return {
    number,
    givenUp: when,
    ending: isGivenUp && number % 4 === 0 ? "untilCancelled" : ending,
  };
}

/** Makes the call, and says how it ended. Anything else than what it may end with is thrown. */
async function outcomeOf(worker: DedicatedWorker<typeof jobs>, fate: Fate): Promise<Outcome> {
  const { number, ending, givenUp } = fate;
  const controller = new AbortController();
  const reason = new Error(`enough of ${number}`);
  if (givenUp === "before") controller.abort(reason);
  const options =
    givenUp === "never" ? undefined : givenUp === "in time" ? { timeoutMs: 1 } : controller;
  const call = worker.call(ending, [number], options);
  if (givenUp === "at once") controller.abort(reason);
  if (givenUp === "a turn later") setImmediate(() => controller.abort(reason));
  try {
    const answer = await call;
    expect(answer).toEqual(ending === "object" ? { number } : number);
    return "answered";
  } catch (error) {
    if (error === reason) return "cancelled";
    if (!(error instanceof Error)) throw error;
    if (error.name === "TimeoutError" && givenUp === "in time") return "timed out";
    expect(error.message).toBe(`threw ${number}`);
    return "threw";
  }
}

/** Whether the job may have run so often when its call ended so. */
function mayHaveRun({ givenUp }: Fate, outcome: Outcome, runs: number): boolean {
  if (outcome === "answered" || outcome === "threw") return runs === 1;
  return givenUp === "before" ? runs === 0 : runs <= 1;
}

/** Makes the calls, many at once, and tells how each ended and how often its job ran. */
async function settleAll(worker: DedicatedWorker<typeof jobs>, calls: number) {
  const shared = new Uint8Array(new SharedArrayBuffer(calls));
  await worker.call("share", [shared]);
  const random = splitMix64(7);
  const fates = Array.from({ length: calls }, (_, number) => fateOf(number, random));
  const outcomes: Outcome[][] = fates.map(() => []);
  let next = 0;
  const lane = async () => {
    for (let fate = fates[next++]; fate !== undefined; fate = fates[next++]) {
      outcomes[fate.number]?.push(await outcomeOf(worker, fate));
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  expect(worker.waiting).toBe(0);
  await untilAllSlotsAreFree(worker);
  return fates.map((fate) => ({
    fate,
    outcomes: outcomes[fate.number] as Outcome[],
    runs: shared[fate.number] as number,
  }));
}

/** Jobs that were given up may still be about to end. */
async function untilAllSlotsAreFree(worker: DedicatedWorker<typeof jobs>): Promise<void> {
  await worker.call("share", [new Uint8Array(new SharedArrayBuffer(capacity))]);
  for (;;) {
    const calls = Array.from({ length: capacity }, (_, number) => worker.call("number", [number]));
    const settled = await Promise.allSettled(calls);
    const full = settled.filter(({ status }) => status === "rejected");
    if (full.length === 0) return;
    for (const each of full) expect(each).toMatchObject({ reason: { code: "QUEUE_FULL" } });
    await turn();
  }
}

test.each(channels)(
  "%s: calls that are answered, throw, are cancelled or time out at random settle once each, and no job runs twice",
  async (channel) => {
    const worker = new DedicatedWorker<typeof jobs>(fixture("fates"), { channel, capacity });
    const calls = Math.ceil(callsInAll / channels.length);
    const counts: Record<Outcome, number> = { answered: 0, threw: 0, cancelled: 0, "timed out": 0 };
    const mistaken: unknown[] = [];
    for (const { fate, outcomes, runs } of await settleAll(worker, calls)) {
      const [outcome] = outcomes;
      if (outcome !== undefined) counts[outcome]++;
      const isRight =
        outcome !== undefined && outcomes.length === 1 && mayHaveRun(fate, outcome, runs);
      if (!isRight) mistaken.push({ ...fate, outcomes, runs });
    }
    expect(mistaken).toEqual([]);
    for (const count of Object.values(counts)) expect(count).toBeGreaterThan(calls / 100);
    expect(worker.strays).toBe(0);
    await worker.close();
  },
  120_000,
);

/** The limit is the product's promise. A busy machine may hold the process up, so the best of a few counts. */
const rejectedWithinMs = 100;
const killings = 4;

test.each(channels)(
  "%s: killing the Worker in the middle rejects all 64 waiting calls within 100 ms",
  async (channel) => {
    const tookMs: number[] = [];
    for (let killing = 0; killing < killings; killing++) {
      const worker = new DedicatedWorker<typeof jobs>(fixture("fates"), { channel });
      await worker.call("share", [new Uint8Array(new SharedArrayBuffer(lanes))]);
      const diedAtMs = new Float64Array(new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT));
      const untilCancelled = Array.from({ length: lanes / 2 }, (_, number) =>
        worker.call("untilCancelled", [number]),
      );
      const die = worker.call("die", [diedAtMs]);
      const behind = Array.from({ length: lanes / 2 - 1 }, (_, number) =>
        worker.call("number", [number]),
      );
      const calls = [...untilCancelled, die, ...behind];
      expect(worker.waiting).toBe(lanes);
      expect(await Promise.all(calls.map(codeOf))).toEqual(Array(lanes).fill("WORKER_DIED"));
      tookMs.push(Date.now() - (diedAtMs[0] as number));
      expect(worker.waiting).toBe(0);
      expect(worker.strays).toBe(0);
      await worker.closed;
    }
    expect(Math.min(...tookMs)).toBeLessThan(rejectedWithinMs);
  },
);
