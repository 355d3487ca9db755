import type { Command } from "../commands/command.ts";
import { commands } from "../commands/index.ts";
import { flagTable, positionalList, positionalsOf } from "./flag-table.ts";
import { fence, page, sentence } from "./markdown.ts";

/** Every subcommand with its flags, from their declarations. */
export function commandPage(): string {
  return page("src/commands", [
    "# Commands",
    "`wakerbench` alone prints three examples, `wakerbench COMMAND --help` what stands here of one command.",
    commands.map(({ name, summary }) => `- [${name}](#${name}): ${summary}`).join("\n"),
    "Durations are written `200us`, `5ms`, `2s`; counts may be `20k`. Results go to stdout, all else to stderr. A flag that stands as `--no-…` is on by itself.",
    "Exit status: 0 done; 1 a contender that was asked for by name failed, or what `--fail-on` names held; 2 wrong usage; 130 interrupted, and what was measured by then is printed and saved.",
    ...commands.flatMap(sectionsOf),
  ]);
}

function sectionsOf(command: Command): string[] {
  const own = [`## ${command.name}`, ...partsOf(command)];
  if (command.name === "run") {
    const where = "[scenarios.md](scenarios.md)";
    return [
      ...own,
      `What each scenario takes beside these, and what \`--time\` and \`--quick\` are there: ${where}.`,
    ];
  }
  const narrowed = firstWords(command).flatMap((word) => command.narrowed?.([word]) ?? []);
  return [...own, ...narrowed.flatMap((one) => [`### ${one.name}`, ...partsOf(one)])];
}

type Shown = Pick<Command, "name" | "summary" | "args">;

function partsOf({ name, summary, args }: Shown): string[] {
  return [
    sentence(summary),
    fence("text", `wakerbench ${name} ${positionalsOf(args)}`.trimEnd()),
    positionalList(args),
    flagTable(args),
  ];
}

/** What the first positional argument may be, as its description begins: `list|show|trend …`. */
function firstWords({ args }: Command): readonly string[] {
  const first = Object.values(args).find(({ type }) => type === "positional");
  const [, words = ""] = /^([\w-]+(?:\|[\w-]+)+)/.exec(first?.description ?? "") ?? [];
  return words.split("|").filter(Boolean);
}
