import type { Approach } from "../approaches/approach.ts";
import { dispatchers } from "../dispatchers/index.ts";
import { WakerbenchError } from "../errors.ts";
import { workloadPlans } from "../plan/workloads.ts";
import { renderApproach, renderApproaches } from "../report/approach-list.ts";
import { renderDispatcher, renderDispatchers } from "../report/dispatcher-list.ts";
import { renderWaker, renderWakers } from "../report/waker-list.ts";
import { runtimeKinds } from "../runtimes/index.ts";
import { scenarios } from "../scenarios/index.ts";
import { workloadWords } from "../scenarios/workload-words.ts";
import { suggestion } from "../suggestion.ts";
import { print, styleFor } from "../terminal/output.ts";
import { wakers } from "../wakers/index.ts";
import type { Command } from "./command.ts";
import { parseFlags, rejectFurther } from "./flags.ts";
import { summaries } from "./summaries.ts";

type Item = { readonly id: string; readonly summary: string };

/** What the workloads compare, by what it is called: `libraries`, `handlers`, `fetchers`. */
const workloadContenders: Readonly<Record<string, readonly Approach[]>> = Object.fromEntries(
  [...Map.groupBy(workloadPlans, ({ scenario }) => workloadWords[scenario.id].contenders)].map(
    ([called, plans]) => {
      const all = plans.flatMap(({ scenario }) => scenario.catalogue.all);
      return [called, [...new Map(all.map((approach) => [approach.id, approach])).values()]];
    },
  ),
);

/** The same of scenarios that are no workloads. */
const calledElsewhere: Readonly<Record<string, string>> = {
  wake: "wakers",
  burst: "wakers",
  dispatch: "dispatchers",
};

const kinds: Readonly<Record<string, readonly Item[]>> = {
  wakers,
  dispatchers,
  ...workloadContenders,
  scenarios,
  runtimes: runtimeKinds,
};

export const listCommand: Command = {
  name: "list",
  summary: summaries.list,
  args: {
    kind: { type: "positional", required: false, description: Object.keys(kinds).join("|") },
    name: { type: "positional", required: false, description: "one of them, in full" },
  },
  async run(rawArgs) {
    const { positionals } = parseFlags(rawArgs, listCommand.args);
    rejectFurther("list", positionals, 2);
    const [kind, name] = positionals;
    if (kind === undefined) {
      const all = Object.entries(kinds).map(([each, items]) => overview(each, items));
      await print(`${all.join("\n\n")}\n`);
      return 0;
    }
    const items = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
    if (items === undefined) throw unknown("list", kind, Object.keys(kinds));
    await print(`${name === undefined ? table(kind, items) : detail(kind, items, name)}\n`);
    return 0;
  },
};

/** What can be told of in full, by its kind: `wakers`; none of a kind that there is not. */
export function itemsOf(kind: string): readonly Item[] {
  return Object.hasOwn(kinds, kind) ? (kinds[kind] ?? []) : [];
}

/** Approaches with their traits; of all else there is no more to say than in the overview. */
function table(kind: string, items: readonly Item[]): string {
  const style = styleFor(process.stdout);
  const width = process.stdout.columns ?? Number.POSITIVE_INFINITY;
  if (kind === "wakers") return renderWakers(wakers, style, width);
  if (kind === "dispatchers") return renderDispatchers(dispatchers, style, width);
  const approaches = contendersCalled(kind);
  if (approaches !== undefined) return renderApproaches(approaches, style, width);
  return overview(kind, items);
}

function contendersCalled(kind: string): readonly Approach[] | undefined {
  return Object.hasOwn(workloadContenders, kind) ? workloadContenders[kind] : undefined;
}

function overview(kind: string, items: readonly Item[]): string {
  const style = styleFor(process.stdout);
  const width = Math.max(...items.map(({ id }) => id.length));
  const lines = items.map(({ id, summary }) => `  ${id.padEnd(width)}  ${summary}`);
  return [style.bold(kind), ...lines].join("\n");
}

function detail(kind: string, items: readonly Item[], name: string): string {
  const item = items.find(({ id }) => id === name);
  if (item === undefined) {
    throw unknown(
      `list ${kind}`,
      name,
      items.map(({ id }) => id),
    );
  }
  const style = styleFor(process.stdout);
  const waker = wakers.find(({ id }) => kind === "wakers" && id === name);
  if (waker !== undefined) return renderWaker(waker, style);
  const dispatcher = dispatchers.find(({ id }) => kind === "dispatchers" && id === name);
  if (dispatcher !== undefined) return renderDispatcher(dispatcher, style);
  const approach = contendersCalled(kind)?.find(({ id }) => id === name);
  if (approach !== undefined) return renderApproach(approach, style);
  return kind === "scenarios" ? scenarioDetail(item) : `${item.id}: ${item.summary}`;
}

/** What it compares, and where its flags are told. */
function scenarioDetail({ id, summary }: Item): string {
  const style = styleFor(process.stdout);
  const plan = workloadPlans.find(({ scenario }) => scenario.id === id);
  const called =
    plan === undefined ? calledElsewhere[id] : workloadWords[plan.scenario.id].contenders;
  return [
    style.bold(`${id}: ${summary}`),
    "",
    `  compares    ${called}: wakerbench list ${called}`,
    `  all flags   wakerbench run ${id} --help`,
  ].join("\n");
}

function unknown(command: string, written: string, known: readonly string[]): WakerbenchError {
  return new WakerbenchError("USAGE", `${command}: there is no "${written}"`, {
    remedy: suggestion(written, known) ?? `there are: ${known.join(", ")}`,
  });
}
