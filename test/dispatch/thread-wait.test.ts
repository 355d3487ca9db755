import { ptr } from "bun:ffi";
import { afterEach, expect, test } from "bun:test";
import { findLibrary, loadLibrary } from "../../src/native/library.ts";
import { allowedCores } from "../../src/native/placing.ts";
import { openThread } from "./thread-fixture.ts";

const native = loadLibrary(findLibrary());
const cores = allowedCores(native);
const { wb_pin, wb_unpin } = native.symbols;
const thisThread = 0;

afterEach(() => {
  if (cores.length > 0) wb_unpin(thisThread, ptr(cores), cores.length);
});

/** A thread, and the loop, each on its core. */
function openOn(loopCore: number, threadCore: number, wait: "park" | "adaptive") {
  const opened = openThread({ wait });
  expect(wb_pin(thisThread, loopCore)).toBe(0);
  expect(wb_pin(opened.thread.threadId, threadCore)).toBe(0);
  return opened;
}

test.skipIf(cores.length === 0)("on the loop's only core a thread never spins", async () => {
  const [core = 0] = cores;
  await using opened = openOn(core, core, "adaptive");
  const { thread } = opened;
  for (let number = 0; number < 3_000; number++) expect(await thread.call(number)).toBe(number);
  expect(thread.counts.caught).toBe(0);
  expect(thread.counts.parked).toBeGreaterThan(0);
});

test.skipIf(cores.length < 2)(
  "on a core of its own it catches calls by spinning",
  async () => {
    const [loopCore = 0, threadCore = 0] = cores;
    await using opened = openOn(loopCore, threadCore, "adaptive");
    const { thread } = opened;
    for (let number = 0; thread.counts.caught < 100; number++) {
      expect(await thread.call(number)).toBe(number);
    }
  },
  60_000,
);

test.skipIf(cores.length < 2)("a thread that is to park does not spin anywhere", async () => {
  const [loopCore = 0, threadCore = 0] = cores;
  await using opened = openOn(loopCore, threadCore, "park");
  const { thread } = opened;
  for (let number = 0; number < 1_000; number++) expect(await thread.call(number)).toBe(number);
  expect(thread.counts.caught).toBe(0);
});
