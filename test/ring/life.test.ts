import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ring, type RingDoorbell } from "../../src/ring.ts";
import { letGo, OrderAudit, Pushed, Pusher, pushOne } from "./pusher.ts";

const doorbells: RingDoorbell[] =
  process.platform === "linux"
    ? ["callback", "eventfd", "pipe", "napi"]
    : ["callback", "pipe", "napi"];

/** Runs a program of the folder fixtures. */
async function runFixture(name: string, ...args: string[]) {
  const path = join(import.meta.dirname, "fixtures", name);
  const child = Bun.spawn([process.execPath, path, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr, exitCode] = await Promise.all([
    child.stdout.text(),
    child.stderr.text(),
    child.exited,
  ]);
  return { stdout, stderr, exitCode };
}

test("end delivers all that was pushed before it, and refuses what comes later", async () => {
  const ring = new Ring({ payload: "u32" });
  const { pointer } = ring;
  const heard: number[] = [];
  ring.onItem((item) => heard.push(item));
  for (let item = 0; item < 10_000; item++) pushOne(pointer, Uint32Array.of(item));
  const ended = ring.end();
  expect(pushOne(pointer, Uint32Array.of(0))).toBe(Pushed.closed);
  await ended;
  expect(heard).toEqual(Array.from({ length: 10_000 }, (_, item) => item));
  expect(ring.undelivered).toBe(0);
  letGo(pointer);
});

test("end waits for somebody to listen", async () => {
  const ring = new Ring({ payload: "u32" });
  const { pointer } = ring;
  pushOne(pointer, Uint32Array.of(1));
  const ended = ring.end();
  const heard: number[] = [];
  for await (const item of ring) heard.push(item);
  await ended;
  letGo(pointer);
  expect(heard).toEqual([1]);
});

test("end in the midst of a flood delivers all that was taken", async () => {
  const ring = new Ring({ payload: "u32", capacity: 64 });
  const audit = new OrderAudit();
  let ended: Promise<void> | undefined;
  ring.onItem((item) => {
    audit.hear(item);
    if (audit.total === 5_000) ended = ring.end();
  });
  const pusher = new Pusher(ring, 8, 1_000_000);
  const { ok, closed } = await pusher.join();
  await ended;
  expect(closed).toBe(8);
  expect(audit).toMatchObject({ total: ok, outOfOrder: 0 });
  expect(ring).toMatchObject({ pushed: ok, undelivered: 0 });
});

test("close throws the rest away at once and tells how much that was", async () => {
  const ring = new Ring({ payload: "u32" });
  const { pointer } = ring;
  const heard: number[] = [];
  for (let item = 0; item < 100; item++) pushOne(pointer, Uint32Array.of(item));
  ring.onItem((item) => {
    heard.push(item);
    if (heard.length === 10) ring.close();
  });
  await ring.closed;
  expect(heard).toHaveLength(10);
  expect(ring.undelivered).toBe(90);
  expect(pushOne(pointer, Uint32Array.of(0))).toBe(Pushed.closed);
  letGo(pointer);
});

test.each([2, 65_536])("threads that push meanwhile are told, capacity %d", async (capacity) => {
  const ring = new Ring({ payload: "u32", capacity });
  const audit = new OrderAudit();
  ring.onItem((item) => {
    audit.hear(item);
    if (audit.total === 1_000) ring.close();
  });
  const pusher = new Pusher(ring, 16, 1_000_000);
  await ring.closed;
  const { ok, closed } = await pusher.join();
  expect(closed).toBe(16);
  expect(audit).toMatchObject({ total: 1_000, outOfOrder: 0 });
  expect(ring.undelivered).toBe(ok - 1_000);
});

test("a thread that sleeps in a full ring is woken by close", async () => {
  const ring = new Ring({ payload: "u32", capacity: 2 });
  const pusher = new Pusher(ring, 4, 3);
  while (ring.pushed < 2) await Bun.sleep(1);
  ring.close();
  expect(await pusher.join()).toEqual({ ok: 2, full: 0, dropped: 0, closed: 4 });
  await ring.closed;
  expect(ring.undelivered).toBe(2);
});

test("threads may outlive the ring, and are told at each push", async () => {
  const ring = new Ring({ payload: "u32" });
  ring.onItem(() => {});
  const pusher = new Pusher(ring, 4, 10);
  await pusher.done();
  await ring.end();
  Bun.gc(true);
  expect(await pusher.join({ tryAgain: true })).toEqual({ ok: 40, full: 0, dropped: 0, closed: 4 });
});

test("leaving the scope of a using closes", async () => {
  let outside: Ring<"u32">;
  let pusher: Pusher;
  {
    using ring = new Ring({ payload: "u32", capacity: 4 });
    outside = ring;
    pusher = new Pusher(ring, 2, 1_000_000);
  }
  await outside.closed;
  const { closed } = await pusher.join();
  expect(closed).toBe(2);
  expect(outside.undelivered).toBe(outside.pushed);
});

test("closing and ending twice, in any order, are one", async () => {
  const ring = new Ring({ payload: "u32" });
  const ended = ring.end();
  ring.close();
  ring.close();
  expect(ring.end()).toBe(ended);
  await ended;
  ring.close();
  ring.unref().ref();
  ring.onItem(() => {});
  expect(() => ring.pointer).toThrow(expect.objectContaining({ code: "RING_CLOSED" }));
  expect(ring).toMatchObject({ pushed: 0, undelivered: 0, rung: 0 });
});

test.each(doorbells)(
  "over the doorbell %s an open ring keeps the process alive, until it is closed or unref'd",
  async (doorbell) => {
    const modes = ["ref", "close", "unref", "unref-hears", "unref-ref"];
    const outcomes = await Promise.all(modes.map((mode) => runFixture("lives.ts", doorbell, mode)));
    const heard = { stdout: "heard 1\n", stderr: "", exitCode: 0 };
    const silent = { stdout: "", stderr: "", exitCode: 0 };
    // What is pushed after half a second is heard only where something has kept the process alive.
    expect(outcomes).toEqual([heard, silent, silent, heard, heard]);
  },
);

test.each<RingDoorbell>(["callback", "pipe", "napi"])(
  "what a handler throws reaches uncaughtException, and the ring goes on, over %s",
  async (doorbell) => {
    const { stdout, stderr, exitCode } = await runFixture("throws.ts", doorbell);
    expect({ stdout, stderr, exitCode }).toEqual({
      stdout: "caught 1\ncaught 3\nheard 0 2 4\n",
      stderr: "",
      exitCode: 0,
    });
  },
);

test("what a handler throws fails a program that does not catch it", async () => {
  const { stderr, exitCode } = await runFixture("throws.ts", "callback", "uncaught");
  expect(exitCode).toBe(1);
  expect(stderr).toContain("bad item 1");
});

test.skipIf(process.platform !== "linux").each(doorbells)(
  "many rings one after the other, doorbell %s, leave neither descriptors nor memory behind",
  async (doorbell) => {
    const items = 8192;
    const payload = new Uint8Array(64);
    const openAndClose = async (rings: number) => {
      for (let opened = 0; opened < rings; opened++) {
        const ring = new Ring({ payload: 64, capacity: items, doorbell });
        const { pointer } = ring;
        for (let item = 0; item < items; item++) pushOne(pointer, payload);
        ring.onBatch(() => {});
        await ring.end();
        letGo(pointer);
      }
      Bun.gc(true);
      return { fds: readdirSync("/proc/self/fd").length, rssBytes: process.memoryUsage.rss() };
    };
    let before = await openAndClose(100);
    let grownBytes = Number.POSITIVE_INFINITY;
    // What leaks grows by as much each time; what tests before have left to the collector does not.
    for (let turn = 0; turn < 3 && grownBytes >= 60e6; turn++) {
      const after = await openAndClose(200);
      // A leak of a descriptor would be 200; of the cells alone 118 MB.
      expect(after.fds - before.fds).toBeLessThan(20);
      grownBytes = after.rssBytes - before.rssBytes;
      before = after;
    }
    expect(grownBytes).toBeLessThan(60e6);
  },
  60_000,
);

test.skipIf(process.platform !== "linux")(
  "a ring whose address nobody was given leaves nothing behind either",
  async () => {
    const virtualPages = () => Number(readFileSync("/proc/self/statm", "utf8").split(" ")[0]);
    const before = virtualPages();
    for (let opened = 0; opened < 50; opened++) {
      const ring = new Ring({ payload: "u32", capacity: 2 ** 24 });
      await ring.end();
    }
    // The cells of one are 128 MB of addresses, of all 6.4 GB.
    expect((virtualPages() - before) * 4096).toBeLessThan(1e9);
  },
);

test("a Worker may have rings of its own", async () => {
  const worker = new Worker(new URL("./fixtures/in-worker.ts", import.meta.url).href);
  const heard = Promise.withResolvers<unknown>();
  worker.onmessage = ({ data }) => heard.resolve(data);
  worker.onerror = ({ message }) => heard.reject(new Error(message));
  worker.postMessage(10_000);
  expect(await heard.promise).toEqual({ total: 40_000, outOfOrder: 0 });
  worker.terminate();
});
