import type * as z from "zod";
import { resultsJsonSchema } from "../results/publish-schema.ts";
import { code, fence, page, sentence, table } from "./markdown.ts";
import { extraWords, paramWords, rateWords } from "./results-words.ts";

type Node = z.core.JSONSchema.JSONSchema;

/** The reference of a results file, from its schema. */
export function resultsPage(): string {
  const root = JSON.parse(resultsJsonSchema()) as Node;
  const series = itemOf(at(root, "series"));
  const parts: readonly (readonly [title: string, node: Node])[] = [
    ["The file", root],
    ["environment", at(root, "environment")],
    ["environment.warnings[]", itemOf(at(at(root, "environment"), "warnings"))],
    ["scenarios[]", itemOf(at(root, "scenarios"))],
    ["series[]", series],
    ["series[].summary", at(series, "summary")],
    ["series[].stages", at(series, "stages")],
    ["series[].rounds[]", itemOf(at(series, "rounds"))],
    ["series[].audit", at(series, "audit")],
    ["series[].cost", at(series, "cost")],
    ["series[].rates.NAME", namedIn(at(series, "rates"))],
    ["series[].relative", at(series, "relative")],
  ];
  return page("src/results/schema.ts and src/docs/results-words.ts", [
    ...head,
    ...parts.flatMap(([title, node]) => [`## ${title}`, fieldsOf(node)]),
    ...wordsPart("series[].params", paramWords, paramsNote),
    ...wordsPart("series[].rates", rateWords, "Which rate a series has is its scenario's."),
    ...wordsPart("series[].extra", extraWords, "A scenario alone counts these."),
  ]);
}

const paramsNote =
  "All that a row was measured with. Beside these stand the contender's own parameters: `doorbell`, `period`, `wait`, …";

const head: readonly string[] = [
  "# Results",
  "Every run is one JSON object. `--format json` prints it, `--export run.json` writes it, and the last one stays in your data directory as `results/latest.json`. [results.schema.json](../schema/results.schema.json) is the same as JSON Schema; `readResults(path)` of the package reads and checks a file. Within a `schemaVersion`, fields are only added.",
  "- The last word of a name is its unit: `Ns` nanoseconds, `Ms` milliseconds, `Bytes`, `PerSecond`; `Share` is from 0 to 1.\n- `null` is what was not measured, cannot be told on this platform, or is withheld: a percentile needs ten samples above it, from three rounds. It is never 0.\n- A series is one row: one contender under one condition. `params.control` marks rows that are no contender.",
  "## Reading it with jq",
  fence(
    "sh",
    [
      "# What was compared, and how it came out",
      `jq -r '.series[] | select(.scenario == "wake" and .params.control == null) | [.params.placement, .contender, .summary.p50Ns, .relative.verdict] | @tsv' run.json`,
      "",
      "# CPU of the event loop for each wake of a flood",
      `jq -r '.series[] | select(.scenario == "burst" and .audit.received > 0) | [.contender, .params.threads, .cost.cpuLoopNs / .audit.received] | @tsv' run.json`,
      "",
      "# What failed, and why",
      `jq -r '.series[] | select(.status != "ok") | [.contender, .status, .error] | @tsv' run.json`,
    ].join("\n"),
  ),
];

function at(node: Node, name: string): Node {
  const found = bare(node).properties?.[name];
  if (typeof found !== "object") throw new Error(`the schema has no ${name}`);
  return found;
}

function itemOf(node: Node): Node {
  const { items } = node;
  if (typeof items !== "object" || Array.isArray(items)) throw new Error("the schema has no items");
  return items as Node;
}

function namedIn({ additionalProperties }: Node): Node {
  if (typeof additionalProperties !== "object") throw new Error("the schema has no record");
  return additionalProperties;
}

/** What may be null, without that. */
function bare(node: Node): Node {
  const choice = node.anyOf?.find((one) => (one as Node).type !== "null");
  return typeof choice === "object" ? choice : node;
}

function fieldsOf(node: Node): string {
  const { properties = {}, required = [] } = bare(node);
  const rows = Object.entries(properties).map(([name, field]) => {
    const optional = required.includes(name) ? "" : ", may be absent";
    const { description = "" } = field as Node;
    return [code(name), `${typeOf(field as Node)}${optional}`, sentence(description)];
  });
  return table([["Field", "Type", "Meaning"], ...rows]);
}

/** In words: `integer or null`, `[number, number]`, `array of objects`. */
function typeOf(node: Node): string {
  if (node.const !== undefined) return code(JSON.stringify(node.const));
  if (node.enum !== undefined) return node.enum.map((one) => code(String(one))).join(", ");
  if (node.anyOf !== undefined) {
    return node.anyOf.map((one) => typeOf(one as Node)).join(" or ");
  }
  const { type, prefixItems } = node;
  if (prefixItems !== undefined)
    return `[${prefixItems.map((one) => typeOf(one as Node)).join(", ")}]`;
  if (type === "array") return `array of ${typeOf(itemOf(node))}s`;
  if (type === "object" && typeof node.additionalProperties === "object") {
    return `${typeOf(node.additionalProperties)}, by name`;
  }
  return [type ?? "anything"].flat().join(" or ");
}

type Words = typeof paramWords;

function wordsPart(title: string, words: Words, note: string): string[] {
  const rows = Object.entries(words).map(([name, { scenarios, meaning }]) => [
    code(name),
    scenarios.length === 0 ? "all" : scenarios.join(", "),
    sentence(meaning),
  ]);
  return [`## ${title}`, note, table([["Name", "Scenario", "Meaning"], ...rows])];
}
