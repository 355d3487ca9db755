import type { Environment, Results } from "../../results/schema.ts";
import { type Html, html } from "./html.ts";

/** Facts of the machine in words; what cannot be told is left out. */
function factsOf({ environment, seed, tool, startedAt }: Results): [name: string, fact: string][] {
  const { cpu, cores, arch, os, kernel, runtime, zig, virtualised, governor, machine } =
    environment;
  const facts: [string, string | null | undefined][] = [
    ["Machine", machine],
    ["Processor", `${cpu}, ${cores} ${cores === 1 ? "core" : "cores"}, ${arch}`],
    ["System", `${os}, kernel ${kernel}`],
    ["Virtualised", virtualised],
    ["Governor", governor],
    ["Runtime", runtime],
    ["Clock resolution", `${environment.clockResolutionNs} ns`],
    ["Zig", zig],
    ["wakerbench", tool.version],
    ["Started", startedAt],
    ["Seed", String(seed)],
  ];
  return facts.flatMap(([name, fact]): [string, string][] =>
    fact === null || fact === undefined || fact === "" ? [] : [[name, fact]],
  );
}

/** Where it was measured, and what there would spoil a measurement. */
export function environmentHtml(results: Results): Html {
  return html`<section id="environment" class="chapter">
<h2>Environment</h2>
${warningsHtml(results.environment)}
<dl class="facts">
${factsOf(results).map(
  ([name, fact]) => html`<div><dt>${name}</dt><dd>${fact}</dd></div>
`,
)}</dl>
</section>
`;
}

function warningsHtml({ warnings }: Environment): Html {
  if (warnings.length === 0) {
    return html`<p>Nothing was found on this machine that would spoil a measurement.</p>`;
  }
  return html`<ul class="warnings">
${warnings.map(
  ({ message, remedy }) => html`<li><strong>${message}</strong><br>Try: ${remedy}</li>
`,
)}</ul>`;
}
