import type { Results } from "../results/schema.ts";
import { renderCsv } from "./csv.ts";
import type { Directory } from "./index.ts";
import { renderJson } from "./json.ts";
import { renderMarkdown } from "./markdown.ts";

/** The whole report: the tables and the results. */
export async function renderDirectory(results: Results): Promise<Directory> {
  return {
    files: {
      "report.md": renderMarkdown(results),
      "results.csv": renderCsv(results),
      "results.json": renderJson(results),
    },
    warnings: [],
  };
}
