import { expect, test } from "bun:test";
import { Ring } from "../../src/ring.ts";
import { letGo, Pusher, pushOne } from "./pusher.ts";

/** 100 items that take a millisecond each, and how often a timer came between the first and last. */
async function ticksAmongSlowItems(budgetMs: number, how: "handler" | "loop") {
  const items = 100;
  const ring = new Ring({ payload: "u32", budgetMs });
  const { pointer } = ring;
  for (let item = 0; item < items; item++) pushOne(pointer, Uint32Array.of(item));
  let heard = 0;
  let ticks = 0;
  const timer = setInterval(() => {
    if (heard > 0) ticks++;
  }, 1);
  const work = () => {
    const until = performance.now() + 1;
    while (performance.now() < until);
    if (++heard === items) clearInterval(timer);
  };
  if (how === "handler") {
    ring.onItem(work);
    await ring.end();
  } else {
    const ended = ring.end();
    for await (const _item of ring) work();
    await ended;
  }
  letGo(pointer);
  return { ticks, turns: ring.turns, heard };
}

test.each(["handler", "loop"] as const)(
  "timers live among items that take longer than the budget, in a %s",
  async (how) => {
    const short = await ticksAmongSlowItems(0.5, how);
    const long = await ticksAmongSlowItems(1000, how);
    expect(short.heard).toBe(100);
    expect(long.heard).toBe(100);
    // A tick for nearly every item, or every eighth in a loop; with a long budget next to none.
    expect(short.ticks).toBeGreaterThan(how === "handler" ? 30 : 5);
    expect(long.ticks).toBeLessThan(short.ticks);
    expect(short.turns).toBeGreaterThan(long.turns);
  },
);

test("timers live beside threads that push without end", async () => {
  const ring = new Ring({ payload: "u32" });
  let ticks = 0;
  let heard = 0;
  const done = Promise.withResolvers<void>();
  ring.onItem(() => heard++);
  const pusher = new Pusher(ring, 4, 2 ** 20 - 1);
  const timer = setInterval(() => {
    if (++ticks === 20) done.resolve();
  }, 1);
  await done.promise;
  clearInterval(timer);
  ring.close();
  const { ok } = await pusher.join();
  await ring.closed;
  // All ticks came in the midst of the flood, or it was over before: then there was no need to.
  expect(heard).toBeGreaterThan(0);
  expect(heard + ring.undelivered).toBe(ok);
});

test("a single item costs one entry, and none of the loop's turns", async () => {
  const ring = new Ring({ payload: "u32" });
  const heard: number[] = [];
  ring.onItem((item) => heard.push(item));
  const pusher = new Pusher(ring, 1, 20, 2_000);
  await pusher.join();
  while (heard.length < 20) await Bun.sleep(1);
  // The first turn is the look with which a ring begins.
  expect(ring.turns).toBe(1);
  expect(ring.entries).toBe(ring.rung + 1);
  await ring.end();
});
