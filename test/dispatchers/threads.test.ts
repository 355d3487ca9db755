import { expect, test } from "bun:test";
import { join } from "node:path";
import type { Work } from "../../src/dispatchers/dispatcher.ts";
import { dispatcherCatalogue } from "../../src/dispatchers/find.ts";
import { callAtRandom, rejectionOf } from "./calls.ts";
import { contextOf } from "./context.ts";

const nothing: Work = { kind: "spin", spinNs: 0 };
const works: readonly Work[] = [
  nothing,
  { kind: "spin", spinNs: 10_000 },
  { kind: "yield" },
  { kind: "sqlite" },
];
const shipped = ["ring", "callback", "napi", "pipe", "socketpair"];
const wakers = ["pipe-threadpool", "udp", "uv-async", "worker", "signal", "poll-immediate"];

async function openByName(name: string, work: Work = nothing, parameters = {}) {
  const dispatcher = await dispatcherCatalogue.find(name);
  return dispatcher.open({ ...contextOf(work), parameters });
}

for (const name of shipped) {
  test.each(works)(
    `${name} does the work %j, one call at a time and many at once`,
    async (work) => {
      const open = await openByName(name, work);
      expect(await open.call(2 ** 40 + 1)).toBe(2 ** 40 + 1);
      const numbers = Array.from({ length: 60 }, (_, index) => index);
      expect(await Promise.all(numbers.map((number) => open.call(number)))).toEqual(numbers);
      expect(open.strayAnswers?.()).toBe(0);
      await open.close();
    },
  );

  test(`${name} brings back what a job failed with, with the number and the place in the library`, async () => {
    const open = await openByName(name);
    const error = (await rejectionOf(open.fail(4_321))) as Error;
    expect(error.message).toContain("4321");
    expect(error.stack).toContain("dedicated_jobs.zig");
    await open.close();
  });

  test(`${name} knows its one thread, and settles calls at random as they were to end`, async () => {
    const open = await openByName(name, { kind: "spin", spinNs: 20_000 }, { wait: "adaptive" });
    expect(open.threadIds()).toHaveLength(1);
    const ended = await callAtRandom(open, { calls: 5_000, inFlight: 16, seed: 5n });
    expect(ended).toEqual({ mistaken: [], settled: 5_000 });
    expect(open.strayAnswers?.()).toBe(0);
    await open.close();
  });
}

test.each(wakers)("any other native waker carries answers: %s", async (name) => {
  const open = await openByName(name);
  for (let number = 0; number < 20; number++) expect(await open.call(number)).toBe(number);
  await open.close();
});

test("what no thread could ring is refused, and a name that is none gets a suggestion", async () => {
  expect(await rejectionOf(openByName("executor"))).toMatchObject({ code: "UNKNOWN_CONTENDER" });
  expect(await rejectionOf(openByName("pip"))).toMatchObject({
    code: "UNKNOWN_CONTENDER",
    remedy: expect.stringContaining("pipe"),
  });
});

test("a waker of the user's own carries answers, too", async () => {
  const open = await openByName(join(import.meta.dirname, "fixtures", "own-waker.ts"));
  for (let number = 0; number < 100; number++) expect(await open.call(number)).toBe(number);
  await open.close();
});

test("a waker of the user's own that binds nothing is refused", async () => {
  const open = openByName(join(import.meta.dirname, "fixtures", "unbound-waker.ts"));
  expect(await rejectionOf(open)).toMatchObject({ code: "UNSUPPORTED" });
});
