import { expect, setDefaultTimeout, test } from "bun:test";
import { availableParallelism } from "node:os";
import { asyncWork } from "../../src/dispatchers/async-work.ts";
import type { Work } from "../../src/dispatchers/dispatcher.ts";
import { piscina } from "../../src/dispatchers/piscina.ts";
import { tinypool } from "../../src/dispatchers/tinypool.ts";
import { allowedCores } from "../../src/native/placing.ts";
import { callAtRandom, rejectionOf } from "./calls.ts";
import { contextOf } from "./context.ts";

// A busy machine takes its time to start so many threads.
setDefaultTimeout(120_000);

const pools = [piscina, tinypool, asyncWork];
// Tinypool may hand a call to a thread that the abort of another has doomed: its caveat says so.
const nothing: Work = { kind: "spin", spinNs: 0 };
const works: readonly Work[] = [
  nothing,
  { kind: "spin", spinNs: 10_000 },
  { kind: "yield" },
  { kind: "sqlite" },
];

for (const pool of pools) {
  test.each(works)(
    `${pool.id} does the work %j, one call at a time and many at once`,
    async (work) => {
      const open = await pool.open(contextOf(work));
      expect(await open.call(2 ** 40 + 1)).toBe(2 ** 40 + 1);
      const numbers = Array.from({ length: 100 }, (_, index) => index);
      expect(await Promise.all(numbers.map((number) => open.call(number)))).toEqual(numbers);
      await open.close();
    },
  );

  test(`${pool.id} brings back what was thrown, with the number and the place in the worker`, async () => {
    const open = await pool.open(contextOf(nothing));
    const error = await rejectionOf(open.fail(4_321));
    expect(error).toBeInstanceOf(Error);
    expect((error as Error).message).toContain("4321");
    expect((error as Error).stack).toMatch(/works\.ts|async_work\.zig/);
    expect(await open.call(1)).toBe(1);
    await open.close();
  });

  test(`${pool.id} knows its threads, which are not the loop's`, async () => {
    const context = contextOf(nothing);
    const open = await pool.open(context);
    const ids = open.threadIds();
    expect(ids.length).toBeGreaterThanOrEqual(1);
    expect(ids).not.toContain(context.native.symbols.wb_thread_id());
    await open.close();
  });

  test.skipIf(process.platform !== "linux")(
    `${pool.id} starts its threads on the core that it is told, the late ones too`,
    async () => {
      const context = contextOf({ kind: "spin", spinNs: 1e6 });
      const { wb_core_of } = context.native.symbols;
      const core = allowedCores(context.native).at(-1) ?? 0;
      const open = await pool.open({ ...context, workerCore: core });
      await Promise.all(Array.from({ length: 60 }, (_, number) => open.call(number)));
      const cores = open.threadIds().map((id) => wb_core_of(id));
      expect(cores).toEqual(cores.map(() => core));
      await open.close();
    },
  );

  test(`${pool.id} rejects a call whose signal is aborted before, and runs on`, async () => {
    const open = await pool.open(contextOf(nothing));
    const reason = new Error("changed my mind");
    expect(await rejectionOf(open.call(1, { signal: AbortSignal.abort(reason) }))).toBe(reason);
    expect(await open.call(2)).toBe(2);
    await open.close();
  });

  test(`${pool.id} gives up a call whose time is over in the middle of its work`, async () => {
    const open = await pool.open(contextOf({ kind: "spin", spinNs: 300e6 }));
    const error = await rejectionOf(open.call(1, { timeoutMs: 20 }));
    expect((error as Error).name).toBe("TimeoutError");
    expect(await open.call(2)).toBe(2);
    await open.close();
  });

  test(`${pool.id} settles calls with random aborts, throws and timeouts as they were to end`, async () => {
    const open = await pool.open(contextOf({ kind: "spin", spinNs: 100_000 }));
    const forgiven = pool === tinypool ? "Terminating worker thread" : undefined;
    const calls = pool === asyncWork ? 20_000 : 240;
    const ended = await callAtRandom(open, { calls, inFlight: 6, seed: 5n, forgiven });
    expect(ended.mistaken).toEqual([]);
    expect(ended.settled).toBe(calls);
    expect(open.strayAnswers?.() ?? 0).toBe(0);
    // The pool is whole: who was killed has a successor.
    expect(await Promise.all([77, 78, 79].map((number) => open.call(number)))).toEqual([
      77, 78, 79,
    ]);
    await open.close();
  });
}

test("a pool whose threads cannot start says why, and leaves nothing behind", async () => {
  const context = { ...contextOf(nothing), libraryPath: "/nowhere/libwakerbench.so" };
  for (const pool of [piscina, tinypool]) {
    expect(String(await rejectionOf(pool.open(context)))).toContain("/nowhere/libwakerbench.so");
  }
});

test("async work that no thread has begun is never done when its call is aborted", async () => {
  const open = await asyncWork.open(contextOf({ kind: "spin", spinNs: 2e6 }));
  const numbers = Array.from({ length: 200 }, (_, index) => index);
  const doneMs = await durationMs(() => Promise.all(numbers.map((number) => open.call(number))));
  const abortedMs = await durationMs(async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const calls = numbers.map((number) => rejectionOf(open.call(number, { signal })));
    controller.abort();
    await Promise.all(calls);
    // It stands behind all that were aborted.
    await open.call(1);
  });
  expect(abortedMs).toBeLessThan(doneMs / 2);
  await open.close();
});

async function durationMs(run: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await run();
  return performance.now() - startMs;
}

test("UV_THREADPOOL_SIZE sets how many threads do asynchronous work", () => {
  const path = (file: string) => JSON.stringify(new URL(file, import.meta.url).pathname);
  const script = `
    const { asyncWork } = await import(${path("../../src/dispatchers/async-work.ts")});
    const { contextOf } = await import(${path("./context.ts")});
    const open = await asyncWork.open(contextOf({ kind: "spin", spinNs: 5e6 }));
    await Promise.all(Array.from({ length: 60 }, (_, number) => open.call(number)));
    console.log(open.threadIds().length);
    await open.close();`;
  const usual = Math.max(2, availableParallelism());
  const run = Bun.spawnSync([process.execPath, "-e", script], {
    env: { ...process.env, UV_THREADPOOL_SIZE: String(usual + 3) },
  });
  const threads = Number(run.stdout.toString());
  // How many of them come in time is for the kernel to decide.
  expect(threads).toBeGreaterThan(usual);
  expect(threads).toBeLessThanOrEqual(usual + 3);
});
