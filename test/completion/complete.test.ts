import { afterAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { splitChoices } from "../../src/commands/choices.ts";
import type { Command } from "../../src/commands/command.ts";
import { commands } from "../../src/commands/index.ts";
import { completionsOf } from "../../src/completion/complete.ts";
import { sources } from "../../src/completion/offers.ts";
import { formats } from "../../src/report/index.ts";
import { scenarios } from "../../src/scenarios/index.ts";
import { wakers } from "../../src/wakers/index.ts";

const folder = mkdtempSync(join(tmpdir(), "wakerbench-completion-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
for (const name of ["base.json", "waker.ts", "notes.txt", ".hidden.json"]) {
  writeFileSync(join(folder, name), "");
}
mkdirSync(join(folder, "runs"));

/** Values that are offered for a line; the last word is the one that is typed. */
function offered(line: string): string[] {
  return completionsOf(line.split(" "), commands).map(({ value }) => value);
}

test("commands are those of the registry", () => {
  expect(offered("")).toEqual(commands.map(({ name }) => name));
  expect(offered("comp")).toEqual(["compare", "completion"]);
  expect(offered("-")).toEqual(["--help", "--version"]);
  expect(offered("nonsense ")).toEqual([]);
});

test.each(commands.map((command) => [command.name, command] as const))(
  "every flag of %s is offered",
  (name, { args }) => {
    const flags = offered(`${name} --`);
    for (const [flag, { type, default: usual }] of Object.entries(args)) {
      if (type === "positional") continue;
      expect(flags).toContain(type === "boolean" && usual === true ? `--no-${flag}` : `--${flag}`);
    }
  },
);

test.each(scenarios.map(({ id }) => id))("run %s has its own flags and contenders", (id) => {
  const scenario = scenarios.find((one) => one.id === id);
  const flags = offered(`run ${id} --`);
  for (const name of Object.keys(scenario?.parameters(z).shape ?? {})) {
    expect(flags).toContain(`--${name}`);
  }
  const contenders = offered(`run ${id} `);
  for (const name of scenario?.defaultContenders ?? []) {
    expect(contenders).toContain(name.replace(/:.*/, ""));
  }
});

/** All that a command takes, whatever its first word is. */
function everyArgs(command: Command) {
  const first = Object.entries(command.args)[0];
  const { choices } = splitChoices(first?.[1].description ?? "");
  return [command, ...choices.flatMap((word) => command.narrowed?.([word]) ?? [])].flatMap(
    ({ args }) => Object.entries(args),
  );
}

test("no word of any command is without something to offer", () => {
  const words = commands
    .flatMap(everyArgs)
    .filter(([, { type }]) => type === "positional")
    .filter(([name]) => sources[name] === undefined)
    .filter(([, { description = "" }]) => splitChoices(description).choices.length === 0);
  expect(words.map(([name]) => name)).toEqual([]);
});

describe("values", () => {
  test("of a flag are its choices, behind a space and behind an equals sign", () => {
    expect(offered("compare --format ")).toEqual(formats.map(({ id }) => id));
    expect(offered("run wake --placement=c")).toEqual(["--placement=cross-core"]);
    expect(offered("compare pipe --loop b")).toEqual(["busy"]);
    expect(offered("compare --time ")).toEqual([]);
    expect(offered("report --scheme ")).toEqual(["light", "dark"]);
  });

  test("of an alias are those of its flag", () => {
    const aliased = { ...commands[0], name: "try" } as Command;
    const args = {
      ...aliased.args,
      level: { type: "string", alias: "l", description: "low|high" },
    };
    const words = (line: string) =>
      completionsOf(line.split(" "), [{ ...aliased, args } as Command]).map(({ value }) => value);
    expect(words("try -l h")).toEqual(["high"]);
  });

  test("a flag that was given is offered no more, unless it may be repeated", () => {
    expect(offered("compare --seed 1 --se")).toEqual([]);
    expect(offered("compare --export a.json --exp")).toEqual(["--export"]);
    expect(offered("compare --no-contention --no-c")).toEqual([]);
  });
});

describe("contenders", () => {
  test("are offered once each, and flags between them do not count", () => {
    const ids = offered("compare --quick --time 5s pipe ");
    expect(ids).toContain("callback");
    expect(ids).toContain("all");
    expect(ids).not.toContain("pipe");
    expect(ids.length).toBeGreaterThan(wakers.length / 2);
  });

  test("have their parameters behind their name", () => {
    expect(offered("compare poll-timer:")).toEqual([
      "poll-timer:period=1ms",
      "poll-timer:period=8ms",
      "poll-timer:period=16ms",
    ]);
    expect(offered("compare ring:doorbell=e")).toEqual(["ring:doorbell=eventfd"]);
  });

  test("may be files of the user's", () => {
    expect(offered(`compare ${folder}/`)).toEqual([`${folder}/runs/`, `${folder}/waker.ts`]);
    expect(offered(`compare ${folder}/nowhere/`)).toEqual([]);
  });
});

test("results are the last run and files, others and hidden ones left out", () => {
  expect(offered("report lat")).toEqual(["latest"]);
  expect(offered(`report ${folder}/`)).toEqual([`${folder}/base.json`, `${folder}/runs/`]);
  expect(offered(`report ${folder}/.h`)).toEqual([`${folder}/.hidden.json`]);
  expect(offered(`diff ${folder}/base.json ${folder}/b`)).toEqual([`${folder}/base.json`]);
  expect(offered(`report --export ${folder}/n`)).toEqual([`${folder}/notes.txt`]);
  expect(offered("report latest ")).toEqual([]);
});

test("lists of scenarios go on behind the comma", () => {
  expect(offered("suite --only wake,bu")).toEqual(["wake,burst"]);
  expect(offered("suite --skip wake,")).not.toContain("wake,wake");
});

test("names belong to the kind before them", () => {
  expect(offered("list wakers call")).toEqual(["callback"]);
  expect(offered("list scenarios ")).toEqual(scenarios.map(({ id }) => id));
  expect(offered("list nonsense ")).toEqual([]);
});
