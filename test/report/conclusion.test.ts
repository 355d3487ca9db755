import { describe, expect, test } from "bun:test";
import { conclude } from "../../src/report/conclusion.ts";
import { plainStyle } from "../../src/report/table.ts";
import { renderVerdict } from "../../src/report/tables.ts";
import type { Series } from "../../src/results/schema.ts";
import { callback as callbackWaker } from "../../src/wakers/callback.ts";
import { pipe as pipeWaker } from "../../src/wakers/pipe.ts";
import { flooded } from "../results/fake-flood.ts";
import { resultsWith, seriesWith, steady } from "../results/fake-series.ts";
import { type FloodRow, floodSeries } from "./floods.ts";

const native = new Set(["pipe", "callback", "worker", "ring"]);

async function concluded(wakes: readonly Series[], rows: readonly FloodRow[]) {
  const results = resultsWith(wakes);
  const series = rows.length === 0 ? [] : await floodSeries(rows);
  return conclude({ ...results, series: [...results.series, ...series] }, native);
}

const pipe = seriesWith({ contender: "pipe", p50sNs: steady(5_000) });
const callback = seriesWith({ contender: "callback", p50sNs: steady(3_000) });
const slow = { waker: "callback", from: { 1: 2e6, 64: 1e6 } };
const quick = { waker: "worker", from: { 1: 1e6, 64: 9e6 } };

describe("the sentence", () => {
  test("speaks of single wakes and of floods", async () => {
    expect(await concluded([pipe, callback], [slow, quick])).toEqual({
      sentence:
        "Use callback: 1.67 × faster than pipe on one core; " +
        "under contention use worker: 9.0 × the wakes a second of callback from 64 threads.",
      advised: ["callback", "worker"],
      dispatcher: null,
    });
  });

  test("names a waker once that is the best in both", async () => {
    const { sentence, advised } = await concluded(
      [pipe, callback],
      [
        { ...slow, from: { 64: 3e6 } },
        { ...quick, from: { 64: 1e6 } },
      ],
    );
    expect(sentence).toEndWith(
      "; under contention too: 3.0 × the wakes a second of worker from 64 threads.",
    );
    expect(advised).toEqual(["callback"]);
  });

  test("is of floods alone, or of single wakes alone, where there was nothing else", async () => {
    expect((await concluded([], [slow, quick])).sentence).toBe(
      "Under contention use worker: 9.0 × the wakes a second of callback from 64 threads.",
    );
    expect(await concluded([pipe, callback], [])).toEqual({
      sentence: "Use callback: 1.67 × faster than pipe on one core.",
      advised: ["callback"],
      dispatcher: null,
    });
    expect((await concluded([], [])).advised).toEqual([]);
  });

  test("is two where single wakes have no winner", async () => {
    const short = seriesWith({ contender: "pipe", p50sNs: [] });
    const { sentence, advised } = await concluded([short], [slow, quick]);
    expect(sentence).toMatch(/^Too little was measured.*\. Under contention use worker: .*\.$/);
    expect(advised).toEqual(["worker"]);
  });
});

