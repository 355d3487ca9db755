import type { Results } from "../results/schema.ts";
import type { AgentJob } from "../scenarios/job.ts";

/** A way to write results down. */
export type Format = {
  readonly id: "table" | "json" | "csv" | "markdown" | "hyperfine";
  /** Endings of file names that `--export` recognises; of several that fit the longest one decides. */
  readonly extensions: readonly string[];
  /** The only scenario whose results it can hold; absent: it holds any. */
  readonly scenario?: AgentJob["scenario"];
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

/** What `--export` writes: it knows one more, for the tools of another program. */
export const exportFormats: readonly Format[] = [
  ...formats,
  {
    id: "hyperfine",
    extensions: [".hyperfine.json"],
    scenario: "fetch",
    render: async (results) => (await import("./hyperfine.ts")).renderHyperfine(results),
  },
];
