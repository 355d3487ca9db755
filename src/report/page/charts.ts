import type { AnyChart } from "../charts/kinds.ts";
import { type Html, html, scriptJson } from "./html.ts";
import { stillUrl } from "./still.ts";
import { tableHtml } from "./tables.ts";

/**
 * A chart: drawn by the page's script, or a still picture where there is none; and its figures as a table.
 */
export function chartHtml(chart: AnyChart): Html {
  const { id, title, subtitle, description, cells } = chart;
  return html`<figure class="chart" id="chart-${id}">
<figcaption><h3>${title}</h3><p>${subtitle}</p></figcaption>
<div class="plot" data-chart="${id}" role="img" aria-label="${description}"></div>
<noscript><img src="${stillUrl(chart)}" alt="${description}"></noscript>
<details><summary>Figures of this chart</summary>
${tableHtml(cells, `Figures: ${title}`)}</details>
</figure>
`;
}

/** What the page's script draws, as a data block. The words and tables stand in the page already. */
export function chartData(charts: readonly AnyChart[]): Html {
  const data = charts.map(({ id, kind, data }) => ({ id, kind, data }));
  return html`<script type="application/json" id="charts">${scriptJson(data)}</script>`;
}
