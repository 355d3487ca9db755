import type { ArgsDef } from "citty";
import * as z from "zod";
import { type Asked, nothingAsked } from "../asked.ts";
import { WakerbenchError } from "../errors.ts";
import type { AnyWorkloadPlan } from "../plan/workload.ts";
import { workloadPlans } from "../plan/workloads.ts";
import { burst } from "../scenarios/burst.ts";
import { burstParameters } from "../scenarios/burst-parameters.ts";
import { dispatch } from "../scenarios/dispatch.ts";
import { dispatchParameters, quickDispatch } from "../scenarios/dispatch-parameters.ts";
import { scenarios } from "../scenarios/index.ts";
import { wake } from "../scenarios/wake.ts";
import { wakeParameters } from "../scenarios/wake-parameters.ts";
import { workloadWords } from "../scenarios/workload-words.ts";
import { suggestion } from "../suggestion.ts";
import type { Command } from "./command.ts";
import { argsOfSchema, type GivenFlags, parseFlags, parseParameters } from "./flags.ts";
import { measureArgs, parseMeasureFlags } from "./measure-flags.ts";
import { summaries } from "./summaries.ts";

const scenarioIds = scenarios.map(({ id }) => id);

/** How each scenario's own flags are read. */
const readers: Readonly<Record<string, (given: GivenFlags) => Asked>> = {
  [wake.id]: (given) => ({ ...nothingAsked, wake: parseParameters(wakeParameters(z), given) }),
  [burst.id]: (given) => ({ ...nothingAsked, burst: parseParameters(burstParameters(z), given) }),
  [dispatch.id]: (given) => ({
    ...nothingAsked,
    dispatch: parseParameters(dispatchParameters(z), withQuick(given, dispatch.id, quickDispatch)),
  }),
  ...Object.fromEntries(
    workloadPlans.map((plan) => [
      plan.scenario.id,
      (given: GivenFlags) => readWorkload(plan, given),
    ]),
  ),
};

/**
 * The flags of a scenario whose work is counted: there is no time to be shared, and `--quick` is flags of its own.
 *
 * @param quick the flags that `--quick` stands for
 * @throws WakerbenchError USAGE
 */
function withQuick(
  { values, positionals }: GivenFlags,
  scenario: string,
  quick: Readonly<Record<string, string>>,
): GivenFlags {
  if (values.time !== undefined) {
    throw new WakerbenchError(
      "USAGE",
      `--time does not go with ${scenario}, whose work is counted`,
      {
        remedy: `give its own flags: wakerbench run ${scenario} --help`,
      },
    );
  }
  if (values.quick !== true) return { values, positionals };
  const taken = Object.keys(quick).find((name) => values[name] !== undefined);
  if (taken !== undefined) {
    throw new WakerbenchError(
      "USAGE",
      `--quick does not go with --${taken}: it is ${written(quick)}`,
      { remedy: "leave out one of them" },
    );
  }
  return { values: { ...values, ...quick }, positionals };
}

/** As on the command line: `--count 5k`. */
function written(flags: Readonly<Record<string, string>>): string {
  return Object.entries(flags)
    .map(([name, value]) => `--${name} ${value}`)
    .join(" ");
}

/** @throws WakerbenchError USAGE */
function readWorkload({ scenario, quick }: AnyWorkloadPlan, given: GivenFlags): Asked {
  const { id } = scenario;
  const parameters = parseParameters(scenario.parameters(z), withQuick(given, id, quick));
  return { ...nothingAsked, workloads: [{ id, parameters }] };
}

/** Before a scenario is named. */
const generalArgs: ArgsDef = {
  time: { type: "string", description: "budget of the whole, where work is not counted" },
  quick: { type: "boolean", description: "a short run; each scenario's help says what it is" },
};

export const runCommand: Command = {
  name: "run",
  summary: summaries.run,
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
  const usual = scenario?.defaultContenders.join(" ") ?? "the scenario's own";
  const { named, args } = ownArgs(scenario?.id);
  const hasFiles = !workloadPlans.some((plan) => plan.scenario.id === scenario?.id);
  return {
    contender: {
      type: "positional",
      required: false,
      description: `${named} to measure (default: ${usual}); ${hasFiles ? "a file of yours; " : ""}all`,
    },
    ...measureArgs,
    ...args,
    ...(scenario === undefined ? {} : argsOfSchema(scenario.parameters(z))),
  };
}

/** What a scenario calls its contenders, and what some of the common flags mean there. */
function ownArgs(id: string | undefined): { readonly named: string; readonly args: ArgsDef } {
  if (id === dispatch.id) {
    const args = countedArgs("calls", quickDispatch, "the faster floor");
    return { named: "dispatchers", args };
  }
  const plan = workloadPlans.find(({ scenario }) => scenario.id === id);
  if (id === undefined) return { named: "contenders", args: generalArgs };
  if (plan === undefined) return { named: "wakers", args: {} };
  const { contenders, noun } = workloadWords[plan.scenario.id];
  return {
    named: contenders,
    args: countedArgs(`${noun}s`, plan.quick, "the first of each table"),
  };
}

function countedArgs(
  counted: string,
  quick: Readonly<Record<string, string>>,
  reference: string,
): ArgsDef {
  return {
    time: { type: "string", description: `none: ${counted} are counted` },
    quick: { type: "boolean", description: `the same as ${written(quick)}` },
    "relative-to": {
      type: "string",
      description: `the contender that ratios refer to (default: ${reference})`,
    },
  };
}

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
