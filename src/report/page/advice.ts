import type { Results } from "../../results/schema.ts";
import { adviceOf, type Measured, type ReportAdvice } from "../advice.ts";
import type { Chapter } from "./chapter.ts";
import { type Html, html, words } from "./html.ts";

type Uses = ReportAdvice["uses"];

/** The code to paste, and when to use each; nothing where there is nothing to say. */
export function adviceChapters(results: Results, measured: Measured): Chapter[] {
  const { codes, uses, guidance, kinds } = adviceOf(results, measured);
  if (codes.length + uses.length + guidance.length === 0) return [];
  const body = html`<section id="use" class="chapter">
<h2>What to use, and how</h2>
${codes.map(
  ({ purpose, code }) => html`${purpose === null ? null : html`<h3>${purpose}</h3>`}
<pre class="code" tabindex="0"><code>${code}</code></pre>
`,
)}
${byKind(uses, measured).map(([kind, own]) => usesHtml(kind, own))}
${guidance.length === 0 ? null : html`<ul class="guidance">${guidance.map((line) => html`<li>${words(line)}</li>`)}</ul>`}
${kinds.length === 0 ? null : html`<p class="summary">The code of each: <code>wakerbench list ${kinds.join("|")} NAME</code></p>`}
</section>
`;
  return [{ id: "use", name: "What to use", body }];
}

/** Some wakers and dispatchers have the same names, and are to be told apart. */
function byKind(uses: Uses, { wakers, dispatchers }: Measured): [kind: string, uses: Uses][] {
  const ofKind = (known: readonly unknown[]) => uses.filter((one) => known.includes(one));
  const [woken, called] = [ofKind(wakers), ofKind(dispatchers)];
  const others = uses.filter((one) => !woken.includes(one) && !called.includes(one));
  const all: [string, Uses][] = [
    ["When to use each waker", woken],
    ["When to use each way to call a thread", called],
    ["When to use each library, handler or way to fetch", others],
  ];
  return all.filter(([, own]) => own.length > 0);
}

function usesHtml(kind: string, uses: Uses): Html {
  return html`<h3>${kind}</h3>
<dl class="uses">
${uses.map(
  ({
    id,
    advice,
  }) => html`<div><dt>${id}</dt><dd>${words(advice.when)}<br><span class="but">but: ${words(advice.against)}</span></dd></div>
`,
)}</dl>
`;
}
