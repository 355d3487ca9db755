import { expect, test } from "bun:test";
import { compareSeries } from "../../src/results/compare-series.ts";
import { seriesWith } from "./fake-series.ts";

const pipe = seriesWith({ contender: "pipe", p50sNs: [10_000, 20_000, 15_000, 12_000] });
const callback = seriesWith({ contender: "callback", p50sNs: [5_000, 10_000, 7_500, 6_000] });

test("a series is compared round by round, whatever the rounds differ", () => {
  const paired = compareSeries(callback, pipe);
  expect(paired).toMatchObject({ verdict: "faster", rounds: 4 });
  expect(paired?.ratio).toBeCloseTo(0.5, 9);
});

test("the other way round it is the inverse", () => {
  const paired = compareSeries(pipe, callback);
  expect(paired?.verdict).toBe("slower");
  expect(paired?.ratio).toBeCloseTo(2, 9);
});

test("a series does not differ from itself", () => {
  expect(compareSeries(pipe, pipe)).toMatchObject({ ratio: 1, verdict: "no difference seen" });
});

test("only rounds that both have take part", () => {
  const holed = { ...callback, rounds: callback.rounds.filter(({ round }) => round !== 2) };
  expect(compareSeries(holed, pipe)).toMatchObject({ rounds: 3, verdict: "faster" });
  expect(compareSeries(pipe, holed)).toMatchObject({ rounds: 3, verdict: "slower" });
});

test("a round that measured nothing takes no part", () => {
  const [first, ...rest] = callback.rounds;
  if (first === undefined) throw new Error("no round");
  const empty = { ...first, summary: { ...first.summary, p50Ns: null } };
  expect(compareSeries({ ...callback, rounds: [empty, ...rest] }, pipe)?.rounds).toBe(3);
});

test("fewer than two rounds in common say nothing", () => {
  expect(compareSeries({ ...callback, rounds: callback.rounds.slice(0, 1) }, pipe)).toBeNull();
  expect(compareSeries({ ...callback, rounds: [] }, pipe)).toBeNull();
});
