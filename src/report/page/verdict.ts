import type { Results } from "../../results/schema.ts";
import { adviceOf, type Measured } from "../advice.ts";
import { scenariosOf, verdictOf } from "../scenario-verdicts.ts";
import { type Html, html } from "./html.ts";

/** What `compare` measures: it has one sentence about both. */
const comparison = new Set(["wake", "burst"]);

/** What the run comes to, above all figures: in one piece, or scenario by scenario where there are several. */
export function verdictHtml(results: Results, measured: Measured): Html {
  const scenarios = scenariosOf(results);
  const isOne = scenarios.length < 2 || scenarios.every(({ id }) => comparison.has(id));
  return html`<section class="verdict" aria-label="Verdict">
<h2>Verdict</h2>
${isOne ? wholeHtml(results, measured) : eachHtml(results, measured)}</section>`;
}

function wholeHtml(results: Results, measured: Measured): Html {
  const { sentences, summaries } = adviceOf(results, measured);
  if (sentences.length + summaries.length === 0) {
    return html`<p>Too little was measured for a verdict.</p>
`;
  }
  return html`${sentences.map(
    (sentence) => html`<p>${sentence}</p>
`,
  )}${summaries.map(
    (summary) => html`<pre>${summary}</pre>
`,
  )}`;
}

/** Beside the name of each, which leads to its figures. A scenario that failed has none. */
function eachHtml(results: Results, measured: Measured): Html {
  const measuredIds = new Set(results.series.map(({ scenario }) => scenario));
  const rows = scenariosOf(results).map((scenario) => {
    const { id, status } = scenario;
    const name = measuredIds.has(id) ? html`<a href="#${id}">${id}</a>` : html`${id}`;
    const lines = verdictOf(scenario, results, measured).join("\n");
    const mark = status === "whole" ? null : html` <span class="mark">${status}</span>`;
    return html`<div><dt>${name}${mark}</dt><dd>${lines}</dd></div>
`;
  });
  return html`<dl class="verdicts">
${rows}</dl>
`;
}
