import type { ArgsDef } from "citty";
import { parseCount } from "../duration.ts";
import { WakerbenchError } from "../errors.ts";
import type { Run } from "../history/runs.ts";
import { historyTarget } from "../history/target.ts";
import { formats } from "../report/index.ts";
import { suggestion } from "../suggestion.ts";
import { messages, print, styleFor } from "../terminal/output.ts";
import type { Command } from "./command.ts";
import { type GivenFlags, parseFlags, rejectFurther } from "./flags.ts";
import { parseFormat } from "./measure-flags.ts";

/** What can be done with the history. */
type Action = {
  readonly summary: string;
  readonly args: ArgsDef;
  /** Words after the action: as many as are needed, and as many as are taken. */
  readonly words: readonly [least: number, most: number];
  run(given: GivenFlags): Promise<number>;
};

const listFormats = [
  { id: "table", extensions: [] },
  { id: "json", extensions: [] },
] as const;

const machineArg = {
  type: "string",
  description: "only runs of this machine: its name, or how it begins",
} as const;
const formatArg = {
  type: "string",
  default: "table",
  description: "table|json: what goes to stdout",
} as const;
const runArg = {
  type: "positional",
  required: true,
  description: "the first digits of its id, or latest, or latest~1 for the one before it",
} as const;

const actions: Readonly<Record<string, Action>> = {
  list: {
    summary: "the runs, newest first",
    args: {
      machine: machineArg,
      scenario: { type: "string", description: "only runs of this scenario" },
      limit: { type: "string", default: "20", description: "how many at most" },
      format: formatArg,
    },
    words: [0, 0],
    run: list,
  },
  show: {
    summary: "one run: its tables, or its results file with --format json",
    args: {
      run: runArg,
      machine: machineArg,
      format: {
        type: "string",
        default: "table",
        description: `${formats.map(({ id }) => id).join("|")}: what goes to stdout`,
      },
    },
    words: [1, 1],
    run: show,
  },
  add: {
    summary: "record saved results, such as those of a run whose history could not be reached",
    args: {
      results: {
        type: "positional",
        required: true,
        description: "a results file that --export wrote, or latest",
      },
    },
    words: [1, 1],
    run: add,
  },
  prune: {
    summary: "delete runs: all but the last, or those of long ago",
    args: {
      keep: { type: "string", description: "how many to keep of each machine, the newest" },
      "older-than": { type: "string", description: "delete what is older: 90d, 12h" },
      machine: machineArg,
      "dry-run": { type: "boolean", description: "say what would be deleted, and delete nothing" },
    },
    words: [0, 0],
    run: prune,
  },
};

const actionIds = Object.keys(actions);

export const historyCommand: Command = {
  name: "history",
  summary: "runs that were recorded: list them, show one, see a trend, delete old ones",
  args: {
    action: {
      type: "positional",
      required: false,
      description: `${actionIds.join("|")} (default: list); their flags: wakerbench history show --help`,
    },
    ...actions.list?.args,
  },
  narrowed([name]) {
    const action = Object.hasOwn(actions, name ?? "") ? actions[name ?? ""] : undefined;
    if (action === undefined) return historyCommand;
    return { name: `history ${name}`, summary: action.summary, args: action.args };
  },
  async run(rawArgs) {
    const [first] = rawArgs;
    const isNamed = first !== undefined && !first.startsWith("-");
    const name = isNamed ? first : "list";
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (action === undefined) {
      throw new WakerbenchError("USAGE", `history: there is no "${name}"`, {
        remedy: suggestion(name, actionIds) ?? `there are: ${actionIds.join(", ")}`,
      });
    }
    const given = parseFlags(isNamed ? rawArgs.slice(1) : rawArgs, action.args);
    const [least, most] = action.words;
    if (given.positionals.length < least) {
      const [missing = ""] = Object.keys(action.args);
      throw new WakerbenchError("USAGE", `history ${name} needs ${missing.toUpperCase()}`, {
        remedy: `see wakerbench history ${name} --help`,
      });
    }
    rejectFurther(`history ${name}`, given.positionals, most);
    return action.run(given);
  },
};

/** Only here: help needs no database. */
async function history() {
  const [{ withHistory }, runs] = await Promise.all([
    import("../history/open.ts"),
    import("../history/runs.ts"),
  ]);
  return { withHistory, ...runs };
}

