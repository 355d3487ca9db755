import { describe, expect, test } from "bun:test";
import { parseDurationNs } from "../../src/duration.ts";
import type { CallCase } from "../../src/plan/calls.ts";
import { assembleDispatch } from "../../src/results/assemble-dispatch.ts";
import { compareCalls } from "../../src/results/compare-series.ts";
import { type Series, seriesSchema } from "../../src/results/schema.ts";
import type { DispatchSetup } from "../../src/runner/dispatch-run.ts";
import {
  called,
  controlOf,
  dispatcherOf,
  type FakeCalls,
  fakeDispatchRun,
  steadyCalls,
} from "./fake-dispatch.ts";
import { crossCore, sameCore } from "./fake-run.ts";

const ring = dispatcherOf("ring");
const adaptive = dispatcherOf("ring:wait=adaptive");
const pool = dispatcherOf("piscina", "pool");
const futex = dispatcherOf("floor:via=futex", "floor");
const eventfd = dispatcherOf("floor:via=eventfd", "floor");

type Subjects = Parameters<typeof fakeDispatchRun>[0];
type Options = { readonly setup?: Partial<DispatchSetup>; readonly relativeTo?: string };

function assemble(
  subjects: Subjects,
  visits: readonly FakeCalls[],
  { setup = {}, relativeTo }: Options = {},
): Series[] {
  const run = fakeDispatchRun(subjects, visits, setup);
  return assembleDispatch(run, relativeTo ?? null).map(({ series }) => series);
}

