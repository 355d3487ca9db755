import { expect, test } from "bun:test";
import { Ring, type RingDoorbell, type RingPolicy } from "../../src/ring.ts";
import { splitMix64 } from "../../src/stats/random.ts";
import { OrderAudit, Pusher } from "./pusher.ts";

/** How long: a second in each run of the tests, `WAKERBENCH_STRESS_S=60` for a real one. */
const stressMs = Number(process.env.WAKERBENCH_STRESS_S ?? 1) * 1000;

const doorbells: readonly RingDoorbell[] =
  process.platform === "linux"
    ? ["callback", "eventfd", "pipe", "napi"]
    : ["callback", "pipe", "napi"];

/** One ring of a life that the seed decides, up to what the scheduler adds. */
function drawLife(seed: number) {
  const random = splitMix64(seed);
  const pick = <T>(choices: readonly T[]) => choices[random.nextBelow(choices.length)] as T;
  return {
    doorbell: pick(doorbells),
    capacity: pick([2, 4, 64, 65_536]),
    whenFull: pick<RingPolicy>(["block", "fail", "drop"]),
    budgetMs: pick([0.01, 0.5, 5]),
    threads: pick([1, 2, 8, 32]),
    each: pick([10, 1_000, 100_000]),
    pauseUs: pick([0, 0, 0, 50]),
    how: pick(["item", "batch", "loop"]),
    ending: pick(["end", "close"]),
    endsAfter: random.nextBelow(3_000),
    endsAfterMs: random.nextBelow(20),
    triesAgain: pick([true, false]),
  };
}

/** Lives it, and gives what was heard beside what the threads were told. */
async function live(life: ReturnType<typeof drawLife>) {
  const { doorbell, capacity, whenFull, budgetMs } = life;
  const ring = new Ring({ payload: "u32", doorbell, capacity, whenFull, budgetMs });
  const audit = new OrderAudit();
  const pusher = new Pusher(ring, life.threads, life.each, life.pauseUs);
  const finish = () => {
    if (life.ending === "close") ring.close();
    else void ring.end();
  };
  const hear = (item: number) => {
    audit.hear(item);
    if (audit.total === life.endsAfter) finish();
  };
  const loop = async () => {
    for await (const item of ring) hear(item);
  };
  const looping = life.how === "loop" ? loop() : null;
  if (life.how === "item") ring.onItem(hear);
  if (life.how === "batch") ring.onBatch((items) => items.forEach(hear));
  const timer = setTimeout(finish, life.endsAfterMs);
  await pusher.done();
  clearTimeout(timer);
  finish();
  await ring.closed;
  await looping;
  const told = await pusher.join({ tryAgain: life.triesAgain });
  return { audit, undelivered: ring.undelivered, pushed: ring.pushed, told };
}

test(
  "rings of all kinds, ended at any moment, lose and double nothing",
  async () => {
    const endMs = performance.now() + stressMs;
    for (let seed = 1; seed === 1 || performance.now() < endMs; seed++) {
      const life = drawLife(seed);
      const { audit, undelivered, pushed, told } = await live(life);
      const context = JSON.stringify({ seed, ...life });
      expect(audit.total + undelivered, context).toBe(told.ok);
      expect(pushed, context).toBe(told.ok);
      // What a thread failed to push leaves a gap in its numbers.
      if (life.whenFull === "block") expect(audit.outOfOrder, context).toBe(0);
      if (life.ending === "end") expect(undelivered, context).toBe(0);
    }
  },
  stressMs + 60_000,
);
