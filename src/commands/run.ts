import type { ArgsDef } from "citty";
import * as z from "zod";
import type { CompareOptions } from "../compare.ts";
import { WakerbenchError } from "../errors.ts";
import { burst } from "../scenarios/burst.ts";
import { burstParameters } from "../scenarios/burst-parameters.ts";
import { dispatch } from "../scenarios/dispatch.ts";
import { dispatchParameters } from "../scenarios/dispatch-parameters.ts";
import { scenarios } from "../scenarios/index.ts";
import { wake } from "../scenarios/wake.ts";
import { wakeParameters } from "../scenarios/wake-parameters.ts";
import { suggestion } from "../suggestion.ts";
import type { Command } from "./command.ts";
import { argsOfSchema, type GivenFlags, parseFlags, parseParameters } from "./flags.ts";
import { measureArgs, parseMeasureFlags } from "./measure-flags.ts";

const scenarioIds = scenarios.map(({ id }) => id);

/** The parameters of the one scenario that is run. */
type Asked = Pick<CompareOptions, "wake" | "burst" | "dispatch">;

const nothing: Asked = { wake: null, burst: null, dispatch: null };

/** How each scenario's own flags are read. */
const readers: Readonly<Record<string, (given: GivenFlags) => Asked>> = {
  [wake.id]: (given) => ({ ...nothing, wake: parseParameters(wakeParameters(z), given) }),
  [burst.id]: (given) => ({ ...nothing, burst: parseParameters(burstParameters(z), given) }),
  [dispatch.id]: (given) => ({
    ...nothing,
    dispatch: parseParameters(dispatchParameters(z), counted(given)),
  }),
};

/** What `--quick` means where calls are counted. */
const quickCount = "5k";

/**
 * The calls of `dispatch` are counted: there is no time to be shared.
 *
 * @throws WakerbenchError USAGE
 */
function counted(given: GivenFlags): GivenFlags {
  const { time, quick, count } = given.values;
  if (time !== undefined) {
    throw new WakerbenchError(
      "USAGE",
      "--time does not go with dispatch, whose calls are counted",
      {
        remedy: "ask for --count calls; twice as many take twice as long",
      },
    );
  }
  if (quick !== true) return given;
  if (count === undefined) return { ...given, values: { ...given.values, count: quickCount } };
  throw new WakerbenchError(
    "USAGE",
    `--quick does not go with --count: it is --count ${quickCount}`,
    {
      remedy: "leave out one of them",
    },
  );
}

export const runCommand: Command = {
  name: "run",
  summary: "one scenario with all of its flags",
  args: {
    scenario: {
      type: "positional",
      required: true,
      description: `${scenarioIds.join("|")}; its own flags: wakerbench run ${scenarioIds[0]} --help`,
    },
    ...argsFor(undefined),
  },
  narrowed([name]) {
    const scenario = scenarios.find(({ id }) => id === name);
    if (scenario === undefined) return runCommand;
    return { name: `run ${scenario.id}`, summary: scenario.summary, args: argsFor(scenario) };
  },
  async run(rawArgs) {
    const [name, ...rest] = rawArgs;
    const scenario = scenarios.find(({ id }) => id === name);
    const read = readers[name ?? ""];
    if (scenario === undefined || read === undefined) throw noScenario(name);
    const given = parseFlags(rest, argsFor(scenario));
    const flags = parseMeasureFlags(given);
    const options = {
      contenders: given.positionals,
      ...read(given),
      command: ["run", ...rawArgs],
    };
    // Only here: help needs neither the statistics nor the native library.
    const { measureAndReport } = await import("./measure.ts");
    return measureAndReport(options, flags);
  },
};

/** What every scenario takes, and what this one does. */
function argsFor(scenario: (typeof scenarios)[number] | undefined): ArgsDef {
  const named = scenario?.id === dispatch.id ? "dispatchers" : "wakers";
  const usual = scenario?.defaultContenders.join(" ") ?? "the scenario's own";
  return {
    contender: {
      type: "positional",
      required: false,
      description: `${named} to measure (default: ${usual}); a file of yours; all`,
    },
    ...measureArgs,
    ...(scenario?.id === dispatch.id ? dispatchArgs : {}),
    ...(scenario === undefined ? {} : argsOfSchema(scenario.parameters(z))),
  };
}

/** What some of the common flags mean where calls are counted. */
const dispatchArgs: ArgsDef = {
  time: { type: "string", description: "none: calls are counted (--count)" },
  quick: { type: "boolean", description: `the same as --count ${quickCount}` },
  "relative-to": {
    type: "string",
    description: "the contender that ratios refer to (default: the faster floor)",
  },
};

function noScenario(name: string | undefined): WakerbenchError {
  if (name === undefined || name.startsWith("-")) {
    return new WakerbenchError("USAGE", "run needs the name of a scenario first", {
      remedy: `write wakerbench run ${scenarioIds[0]}`,
    });
  }
  return new WakerbenchError("USAGE", `there is no scenario "${name}"`, {
    remedy: suggestion(name, scenarioIds) ?? `there are: ${scenarioIds.join(", ")}`,
  });
}
