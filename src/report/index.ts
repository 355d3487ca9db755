import type { Results } from "../results/schema.ts";
import type { AgentJob } from "../scenarios/job.ts";
import type { Scheme } from "./charts/chart.ts";

/** Which chart of a report a picture shows, and how it is drawn. */
export type ChartView = {
  /** Its id; null: the first one. */
  readonly chart: string | null;
  readonly scheme: Scheme;
  /** Null: as wide as charts usually are. */
  readonly widthPx: number | null;
};

export const usualView: ChartView = { chart: null, scheme: "light", widthPx: null };

/** A way to write results down. */
export type Format = {
  readonly id: string;
  /** Endings of file names that `--export` recognises; of several that fit the longest one decides. */
  readonly extensions: readonly string[];
  /** The only scenario whose results it can hold; absent: it holds any. */
  readonly scenario?: AgentJob["scenario"];
  render(results: Results, view?: ChartView): Promise<string>;
  /** What of the results it does not hold, a line each, for whoever exports them. */
  warningsOf?(results: Results): Promise<readonly string[]>;
};

/** A way to write results into one file, be it text or not. */
export type FileFormat = Omit<Format, "render"> & {
  /** @throws WakerbenchError where there is no such chart, or nothing to draw it with */
  render(results: Results, view?: ChartView): Promise<string | Uint8Array>;
  /** @throws WakerbenchError where nothing can be rendered here, whatever the results are */
  mustBePossible?(): Promise<void>;
};

/** Files of a directory, by their names in it, and what could not be written, a line each. */
export type Directory = {
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  readonly warnings: readonly string[];
};

/** A way to write results into a directory; its ending is the slash. */
export type DirectoryFormat = Pick<Format, "id" | "extensions"> & {
  renderAll(results: Results, view?: ChartView): Promise<Directory>;
};

export type ExportFormat = FileFormat | DirectoryFormat;

/** Formats that have every row of a run, also those of which there is nothing to show. */
export const wholeFormats: readonly Format[] = [
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

/** What services read that watch figures from commit to commit: one that is missing must not go unseen. */
const ciFormat = (id: string, render: Format["render"]): Format => ({
  id,
  extensions: [`.${id}.json`],
  render,
  warningsOf: async (results) => (await import("./benchmarks.ts")).leftOutOf(results),
});

/** Every format of what a command prints, the one of the terminal first. Help names them all and loads none. */
export const formats: readonly Format[] = [
  ...wholeFormats,
  ciFormat("bencher", async (results) => (await import("./bencher.ts")).renderBencher(results)),
  ciFormat("github-smaller", async (results) =>
    (await import("./github-benchmark.ts")).renderGithubBenchmark(results, "less"),
  ),
  ciFormat("github-bigger", async (results) =>
    (await import("./github-benchmark.ts")).renderGithubBenchmark(results, "more"),
  ),
];

/** What is text and is read by a browser: `report` prints it too. */
export const pageFormats: readonly Format[] = [
  {
    id: "html",
    extensions: [".html", ".htm"],
    render: async (results) => (await import("./page/page.ts")).renderPage(results),
  },
];

/** Pictures of one chart. */
const pictureFormats: readonly FileFormat[] = [
  {
    id: "svg",
    extensions: [".svg"],
    render: async (results, view) => (await import("./pictures.ts")).renderChartSvg(results, view),
  },
  {
    id: "png",
    extensions: [".png"],
    render: async (results, view) => (await import("./pictures.ts")).renderChartPng(results, view),
    mustBePossible: async () => (await import("./charts/png.ts")).mustHaveRenderer(),
  },
];

/** What `--export` writes: it knows more, for the tools of other programs and for the eye. */
export const exportFormats: readonly ExportFormat[] = [
  ...formats,
  ...pageFormats,
  ...pictureFormats,
  {
    id: "hyperfine",
    extensions: [".hyperfine.json"],
    scenario: "fetch",
    render: async (results) => (await import("./hyperfine.ts")).renderHyperfine(results),
  },
  {
    id: "directory",
    extensions: ["/"],
    renderAll: async (results, view) =>
      (await import("./directory.ts")).renderDirectory(results, view),
  },
];
