import { describe, expect, test } from "bun:test";
import { assembleBurst } from "../../src/results/assemble-burst.ts";
import { type Series, seriesSchema } from "../../src/results/schema.ts";
import type { BurstSetup } from "../../src/runner/burst-run.ts";
import type { Subject } from "../../src/runner/subject.ts";
import { controlSubject, type FakeFlood, fakeBurstRun, flooded } from "./fake-flood.ts";
import { subjectOf } from "./fake-run.ts";

const pipe = await subjectOf("pipe");
const callback = await subjectOf("callback");
const floor = await subjectOf("floor");
const control = await controlSubject();

type Options = { readonly setup?: Partial<BurstSetup>; readonly relativeTo?: string };

function assemble(
  subjects: readonly Subject[],
  floods: readonly FakeFlood[],
  { setup = {}, relativeTo }: Options = {},
): Series[] {
  const raw = assembleBurst(fakeBurstRun(subjects, floods, setup), relativeTo ?? null);
  return raw.map(({ series }) => series);
}

/** Three rounds of each subject with so many wakes a second. */
function steadily(...rates: number[]): FakeFlood[] {
  return [0, 1, 2].flatMap((round) =>
    rates.map((rate, subject) => ({ round, subject, outcome: flooded(rate * (1 + round / 100)) })),
  );
}

describe("a series", () => {
  test("stands for a subject and a number of threads, and is what the schema asks for", () => {
    const floods = [1, 64].map((threads) => ({
      round: 0,
      subject: 0,
      threads,
      outcome: flooded(1e6),
    }));
    const series = assemble([pipe, callback], floods, { setup: { threads: [1, 64] } });
    expect(series.map(({ contender, params }) => [contender, params.threads])).toEqual([
      ["pipe", 1],
      ["callback", 1],
      ["pipe", 64],
      ["callback", 64],
    ]);
    for (const one of series) expect(seriesSchema.parse(one)).toEqual(one);
    expect(series[0]?.params).toMatchObject({
      producers: "spin",
      payloadBytes: 0,
      placement: "any",
    });
    expect(series[0]?.params).not.toHaveProperty("gapNs");
    expect(series.map(({ status }) => status)).toEqual(["ok", "failed", "ok", "failed"]);
    expect(series[1]?.error).toStartWith("not measured");
  });

  test("tells the gap of threads that sleep", () => {
    const [series] = assemble([pipe], steadily(1e6), { setup: { producers: "sleep" } });
    expect(series?.params).toMatchObject({ producers: "sleep", gapNs: 100_000 });
  });

  test("has the wakes a second of each round, and their geometric mean with its interval", () => {
    const floods = [1e6, 4e6].map((rate, round) => ({ round, subject: 0, outcome: flooded(rate) }));
    const [series] = assemble([pipe], floods);
    expect(series?.rounds.map(({ rates }) => rates?.wakesPerSecond)).toEqual([1e6, 4e6]);
    const { value = 0, interval } = series?.rates.wakesPerSecond ?? {};
    expect(value).toBeCloseTo(2e6, 0);
    expect(interval?.[0]).toBeLessThan(value);
    expect(interval?.[1]).toBeGreaterThan(value);
  });

  test("counts what was heard after the flood too, and the time that it took", () => {
    const late = flooded(0, { audit: { received: 4e5 }, settleNs: 100e6 });
    const [series] = assemble([pipe], [{ round: 0, subject: 0, outcome: late }]);
    expect(series?.rates.wakesPerSecond?.value).toBe(2e6);
    expect(series?.extra).toMatchObject({ inTimeShare: 0, settleNs: 1e8, wakesPerEntry: null });
  });

  test("in which a round brought no wake has a plain mean and no ratio", () => {
    const floods = [0, 4e6].flatMap((rate, round) => [
      { round, subject: 0, outcome: flooded(1e6) },
      { round, subject: 1, outcome: flooded(rate) },
    ]);
    const [, series] = assemble([callback, pipe], floods);
    expect(series?.rates.wakesPerSecond).toEqual({ value: 2e6, interval: null });
    expect(series?.relative).toBeNull();
  });

  test("sums up audit and cost, and leaves open what the platform cannot tell", () => {
    const audit = { lost: 2, duplicated: 1, reordered: 3, refused: 5 };
    const floods = [0, 1].map((round) => ({
      round,
      subject: 0,
      outcome: flooded(1e6, { audit, cost: round === 0 ? {} : { cpuProducersNs: null } }),
    }));
    const [series] = assemble([pipe], floods);
    expect(series?.audit).toMatchObject({
      sent: 2e5,
      received: 2e5,
      lost: 4,
      duplicated: 2,
      reordered: 6,
      refused: 10,
    });
    expect(series?.cost).toMatchObject({
      cpuLoopNs: 1e8,
      cpuWakerNs: null,
      cpuOtherNs: null,
      cpuProcessNs: 4e8,
      voluntarySwitches: 20,
      peakRssBytes: 2 ** 26,
    });
  });

  test("tells what a notify cost and how late the timer was, where enough samples say so", () => {
    const [series] = assemble([pipe], steadily(1e6));
    expect(series?.stages.notify).toMatchObject({ count: 120, p50Ns: 119, p99Ns: null });
    expect(series?.stages.timer).toMatchObject({ count: 300, p90Ns: 89_000, maxNs: 99_000 });
    expect(series?.extra).toMatchObject({
      kind: "doorbell",
      notifyP50Ns: 119,
      notifyP99Ns: null,
      timerGapP90Ns: 89_000,
      timerGapMaxNs: 99_000,
      wakesPerEntry: 4,
      inTimeShare: 1,
      settleNs: 0,
      memoryGrowthBytes: 2 ** 20,
    });
    expect(series?.summary).toMatchObject({ count: 0, p50Ns: null });
  });

  test("counts wakes that were heard after the flood, and the time until then", () => {
    const floods = [0, 1, 2].flatMap((round) => [
      { round, subject: 0, outcome: flooded(1e6) },
      { round, subject: 1, outcome: flooded(1e6, { delivered: 0, settleNs: 100e6 }) },
    ]);
    const [prompt, late] = assemble([pipe, callback], floods, { relativeTo: "pipe" });
    expect(prompt?.rates.wakesPerSecond?.value).toBeCloseTo(1e6, -1);
    expect(late?.rates.wakesPerSecond?.value).toBeCloseTo(0.5e6, -1);
    expect(late?.relative).toMatchObject({ to: "pipe", ratio: expect.closeTo(0.5, 5) });
    expect(late?.extra).toMatchObject({ deliveredTotal: 0, inTimeShare: 0 });
  });

  test("with a fault keeps what was measured", () => {
    const crash = { status: "crashed", error: "SIGSEGV", measurements: [] } as const;
    const [series] = assemble(
      [pipe],
      [...steadily(1e6).slice(0, 2), { round: 2, subject: 0, outcome: crash }],
    );
    expect(series).toMatchObject({ status: "crashed", error: "1 of 3 visits: SIGSEGV" });
    expect(series?.rounds).toHaveLength(2);
  });
});