describe("under contention", () => {
  async function sentence(...rows: FloodRow[]): Promise<string> {
    return (await concluded([], rows)).sentence ?? "";
  }

  test("the one with the most wakes from many threads is advised, not from one", async () => {
    const many = { waker: "worker", from: { 1: 1e5, 8: 4e6, 64: 2e6 } };
    expect(await sentence({ waker: "callback", from: { 1: 9e6, 8: 1e6, 64: 1e6 } }, many)).toBe(
      "Under contention use worker: 4.0 × the wakes a second of callback from 8 threads, 2.0 × from 64 threads.",
    );
  });

  test("one thread decides where there is no other number", async () => {
    const told = await sentence({ ...slow, from: { 1: 1e6 } }, { ...quick, from: { 1: 3e7 } });
    expect(told).toBe(
      "Under contention use worker: 30 × the wakes a second of callback from 1 thread.",
    );
  });

  test.each([["lost"], ["duplicated"], ["reordered"]])(
    "a waker that had a wake %s is never advised, nor are ratios to it told",
    async (what) => {
      const bad = { waker: "callback", from: { 64: flooded(9e6, { audit: { [what]: 1 } }) } };
      const told = await sentence(bad, { waker: "worker", from: { 64: 1e6 } });
      expect(told).toBe("Under contention use worker: 1.01 M wakes a second from 64 threads.");
    },
  );

  test("a waker that crashed from some threads is not advised", async () => {
    const half = { waker: "callback", from: { 8: 9e6, 64: "crashed" } } as const;
    const told = await sentence(half, { waker: "worker", from: { 8: 1e6, 64: 1e6 } });
    expect(told).toStartWith("Under contention use worker: ");
  });

  test("a doorbell is advised only where nothing carries messages, and is marked", async () => {
    const bell = { waker: "pipe", from: { 64: 9e6 } };
    const told = await sentence(bell, { waker: "callback", from: { 64: 1e6 } });
    expect(told).toStartWith("Under contention use callback: ");
    expect(await sentence(bell)).toBe(
      "Under contention use pipe (a doorbell: the queue beside it is yours): 9.09 M wakes a second from 64 threads.",
    );
  });

  test("either is good where no difference is seen", async () => {
    expect(await sentence({ ...slow, from: { 64: 1e6 } }, { ...quick, from: { 64: 1e6 } })).toBe(
      "Under contention use callback or worker, whichever suits you: no difference to worker seen from 64 threads.",
    );
  });

  test("a variant of a waker is advised only where it is better than the one before", async () => {
    const ring = { waker: "ring", label: "ring:doorbell=callback", from: { 64: 9.0e6 } };
    const other = { waker: "ring", label: "ring:doorbell=eventfd", from: { 64: 9.1e6 } };
    const single = { ...slow, from: { 64: 1e6 } };
    expect(await sentence(single, ring, other)).toStartWith(
      "Under contention use ring:doorbell=callback: 9.0 × the wakes a second of callback",
    );
    expect(await sentence(single, ring, { ...other, from: { 64: 12e6 } })).toStartWith(
      "Under contention use ring:doorbell=eventfd: 12 × the wakes a second of callback",
    );
  });

  test("one round tells no two of them apart, and says so", async () => {
    const series = await floodSeries([
      { ...slow, from: { 64: 1e6 } },
      { ...quick, from: { 64: 9e6 } },
    ]);
    const short = series.map((one) => ({ ...one, rounds: one.rounds.slice(0, 1) }));
    expect(conclude({ ...resultsWith([]), series: short }, native).sentence).toBe(
      "Under contention use worker: too few rounds to tell it from callback from 64 threads.",
    );
  });

  test("none is advised when none worked, and the floor never is", async () => {
    const lossy = { waker: "callback", from: { 64: flooded(1e6, { audit: { lost: 1 } }) } };
    expect(await concluded([], [lossy, { waker: "floor", from: { 64: 1e7 } }])).toEqual({
      sentence: "Under contention no waker worked without a fault.",
      advised: [],
      dispatcher: null,
    });
  });
});

test("a waker of which nothing was heard within the floods is not advised", async () => {
  const silent = { waker: "callback", from: { 64: flooded(0) } };
  expect(await concluded([], [silent])).toEqual({
    sentence: "Under contention too little was heard to name a waker: give longer floods.",
    advised: [],
    dispatcher: null,
  });
  const { sentence } = await concluded([], [silent, { waker: "worker", from: { 64: 1e6 } }]);
  expect(sentence).toBe("Under contention use worker: 1.01 M wakes a second from 64 threads.");
});

test("the code of both advised wakers is printed, each under its name", async () => {
  const wakes = resultsWith([pipe, callback]);
  const floods = await floodSeries([{ waker: "pipe", from: { 64: 1e6 } }]);
  const results = { ...wakes, series: [...wakes.series, ...floods] };
  const text = renderVerdict(
    results,
    { wakers: [pipeWaker, callbackWaker], dispatchers: [] },
    plainStyle,
  );
  const [, afterSingle = ""] = text.split("\n\ncallback:\n\n");
  const [single = "", many = ""] = afterSingle.split("\n\npipe, under contention:\n\n");
  expect(single.replaceAll(/^ {2}/gm, "")).toBe(callbackWaker.advice.code);
  expect(many.replaceAll(/^ {2}/gm, "")).toStartWith(pipeWaker.advice.code);
});
