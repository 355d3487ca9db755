import type { ArgsDef } from "citty";
import type { ScenarioId } from "../asked.ts";
import { WakerbenchError } from "../errors.ts";
import { askSuite, findScenario, suiteScenarios, suiteTime } from "../suite-request.ts";
import type { Command } from "./command.ts";
import { type GivenFlags, parseFlags } from "./flags.ts";
import { measureArgs, parseMeasureFlags } from "./measure-flags.ts";
import type { SuiteRequest } from "./suite-run.ts";
import { summaries } from "./summaries.ts";

const { "relative-to": _eachHasItsOwn, ...commonArgs } = measureArgs;

const suiteArgs: ArgsDef = {
  ...commonArgs,
  time: {
    type: "string",
    default: suiteTime.usual,
    description: "budget of wake and burst together; what the others do is counted",
  },
  quick: {
    type: "boolean",
    description: `--time ${suiteTime.quick}, and in each other scenario what its own --quick is`,
  },
  only: {
    type: "string",
    description: `these scenarios alone, with commas between them: ${suiteScenarios.join(",")}`,
  },
  skip: { type: "string", description: "all scenarios but these" },
  resume: {
    type: "boolean",
    description: "go on with the last suite, which was interrupted or of which something failed",
  },
};

/** What decides what is measured: in a suite that is resumed it is what it was. */
const fixedFlags = ["time", "quick", "seed", "runtime", "only", "skip"] as const;

export const suiteCommand: Command = {
  name: "suite",
  summary: summaries.suite,
  args: suiteArgs,
  async run(rawArgs) {
    const given = parseFlags(rawArgs, suiteArgs);
    rejectContenders(given);
    const isResumed = given.values.resume === true;
    const asked = isResumed ? null : requestOf(given, ["suite", ...rawArgs]);
    // Only here: help needs neither the statistics nor the native library.
    const { resumeSuite, runSuite } = await import("./suite-run.ts");
    if (asked !== null) return runSuite(asked);
    return resumeSuite(({ command, seed }) => requestOf(asBegun(given, command, seed), command));
  },
};

/** @throws WakerbenchError USAGE */
function rejectContenders({ positionals }: GivenFlags): void {
  const [first] = positionals;
  if (first === undefined) return;
  const isScenario = suiteScenarios.some((id) => id === first);
  throw new WakerbenchError("USAGE", `suite does not take "${first}": it has each scenario's own`, {
    remedy: isScenario
      ? `write wakerbench suite --only ${first}`
      : `write wakerbench run ${suiteScenarios[0]} ${first}, or run another scenario with it`,
  });
}

/** @throws WakerbenchError USAGE, EXPORT_FAILED */
function requestOf({ values, positionals }: GivenFlags, command: readonly string[]): SuiteRequest {
  const isQuick = values.quick === true;
  const time = values.time ?? (isQuick ? suiteTime.quick : suiteTime.usual);
  const flags = parseMeasureFlags({ values: { ...values, time }, positionals });
  const asked = askSuite(chosenOf(values), { isQuick, timeNs: flags.timeNs });
  return { request: { ...asked, contenders: [], command }, flags };
}

/**
 * The flags with which a suite was begun, and those that are given now beside them.
 *
 * @throws WakerbenchError USAGE where they say that something else be measured
 */
function asBegun(given: GivenFlags, command: readonly string[], seed: number): GivenFlags {
  const { values } = parseFlags(command.slice(1), suiteArgs);
  const begun: GivenFlags["values"] = { ...values, seed: String(seed) };
  const other = fixedFlags.find(
    (name) => given.values[name] !== undefined && !Bun.deepEquals(given.values[name], begun[name]),
  );
  if (other !== undefined) {
    throw new WakerbenchError(
      "USAGE",
      `--${other} does not go with --resume: the suite was begun as wakerbench ${command.join(" ")}`,
      { remedy: `leave out --${other}, or leave out --resume to begin anew` },
    );
  }
  return { values: { ...begun, ...given.values }, positionals: [] };
}

/** @throws WakerbenchError USAGE */
function chosenOf({ only, skip }: GivenFlags["values"]): readonly ScenarioId[] {
  const named = scenariosIn(only);
  const skipped = scenariosIn(skip);
  const chosen = suiteScenarios.filter(
    (id) => (named.length === 0 || named.includes(id)) && !skipped.includes(id),
  );
  if (chosen.length > 0) return chosen;
  throw new WakerbenchError("USAGE", "--skip leaves no scenario to be measured", {
    remedy: "skip fewer",
  });
}

/** @throws WakerbenchError USAGE */
function scenariosIn(given: GivenFlags["values"][string]): readonly ScenarioId[] {
  const lists = Array.isArray(given) ? given.map(String) : [];
  return lists.flatMap((list) => list.split(",")).map((name) => findScenario(name.trim()));
}