describe("the ratio", () => {
  test("is of wakes a second, to callback; more of them is faster", () => {
    const [one, reference, two] = assemble([pipe, callback, floor], steadily(5e5, 1e6, 1e7));
    expect(reference?.relative).toEqual({
      to: "callback",
      ratio: 1,
      interval: [1, 1],
      verdict: "no difference seen",
    });
    expect(one?.relative?.ratio).toBeCloseTo(0.5);
    expect(one?.relative?.verdict).toBe("slower");
    expect(two?.relative?.ratio).toBeCloseTo(10);
    expect(two?.relative?.verdict).toBe("faster");
  });

  test("is to the contender that was named, or to the first that ran", () => {
    const named = assemble([pipe, callback], steadily(1e6, 2e6), { relativeTo: "pipe" });
    expect(named.map(({ relative }) => relative?.to)).toEqual(["pipe", "pipe"]);
    const unnamed = assemble([floor, pipe], steadily(1e6, 2e6));
    expect(unnamed.map(({ relative }) => relative?.to)).toEqual(["pipe", "pipe"]);
  });

  test("to the floor stands beside it", () => {
    const [series, , bound] = assemble([pipe, callback, floor], steadily(5e5, 1e6, 1e6));
    expect(series?.extra.floorRatio).toBeCloseTo(0.5);
    expect(bound?.extra).not.toHaveProperty("floorRatio");
  });
});

test("the control has lateness and no rate, and stands beside the others' lateness", () => {
  const late = (round: number) => Array.from({ length: 500 }, (_, index) => index * 10 + round);
  const floods = [0, 1, 2].flatMap((round) => [
    { round, subject: 0, outcome: flooded(1e6) },
    { round, subject: 1, outcome: flooded(0, { lateNs: late(round) }) },
  ]);
  const [series, silent] = assemble([pipe, control], floods);
  expect(silent).toMatchObject({ contender: "no waker", rates: {}, relative: null });
  expect(silent?.params.control).toBe("no waker");
  expect(series?.extra.controlTimerP99Ns).toBe(silent?.stages.timer?.p99Ns ?? Number.NaN);
  expect(series?.extra.controlTimerMaxNs).toBe(4_992);
});

test("raw samples are those of each round", () => {
  const floods = [1, 0].map((round) => ({
    round,
    subject: 0,
    outcome: flooded(1e6, { notifyNs: [round], lateNs: [round, round] }),
  }));
  const [raw] = assembleBurst(fakeBurstRun([pipe], floods), null);
  expect(raw?.samples).toEqual({
    notifyRoundsNs: [[0], [1]],
    lateRoundsNs: [
      [0, 0],
      [1, 1],
    ],
  });
});
