import { expect, test } from "bun:test";
import * as z from "zod";
import type { Approach, Catalogue } from "../../src/approaches/approach.ts";
import { checkParameters } from "../../src/approaches/parameters.ts";
import { parseFlags, parseParameters } from "../../src/commands/flags.ts";
import { commands } from "../../src/commands/index.ts";
import { parseContender } from "../../src/plan/contender.ts";
import { scenarios } from "../../src/scenarios/index.ts";
import { blocksOf, pagePaths, readPage } from "./repository.ts";

/** What may stand before a command: another one's end, who runs it, a variable, YAML. */
const leadsIn = /^([|&;<>]+|bunx|do|then|-|run:|[A-Z_]+=.*|.*\.tgz)$/;

/** The words behind each `wakerbench` in the shell's lines of a page, up to a pipe or a comment. */
function shownCommands(path: string): string[][] {
  const page = readPage(path);
  const blocks = ["sh", "bash", "yaml"].flatMap((language) => blocksOf(page, language));
  const lines = blocks.flatMap((block) => block.replace(/\\\n\s*/g, " ").split("\n"));
  return lines.flatMap((line) => {
    const tokens = line.match(/(?:[^\s'"|&;<>]|'[^']*'|"[^"]*")+|[|&;<>]+/g) ?? [];
    const comment = tokens.findIndex((token) => token.startsWith("#"));
    const words = comment === -1 ? tokens : tokens.slice(0, comment);
    return words.flatMap((word, index) => {
      const before = words[index - 1];
      if (word !== "wakerbench" || (before !== undefined && !leadsIn.test(before))) return [];
      const rest = words.slice(index + 1);
      const end = rest.findIndex((token) => /^[|&;<>]/.test(token));
      const own = end === -1 ? rest : rest.slice(0, end);
      return [own.map((token) => token.replace(/'([^']*)'|"([^"]*)"/g, "$1$2"))];
    });
  });
}

async function checkContender<A extends Approach>(name: string, catalogue: Catalogue<A>) {
  if (name === "all" || catalogue.isFile(name)) return;
  const { waker, parameters } = parseContender(name);
  checkParameters(await catalogue.find(waker), parameters, false);
}

/** Reads the command as the program would, and stops before anything is done. */
async function read([name, ...rest]: readonly string[]): Promise<void> {
  if (name === undefined || name.startsWith("-")) return;
  const command = commands.find((one) => one.name === name);
  if (command === undefined) throw new Error(`there is no command ${name}`);
  if (rest.includes("--help")) return;
  const { values, positionals } = parseFlags(rest, (command.narrowed?.(rest) ?? command).args);
  const measured = { compare: "wake", run: positionals[0] }[name];
  const scenario = scenarios.find(({ id }) => id === measured);
  if (scenario === undefined) {
    if (name === "run") throw new Error(`there is no scenario ${positionals[0]}`);
    return;
  }
  // `--threads` of compare is that of its floods.
  parseParameters(scenario.parameters(z), { values, positionals });
  for (const contender of name === "run" ? positionals.slice(1) : positionals) {
    await checkContender(contender, scenario.catalogue);
  }
}

const shown = new Map(
  pagePaths.flatMap(shownCommands).map((words) => [words.join(" "), words] as const),
);

test("the pages show commands", () => {
  expect(shown.size).toBeGreaterThan(50);
  expect(shown.has("compare --quick")).toBe(true);
});

test.each([...shown])("wakerbench %s can be run as it is shown", async (_line, words) => {
  await read(words);
});

test("the workflows that pages show are YAML, and have a job", () => {
  const workflows = pagePaths
    .flatMap((path) => blocksOf(readPage(path), "yaml"))
    .map((text) => Bun.YAML.parse(text))
    .filter((read) => Object.hasOwn(Object(read), "jobs"));
  expect(workflows).not.toBeEmpty();
  for (const workflow of workflows) {
    const [job] = Object.values(Object(workflow).jobs);
    expect(Object(job).steps).not.toBeEmpty();
  }
});

test("a command that cannot be run would be noticed", async () => {
  const wrong = ["compar", "compare --quik", "compare calback", "run io --mean 5x", "run iO"];
  for (const line of wrong) await expect(read(line.split(" ")), line).rejects.toThrow();
});
