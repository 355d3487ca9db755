import type { Results, Series } from "../../../src/results/schema.ts";
import { summarise } from "../../../src/stats/summary.ts";
import { around } from "../../results/fake-run.ts";
import { resultsWith, seriesWith, steady } from "../../results/fake-series.ts";

/** Results made by hand that have something of every scenario: two or three contenders each. */
export function everyScenario(): Results {
  return resultsWith([
    ...wakes("same-core", 5_000),
    ...wakes("cross-core", 30_000),
    ...[1, 8, 64].flatMap(floods),
    ...calls(),
    ...workload("spawn", ["promises", "effect", "workers"], "tasksPerSecond", {
      table: "waves",
      tasks: 1_000,
      concurrency: 100,
      sleepNs: 500_000,
    }),
    ...workload("io", ["promises", "effect"], "operationsPerSecond", {
      workers: 20,
      operations: 20,
      meanNs: 5e6,
    }),
    ...workload("cancel", ["promises", "effect"], "tasksPerSecond", { tasks: 500, afterNs: 5e7 }),
    ...workload("mixed", ["promises", "promises:burn=thread"], "operationsPerSecond", {
      table: "10",
      workers: 20,
      operations: 6,
      meanSleepNs: 5e6,
      burnNs: 1e6,
      burnShare: 0.1,
    }),
    ...workload("handlers", ["sync", "native-ring"], "requestsPerSecond", {
      table: "answer",
      connections: 32,
    }),
    ...workload("fetch", ["async-for", "threads-map"], "requestsPerSecond", {
      requests: 1_000,
      chunk: 100,
      threads: 2,
      server: "own",
    }),
  ]);
}

/** Three contenders, their floor, and the first of them once more as a control. */
function wakes(placement: string, p50Ns: number): Series[] {
  const cost: Series["cost"] = {
    ...seriesWith({ contender: "pipe", p50sNs: [1] }).cost,
    cpuLoopNs: 252 * 4_000,
    cpuWakerNs: 252 * 103_000,
    cpuOtherNs: 0,
  };
  const rest = { cost, extra: { gapSpentNs: 252 * 100_000 } };
  const floor = seriesWith({
    contender: "floor:via=futex",
    p50sNs: steady(p50Ns / 2),
    placement,
    params: { via: "futex" },
    rest,
  });
  return [
    ...["pipe", "callback", "ring:doorbell=eventfd"].map((contender, index) =>
      seriesWith({ contender, p50sNs: steady(p50Ns * (1 + index / 10)), placement, rest }),
    ),
    floor,
    seriesWith({ contender: "pipe", p50sNs: steady(p50Ns), placement, params: { control: "a/a" } }),
  ];
}

function floods(threads: number): Series[] {
  const timer = summarise([around(1e6), around(1.1e6), around(1.2e6)]);
  const flood = (contender: string, wakesPerSecond: number, control = false) =>
    seriesWith({
      contender,
      p50sNs: [],
      placement: "any",
      params: { threads, producers: "spin", payloadBytes: 0, ...(control ? { control: "1" } : {}) },
      rest: {
        scenario: "burst",
        stages: { timer },
        rates: control
          ? {}
          : {
              wakesPerSecond: {
                value: wakesPerSecond / threads,
                interval: [(0.9 * wakesPerSecond) / threads, (1.1 * wakesPerSecond) / threads],
              },
            },
      },
    });
  return [flood("pipe", 2e6), flood("callback", 4e6), flood("no", 0, true)];
}

function calls(): Series[] {
  const params = { inFlight: 1, work: "0", count: 1_000, cancelRate: 0, throwRate: 0 };
  const cost: Series["cost"] = {
    ...seriesWith({ contender: "ring", p50sNs: [1] }).cost,
    wallNs: 4e6,
    cpuLoopNs: 2e6,
    cpuWakerNs: 1e6,
    cpuOtherNs: 0.5e6,
  };
  const call = (contender: string, more: Series["params"] = {}) =>
    seriesWith({
      contender,
      p50sNs: steady(4_000),
      params: { ...params, ...more },
      rest: { scenario: "dispatch", cost, extra: { calls: 1_000 } },
    });
  return [call("ring"), call("callback"), call("ring", { case: "signal" })];
}

function workload(
  scenario: string,
  contenders: readonly string[],
  rate: string,
  params: Series["params"],
): Series[] {
  return contenders.map((contender, index) => {
    const p50Ns = 1e6 * (index + 1);
    const one = seriesWith({ contender, p50sNs: steady(p50Ns), placement: "any" });
    return {
      ...one,
      scenario,
      params,
      rounds: one.rounds.map((round) => ({ ...round, decidingNs: p50Ns + round.round })),
      rates: { [rate]: { value: 1e6 / (index + 1), interval: [0.9e6 / (index + 1), 1.1e6] } },
      extra: { done: 252, settleNs: p50Ns, othersP99Ns: p50Ns },
    };
  });
}
