import { readdirSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import type { Approach } from "../approaches/approach.ts";
import { itemsOf } from "../commands/list.ts";
import { scenarios } from "../scenarios/index.ts";

/** What a shell may put in the place of the word that is typed. */
export type Offer = { readonly value: string; readonly description?: string };

/** Where the word stands that is typed. */
export type Place = {
  readonly typed: string;
  /** The subcommand. */
  readonly command: string;
  /** Words before it that are no flags and no values of flags, the subcommand left out. */
  readonly positionals: readonly string[];
};

type Source = {
  offer(place: Place): readonly Offer[];
  /** Whether a command takes any number of such words. */
  readonly isRepeated?: boolean;
};

/**
 * What the names of flags and words in declarations stand for, where their description has no choice. One
 * thing has one name in all commands, so that a new one is completed too.
 */
export const sources: Readonly<Record<string, Source>> = {
  contender: { offer: contenders, isRepeated: true },
  waker: { offer: contenders, isRepeated: true },
  "relative-to": { offer: contenders },
  scenario: { offer: () => scenarios.map(offerOf) },
  only: { offer: manyScenarios },
  skip: { offer: manyScenarios },
  handler: { offer: () => scenarioCalled("handlers").catalogue.all.map(offerOf) },
  name: { offer: ({ positionals: [kind = ""] }) => itemsOf(kind).map(offerOf) },
  results: { offer: saved },
  base: { offer: saved },
  new: { offer: saved },
  run: { offer: () => [latest] },
  runtime: { offer: ({ typed }) => [{ value: "bun" }, ...files(typed)] },
  export: { offer: ({ typed }) => files(typed) },
  samples: { offer: ({ typed }) => files(typed).filter(({ value }) => value.endsWith("/")) },
};

const latest: Offer = { value: "latest", description: "the last run" };

function offerOf({ id, summary }: { readonly id: string; readonly summary: string }): Offer {
  return { value: id, description: summary };
}

/** One more behind the commas that are there. */
function manyScenarios({ typed }: Place): readonly Offer[] {
  const before = typed.slice(0, typed.lastIndexOf(",") + 1);
  const named = before.split(",");
  return scenarios
    .filter(({ id }) => !named.includes(id))
    .map(({ id, summary }) => ({ value: `${before}${id}`, description: summary }));
}

function scenarioCalled(id: string) {
  const scenario = scenarios.find((one) => one.id === id) ?? scenarios[0];
  if (scenario === undefined) throw new RangeError("there is no scenario");
  return scenario;
}

/** Of `run` those of its scenario; every other command compares wakers. */
function contenders({ typed, command, positionals }: Place): readonly Offer[] {
  if (/^[./~]/.test(typed)) return files(typed, [".ts", ".js", ".mjs"]);
  const { catalogue } = scenarioCalled(command === "run" ? (positionals[0] ?? "") : "wake");
  const all: readonly Approach[] = (catalogue.all as readonly Approach[]).filter((approach) =>
    (catalogue.isHere as (approach: Approach) => boolean)(approach),
  );
  const offered = all.flatMap((approach) =>
    typed.startsWith(`${approach.id}:`) ? settings(approach, typed) : [offerOf(approach)],
  );
  const every = command === "probe" ? [] : [{ value: "all", description: "every one of them" }];
  return [...offered, ...every].filter(({ value }) => !positionals.includes(value));
}

/** `ring:doorbell=eventfd`, behind what is written of it. */
function settings({ parameters = {} }: Approach, typed: string): Offer[] {
  const before = typed.slice(0, typed.lastIndexOf(":") + 1);
  return Object.entries(parameters).flatMap(([name, { values, description }]) =>
    values.map((value) => ({ value: `${before}${name}=${value}`, description })),
  );
}

function saved({ typed }: Place): readonly Offer[] {
  return [latest, ...files(typed, [".json"])];
}

/**
 * What lies where the typed path leads: directories with a slash, and files with one of the endings.
 *
 * @param endings absent: all files
 */
function files(typed: string, endings?: readonly string[]): readonly Offer[] {
  const isInside = typed.endsWith("/");
  const begun = isInside ? "" : basename(typed);
  const written = typed.slice(0, typed.length - begun.length);
  const directory = isInside ? typed : dirname(typed);
  const path = directory.replace(/^~(?=\/|$)/, homedir());
  return entriesOf(join(path, "."))
    .filter((entry) => entry.name.startsWith(".") === begun.startsWith("."))
    .filter(({ name }) => name.startsWith(begun))
    .flatMap((entry) => {
      if (entry.isDirectory()) return [{ value: `${written}${entry.name}/` }];
      const isWanted =
        endings === undefined || endings.some((ending) => entry.name.endsWith(ending));
      return isWanted ? [{ value: `${written}${entry.name}` }] : [];
    });
}

/** Sorted; none of a directory that is not there, or that nobody may read. */
function entriesOf(directory: string) {
  try {
    return readdirSync(directory, { withFileTypes: true }).toSorted((one, other) =>
      one.name.localeCompare(other.name),
    );
  } catch {
    return [];
  }
}
