import { expect, test } from "bun:test";
import * as z from "zod";
import type { Approach, Catalogue } from "../../src/approaches/approach.ts";
import { checkParameters } from "../../src/approaches/parameters.ts";
import { parseFlags, parseParameters } from "../../src/commands/flags.ts";
import { commands } from "../../src/commands/index.ts";
import { parseContender } from "../../src/plan/contender.ts";
import { scenarios } from "../../src/scenarios/index.ts";
import { blocksOf, pagePaths, readPage } from "./repository.ts";

/** What stands behind `wakerbench` in the shell's lines of a page, comments and pipes cut off. */
function shownCommands(path: string): string[] {
  const page = readPage(path);
  const blocks = ["sh", "bash", "yaml"].flatMap((language) => blocksOf(page, language));
  const lines = blocks.flatMap((block) => block.replace(/\\\n\s*/g, " ").split("\n"));
  return lines.flatMap((line) =>
    [
      ...line.replace(/(^|\s)#.*$/, "").matchAll(/(?:^|\s)wakerbench((?: [^|&;>]*)?)(?=$|[|&;>])/g),
    ].map(([, rest = ""]) => rest.trim()),
  );
}

/** As a shell would split them, where nothing but quotes is special. */
function wordsOf(line: string): string[] {
  const words = line.match(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g) ?? [];
  return words.map((word) => word.replace(/'([^']*)'|"([^"]*)"/g, "$1$2"));
}

async function checkContender<A extends Approach>(name: string, catalogue: Catalogue<A>) {
  if (name === "all" || catalogue.isFile(name)) return;
  const { waker, parameters } = parseContender(name);
  checkParameters(await catalogue.find(waker), parameters, false);
}

/** Reads the command as the program would, and stops before anything is done. */
async function read(line: string): Promise<void> {
  const [name, ...rest] = wordsOf(line);
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

const shown = [...new Set(pagePaths.flatMap(shownCommands))].toSorted();

test("the pages show commands", () => {
  expect(shown.length).toBeGreaterThan(50);
  expect(shown).toContain("compare --quick");
});

test.each(shown)("wakerbench %s can be run as it is shown", async (line) => {
  await read(line);
});

test("a command that cannot be run would be noticed", async () => {
  const wrong = ["compar", "compare --quik", "compare calback", "run io --mean 5x", "run iO"];
  for (const line of wrong) await expect(read(line), line).rejects.toThrow();
});
