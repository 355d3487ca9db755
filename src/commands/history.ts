import type { ArgsDef } from "citty";
import { metricIds } from "../diff/metric-ids.ts";
import { WakerbenchError } from "../errors.ts";
import { formats } from "../report/index.ts";
import { suggestion } from "../suggestion.ts";
import type { Command } from "./command.ts";
import { type GivenFlags, parseFlags, rejectFurther } from "./flags.ts";
import { summaries } from "./summaries.ts";

/** What can be done with the history. */
type Action = {
  readonly summary: string;
  readonly args: ArgsDef;
  /** Words after the action: as many as are needed, and as many as are taken. */
  readonly words: readonly [least: number, most: number];
  run(given: GivenFlags): Promise<number>;
};

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
    run: async (given) => (await actionsOf()).list(given),
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
    run: async (given) => (await actionsOf()).show(given),
  },
  trend: {
    summary: "how a contender did from run to run, by machine",
    args: {
      contender: {
        type: "positional",
        required: true,
        description: "a contender, or a waker for all of its variants",
      },
      scenario: { type: "string", description: "only this scenario" },
      placement: { type: "string", description: "only this placement" },
      metric: {
        type: "string",
        default: "deciding",
        description: `${metricIds.join("|")}: which figure is followed`,
      },
      machine: machineArg,
      limit: {
        type: "string",
        default: "20",
        description: "how many runs of each group, the newest",
      },
      format: formatArg,
    },
    words: [1, 1],
    run: async (given) => (await actionsOf()).trend(given),
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
    run: async (given) => (await actionsOf()).add(given),
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
    run: async (given) => (await actionsOf()).prune(given),
  },
};

const actionIds = Object.keys(actions);

export const historyCommand: Command = {
  name: "history",
  summary: summaries.history,
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
function actionsOf() {
  return import("./history-actions.ts");
}
