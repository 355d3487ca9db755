import type { Run } from "../history/runs.ts";
import { renderList } from "./approach-list.ts";
import { plural } from "./format.ts";
import { renderNote, type TableStyle } from "./table.ts";

/** How much of an id a table shows: what `history show` needs to find it among some thousand runs. */
const shownDigits = 8;

/** The id of a run as tables and messages write it. */
export function shortId(id: string): string {
  return id.slice(0, shownDigits);
}

/** `2026-11-22 02:18`, UTC: a history may be that of machines all over the world. */
export function formatMoment(iso: string): string {
  return iso.slice(0, 16).replace("T", " ");
}

/**
 * Runs, newest first, a line each.
 *
 * @param total how many there are, with those that are not shown
 */
export function renderRuns(runs: readonly Run[], total: number, style: TableStyle): string {
  if (runs.length === 0) return "no run is recorded that fits\n";
  const header = ["Run", "When (UTC)", "Machine", "Runtime", "Command", "Took", "Scenarios"];
  const rows = runs.map((run) => [
    shortId(run.id),
    formatMoment(run.startedAt),
    run.machine,
    run.runtime,
    run.command[0] ?? "",
    `${Math.round(run.durationMs / 1e3)} s`,
    `${run.scenarios.join(", ")}${run.partial ? " (partial)" : ""}`,
  ]);
  const width = style.columns ?? Number.POSITIVE_INFINITY;
  const lines = [renderList(header, rows, style, width)];
  if (total > runs.length) {
    const all = plural(total, "run");
    lines.push(renderNote(`the last ${runs.length} of ${all}; --limit ${total} shows all`, style));
  }
  return `${lines.join("\n")}\n`;
}

/** What was deleted, or would be. */
export function describePruned(runs: readonly Run[], isTried: boolean): string {
  if (runs.length === 0) return "nothing to delete\n";
  const lines = runs.map(
    ({ id, startedAt, machine, scenarios }) =>
      `  ${shortId(id)}  ${formatMoment(startedAt)}  ${machine}  ${scenarios.join(", ")}`,
  );
  const done = isTried ? "would delete" : "deleted";
  return `${[`${done} ${plural(runs.length, "run")}`, ...lines].join("\n")}\n`;
}
