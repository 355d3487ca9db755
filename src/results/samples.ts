import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { messageOf, WakerbenchError } from "../errors.ts";
import type { RawSamples } from "./rows.ts";
import type { Series } from "./schema.ts";
import { writeWhole } from "./store.ts";

/**
 * Keeps every raw sample of a series: `{ roundsNs: number[][] }`, nanoseconds, in the order in which
 * they were measured; of a flood `{ notifyRoundsNs, lateRoundsNs }`, of calls `{ callRoundsNs }`, of a workload
 * `{ latencyRoundsNs, lateRoundsNs, burnRoundsNs }`, as far as it has them.
 *
 * @throws WakerbenchError EXPORT_FAILED
 */
export function writeSamples(directory: string, raw: RawSamples, index: number): Series {
  const { series, samples } = raw;
  const { placement, threads, case: part } = series.params;
  // Workloads have no placement: their own name stands there.
  const place = placement ?? series.scenario;
  const row = part === undefined ? place : `${place}-${part}`;
  const where = series.scenario === "burst" ? `burst-${threads}` : row;
  const stem = `${series.contender}-${where}`.replace(/[^A-Za-z0-9.@=-]+/g, "_");
  const name = `${String(index).padStart(3, "0")}-${stem}.json`;
  const samplesFile = join(directory, name);
  try {
    mkdirSync(directory, { recursive: true });
    writeWhole(samplesFile, `${JSON.stringify(samples)}\n`);
  } catch (cause) {
    throw new WakerbenchError("EXPORT_FAILED", `--samples ${directory}: ${messageOf(cause)}`, {
      remedy: "name a directory that can be written and has room",
      cause,
    });
  }
  return { ...series, samplesFile };
}
