import { WakerbenchError } from "../errors.ts";
import { indent } from "../report/format.ts";
import { runtimeKinds } from "../runtimes/index.ts";
import { scenarios } from "../scenarios/index.ts";
import { suggestion } from "../suggestion.ts";
import { print, styleFor } from "../terminal/output.ts";
import { wakers } from "../wakers/index.ts";
import type { Waker, WakerParameter } from "../wakers/waker.ts";
import type { Command } from "./command.ts";
import { parseFlags, rejectFurther } from "./flags.ts";

type Item = { readonly id: string; readonly summary: string };

const kinds: Readonly<Record<string, readonly Item[]>> = {
  wakers,
  scenarios,
  runtimes: runtimeKinds,
};

export const listCommand: Command = {
  name: "list",
  summary: "wakers, scenarios and runtimes; one by name in full",
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
    await print(`${name === undefined ? overview(kind, items) : detail(kind, items, name)}\n`);
    return 0;
  },
};

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
  const waker = wakers.find(({ id }) => kind === "wakers" && id === name);
  return waker === undefined ? `${item.id}: ${item.summary}` : describeWaker(waker);
}

/** Everything that is known of a waker without trying it. */
function describeWaker({ id, title, summary, traits, advice, parameters = {} }: Waker): string {
  const style = styleFor(process.stdout);
  const facts = [
    ["kind", traits.kind],
    ["payload", traits.payload],
    ["coalesces", traits.coalesces ? "yes: several rings may arrive as one" : "no"],
    ["keeps alive", traits.keepsAlive ? "yes" : "no: hold a timer or a ref"],
    ["native", traits.native ? "yes" : "no: a native thread cannot ring it"],
    ["platforms", traits.platforms.join(", ")],
    ...Object.entries(parameters).map(([name, parameter]) => ["parameter", say(name, parameter)]),
    ["use it when", advice.when],
    ["but", advice.against],
  ].map(([label = "", text]) => `  ${label.padEnd(12)} ${text}`);
  return [
    style.bold(`${id}: ${title}`),
    `  ${summary}`,
    "",
    ...facts,
    "",
    indent(advice.code),
  ].join("\n");
}

/** `period=1ms|8ms (default: 1ms): how long between two polls` */
function say(name: string, parameter: WakerParameter): string {
  return `${name}=${parameter.values.join("|")} (default: ${parameter.default}): ${parameter.description}`;
}

function unknown(command: string, written: string, known: readonly string[]): WakerbenchError {
  return new WakerbenchError("USAGE", `${command}: there is no "${written}"`, {
    remedy: suggestion(written, known) ?? `there are: ${known.join(", ")}`,
  });
}
