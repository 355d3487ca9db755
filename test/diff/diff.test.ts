import { describe, expect, test } from "bun:test";
import { diffSchema } from "../../src/diff/schema.ts";
import { diff } from "../../src/diff.ts";
import { WakerbenchError } from "../../src/errors.ts";
import type { Results, Series } from "../../src/results/schema.ts";
import { scenarios } from "../../src/scenarios/index.ts";
import { workloadIds } from "../../src/scenarios/workload-job.ts";
import { workloadWords } from "../../src/scenarios/workload-words.ts";
import { resultsWith, seriesWith, steady } from "../results/fake-series.ts";
import { again, type Depth, measured, withP99, withSeries } from "./changed.ts";

const pipe = seriesWith({ contender: "pipe", p50sNs: steady(5_000) });
const callback = seriesWith({ contender: "callback", p50sNs: steady(3_000) });
const base = resultsWith([pipe, callback]);

function refusalOf(run: () => unknown): WakerbenchError {
  try {
    run();
  } catch (error) {
    if (error instanceof WakerbenchError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

/** A series of each scenario with all that decides in it. */
function seriesOf(scenario: string): Series {
  const workload = workloadIds.find((id) => id === scenario);
  const rate = workload === undefined ? undefined : workloadWords[workload].rate;
  const name = rate ?? (scenario === "burst" ? "wakesPerSecond" : "callsPerSecond");
  const one = seriesWith({ contender: "some", p50sNs: steady(5_000) });
  return {
    ...one,
    scenario,
    rounds: one.rounds.map((round, index) => ({
      ...round,
      decidingNs: 900 + index,
      rates: { [name]: 1e6 + index * 1e4 },
    })),
    rates: { [name]: { value: 1.05e6, interval: [1e6, 1.1e6] } },
    extra: { decidingNs: 905 },
  };
}

describe("a run and itself", () => {
  test.each(scenarios.map(({ id }) => id))("are no different in %s", (scenario) => {
    const results = { ...base, series: [seriesOf(scenario)] };
    for (const other of [results, again(results)]) {
      const { rows, summaries } = diff(results, other);
      expect(rows.map(({ verdict }) => verdict)).toEqual(["no difference seen"]);
      expect(summaries).toMatchObject([{ scenario, rows: 1, unseen: 1, ratio: 1 }]);
    }
  });

  test("are no different in any row of a real one, and break no limit", () => {
    const found = diff(measured, measured, { failOn: ["p99>5%", "rate<5%", "failed"] });
    expect(found.rows.length).toBe(measured.series.length);
    for (const { verdict, figures } of found.rows) {
      expect(verdict).toBe("no difference seen");
      for (const { ratio, interval } of figures) {
        expect(ratio).toBe(1);
        expect(interval).toEqual([1, 1]);
      }
    }
    expect(found.isFailed).toBe(false);
    expect(found.limits.map(({ held }) => held)).toEqual(Array(3).fill(found.rows.length));
  });
});

describe.each(["summary", "interval", "rounds"] as const)(
  "p99 made more, down to its %s",
  (depth) => {
    const failOn = ["p99>5%"];

    test("by 20 % breaks a limit of 5 % in every row, by 2 % in none", () => {
      const much = diff(measured, withSeries(measured, withP99(1.2, depth)), { failOn });
      expect(much.isFailed).toBe(true);
      expect(much.limits[0]?.fired).toHaveLength(measured.series.length);
      const little = diff(measured, withSeries(measured, withP99(1.02, depth)), { failOn });
      expect(little.isFailed).toBe(false);
      expect(little.limits[0]?.held).toBe(measured.series.length);
    });
  },
);

describe("p99 made more in a run of its own", () => {
  const failOn = ["p99>5%"];
  const next = (times: number, depth: Depth) => again(withSeries(measured, withP99(times, depth)));

  test("breaks a limit where the noise of both allows to say so", () => {
    const [limit] = diff(measured, next(1.2, "rounds"), { failOn }).limits;
    expect(limit?.fired.length).toBeGreaterThan(0);
    // Some rows of a real run are too noisy for 5 %.
    expect(limit?.undecided).toBeGreaterThan(0);
    expect(diff(measured, next(1.02, "rounds"), { failOn }).isFailed).toBe(false);
    // What decides was left alone.
    expect(diff(measured, next(1.2, "rounds")).summaries).toMatchObject([{ slower: 0, faster: 0 }]);
  });

  test.each(["summary", "interval"] as const)(
    "breaks none where its rounds know nothing of it: %s",
    (depth) => {
      expect(diff(measured, next(1.2, depth), { failOn }).isFailed).toBe(false);
    },
  );
});

test("a row is slower, faster or neither, by more than 2 % beyond its noise", () => {
  const next = again(
    resultsWith([
      seriesWith({ contender: "pipe", p50sNs: steady(6_000) }),
      seriesWith({ contender: "callback", p50sNs: steady(2_500) }),
      seriesWith({ contender: "udp", p50sNs: steady(1_010) }),
    ]),
  );
  const udp = seriesWith({ contender: "udp", p50sNs: steady(1_000) });
  const { rows } = diff({ ...base, series: [...base.series, udp] }, next);
  expect(rows.map(({ verdict }) => verdict)).toEqual(["slower", "faster", "no difference seen"]);
  expect(rows[0]?.figures.find(({ metric }) => metric === "deciding")?.ratio).toBeCloseTo(1.2, 2);
});

test("more wakes a second are faster, as with all that decides", () => {
  const flood = seriesOf("burst");
  const more = {
    ...flood,
    rates: { wakesPerSecond: { value: 2.1e6, interval: null } },
    rounds: flood.rounds.map((round) => ({ ...round, rates: { wakesPerSecond: 2.1e6 } })),
  };
  const request = { failOn: ["rate<5%", "deciding>5%"] };
  const found = diff({ ...base, series: [flood] }, again({ ...base, series: [more] }), request);
  expect(found.rows[0]?.verdict).toBe("faster");
  expect(found.isFailed).toBe(false);
  const back = diff({ ...base, series: [more] }, again({ ...base, series: [flood] }), request);
  expect(back.rows[0]?.verdict).toBe("slower");
  expect(back.limits.map(({ fired }) => fired)).toEqual([[0], [0]]);
});

describe("what fails", () => {
  const crashed: Series = { ...pipe, status: "crashed", error: "3 of 3 visits: SIGSEGV" };
  const failing = again(resultsWith([crashed, callback]));

  test("is told, not compared, and breaks a limit only where it did not fail before", () => {
    const now = diff(base, failing, { failOn: ["failed"] });
    expect(now.rows[0]).toMatchObject({
      fault: "new",
      error: "crashed: 3 of 3 visits: SIGSEGV",
      figures: [],
      verdict: null,
    });
    expect(now.isFailed).toBe(true);
    expect(diff(base, failing, { failOn: ["p50>5%"] }).isFailed).toBe(false);
    for (const [was, is, fault] of [
      [failing, base, "gone"],
      [failing, failing, "both"],
    ] as const) {
      const found = diff(was, is, { failOn: ["failed"] });
      expect(found.rows[0]?.fault).toBe(fault);
      expect(found.isFailed).toBe(false);
    }
  });
});

test("contenders that only one file has are told", () => {
  const next = again(resultsWith([pipe, seriesWith({ contender: "udp", p50sNs: steady(9) })]));
  const { rows, onlyInBase, onlyInNew } = diff(base, next);
  expect(rows).toHaveLength(1);
  expect(onlyInBase).toEqual([{ scenario: "wake", contender: "callback", place: "same-core" }]);
  expect(onlyInNew).toEqual([{ scenario: "wake", contender: "udp", place: "same-core" }]);
});

describe("is refused, unless told", () => {
  const environment = (rest: Partial<Results["environment"]>) => (results: Results) => ({
    ...results,
    environment: { ...results.environment, ...rest },
  });
  const params = (rest: Series["params"]) => (results: Results) =>
    withSeries(results, (series) => ({ ...series, params: { ...series.params, ...rest } }));
  const options = (rest: object) => (results: Results) => ({
    ...results,
    options: { wake: { ...results.options.wake, ...rest } },
  });

  test.each([
    ["another CPU", environment({ cpu: "Xeon" }), "other machine (cpu EPYC in BASE, Xeon in NEW)"],
    ["other cores", environment({ cores: 8 }), "cores 2 in BASE, 8 in NEW"],
    ["another placement", params({ placement: "cross-core" }), "other placement of wake"],
    [
      "another gap",
      params({ gapNs: 5 }),
      "other parameters of wake (gap none in BASE, 5ns in NEW)",
    ],
    ["another loop", params({ loop: "busy" }), "(loop idle in BASE, busy in NEW)"],
    ["a rate", params({ ratePerSecond: 5 }), "ratePerSecond none in BASE, 5 in NEW"],
    ["another option", options({ stages: true }), "other parameters of wake (stages none in BASE"],
  ] as const)("%s", (_, change, told) => {
    const next = change(again(base));
    const { code, message, remedy } = refusalOf(() => diff(base, next));
    expect(code).toBe("NOT_COMPARABLE");
    expect(message).toContain(told);
    expect(message).not.toContain("\n");
    expect(remedy).toContain("--anyway");
    const found = diff(base, next, { anyway: true });
    expect(found.rows).toHaveLength(2);
    expect(found.differences.join()).toContain(told);
  });

  test("parameters that differ are told once, by flag or by row", () => {
    const both = params({ gapNs: 200_000 })(options({ gap: 200_000, stages: true })(again(base)));
    const was = params({ gapNs: 100_000 })(options({ gap: 100_000, stages: false })(base));
    expect(refusalOf(() => diff(was, both)).message).toEndWith(
      "other parameters of wake (gap 100us in BASE, 200us in NEW; stages false in BASE, true in NEW)",
    );
    const one = again(
      resultsWith([pipe, { ...callback, params: { ...callback.params, period: 2 } }]),
    );
    expect(refusalOf(() => diff(base, one)).message).toContain(
      "(period none in BASE, 2 in NEW, of callback)",
    );
  });

  test("another machine by its name, where both have one", () => {
    const [one, other] = [environment({ machine: "one" }), environment({ machine: "other" })];
    expect(refusalOf(() => diff(one(base), other(again(base)))).message).toContain(
      "other machine (one in BASE, other in NEW)",
    );
    expect(diff(base, other(again(base))).differences).toEqual([]);
  });

  test.each([
    ["more rounds", options({ rounds: 50, timeNs: 1 }), []],
    [
      "a busy machine",
      environment({
        warnings: [{ code: "LOAD", message: "other programs are running: 9", remedy: "" }],
      }),
      ["! when NEW began other programs were running: 9"],
    ],
    ["another kernel", environment({ kernel: "7.0" }), ["kernel 6.1 in BASE, 7.0 in NEW"]],
    ["an interrupted run", (results: Results) => ({ ...results, partial: true }), ["interrupted"]],
    [
      "another Bun",
      (results: Results) => withSeries(results, (series) => ({ ...series, runtime: "bun@1.3.14" })),
      ["runtime bun@1.4.5 in BASE, bun@1.3.14 in NEW"],
    ],
  ] as const)("but %s is not, and told where it matters", (_, change, told) => {
    const { differences, notes } = diff(base, change(again(base)));
    expect(differences).toEqual([]);
    expect(notes).toHaveLength(told.length);
    for (const [index, note] of notes.entries()) expect(note).toContain(told[index] as string);
  });

  test("nothing in common, told or not", () => {
    const next = again(resultsWith([seriesWith({ contender: "udp", p50sNs: steady(9) })]));
    const { code, message } = refusalOf(() => diff(base, next, { anyway: true }));
    expect(code).toBe("NOT_COMPARABLE");
    expect(message).toContain("BASE has wake pipe, wake callback, NEW has wake udp");
  });
});

test("a floor that changed is told: the machine has", () => {
  const floor = (p50Ns: number) =>
    seriesWith({ contender: "floor:via=futex", p50sNs: steady(p50Ns) });
  const next = again(resultsWith([pipe, floor(4_000)]));
  const { notes } = diff(resultsWith([pipe, floor(2_000)]), next);
  expect(notes.join()).toContain("floor:via=futex same-core slower");
});

test("is what its schema says", () => {
  const found = diff(measured, again(measured), { failOn: ["p99>5%", "failed"] });
  expect(diffSchema.parse(JSON.parse(JSON.stringify(found)))).toEqual(found);
});
