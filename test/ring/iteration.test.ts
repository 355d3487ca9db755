import { expect, test } from "bun:test";
import { Ring } from "../../src/ring.ts";
import { letGo, OrderAudit, Pusher, pushOne } from "./pusher.ts";

/** A ring that holds the numbers from 0 on, and its address. */
function filled(items: number) {
  const ring = new Ring({ payload: "u32" });
  const { pointer } = ring;
  for (let item = 0; item < items; item++) pushOne(pointer, Uint32Array.of(item));
  return { ring, pointer };
}

test("a loop that leaves early leaves the ring open, and the other items in it", async () => {
  const { ring, pointer } = filled(5);
  const first: number[] = [];
  for await (const item of ring) {
    first.push(item);
    if (item === 1) break;
  }
  const second: number[] = [];
  for await (const item of ring) {
    second.push(item);
    if (item === 2) break;
  }
  const third: number[] = [];
  ring.onItem((item) => third.push(item));
  await ring.end();
  letGo(pointer);
  expect({ first, second, third }).toEqual({ first: [0, 1], second: [2], third: [3, 4] });
});

test("a loop ends when the ring has ended, and a later one at once", async () => {
  const { ring, pointer } = filled(3);
  const heard: number[] = [];
  const loop = (async () => {
    for await (const item of ring) heard.push(item);
  })();
  await ring.end();
  await loop;
  expect(heard).toEqual([0, 1, 2]);
  for await (const item of ring) heard.push(item);
  expect(heard).toHaveLength(3);
  letGo(pointer);
});

test("close ends a loop that waits, and one in the midst of its items", async () => {
  const waiting = new Ring({ payload: "u32" });
  setTimeout(() => waiting.close(), 5);
  for await (const _item of waiting) expect.unreachable();

  const { ring, pointer } = filled(3);
  const heard: number[] = [];
  for await (const item of ring) {
    heard.push(item);
    ring.close();
  }
  await ring.closed;
  letGo(pointer);
  expect(heard).toEqual([0]);
  expect(ring.undelivered).toBe(2);
});

test("a ring has one listener: a loop or a handler", async () => {
  const { ring, pointer } = filled(1);
  const inUse = expect.objectContaining({ code: "RING_IN_USE" });
  const loop = ring[Symbol.asyncIterator]();
  expect(await loop.next()).toEqual({ done: false, value: 0 });
  expect(() => ring.onItem(() => {})).toThrow(inUse);
  expect(ring[Symbol.asyncIterator]().next()).rejects.toEqual(inUse);
  await loop.return?.();
  ring.onItem(() => {});
  expect(ring[Symbol.asyncIterator]().next()).rejects.toEqual(inUse);
  await ring.end();
  letGo(pointer);
});

test("what a loop throws is its own, and the ring stays open", async () => {
  const { ring, pointer } = filled(2);
  const loop = (async () => {
    for await (const item of ring) throw new Error(`bad item ${item}`);
  })();
  expect(loop).rejects.toThrow("bad item 0");
  await loop.catch(() => {});
  for await (const item of ring) {
    expect(item).toBe(1);
    break;
  }
  await ring.end();
  letGo(pointer);
});

test("all of four threads arrive in order in a loop", async () => {
  const each = 20_000;
  const ring = new Ring({ payload: "u32", capacity: 128 });
  const audit = new OrderAudit();
  const pusher = new Pusher(ring, 4, each);
  for await (const item of ring) {
    audit.hear(item);
    if (audit.total === 4 * each) break;
  }
  expect(audit).toMatchObject({ total: 4 * each, outOfOrder: 0 });
  await pusher.join();
  await ring.end();
});

test("a loop may ask for several items at once, and be left while none is there", async () => {
  const { ring, pointer } = filled(2);
  const loop = ring[Symbol.asyncIterator]();
  const asked = [loop.next(), loop.next(), loop.next(), loop.next()];
  const first = await asked[0];
  expect(first).toEqual({ done: false, value: 0 });
  expect(await asked[1]).toEqual({ done: false, value: 1 });
  await loop.return?.();
  const ended = { done: true as const, value: undefined };
  expect(await Promise.all([asked[2], asked[3], loop.next()])).toEqual([ended, ended, ended]);
  pushOne(pointer, Uint32Array.of(2));
  for await (const item of ring) {
    expect(item).toBe(2);
    break;
  }
  await ring.end();
  letGo(pointer);
});
