import type { Diff } from "../diff/schema.ts";
import type { TableStyle } from "./table.ts";

/** A way to write two runs' comparison down. */
export type DiffFormat = {
  readonly id: "table" | "json" | "markdown" | "github";
  /** Endings of file names that `--export` recognises. */
  readonly extensions: readonly string[];
  /** @param style of the terminal; plain for a file */
  render(diff: Diff, style: TableStyle): Promise<string>;
};

/** Every format, the one of the terminal first. Help names them all and loads none. */
export const diffFormats: readonly DiffFormat[] = [
  {
    id: "table",
    extensions: [".txt"],
    render: async (diff, style) => (await import("./diff-table.ts")).renderDiffTable(diff, style),
  },
  {
    id: "json",
    extensions: [".json"],
    render: async (diff) => `${JSON.stringify(diff, null, 2)}\n`,
  },
  {
    id: "markdown",
    extensions: [".md", ".markdown"],
    render: async (diff) => (await import("./diff-markdown.ts")).renderDiffMarkdown(diff),
  },
  {
    id: "github",
    extensions: [],
    render: async (diff) => (await import("./diff-github.ts")).renderDiffGithub(diff),
  },
];
