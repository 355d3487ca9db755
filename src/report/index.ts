import type { Results } from "../results/schema.ts";
import { renderCsv } from "./csv.ts";
import { renderJson } from "./json.ts";
import { renderMarkdown } from "./markdown.ts";
import { renderTables } from "./tables.ts";

/** A way to write results down. */
export type Format = {
  readonly id: "table" | "json" | "csv" | "markdown";
  /** File names that `--export` recognises. */
  readonly extensions: readonly string[];
  render(results: Results): string;
};

/** Every format, the one of the terminal first. */
export const formats: readonly Format[] = [
  { id: "table", extensions: [".txt"], render: renderTables },
  { id: "json", extensions: [".json"], render: renderJson },
  { id: "csv", extensions: [".csv"], render: renderCsv },
  { id: "markdown", extensions: [".md", ".markdown"], render: renderMarkdown },
];
