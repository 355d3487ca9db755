import type { Results } from "../../results/schema.ts";
import { callCharts } from "./calls.ts";
import { cpuPerWake } from "./cpu.ts";
import { distributions } from "./distribution.ts";
import { floodCharts } from "./floods.ts";
import { burstHeat, wakeHeat } from "./heat-map.ts";
import type { AnyChart } from "./kinds.ts";
import { percentileCurves } from "./percentile-curve.ts";
import { paletteOf } from "./rows.ts";
import { barsOf } from "./workload-bars.ts";
import { workloadPlans } from "./workload-plans.ts";

/** Every chart that a results file has data for, in the order of a report. */
export function chartsOf(results: Results): AnyChart[] {
  const palette = paletteOf(results);
  const charts = [
    ...wakeHeat(results, palette),
    ...distributions(results, palette),
    ...percentileCurves(results, palette),
    ...cpuPerWake(results, palette),
    ...floodCharts(results, palette),
    ...burstHeat(results, palette),
    ...callCharts(results, palette),
    ...workloadPlans.flatMap((plan) => barsOf(results, plan, palette)),
  ];
  const drawn = charts.filter(hasFigures);
  return drawn.map((chart, index) => {
    const before = drawn.slice(0, index).filter(({ id }) => id === chart.id).length;
    return before === 0 ? chart : { ...chart, id: `${chart.id}-${before + 1}` };
  });
}

/** Where all have failed, axes without anything between them would be drawn; tables say what happened. */
function hasFigures({ kind, data }: AnyChart): boolean {
  const isKnown = (amounts: readonly (number | null)[]) => amounts.some((one) => one !== null);
  if (kind === "ridge")
    return data.rows.some(({ curve, levels }) => curve.length + levels.length > 0);
  if (kind === "lines") return data.lines.some(({ points }) => points.length > 0);
  const rows = kind === "bars" ? data.groups.flatMap((group) => group.rows) : data.rows;
  return rows.some(({ amounts }) => isKnown(amounts));
}
