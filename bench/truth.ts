import { join } from "node:path";
import { parseArgs } from "node:util";
import { compare, type Series } from "../src/index.ts";
import { formatLatency } from "../src/report/format.ts";
import { compareSeries } from "../src/results/compare-series.ts";
import type { Verdict } from "../src/stats/verdict.ts";

/**
 * Does the tool tell the truth? Comparisons whose answer is known beforehand:
 *
 * - A/A: a waker against itself must be "no difference seen";
 * - a known time added to each wake must be "slower".
 *
 * Each pair is a comparison of its own, with new agents and a new seed.
 *
 *     bun bench/truth.ts [--pairs 100] [--delays 20] [--wakes 300]
 *
 * With the defaults it takes about ten minutes on a quiet machine; its figures are in docs/method.md.
 */

const control = join(import.meta.dirname, "..", "test", "controls", "control.ts");

const { values } = parseArgs({
  options: {
    pairs: { type: "string", default: "100" },
    delays: { type: "string", default: "20" },
    wakes: { type: "string", default: "300" },
  },
});

type Trial = { readonly verdict: Verdict | "no verdict"; readonly ratio: number };

/** One comparison; the pair is picked out of its series. */
async function trial(
  contenders: readonly string[],
  placement: string,
  pick: (series: readonly Series[]) => readonly [Series | undefined, Series | undefined],
): Promise<Trial> {
  const results = await compare({ contenders, parameters: { placement, wakes: values.wakes } });
  const [subject, reference] = pick(results.series);
  const paired =
    subject === undefined || reference === undefined ? null : compareSeries(subject, reference);
  return { verdict: paired?.verdict ?? "no verdict", ratio: paired?.ratio ?? Number.NaN };
}

/** The first contender and its second copy, which every comparison has. */
function copies(series: readonly Series[]) {
  const isCopy = ({ params }: Series) => params.control !== undefined;
  return [series.find(isCopy), series.find((one) => !isCopy(one))] as const;
}

function delayed(series: readonly Series[]) {
  return [
    series.find(({ waker }) => waker === "control"),
    series.find(({ waker, params }) => waker === "callback" && params.control === undefined),
  ] as const;
}

async function report(name: string, wanted: Verdict, count: number, run: () => Promise<Trial>) {
  const trials: Trial[] = [];
  for (let index = 0; index < count; index++) {
    trials.push(await run());
    process.stderr.write(`\r${name}: ${index + 1} of ${count}`);
  }
  process.stderr.write("\r");
  const share = (verdict: Trial["verdict"]) =>
    trials.filter((one) => one.verdict === verdict).length;
  const ratios = trials.map(({ ratio }) => ratio).toSorted((one, other) => one - other);
  const middle = ratios[Math.floor(ratios.length / 2)] ?? Number.NaN;
  console.log(
    `${name}: "${wanted}" in ${share(wanted)} of ${count}` +
      ` (faster ${share("faster")}, slower ${share("slower")}, no verdict ${share("no verdict")};` +
      ` median ratio ${middle.toFixed(3)}, ${ratios[0]?.toFixed(3)} to ${ratios.at(-1)?.toFixed(3)})`,
  );
}

const pairs = Number(values.pairs);
const delays = Number(values.delays);
for (const placement of ["same-core", "cross-core"]) {
  await report(`A/A, ${placement}`, "no difference seen", pairs, () =>
    trial(["callback"], placement, copies),
  );
}
for (const [placement, delayNs] of [
  ["same-core", 500],
  ["cross-core", 10_000],
] as const) {
  await report(`+${formatLatency(delayNs)}, ${placement}`, "slower", delays, () =>
    trial(["callback", `${control}:delayNs=${delayNs}`], placement, delayed),
  );
}
