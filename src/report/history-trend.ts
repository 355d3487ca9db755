import { settingOf } from "../diff/comparable.ts";
import { decidingWords, type Figure } from "../diff/figures.ts";
import { formatDuration } from "../duration.ts";
import type { Trend, TrendChange, TrendPoint } from "../history/trend.ts";
import { formatAmount, formatBytes, formatLatency, plural } from "./format.ts";
import { formatMoment, shortId } from "./history-list.ts";
import type { Charset } from "./plots/plot-style.ts";
import { sparkline } from "./sparkline.ts";
import { renderCells, renderNote, type TableStyle } from "./table.ts";

/** Trends as tables: a heading with a line of bars for each, and a row for each run, oldest first. */
export function renderTrends(
  trends: readonly Trend[],
  style: TableStyle,
  charset: Charset,
): string {
  const blocks = titlesOf(trends).map(([trend, title]) =>
    renderTrend(trend, style.bold(title), style, charset),
  );
  return `${blocks.join("\n\n")}\n`;
}

/** What each is called; of those that would be called the same also what they differ in. */
function titlesOf(trends: readonly Trend[]): (readonly [Trend, string])[] {
  const alike = Map.groupBy(trends, titleOf);
  return trends.map((trend) => {
    const title = titleOf(trend);
    const differing = differencesOf(trend, alike.get(title) ?? []);
    return [trend, [title, ...differing].join(", ")] as const;
  });
}

function titleOf(trend: Trend): string {
  const { scenario, contender, place, machine } = trend;
  const named = [scenario, contender, ...(place === "" ? [] : [place]), figureWords(trend)];
  return `${named.join(" · ")}, machine ${machine}`;
}

/** `gap 1ms`: by the parameters of the rows, else by the options of the whole. */
function differencesOf(trend: Trend, others: readonly Trend[]): string[] {
  for (const part of ["params", "options"] as const) {
    const all = others.map(({ params, options }) => settingOf(params, options)[part]);
    const own = settingOf(trend.params, trend.options)[part];
    const names = [...new Set(all.flatMap((one) => Object.keys(one)))];
    const found = names.filter((name) => all.some((one) => !Bun.deepEquals(one[name], own[name])));
    if (found.length > 0) return found.map((name) => settingWords(name, own[name]));
  }
  return [];
}

function settingWords(name: string, value: unknown): string {
  if (name.endsWith("Ns") && typeof value === "number") {
    return `${name.slice(0, -"Ns".length)} ${formatDuration(value)}`;
  }
  return `${name} ${typeof value === "string" ? value : (JSON.stringify(value) ?? "none")}`;
}

function renderTrend(trend: Trend, title: string, style: TableStyle, charset: Charset): string {
  const { points } = trend;
  const values = points.map(({ figure }) => figure?.value ?? null);
  const line = `  ${sparkline(values, charset)}  ${rangeOf(points)}`;
  const header = ["When (UTC)", "Run", "Runtime", "Value", "±", "Change", "Interval", ""];
  const rows = points.map((point) => [
    formatMoment(point.startedAt),
    shortId(point.runId),
    point.runtime,
    point.figure === null ? "-" : formatFigure(point.figure),
    plusMinusOf(point.figure),
    ...changeCells(point.change),
    wordsOf(trend, point),
  ]);
  return [title, line, renderCells([header, ...rows], style), noteOf(trend, style)].join("\n");
}

function figureWords(trend: Trend): string {
  return trend.metric === "deciding" ? decidingWords(trend) : trend.metric;
}

/** `3.91 µs … 4.70 µs over 12 runs` */
function rangeOf(points: readonly TrendPoint[]): string {
  const figures = points.flatMap(({ figure }) => figure ?? []);
  const sorted = figures.toSorted((one, other) => one.value - other.value);
  const [least, most] = [sorted[0], sorted.at(-1)];
  if (least === undefined || most === undefined) return "no run has this figure";
  if (figures.length === 1) return formatFigure(least);
  return `${formatFigure(least)} … ${formatFigure(most)} over ${plural(figures.length, "run")}`;
}

function formatFigure({ unit, value }: Figure): string {
  if (unit === "ns") return formatLatency(value);
  return unit === "bytes" ? formatBytes(value) : `${formatAmount(value)}/s`;
}

function plusMinusOf(figure: Figure | null): string {
  if (figure?.interval == null) return "-";
  const [low, high] = figure.interval;
  return `${percent(Math.sqrt(high / low) - 1)} %`;
}

function changeCells(change: TrendChange | null): [string, string] {
  if (change === null) return ["", ""];
  const { ratio, interval } = change;
  const ends = interval === null ? "-" : interval.map((end) => signed(end - 1)).join(" … ");
  return [`${signed(ratio - 1)} %`, ends];
}

function signed(change: number): string {
  const digits = percent(Math.abs(change));
  if (Number(digits) === 0) return "0";
  return `${change < 0 ? "−" : "+"}${digits}`;
}

function percent(share: number): string {
  return (share * 100).toFixed(share < 0.1 ? 1 : 0);
}

/** What stands behind a row: how it ended, or what is seen. Less is faster, but for rates; memory is neither. */
function wordsOf({ metric }: Trend, { status, partial, change }: TrendPoint): string {
  if (status !== "ok") return status;
  const seen = change?.seen ?? "none";
  const words = [...(partial ? ["partial"] : [])];
  if (seen !== "none" && metric === "memory") words.unshift(seen === "up" ? "more" : "less");
  else if (seen !== "none")
    words.unshift((seen === "up") === (metric === "rate") ? "faster" : "slower");
  return words.join(", ");
}

function noteOf({ usualChange, points }: Trend, style: TableStyle): string {
  if (points.length < 2)
    return renderNote("one run: there is nothing yet to hold it against", style);
  const within = "a change is named where its interval excludes 1 ± 2 %";
  if (usualChange === null) {
    return renderNote(
      `${within}; how much runs differ by themselves is known from six runs on`,
      style,
    );
  }
  const usual = `${percent(usualChange - 1)} %`;
  return renderNote(
    `${within}, and it exceeds the ${usual} by which runs here differ anyway`,
    style,
  );
}