async function list({ values }: GivenFlags): Promise<number> {
  const format = parseFormat(String(values.format ?? "table"), listFormats);
  const limit = parseLimit("limit", values.limit ?? "20", 1);
  const { withHistory, listRuns } = await history();
  const filter = { machine: textOf(values.machine), scenario: textOf(values.scenario) };
  const runs = await withHistory(historyTarget(), "read", (sql) => listRuns(sql, filter));
  const shown = runs.slice(0, limit);
  if (format.id === "json") {
    await print(`${JSON.stringify(shown, null, 2)}\n`);
    return 0;
  }
  const { renderRuns } = await import("../report/history-list.ts");
  await print(renderRuns(shown, runs.length, styleFor(process.stdout)));
  return 0;
}

async function show({ values, positionals }: GivenFlags): Promise<number> {
  const format = parseFormat(String(values.format ?? "table"), formats);
  const { withHistory, listRuns, findRun, loadResults } = await history();
  const filter = { machine: textOf(values.machine) };
  const { run, results } = await withHistory(historyTarget(), "read", async (sql) => {
    const found = findRun(await listRuns(sql, filter), positionals[0] ?? "");
    return { run: found, results: await loadResults(sql, found) };
  });
  if (format.id === "table") messages.log(titleOf(run));
  await print(await format.render(results));
  return 0;
}

function titleOf({ id, startedAt, machine, runtime, command, partial }: Run): string {
  const parts = [id, startedAt, machine, runtime, ...(partial ? ["partial"] : [])];
  return `${parts.join(" · ")}\nwakerbench ${command.join(" ")}\n`;
}

async function add({ positionals }: GivenFlags): Promise<number> {
  const [{ readResults }, { recordRun }, { withHistory }] = await Promise.all([
    import("../results/store.ts"),
    import("../history/record.ts"),
    history(),
  ]);
  const results = await readResults(positionals[0] ?? "");
  const id = await withHistory(historyTarget(), "write", (sql) => recordRun(sql, results));
  messages.log(`recorded as ${id}`);
  return 0;
}

async function prune({ values }: GivenFlags): Promise<number> {
  const { keep, "older-than": olderThan } = values;
  if ((keep === undefined) === (olderThan === undefined)) {
    throw new WakerbenchError("USAGE", "history prune needs --keep or --older-than", {
      remedy: "write --keep 100, or --older-than 90d",
    });
  }
  const choose =
    keep === undefined
      ? olderRuns(Date.now() - parseAgeMs(String(olderThan)))
      : surplusRuns(parseLimit("keep", keep, 0));
  const { withHistory, listRuns, deleteRuns } = await history();
  const isTried = values["dry-run"] === true;
  const filter = { machine: textOf(values.machine) };
  const chosen = await withHistory(historyTarget(), isTried ? "read" : "write", async (sql) => {
    const runs = choose(await listRuns(sql, filter));
    if (!isTried && runs.length > 0)
      await deleteRuns(
        sql,
        runs.map(({ id }) => id),
      );
    return runs;
  });
  const { describePruned } = await import("../report/history-list.ts");
  await print(describePruned(chosen, isTried));
  return 0;
}

function olderRuns(momentMs: number): (runs: readonly Run[]) => Run[] {
  return (runs) => runs.filter(({ startedAt }) => Date.parse(startedAt) < momentMs);
}

/** @param kept how many of each machine, the newest; runs come newest first */
function surplusRuns(kept: number): (runs: readonly Run[]) => Run[] {
  return (runs) =>
    [...Map.groupBy(runs, ({ machine }) => machine).values()].flatMap((own) => own.slice(kept));
}

const msPerUnit = { m: 60e3, h: 3_600e3, d: 86_400e3, w: 604_800e3 } as const;

/** @throws WakerbenchError USAGE */
function parseAgeMs(written: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)([mhdw])$/.exec(written) ?? [];
  if (amount !== undefined) return Number(amount) * msPerUnit[unit as keyof typeof msPerUnit];
  throw new WakerbenchError("USAGE", `--older-than: "${written}" is no age`, {
    remedy: "write 90d, 2w or 12h",
  });
}

/** @throws WakerbenchError USAGE */
function parseLimit(name: string, written: unknown, least: number): number {
  const count = parseCount(String(written));
  if (count !== null && count >= least) return count;
  throw new WakerbenchError(
    "USAGE",
    `--${name}: "${written}" is no whole number of ${least} or more`,
    {
      remedy: `write --${name} 50`,
    },
  );
}

function textOf(value: GivenFlags["values"][string]): string | undefined {
  return typeof value === "string" ? value : undefined;
}
