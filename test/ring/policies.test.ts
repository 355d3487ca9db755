import { expect, test } from "bun:test";
import { Ring } from "../../src/ring.ts";
import { letGo, OrderAudit, Pushed, Pusher, pushOne } from "./pusher.ts";

/** Fills a ring of four and pushes two more, on this thread. */
function overfill(whenFull: "fail" | "drop") {
  const ring = new Ring({ payload: "u32", capacity: 4, whenFull });
  const { pointer } = ring;
  const results = [0, 1, 2, 3, 4, 5].map((item) => pushOne(pointer, Uint32Array.of(item)));
  return { ring, pointer, results };
}

test("a full ring that fails says so, and takes items again when there is room", async () => {
  const { ring, pointer, results } = overfill("fail");
  const { ok, full } = Pushed;
  expect(results).toEqual([ok, ok, ok, ok, full, full]);
  const heard: number[] = [];
  ring.onItem((item) => heard.push(item));
  while (heard.length < 4) await Bun.sleep(1);
  expect(pushOne(pointer, Uint32Array.of(6))).toBe(ok);
  await ring.end();
  letGo(pointer);
  expect(heard).toEqual([0, 1, 2, 3, 6]);
  expect(ring).toMatchObject({ pushed: 5, refused: 2, dropped: 0 });
});

test("a full ring that drops keeps the older items, and counts", async () => {
  const { ring, pointer, results } = overfill("drop");
  const { ok, dropped } = Pushed;
  expect(results).toEqual([ok, ok, ok, ok, dropped, dropped]);
  const heard: number[] = [];
  ring.onItem((item) => heard.push(item));
  await ring.end();
  letGo(pointer);
  expect(heard).toEqual([0, 1, 2, 3]);
  expect(ring).toMatchObject({ pushed: 4, refused: 0, dropped: 2, undelivered: 0 });
});

test("the thread that would have to make room is refused where others would sleep", async () => {
  const ring = new Ring({ payload: "u32", capacity: 2 });
  const { pointer } = ring;
  const results = [0, 1, 2].map((item) => pushOne(pointer, Uint32Array.of(item)));
  expect(results).toEqual([Pushed.ok, Pushed.ok, Pushed.full]);
  expect(ring.refused).toBe(1);
  ring.close();
  await ring.closed;
  letGo(pointer);
});

test("a full ring that blocks loses nothing of many threads, down to two cells", async () => {
  const each = 2_000;
  const ring = new Ring({ payload: "u32", capacity: 2 });
  const audit = new OrderAudit();
  ring.onItem(audit.hear);
  const pusher = new Pusher(ring, 8, each);
  expect(await pusher.join()).toEqual({ ok: 8 * each, full: 0, dropped: 0, closed: 0 });
  await ring.end();
  expect(audit).toMatchObject({ total: 8 * each, outOfOrder: 0 });
});

test("what threads are told in a flood agrees with what arrives", async () => {
  const each = 20_000;
  for (const whenFull of ["fail", "drop"] as const) {
    const ring = new Ring({ payload: "u32", capacity: 64, whenFull });
    let heard = 0;
    ring.onItem(() => heard++);
    const pusher = new Pusher(ring, 8, each);
    const results = await pusher.join();
    await ring.end();
    expect(results.ok + results.full + results.dropped).toBe(8 * each);
    expect(heard).toBe(results.ok);
    expect(ring).toMatchObject({
      pushed: results.ok,
      refused: results.full,
      dropped: results.dropped,
    });
    expect(whenFull === "fail" ? results.dropped : results.full).toBe(0);
  }
});
