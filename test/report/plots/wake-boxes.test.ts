import { expect, test } from "bun:test";
import { comparisons } from "../../../src/report/comparison.ts";
import { wakeBoxes } from "../../../src/report/plots/wake-boxes.ts";
import type { Series } from "../../../src/results/schema.ts";
import { encodeHistogram } from "../../../src/stats/histogram.ts";
import { summarise, summariseRound } from "../../../src/stats/summary.ts";
import { resultsWith, seriesWith } from "../../results/fake-series.ts";

/** A series whose rounds have exactly these samples. */
function seriesOf(contender: string, roundsNs: readonly (readonly number[])[]): Series {
  return seriesWith({
    contender,
    p50sNs: [],
    rest: {
      summary: summarise(roundsNs),
      rounds: roundsNs.map((samples, round) => ({
        round,
        summary: summariseRound(samples),
        histogram: encodeHistogram(samples),
      })),
    },
  });
}

function boxOf(series: Series) {
  const [comparison] = comparisons(resultsWith([series]));
  if (comparison === undefined) throw new Error("no table was made");
  return wakeBoxes(comparison).rows[0]?.box;
}

/** 1, 2, 3 … µs, dealt to four rounds in turn. */
function dealt(count: number): number[][] {
  const samples = Array.from({ length: count }, (_, index) => 1_000 * (index + 1));
  return [0, 1, 2, 3].map((round) => samples.filter((_, index) => index % 4 === round));
}

test("a box has the quartiles of all rounds together, to the digits of a histogram", () => {
  const box = boxOf(seriesOf("pipe", dealt(2_000)));
  if (typeof box !== "object") throw new Error(`no box, but ${box}`);
  expect(box).toMatchObject({ leastNs: 1_000, p50Ns: 1_000_000, endNs: 1_980_000, isWhole: true });
  const [p25Ns = 0, p75Ns = 0] = box.quartilesNs ?? [];
  expect(Math.abs(p25Ns / 500_000 - 1)).toBeLessThan(0.002);
  expect(Math.abs(p75Ns / 1_500_000 - 1)).toBeLessThan(0.002);
});

test("without p99 the line ends at the highest percentile that is not withheld", () => {
  expect(boxOf(seriesOf("pipe", dealt(240)))).toMatchObject({ endNs: 228_000, isWhole: false });
  const few = boxOf(seriesOf("pipe", dealt(24)));
  expect(few).toMatchObject({ quartilesNs: null, p50Ns: 12_000, endNs: 12_000, isWhole: false });
});

test("quartiles that one round alone makes are no quartiles", () => {
  const quick = Array<number>(30).fill(1_000);
  const odd = [...quick, ...Array<number>(40).fill(9_000)];
  expect(boxOf(seriesOf("pipe", [quick, quick, odd]))).toMatchObject({
    p50Ns: 1_000,
    quartilesNs: null,
  });
  // Equal samples are those of all rounds.
  expect(boxOf(seriesOf("pipe", [quick, quick, quick]))).toMatchObject({ p50Ns: 1_000 });
  expect(boxOf(seriesOf("pipe", [quick, quick, quick]))).not.toMatchObject({ quartilesNs: null });
});

test("words stand where nothing was measured", () => {
  expect(boxOf(seriesOf("pipe", [[1_000], [1_000]]))).toBe("too few samples");
  const rest = { status: "crashed", error: "SIGSEGV" } as const;
  expect(boxOf({ ...seriesOf("pipe", dealt(2_000)), ...rest })).toBe("crashed");
});
