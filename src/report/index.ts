import type { Results } from "../results/schema.ts";

/** A way to write results down. */
export type Format = {
  readonly id: "table" | "json" | "csv" | "markdown";
  /** File names that `--export` recognises. */
  readonly extensions: readonly string[];
  render(results: Results): Promise<string>;
};

/** Every format, the one of the terminal first. Help names them all and loads none. */
export const formats: readonly Format[] = [
  {
    id: "table",
    extensions: [".txt"],
    render: async (results) => (await import("./tables.ts")).renderTables(results),
  },
  {
    id: "json",
    extensions: [".json"],
    render: async (results) => (await import("./json.ts")).renderJson(results),
  },
  {
    id: "csv",
    extensions: [".csv"],
    render: async (results) => (await import("./csv.ts")).renderCsv(results),
  },
  {
    id: "markdown",
    extensions: [".md", ".markdown"],
    render: async (results) => (await import("./markdown.ts")).renderMarkdown(results),
  },
];
