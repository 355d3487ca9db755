import type { ArgsDef } from "citty";
import * as z from "zod";
import type { Approach } from "../approaches/approach.ts";
import { measureArgs } from "../commands/measure-flags.ts";
import { runCommand } from "../commands/run.ts";
import { scenarios } from "../scenarios/index.ts";
import type { AgentJob } from "../scenarios/job.ts";
import type { Scenario } from "../scenarios/scenario.ts";
import { isWorkload, workloadWords } from "../scenarios/workload-words.ts";
import { flagTable } from "./flag-table.ts";
import { code, fence, page, sentence, table } from "./markdown.ts";

type AnyScenario = Scenario<AgentJob, Approach>;

/** What a page says of a scenario beside what is declared in it. */
type About = {
  readonly deciding: string;
  /** The page of its contenders, and what they are called. */
  readonly contenders: string;
  /** Where its figures are explained. */
  readonly explained: string;
};

const abouts = {
  wake: { deciding: "p50", contenders: "[wakers](wakers/README.md)", explained: "method.md" },
  burst: {
    deciding: "wakes a second",
    contenders: "[wakers](wakers/README.md)",
    explained: "contention.md",
  },
  dispatch: {
    deciding: "wall time per call",
    contenders: "[dispatchers](contenders/dispatchers.md)",
    explained: "dispatch.md",
  },
} as const satisfies Readonly<Record<string, About>>;

function aboutOf(id: AgentJob["scenario"]): About {
  if (!isWorkload(id)) return abouts[id];
  const { deciding, contenders } = workloadWords[id];
  return {
    deciding,
    contenders: `[${contenders}](contenders/${contenders}.md)`,
    explained: `workloads.md#${id}`,
  };
}

/** Every scenario with the flags that it alone has, from its own parameters. */
export function scenarioPage(): string {
  const rows = scenarios.map(({ id, summary }) => [
    `[${id}](#${id})`,
    summary,
    aboutOf(id).deciding,
  ]);
  return page("src/scenarios", [
    "# Scenarios",
    "A scenario is a workload that is measured. `wakerbench compare` runs `wake` and `burst`; `wakerbench run SCENARIO` runs one with all of its flags.",
    table([["Scenario", "What is measured", "What decides"], ...rows]),
    "Each also takes the [flags of every run](commands.md#run). Those below are its own, or mean something else there.",
    ...scenarios.flatMap(sectionsOf),
  ]);
}

function sectionsOf(scenario: AnyScenario): string[] {
  const { id, title, summary, defaultContenders, parameters } = scenario;
  const { args } = runCommand.narrowed?.([id]) ?? runCommand;
  const { contenders, explained } = aboutOf(id);
  return [
    `## ${id}`,
    `_${title}._ ${sentence(summary)} [How it is read](${explained}).`,
    fence("sh", `wakerbench run ${id}`),
    `Of the ${contenders} it measures ${defaultContenders.map(code).join(", ")} when none is named.`,
    flagTable(withWords(ownOf(args), parameters(z))),
  ];
}

/** Flags that are not those of every run. */
function ownOf(args: ArgsDef): ArgsDef {
  return Object.fromEntries(
    Object.entries(args).filter(([name, definition]) => measureArgs[name] !== definition),
  );
}

/** A default that depends on the machine stands here in words. */
function withWords(args: ArgsDef, schema: z.ZodObject): ArgsDef {
  const { properties = {} } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return Object.fromEntries(
    Object.entries(args).map(([name, definition]) => {
      const { defaultInWords } = Object(properties[name]);
      const words = defaultInWords === undefined ? {} : { default: String(defaultInWords) };
      return [name, { ...definition, ...words } as ArgsDef[string]];
    }),
  );
}
