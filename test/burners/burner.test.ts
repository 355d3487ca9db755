import { expect, test } from "bun:test";
import { type Burner, burnPlaces } from "../../src/burners/burner.ts";
import { openBurner } from "../../src/burners/open.ts";
import { findLibrary, loadLibrary } from "../../src/native/library.ts";

const libraryPath = findLibrary();
const native = loadLibrary(libraryPath);
const burnNs = 200e3;

async function withBurner(place: (typeof burnPlaces)[number], use: (burner: Burner) => unknown) {
  const burner = await openBurner(place, { native, libraryPath, burnNs, capacity: 64 });
  try {
    await use(burner);
  } finally {
    await burner.close();
  }
}

for (const place of burnPlaces) {
  test(`${place}: what burned is counted, and took the CPU time that was asked for`, () =>
    withBurner(place, async ({ burn, burned }) => {
      expect(burned()).toEqual({ times: 0, cpuNs: 0 });
      await Promise.all(Array.from({ length: 20 }, () => burn.run()));
      expect(burned().times).toBe(20);
      expect(burned().cpuNs).toBeGreaterThanOrEqual(20 * burnNs);
    }));
}

test("the loop burns itself, thread and Worker have one of their own", async () => {
  const own = native.symbols.wb_thread_id();
  await withBurner("loop", ({ threadIds }) => expect(threadIds()).toEqual([]));
  for (const place of ["thread", "worker"] as const) {
    await withBurner(place, ({ threadIds }) => {
      expect(threadIds()).toHaveLength(1);
      expect(threadIds()).not.toContain(own);
    });
  }
});

test("the loop's CPU time is spent where it burns, and is spared where it does not", async () => {
  const spentNs = new Map<string, number>();
  for (const place of burnPlaces) {
    await withBurner(place, async ({ burn }) => {
      await burn.run();
      const before = process.threadCpuUsage();
      for (let index = 0; index < 50; index++) await burn.run();
      const { user, system } = process.threadCpuUsage(before);
      spentNs.set(place, (user + system) * 1e3);
    });
  }
  const onLoop = spentNs.get("loop") ?? 0;
  expect(onLoop).toBeGreaterThanOrEqual(0.9 * 50 * burnNs);
  expect(spentNs.get("thread") ?? 0).toBeLessThan(onLoop / 2);
  expect(spentNs.get("worker") ?? 0).toBeLessThan(onLoop / 2);
});
