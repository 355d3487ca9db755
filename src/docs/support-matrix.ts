import { join } from "node:path";
import { type ProbeReport, wakerColumns } from "../probe/report.ts";
import { table } from "./markdown.ts";
import matrix from "./support-matrix.json" with { type: "json" };

/** Where the saved matrix lies. */
export const matrixPath = join(import.meta.dirname, "support-matrix.json");

/**
 * What of a report of `wakerbench probe` the pages of the wakers show: the words of each cell.
 *
 * @param report as `probe --export FILE.json` writes it
 * @returns the text of `support-matrix.json`
 */
export function matrixOf({ startedAt, platform, runtimes }: ProbeReport): string {
  const saved = {
    startedAt,
    platform,
    runtimes: runtimes.map(({ runtime, wakers }) => ({
      runtime,
      wakers: wakers.map(({ contender, waker, cells }) => ({
        contender,
        waker,
        cells: Object.fromEntries(Object.entries(cells).map(([name, { text }]) => [name, text])),
      })),
    })),
  };
  return `${JSON.stringify(saved, null, 2)}\n`;
}

/** What the probe found of a waker, a column for each runtime and variant; nothing where it was not tried. */
export function probed(waker: string): string {
  const found = matrix.runtimes.flatMap(({ runtime, wakers }) =>
    wakers
      .filter((row) => row.waker === waker)
      .map(({ contender, cells }) => ({
        title: contender === waker ? runtime : `${runtime}, ${contender}`,
        cells: cells as Readonly<Record<string, string>>,
      })),
  );
  if (found.length === 0) return "";
  const rows = Object.entries(wakerColumns).map(([name, title]) => [
    title,
    ...found.map(({ cells }) => cells[name] ?? "-"),
  ]);
  const platform = matrix.platform;
  return [
    "## What the probe found",
    `By \`wakerbench probe\` on ${platform}; [probe.md](../probe.md) says what each line tries.`,
    table([["", ...found.map(({ title }) => title)], ...rows]),
  ].join("\n\n");
}
