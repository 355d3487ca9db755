import type { Results } from "../results/schema.ts";
import { renderCsv } from "./csv.ts";
import { type Directory, usualView } from "./index.ts";
import { renderJson } from "./json.ts";
import { renderMarkdown } from "./markdown.ts";
import { renderPage } from "./page/page.ts";
import { renderAllCharts } from "./pictures.ts";

/** The whole report: the page, the tables, the results, and each chart as a picture. */
export async function renderDirectory(results: Results, view = usualView): Promise<Directory> {
  const pictures = await renderAllCharts(results, view);
  return {
    files: {
      "report.html": await renderPage(results),
      "report.md": renderMarkdown(results),
      "results.csv": renderCsv(results),
      "results.json": renderJson(results),
      ...pictures.files,
    },
    warnings: pictures.warnings,
  };
}
