import { createHash } from "node:crypto";
import type { SQL } from "bun";
import { rateOver } from "../results/rates.ts";
import type { Results, Series } from "../results/schema.ts";
import { canonicalJson } from "./canonical.ts";
import { inTransaction } from "./transaction.ts";

/** Of results that were written before machines had a name. */
export const unnamedMachine = "unnamed";

/** So that a statement stays below the parameters that SQLite takes, 32,766. */
const seriesPerInsert = 200;

/**
 * Records a run. One that is recorded again, such as one that was resumed, takes the place of the earlier.
 *
 * @returns its id
 * @throws the error of the database
 */
export async function recordRun(sql: SQL, results: Results): Promise<string> {
  const id = idOf(results);
  const run = rowOfRun(id, results);
  const series = results.series.map((one, position) => rowOfSeries(id, position, one, results));
  await inTransaction(sql, async (tx) => {
    await tx`delete from wakerbench_series where run_id = ${id}`;
    await tx`delete from wakerbench_runs where id = ${id}`;
    await tx`insert into wakerbench_runs ${tx(run)}`;
    for (let start = 0; start < series.length; start += seriesPerInsert) {
      await tx`insert into wakerbench_series ${tx(series.slice(start, start + seriesPerInsert))}`;
    }
  });
  return id;
}

/** The same for the same run wherever it is recorded: a UUID of version 8 (RFC 9562), made of what sets it apart. */
export function idOf(results: Results): string {
  const { startedAt, seed, command, environment } = results;
  const told = canonicalJson([environment.machine ?? unnamedMachine, startedAt, seed, command]);
  const hex = createHash("sha256").update(told).digest("hex");
  const variant = ((Number.parseInt(hex[16] ?? "0", 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}

function rowOfRun(id: string, results: Results) {
  const { environment, tool, command, series } = results;
  return {
    id,
    machine: environment.machine ?? unnamedMachine,
    started_at: new Date(results.startedAt).toISOString(),
    recorded_at: new Date().toISOString(),
    duration_ms: results.durationMs,
    partial: results.partial,
    tool_version: tool.version,
    runtime: environment.runtime,
    command: JSON.stringify(command),
    scenarios: [...new Set(series.map(({ scenario }) => scenario))].join(","),
    seed: results.seed,
    os: environment.os,
    kernel: environment.kernel,
    arch: environment.arch,
    cpu: environment.cpu,
    cores: environment.cores,
    virtualised: environment.virtualised,
    warnings: environment.warnings.map(({ code }) => code).join(","),
    results: pack(results),
  };
}

type LowHigh = readonly [number, number] | null | undefined;

/** Flat, for questions in SQL; what was withheld is null. */
function rowOfSeries(run_id: string, position: number, series: Series, results: Results) {
  const { summary, interval, params, relative, audit } = series;
  const [rate] = Object.entries(series.rates);
  const deciding = decidingOf(series);
  return {
    run_id,
    position,
    scenario: series.scenario,
    contender: series.contender,
    waker: series.waker,
    runtime: series.runtime,
    placement: typeof params.placement === "string" ? params.placement : null,
    params: canonicalJson(params),
    options: canonicalJson(results.options[series.scenario] ?? {}),
    status: series.status,
    samples: summary.count,
    lost: audit.lost,
    mean_ns: summary.meanNs,
    ...ends("mean", "ns", interval.meanNs),
    p50_ns: summary.p50Ns,
    ...ends("p50", "ns", interval.p50Ns),
    p90_ns: summary.p90Ns,
    ...ends("p90", "ns", interval.p90Ns),
    p99_ns: summary.p99Ns,
    ...ends("p99", "ns", interval.p99Ns),
    p999_ns: summary.p999Ns,
    max_ns: summary.maxNs,
    rate_name: rate?.[0] ?? null,
    rate_per_second: rate?.[1].value ?? null,
    ...ends("rate", "per_second", rate?.[1].interval),
    deciding_ns: deciding?.value ?? null,
    ...ends("deciding", "ns", deciding?.interval),
    relative_to: relative?.to ?? null,
    ratio: relative?.ratio ?? null,
    ratio_low: relative?.interval[0] ?? null,
    ratio_high: relative?.interval[1] ?? null,
    verdict: relative?.verdict ?? null,
  };
}

function ends(name: string, unit: string, interval: LowHigh): Record<string, number | null> {
  return {
    [`${name}_low_${unit}`]: interval?.[0] ?? null,
    [`${name}_high_${unit}`]: interval?.[1] ?? null,
  };
}

/** What decides between the contenders of a workload, over its rounds; null of what is no workload. */
function decidingOf({ rounds }: Series): Series["rates"][string] | null {
  const values = rounds.flatMap(({ decidingNs }) => (decidingNs === undefined ? [] : [decidingNs]));
  return values.length === 0 ? null : rateOver(values);
}

/** gzip, base64: a type that both databases have, and a tenth to two thirds of the JSON's size. */
function pack(results: Results): string {
  return Buffer.from(Bun.gzipSync(JSON.stringify(results))).toString("base64");
}
