import { expect, test } from "bun:test";
import { Ring, type RingDoorbell, type RingPayload } from "../../src/ring.ts";
import { letGo, OrderAudit, Pushed, Pusher, partsOf, pushOne } from "./pusher.ts";

const doorbells: RingDoorbell[] =
  process.platform === "linux"
    ? ["callback", "eventfd", "pipe", "napi"]
    : ["callback", "pipe", "napi"];

/** Makes a ring, pushes the items on this thread, ends it and gives what was heard. */
async function roundTrip<P extends RingPayload>(payload: P, items: readonly NodeJS.TypedArray[]) {
  const ring = new Ring({ payload });
  const { pointer } = ring;
  for (const item of items) expect(pushOne(pointer, item)).toBe(Pushed.ok);
  const heard: unknown[] = [];
  ring.onItem((item) => heard.push(item));
  await ring.end();
  letGo(pointer);
  return heard;
}

test("numbers arrive as what they were pushed as", async () => {
  expect(await roundTrip("u32", [Uint32Array.of(0), Uint32Array.of(2 ** 32 - 1)])).toEqual([
    0,
    2 ** 32 - 1,
  ]);
  expect(await roundTrip("i32", [Int32Array.of(-(2 ** 31)), Int32Array.of(7)])).toEqual([
    -(2 ** 31),
    7,
  ]);
  expect(await roundTrip("f64", [Float64Array.of(0.1), Float64Array.of(-Infinity)])).toEqual([
    0.1,
    -Infinity,
  ]);
  expect(await roundTrip("u64", [BigUint64Array.of(2n ** 64n - 1n)])).toEqual([2n ** 64n - 1n]);
});

test.each([1, 3, 8, 64, 4096])(
  "items of %d bytes arrive whole, each a copy of its own",
  async (size) => {
    const items = [1, 2, 3].map((seed) => new Uint8Array(size).fill(seed));
    const heard = (await roundTrip(size, items)) as Uint8Array[];
    expect(heard).toEqual(items);
    heard[0]?.fill(99);
    expect(heard.slice(1)).toEqual(items.slice(1));
  },
);

test("a batch holds items one behind the other", async () => {
  const ring = new Ring({ payload: 3 });
  const { pointer } = ring;
  for (const seed of [1, 2]) pushOne(pointer, new Uint8Array(3).fill(seed));
  const heard: number[][] = [];
  ring.onBatch((bytes) => heard.push([...bytes]));
  await ring.end();
  letGo(pointer);
  expect(heard.flat()).toEqual([1, 1, 1, 2, 2, 2]);
});

test.each(doorbells)(
  "all of eight threads arrive in order over the doorbell %s",
  async (doorbell) => {
    const each = 20_000;
    const ring = new Ring({ payload: "u32", doorbell, capacity: 256 });
    const audit = new OrderAudit();
    ring.onItem(audit.hear);
    const pusher = new Pusher(ring, 8, each);
    expect(await pusher.join()).toEqual({ ok: 8 * each, full: 0, dropped: 0, closed: 0 });
    await ring.end();
    expect(audit).toMatchObject({ total: 8 * each, outOfOrder: 0 });
    expect(ring).toMatchObject({ pushed: 8 * each, undelivered: 0, dropped: 0, refused: 0 });
  },
);

test.each(doorbells)("single items wake a sleeping loop over the doorbell %s", async (doorbell) => {
  const each = 100;
  const ring = new Ring({ payload: "u32", doorbell });
  const audit = new OrderAudit();
  ring.onItem(audit.hear);
  const pusher = new Pusher(ring, 1, each, 500);
  await pusher.join();
  await ring.end();
  expect(audit).toMatchObject({ total: each, outOfOrder: 0 });
  // Each is rung for, but for those that came while JavaScript was awake; never more than one a push.
  expect(ring.rung).toBeGreaterThan(0);
  expect(ring.rung).toBeLessThanOrEqual(each);
});

test("payloads of threads are not mixed", async () => {
  const each = 2_000;
  const ring = new Ring({ payload: 37, capacity: 64 });
  let torn = 0;
  let total = 0;
  ring.onItem((item) => {
    const view = new DataView(item.buffer, item.byteOffset);
    const { number } = partsOf(view.getUint32(0, true));
    for (let at = 4; at < item.length; at++) if (item[at] !== ((number + at) & 255)) torn++;
    total++;
  });
  const pusher = new Pusher(ring, 4, each);
  await pusher.join();
  await ring.end();
  expect({ total, torn }).toEqual({ total: 4 * each, torn: 0 });
});

test("a handler may be put in another's place, and what waits goes to the new one", async () => {
  const ring = new Ring({ payload: "u32" });
  const { pointer } = ring;
  const first: number[] = [];
  const second: number[] = [];
  ring.onItem((item) => {
    first.push(item);
    if (item === 1) ring.onItem((next) => second.push(next));
  });
  for (let item = 0; item < 5; item++) pushOne(pointer, Uint32Array.of(item));
  await ring.end();
  letGo(pointer);
  expect({ first, second }).toEqual({ first: [0, 1], second: [2, 3, 4] });
});

test("without a handler items wait in the ring", async () => {
  const ring = new Ring({ payload: "u32" });
  const { pointer } = ring;
  const heard: number[] = [];
  ring.onItem((item) => heard.push(item));
  pushOne(pointer, Uint32Array.of(1));
  while (heard.length === 0) await Bun.sleep(1);
  ring.onItem(null);
  pushOne(pointer, Uint32Array.of(2));
  for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
  expect(heard).toEqual([1]);
  ring.onItem((item) => heard.push(item));
  await ring.end();
  letGo(pointer);
  expect(heard).toEqual([1, 2]);
});
