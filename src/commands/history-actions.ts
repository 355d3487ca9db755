import { metricIds } from "../diff/metric-ids.ts";
import { parseCount } from "../duration.ts";
import { WakerbenchError } from "../errors.ts";
import { withHistory } from "../history/open.ts";
import { recordRun } from "../history/record.ts";
import { deleteRuns, findRun, listRuns, loadResults, type Run } from "../history/runs.ts";
import { historyTarget } from "../history/target.ts";
import { knownContenders, loadTrends } from "../history/trend.ts";
import { describePruned, renderRuns } from "../report/history-list.ts";
import { renderTrends } from "../report/history-trend.ts";
import { formats } from "../report/index.ts";
import { readResults } from "../results/store.ts";
import { suggestion } from "../suggestion.ts";
import { messages, print, styleFor } from "../terminal/output.ts";
import { charsetOf } from "../terminal/plot-style.ts";
import type { GivenFlags } from "./flags.ts";
import { parseChoice, parseFormat } from "./measure-flags.ts";

// What `wakerbench history` does: flags in, exit status out.

const listFormats = [
  { id: "table", extensions: [] },
  { id: "json", extensions: [] },
] as const;

export async function list({ values }: GivenFlags): Promise<number> {
  const format = parseFormat(String(values.format ?? "table"), listFormats);
  const limit = parseLimit("limit", values.limit ?? "20", 1);
  const filter = { machine: textOf(values.machine), scenario: textOf(values.scenario) };
  const runs = await withHistory(historyTarget(), "read", (sql) => listRuns(sql, filter));
  const shown = runs.slice(0, limit);
  if (format.id === "json") {
    await print(`${JSON.stringify(shown, null, 2)}\n`);
    return 0;
  }
  if (runs.length === 0 && filter.machine === undefined && filter.scenario === undefined) {
    await print("no run is recorded yet: wakerbench compare records its own\n");
    return 0;
  }
  await print(renderRuns(shown, runs.length, styleFor(process.stdout)));
  return 0;
}

export async function show({ values, positionals }: GivenFlags): Promise<number> {
  const format = parseFormat(String(values.format ?? "table"), formats);
  const filter = { machine: textOf(values.machine) };
  const { run, results } = await withHistory(historyTarget(), "read", async (sql) => {
    const found = findRun(await listRuns(sql, filter), positionals[0] ?? "");
    return { run: found, results: await loadResults(sql, found) };
  });
  if (format.id === "table") messages.log(titleOf(run));
  await print(await format.render(results));
  return 0;
}

function titleOf({ id, startedAt, machine, runtime, command, partial }: Run): string {
  const parts = [id, startedAt, machine, runtime, ...(partial ? ["partial"] : [])];
  return `${parts.join(" · ")}\nwakerbench ${command.join(" ")}\n`;
}

export async function trend({ values, positionals }: GivenFlags): Promise<number> {
  const format = parseFormat(String(values.format ?? "table"), listFormats);
  const [contender = ""] = positionals;
  const request = {
    contender,
    metric: parseChoice("metric", values.metric ?? "deciding", metricIds),
    scenario: textOf(values.scenario),
    placement: textOf(values.placement),
    machine: textOf(values.machine),
    mostRuns: parseLimit("limit", values.limit ?? "20", 1),
  };
  const trends = await withHistory(historyTarget(), "read", async (sql) => {
    const found = await loadTrends(sql, request);
    if (found.length === 0) throw noTrend(contender, await knownContenders(sql));
    return found;
  });
  if (format.id === "json") {
    await print(`${JSON.stringify(trends, null, 2)}\n`);
    return 0;
  }
  await print(renderTrends(trends, styleFor(process.stdout), charsetOf(process.env)));
  return 0;
}

function noTrend(contender: string, known: readonly string[]): WakerbenchError {
  const isKnown = known.includes(contender);
  const message = `the history has no run of ${contender}${isKnown ? " that fits" : ""}`;
  const usual = "see wakerbench history list for what was measured";
  const remedy = isKnown ? usual : (suggestion(contender, known) ?? usual);
  return new WakerbenchError("RUN_UNKNOWN", message, { remedy });
}

export async function add({ positionals }: GivenFlags): Promise<number> {
  const results = await readResults(positionals[0] ?? "");
  const id = await withHistory(historyTarget(), "write", (sql) => recordRun(sql, results));
  messages.log(`recorded as ${id}`);
  return 0;
}

export async function prune({ values }: GivenFlags): Promise<number> {
  const { keep, "older-than": olderThan } = values;
  if ((keep === undefined) === (olderThan === undefined)) {
    throw new WakerbenchError("USAGE", "history prune needs --keep or --older-than", {
      remedy: "write --keep 100, or --older-than 90d",
    });
  }
  const choose =
    keep === undefined
      ? olderRuns(Date.now() - parseAgeMs(String(olderThan)))
      : surplusRuns(parseLimit("keep", keep, 0));
  const isTried = values["dry-run"] === true;
  const filter = { machine: textOf(values.machine) };
  const chosen = await withHistory(historyTarget(), isTried ? "read" : "write", async (sql) => {
    const runs = choose(await listRuns(sql, filter));
    if (!isTried && runs.length > 0)
      await deleteRuns(
        sql,
        runs.map(({ id }) => id),
      );
    return runs;
  });
  await print(describePruned(chosen, isTried));
  return 0;
}

function olderRuns(momentMs: number): (runs: readonly Run[]) => Run[] {
  return (runs) => runs.filter(({ startedAt }) => Date.parse(startedAt) < momentMs);
}

/** @param kept how many of each machine, the newest; runs come newest first */
function surplusRuns(kept: number): (runs: readonly Run[]) => Run[] {
  return (runs) =>
    [...Map.groupBy(runs, ({ machine }) => machine).values()].flatMap((own) => own.slice(kept));
}

const msPerUnit = { m: 60e3, h: 3_600e3, d: 86_400e3, w: 604_800e3 } as const;

/** @throws WakerbenchError USAGE */
function parseAgeMs(written: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)([mhdw])$/.exec(written) ?? [];
  if (amount !== undefined) return Number(amount) * msPerUnit[unit as keyof typeof msPerUnit];
  throw new WakerbenchError("USAGE", `--older-than: "${written}" is no age`, {
    remedy: "write 90d, 2w or 12h",
  });
}

/** @throws WakerbenchError USAGE */
function parseLimit(name: string, written: unknown, least: number): number {
  const count = parseCount(String(written));
  if (count !== null && count >= least) return count;
  throw new WakerbenchError(
    "USAGE",
    `--${name}: "${written}" is no whole number of ${least} or more`,
    {
      remedy: `write --${name} 50`,
    },
  );
}

function textOf(value: GivenFlags["values"][string]): string | undefined {
  return typeof value === "string" ? value : undefined;
}