describe("a series", () => {
  test("stands for a subject in a placement, then for its cases, and is what the schema asks for", () => {
    const visits = [
      ...steadyCalls([5_000, 6_000]),
      ...steadyCalls([9_000], { case: "timeout" }),
      ...steadyCalls([30_000, 20_000], { placement: 1 }),
    ];
    const series = assemble([ring, adaptive], visits, {
      setup: { placements: [sameCore, crossCore] },
    });
    expect(
      series.map(({ contender, params }) => [params.placement, contender, params.case]),
    ).toEqual([
      ["same-core", "ring", undefined],
      ["same-core", "ring:wait=adaptive", undefined],
      ["same-core", "ring", "timeout"],
      ["cross-core", "ring", undefined],
      ["cross-core", "ring:wait=adaptive", undefined],
    ]);
    for (const one of series) expect(seriesSchema.parse(one)).toEqual(one);
    expect(series[1]).toMatchObject({ scenario: "dispatch", waker: "ring", runtime: "bun@1.4.5" });
    expect(series[1]?.params).toEqual({
      placement: "same-core",
      inFlight: 1,
      work: "0",
      count: 30_000,
      signals: false,
      cancelRate: 0,
      throwRate: 0,
      loopCore: 1,
      wakerCore: 1,
      wait: "adaptive",
    });
  });

  test.each([
    [{ kind: "spin", spinNs: 5_000 }, "5us"],
    [{ kind: "yield" }, "yield"],
    [{ kind: "sqlite" }, "sqlite"],
  ] as const)("writes its work as the command line does: %j", (work, written) => {
    const [series] = assemble([ring], steadyCalls([5_000]), { setup: { work } });
    expect(series?.params.work).toBe(written);
  });

  test("tells the timeout that each call had, and the shares that were asked for", () => {
    const setup = { timeoutEachNs: 5e6, cancelRate: 0.1, throwRate: 0.2 };
    const [series] = assemble([ring], steadyCalls([5_000]), { setup });
    expect(series?.params).toMatchObject(setup);
  });

  test("of a case says what its calls were given", () => {
    const of = (name: CallCase) => steadyCalls([5_000], { case: name });
    const visits = [...of("signal"), ...of("exception"), ...of("expiry")];
    const setup = { inFlight: 64 };
    const [plain, signal, exception, expiry] = assemble([ring], visits, { setup });
    expect(plain?.params).toMatchObject({ signals: false, throwRate: 0, inFlight: 64 });
    expect(signal?.params).toMatchObject({ case: "signal", signals: true });
    expect(exception?.params).toMatchObject({ case: "exception", throwRate: 1 });
    // Each works for longer than its timeout, and there are few of them.
    const { work, timeoutEachNs, count, inFlight } = expiry?.params ?? {};
    expect(inFlight).toBe(1);
    expect(parseDurationNs(String(work))).toBeGreaterThan(Number(timeoutEachNs));
    expect(count).toBeLessThan(30_000);
  });

  test("has the latencies of all rounds, and the calls a second of each", () => {
    const visits = [5_000, 20_000].map((ns, round) => ({ round, subject: 0, outcome: called(ns) }));
    const [series] = assemble([ring], visits);
    expect(series?.summary).toMatchObject({
      count: 2_000,
      minNs: 2_500,
      maxNs: expect.closeTo(59_400),
    });
    expect(series?.rounds.map(({ rates }) => rates?.callsPerSecond)).toEqual([2e5, 5e4]);
    const { value = 0, interval } = series?.rates.callsPerSecond ?? {};
    expect(value).toBeCloseTo(1e5, 5);
    expect(interval?.[0]).toBeLessThan(value);
    expect(interval?.[1]).toBeGreaterThan(value);
  });

  test("sums up audit, endings and cost over the measured calls", () => {
    const outcome = called(1_000, {
      audit: { sent: 100, settled: 97, lost: 3, duplicated: 2, mistaken: 1 },
      endings: { answered: 90, threw: 4, cancelled: 2, timedOut: 1 },
      cost: { wallNs: 1_000, cpuProcessNs: 900, cpuLoopNs: 500, cpuWorkerNs: 300, cpuOtherNs: 82 },
    });
    const [series] = assemble(
      [ring],
      [0, 1].map((round) => ({ round, subject: 0, outcome })),
    );
    expect(series?.audit).toMatchObject({
      sent: 200,
      received: 194,
      lost: 6,
      duplicated: 4,
      mistaken: 2,
      reordered: 0,
    });
    expect(series?.extra).toMatchObject({
      kind: "thread",
      calls: 200,
      answered: 180,
      threw: 8,
      cancelled: 4,
      timedOut: 2,
    });
    expect(series?.cost).toMatchObject({
      wallNs: 2_000,
      cpuProcessNs: 1_800,
      cpuLoopNs: 1_000,
      cpuWakerNs: 600,
      cpuOtherNs: 164,
    });
    expect(series?.extra.cpuShare).toBeCloseTo(0.98);
  });

  test("takes the CPU of others as it was read: a sum that is wrong stays wrong", () => {
    const cost = { cpuProcessNs: 1_000, cpuLoopNs: 500, cpuWorkerNs: 300, cpuOtherNs: 0 };
    const [series] = assemble([ring], steadyCalls([5_000], { calls: { cost } }));
    expect(series?.cost.cpuOtherNs).toBe(0);
    expect(series?.extra.cpuShare).toBeCloseTo(0.8);
  });

  test("leaves open what the platform cannot tell of a round", () => {
    const visits = [null, 5].map((cpuWorkerNs, round) => ({
      round,
      subject: 0,
      outcome: called(1_000, { cost: { cpuWorkerNs } }),
    }));
    const [series] = assemble([ring], visits);
    expect(series?.cost.cpuWakerNs).toBeNull();
    expect(series?.extra.cpuShare).toBeNull();
    expect(series?.cost.cpuLoopNs).toBe(1e7);
  });

  test("has the medians of start, stop and stamps, and how many calls were stamped", () => {
    const visits = [1, 3, 2].map((ms, round) => ({
      round,
      subject: 0,
      isRepeated: round === 1,
      outcome: called(1_000, {
        startNs: ms * 1e6,
        stopNs: ms * 1e5,
        harnessNs: ms * 10,
        sampledEvery: 8,
      }),
    }));
    const [series] = assemble([ring], visits);
    expect(series?.extra).toMatchObject({
      startNs: 2e6,
      stopNs: 2e5,
      sampledEvery: 8,
      visitsRepeated: 1,
    });
    expect(series?.harnessNs).toBe(20);
  });

  test("keeps what was measured beside its fault, and says when nothing was", () => {
    const crashed = { status: "crashed", error: "SIGSEGV", measurements: [] } as const;
    const visits = [
      ...steadyCalls([5_000]).slice(0, 2),
      { round: 2, subject: 0, outcome: crashed },
    ];
    const [series, silent] = assemble([ring, pool], visits);
    expect(series).toMatchObject({ status: "crashed", error: "1 of 3 visits: SIGSEGV" });
    expect(series?.rounds).toHaveLength(2);
    expect(silent).toMatchObject({ status: "failed", rates: {}, relative: null });
    expect(silent?.error).toStartWith("not measured");
    expect(silent?.cost).toMatchObject({ wallNs: 0, cpuLoopNs: null, cpuOtherNs: null });
    expect(silent?.extra).toMatchObject({ calls: 0, startNs: null, cpuShare: null });
  });

  test("counts no calls of a visit that ended in its warm-up, but what went wrong there", () => {
    const cost = { wallNs: 0, cpuProcessNs: 0, cpuLoopNs: 0, cpuWorkerNs: null, cpuOtherNs: null };
    const early = called(5_000, {
      cost,
      audit: { sent: 50, settled: 50, mistaken: 1 },
      callNs: [],
    });
    const fault = {
      status: "failed",
      error: "call 51 was rejected",
      measurements: [early],
    } as const;
    const visits = [...steadyCalls([5_000]).slice(0, 2), { round: 2, subject: 0, outcome: fault }];
    const [series] = assemble([ring], visits);
    expect(series?.extra.calls).toBe(20_000);
    expect(series?.audit.mistaken).toBe(1);
    expect(series?.cost.wallNs).toBeCloseTo(5_000 * 10_000 * 2.01);
    expect(series?.cost.cpuWakerNs).toBeCloseTo(0.4 * 5_000 * 10_000 * 2.01);
    expect(series?.rates.callsPerSecond?.value).toBeCloseTo(1e9 / 5_025, -2);
    expect(series?.rounds.map(({ round }) => round)).toEqual([0, 1]);
  });

  test("in which not one call was sent has no rate", () => {
    const none = called(0, { audit: { sent: 0, settled: 0 }, callNs: [] });
    const [series] = assemble([ring], [{ round: 0, subject: 0, outcome: none }]);
    expect(series).toMatchObject({ rates: {}, rounds: [], relative: null });
  });
});

