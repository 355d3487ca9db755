import { formatSpan } from "../../duration.ts";
import type { Results } from "../../results/schema.ts";
import { scenarios } from "../../scenarios/index.ts";
import { chartsOf } from "../charts/index.ts";
import type { AnyChart } from "../charts/kinds.ts";
import { measuredOf } from "../measured.ts";
import { partialNote } from "../notes.ts";
import { tableGroups } from "../table-groups.ts";
import { adviceChapters } from "./advice.ts";
import type { Chapter } from "./chapter.ts";
import { chartData, chartHtml } from "./charts.ts";
import { clientScript } from "./client-script.ts";
import { environmentHtml } from "./environment.ts";
import { type Html, html, markup } from "./html.ts";
import { methodParagraphs } from "./method.ts";
import css from "./page.css" with { type: "text" };
import { groupHtml } from "./tables.ts";
import { verdictHtml } from "./verdict.ts";

/**
 * The whole report as one page that needs nothing but itself: no file beside it, no network, and without scripts it
 * shows still pictures.
 */
export async function renderPage(results: Results): Promise<string> {
  const script = await clientScript();
  const charts = chartsOf(results);
  const measured = measuredOf(results);
  const chapters = [
    ...scenarioChapters(results, charts),
    ...adviceChapters(results, measured),
    { id: "environment", name: "Environment", body: environmentHtml(results) },
    { id: "method", name: "Method", body: methodHtml() },
  ];
  const title = `wakerbench ${results.command.join(" ")}`;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${policyFor(script)}">
<meta name="generator" content="wakerbench ${results.tool.version}">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${markup(css)}</style>
</head>
<body>
<a class="skip" href="#report">Skip the contents</a>
<div class="frame">
<nav aria-label="Contents"><p>Contents</p><ol>
${chapters.map(
  ({ id, name }) => html`<li><a href="#${id}">${name}</a></li>
`,
)}</ol></nav>
<main id="report">
${headHtml(results)}
${verdictHtml(results, measured)}
${chapters.map(({ body }) => body)}
<footer><p>Made by wakerbench ${results.tool.version}. This page is one file and loads nothing.</p></footer>
</main>
</div>
${chartData(charts)}
<script type="module">${markup(script)}</script>
</body>
</html>
`;
  return page.toString();
}

/** Nothing is loaded, and no script runs but the one whose text this is. */
function policyFor(script: string): string {
  const hash = new Bun.CryptoHasher("sha256").update(script).digest("base64");
  return [
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    `script-src 'sha256-${hash}'`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

/** What was run, when and where, and whether it is whole. */
function headHtml(results: Results): Html {
  const { command, startedAt, durationMs, environment, tool, partial } = results;
  const facts: readonly (readonly [string, string])[] = [
    ["Started", `${startedAt.slice(0, 16).replace("T", " ")} UTC`],
    ["Took", formatSpan(Math.round(durationMs) * 1e6)],
    ["Machine", `${environment.cpu}, ${environment.cores} cores`],
    ["System", environment.os],
    ["Runtime", environment.runtime],
    ["Seed", String(results.seed)],
  ];
  return html`<header>
<p class="tool">wakerbench ${tool.version}</p>
<h1><code>wakerbench ${command.join(" ")}</code></h1>
<dl class="facts">
${facts.map(
  ([name, fact]) => html`<div><dt>${name}</dt><dd>${fact}</dd></div>
`,
)}</dl>
${partial ? html`<p class="partial"><strong>Partial results.</strong> ${partialNote}</p>` : null}
</header>`;
}

/** A chapter for each scenario that was run: its charts, then its tables. */
function scenarioChapters(results: Results, charts: readonly AnyChart[]): Chapter[] {
  const groups = tableGroups(results);
  return scenarios.flatMap(({ id, summary }) => {
    const own = groups.filter(({ scenario }) => scenario === id);
    const pictures = charts.filter(({ scenario }) => scenario === id);
    if (own.length + pictures.length === 0) return [];
    const body = html`<section id="${id}" class="chapter">
<h2>${id}</h2>
<p class="summary">${summary}</p>
${pictures.map(chartHtml)}
${own.map(groupHtml)}
</section>
`;
    return [{ id, name: id, body }];
  });
}

function methodHtml(): Html {
  return html`<section id="method" class="chapter">
<h2>Method</h2>
${methodParagraphs.map(
  ([heading, text]) => html`<h3>${heading}</h3>
<p>${text}</p>
`,
)}
<p class="summary">The whole of it stands in <code>docs/method.md</code> of wakerbench; this page is made of a results file, which <code>wakerbench report --format json</code> prints.</p>
</section>
`;
}
