import type { Results } from "../results/schema.ts";
import type { AgentJob } from "../scenarios/job.ts";

/** A way to write results down. */
export type Format = {
  readonly id: string;
  /** Endings of file names that `--export` recognises; of several that fit the longest one decides. */
  readonly extensions: readonly string[];
  /** The only scenario whose results it can hold; absent: it holds any. */
  readonly scenario?: AgentJob["scenario"];
  render(results: Results): Promise<string>;
};

/** A way to write results into one file, be it text or not. */
export type FileFormat = Omit<Format, "render"> & {
  /** @throws WakerbenchError where there is no such chart, or nothing to draw it with */
  render(results: Results): Promise<string | Uint8Array>;
};

/** Files of a directory, by their names in it, and what could not be written, a line each. */
export type Directory = {
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  readonly warnings: readonly string[];
};

/** A way to write results into a directory; its ending is the slash. */
export type DirectoryFormat = Pick<Format, "id" | "extensions"> & {
  renderAll(results: Results): Promise<Directory>;
};

export type ExportFormat = FileFormat | DirectoryFormat;

/** Every format of what a command prints, the one of the terminal first. Help names them all and loads none. */
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

/** What `--export` writes: it knows more, for the tools of other programs. */
export const exportFormats: readonly ExportFormat[] = [
  ...formats,
  {
    id: "hyperfine",
    extensions: [".hyperfine.json"],
    scenario: "fetch",
    render: async (results) => (await import("./hyperfine.ts")).renderHyperfine(results),
  },
  {
    id: "directory",
    extensions: ["/"],
    renderAll: async (results) => (await import("./directory.ts")).renderDirectory(results),
  },
];
