import { formatCount } from "../report/format.ts";
import { renderCells, renderNote, type TableStyle } from "../report/table.ts";
import { descriptors } from "../trials/job.ts";
import {
  type Cell,
  type ProbeReport,
  type ReaderRow,
  type RuntimeMatrix,
  type WakerColumn,
  type WakerRow,
  wakerColumns,
} from "./report.ts";

const columns = Object.keys(wakerColumns) as WakerColumn[];

/** The support matrix for the terminal: per runtime what can read a wake, then the wakers. */
export function renderProbe(report: ProbeReport, style: TableStyle): string {
  const blocks = report.runtimes.flatMap((matrix) => renderRuntime(matrix, style));
  const seconds = Math.max(1, Math.round(report.durationMs / 1000));
  const partial = report.partial ? "interrupted: what was not tried is -; " : "";
  const summary = `${partial}${formatCount(report.children)} child processes in ${seconds} s`;
  const notes = [...legend, summary].map((line) => renderNote(line, style));
  return `${[...blocks, notes.join("\n")].join("\n\n")}\n`;
}

function renderRuntime({ runtime, readers, wakers }: RuntimeMatrix, style: TableStyle): string[] {
  const blocks: string[] = [];
  if (readers.length > 0) {
    blocks.push(
      [
        style.bold(`${runtime}: what can read a wake`),
        renderCells(readerCells(readers), style),
      ].join("\n"),
    );
  }
  const notes = wakers.flatMap(notesOf).map((note) => renderNote(note, style));
  blocks.push(
    [style.bold(`${runtime}: wakers`), renderCells(wakerCells(wakers), style), ...notes].join("\n"),
  );
  return blocks;
}

const legend = [
  "Flood: 8 threads at once, three times for 0.3 s or 100,000 wakes, in each of two processes",
  "Coalesces: 2,000 rings while the loop was blocked, and how often JavaScript was entered for them",
  "Returns: what the thread that rings gets back from JavaScript",
  "Throw in handler: it reaches uncaughtException, or unhandledRejection and ends the loop that awaits",
];

function readerCells(readers: readonly ReaderRow[]): string[][] {
  const kinds = descriptors.filter((kind) => readers.some(({ cells }) => cells[kind]));
  const rows = readers.map(({ title, cells }) => [
    title,
    ...kinds.map((kind) => cells[kind]?.text ?? "-"),
  ]);
  return [["Reader", ...kinds], ...rows];
}

function wakerCells(wakers: readonly WakerRow[]): string[][] {
  const rows = wakers.map(({ contender, caveat, cells }) => [
    caveat === null ? contender : `${contender} *`,
    ...columns.map((column) => cells[column].text),
  ]);
  return [["Waker", ...Object.values(wakerColumns)], ...rows];
}

/** What a word in the table does not say: why it failed, and what differs from the list. */
function notesOf({ contender, caveat, cells, surprises }: WakerRow): string[] {
  // One fault may fill several columns.
  const faults = new Map<string, string[]>();
  for (const column of columns) {
    const { detail } = cells[column];
    if (detail === null || !isFault(cells[column])) continue;
    const what = inShort(detail);
    faults.set(what, [...(faults.get(what) ?? []), wakerColumns[column].toLowerCase()]);
  }
  return [
    ...[...faults].map(([what, where]) => `! ${contender}, ${where.join(", ")}: ${what}`),
    ...(caveat === null ? [] : [`* ${contender}: ${caveat}`]),
    ...surprises.map((surprise) => `! ${contender}: ${surprise}`),
  ];
}

const mostLetters = 160;

/** Of a crash the line that says why; all of it is in the JSON. */
function inShort(detail: string): string {
  const [signal = ""] = detail.split(":");
  const panic = /panic[^|]*/.exec(detail)?.[0].trim();
  const text = panic === undefined ? detail : `${signal}: ${panic}`;
  return text.length > mostLetters ? `${text.slice(0, mostLetters - 1)}…` : text;
}

function isFault({ verdict }: Cell): boolean {
  return ["loses", "silent", "error", "crash", "hang", "unsupported"].includes(verdict);
}
