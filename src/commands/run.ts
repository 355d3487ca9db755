import { WakerbenchError } from "../errors.ts";
import { scenarios } from "../scenarios/index.ts";
import { suggestion } from "../suggestion.ts";
import type { Command } from "./command.ts";
import { compareCommand } from "./compare.ts";

const scenarioIds: readonly string[] = scenarios.map(({ id }) => id);

export const runCommand: Command = {
  name: "run",
  summary: "one scenario with all of its flags",
  args: {
    scenario: { type: "positional", required: true, description: scenarioIds.join("|") },
    ...compareCommand.args,
  },
  async run(rawArgs) {
    const [scenario, ...rest] = rawArgs;
    if (scenario === undefined || scenario.startsWith("-")) {
      throw new WakerbenchError("USAGE", "run needs the name of a scenario first", {
        remedy: `write wakerbench run ${scenarioIds[0]}`,
      });
    }
    if (!scenarioIds.includes(scenario)) {
      throw new WakerbenchError("USAGE", `there is no scenario "${scenario}"`, {
        remedy: suggestion(scenario, scenarioIds) ?? `there are: ${scenarioIds.join(", ")}`,
      });
    }
    return compareCommand.run(rest);
  },
};