describe("the ratio", () => {
  test("is of time per call, to the faster floor; more is slower", () => {
    const all = assemble([ring, futex, eventfd], steadyCalls([10_000, 4_000, 5_000]));
    expect(all.map(({ relative }) => relative?.to)).toEqual(Array(3).fill("floor:via=futex"));
    expect(all[0]?.relative?.ratio).toBeCloseTo(2.5);
    expect(all[0]?.relative?.verdict).toBe("slower");
    expect(all[1]?.relative).toMatchObject({ ratio: 1, interval: [1, 1] });
    expect(all[2]?.relative?.ratio).toBeCloseTo(1.25);
  });

  test("is to the floor of its own placement", () => {
    const visits = [
      ...steadyCalls([10_000, 4_000, 5_000]),
      ...steadyCalls([30_000, 25_000, 20_000], { placement: 1 }),
    ];
    const all = assemble([ring, futex, eventfd], visits, {
      setup: { placements: [sameCore, crossCore] },
    });
    expect(all[3]?.relative?.to).toBe("floor:via=eventfd");
    expect(all[3]?.relative?.ratio).toBeCloseTo(1.5);
  });

  test("is to the contender that was named, or to the first that ran", () => {
    const visits = steadyCalls([10_000, 4_000, 20_000]);
    const named = assemble([ring, futex, pool], visits, { relativeTo: "piscina" });
    expect(named[0]?.relative).toMatchObject({ to: "piscina", verdict: "faster" });
    expect(named[0]?.relative?.ratio).toBeCloseTo(0.5);
    expect(named[0]?.extra.floorRatio).toBeCloseTo(2.5);
    const [first, second] = assemble([ring, pool], steadyCalls([10_000, 20_000]));
    expect(first?.relative?.to).toBe("ring");
    expect(first?.extra).not.toHaveProperty("floorRatio");
    expect(second?.relative?.ratio).toBeCloseTo(2);
  });

  test("pairs the calls of a round: what a round does to both cancels out", () => {
    const visits = [1, 3, 2].flatMap((factor, round) =>
      [10_000, 5_000].map((ns, subject) => ({ round, subject, outcome: called(ns * factor) })),
    );
    const [one, other] = assemble([ring, futex], visits);
    expect(one?.relative?.interval[0]).toBeCloseTo(2);
    expect(one?.relative?.interval[1]).toBeCloseTo(2);
    if (one === undefined || other === undefined) throw new Error("two rows were measured");
    expect(compareCalls(one, other)).toMatchObject({ ratio: expect.closeTo(2), verdict: "slower" });
    expect(compareCalls(other, one)?.ratio).toBeCloseTo(0.5);
  });

  test("of a case is to the plain row of its own contender", () => {
    const visits = [
      ...steadyCalls([10_000, 4_000]),
      ...steadyCalls([13_000], { case: "exception" }),
    ];
    const all = assemble([ring, futex], visits, { relativeTo: "floor:via=futex" });
    const row = all.find(({ params }) => params.case === "exception");
    expect(row?.relative).toMatchObject({ to: "ring", verdict: "slower" });
    expect(row?.relative?.ratio).toBeCloseTo(1.3);
    expect(row?.extra).not.toHaveProperty("floorRatio");
  });

  test("of a case that does other work is none", () => {
    const cases = ["signal", "exception", "cancellation", "expiry"] as const;
    const visits = [
      ...steadyCalls([10_000]),
      ...cases.flatMap((name) => steadyCalls([2_000], { case: name })),
    ];
    const ratios = (setup: Partial<DispatchSetup>) =>
      assemble([ring], visits, { setup })
        .slice(1)
        .map(({ relative }) => relative !== null);
    expect(ratios({})).toEqual([true, true, true, false]);
    expect(ratios({ work: { kind: "sqlite" } })).toEqual([true, false, false, false]);
  });

  test("of the control is to the same reference, and never the reference itself", () => {
    const all = assemble([ring, pool, controlOf(ring)], steadyCalls([10_000, 20_000, 10_000]));
    expect(all[2]?.params.control).toBe("a/a");
    expect(all[2]?.relative).toMatchObject({ to: "ring", ratio: 1, verdict: "no difference seen" });
  });

  test("is not to one that lost calls, whose time has the seconds that were waited for them", () => {
    const losing = called(5e9, { audit: { sent: 100, settled: 99, lost: 1 } });
    const visits = [0, 1].flatMap((round) => [
      { round, subject: 0, outcome: losing },
      { round, subject: 1, outcome: called(5_000) },
    ]);
    const [lossy, sound] = assemble([ring, pool], visits, { relativeTo: "ring" });
    expect(sound?.relative).toMatchObject({ to: "piscina", ratio: 1 });
    expect(lossy?.relative?.to).toBe("piscina");
  });

  test("is none after a single round", () => {
    const visits = [0, 1].map((subject) => ({ round: 0, subject, outcome: called(5_000) }));
    const [one, other] = assemble([ring, pool], visits);
    expect(one?.relative?.ratio).toBe(1);
    expect(other?.relative).toBeNull();
  });
});

test("raw samples are those of each round", () => {
  const visits = [1, 0].map((round) => ({
    round,
    subject: 0,
    outcome: called(1_000, { callNs: [round, round + 5] }),
  }));
  const [raw] = assembleDispatch(fakeDispatchRun([ring], visits), null);
  expect(raw?.samples).toEqual({
    callRoundsNs: [
      [0, 5],
      [1, 6],
    ],
  });
});
