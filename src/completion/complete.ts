import type { ArgDef, ArgsDef } from "citty";
import { splitChoices } from "../commands/choices.ts";
import type { Command } from "../commands/command.ts";
import { repeatable } from "../commands/flags.ts";
import { type Offer, type Place, sources } from "./offers.ts";

/** What stands on the line before the word that is typed, as the command's own parser takes it. */
type Before = {
  readonly positionals: readonly string[];
  readonly flags: ReadonlySet<string>;
  /** The flag whose value is to follow; null: none. */
  readonly pending: string | null;
};

const general: readonly Offer[] = [
  { value: "--help", description: "all commands, or all flags of one" },
  { value: "--version", description: "the version alone" },
];

/**
 * What may stand where the cursor is, from the declarations of the commands: whatever is added to them is
 * completed.
 *
 * @param words those after the program's name; the last is being typed and may be empty
 * @param commands the registry
 */
export function completionsOf(
  words: readonly string[],
  commands: readonly Command[],
): readonly Offer[] {
  const typed = words.at(-1) ?? "";
  const [name, ...rest] = words.slice(0, -1);
  const offers =
    name === undefined ? start(typed, commands) : inCommand(name, rest, typed, commands);
  return offers.filter(({ value }) => value.startsWith(typed));
}

function start(typed: string, commands: readonly Command[]): readonly Offer[] {
  if (typed.startsWith("-")) return general;
  return commands.map(({ name, summary }) => ({ value: name, description: summary }));
}

function inCommand(
  name: string,
  rest: readonly string[],
  typed: string,
  commands: readonly Command[],
): readonly Offer[] {
  const command = commands.find((one) => one.name === name);
  if (command === undefined) return [];
  const narrowed = command.narrowed?.(rest) ?? command;
  const { args } = narrowed;
  const { positionals, flags, pending } = read(rest, args);
  const place: Place = { typed, command: name, positionals };
  if (pending !== null) return valuesOf(pending, args[pending], place);
  const [, flag, written] = /^--([^=]+)=(.*)$/s.exec(typed) ?? [];
  if (flag !== undefined && written !== undefined) {
    const values = valuesOf(flag, args[flag], { ...place, typed: written });
    return values.map((offer) => ({ ...offer, value: `--${flag}=${offer.value}` }));
  }
  if (typed.startsWith("-")) return flagsOf(args, flags);
  // `run wake` has its first word in its name, and no longer among its arguments.
  const taken = narrowed.name.split(" ").length - 1;
  return wordOffers(args, positionals.length - taken, place);
}

/** The word of this number; where it is one of many, more of them. */
function wordOffers(args: ArgsDef, index: number, place: Place): readonly Offer[] {
  const words = Object.entries(args).filter(([, { type }]) => type === "positional");
  const last = words.at(-1);
  const isRepeated = last !== undefined && sources[last[0]]?.isRepeated === true;
  const [name, definition] = words[index] ?? (isRepeated ? last : []);
  return name === undefined ? [] : valuesOf(name, definition, place);
}

type Described = {
  readonly description?: string;
  /** Of an enum: what it may be. */
  readonly options?: readonly string[];
};

/** What its name stands for, which says what each is; else the choice of its description. */
function valuesOf(name: string, definition: ArgDef | undefined, place: Place): readonly Offer[] {
  if (definition === undefined) return [];
  const source = Object.hasOwn(sources, name) ? sources[name] : undefined;
  if (source !== undefined) return source.offer(place);
  const { description = "", options } = definition as Described;
  return (options ?? splitChoices(description).choices).map((value) => ({ value }));
}

function read(rest: readonly string[], args: ArgsDef): Before {
  const positionals: string[] = [];
  const flags = new Set<string>();
  let pending: string | null = null;
  for (const word of rest) {
    if (pending !== null) pending = null;
    else if (!word.startsWith("-") || word === "-") positionals.push(word);
    else {
      const [written = "", value] = word.replace(/^--?/, "").split("=", 2);
      const name = word.startsWith("--") ? written : (longNameOf(written, args) ?? written);
      flags.add(name);
      const { type } = args[name] ?? { type: "boolean" };
      if (value === undefined && type !== "boolean") pending = name;
    }
  }
  return { positionals, flags, pending };
}

function longNameOf(alias: string, args: ArgsDef): string | undefined {
  return Object.entries(args).find(([, definition]) => aliasOf(definition) === alias)?.[0];
}

function aliasOf(definition: ArgDef): string | undefined {
  return (definition as { readonly alias?: string }).alias;
}

/** Those that may still be given; what is on by itself can only be turned off. */
function flagsOf(args: ArgsDef, given: ReadonlySet<string>): readonly Offer[] {
  const offers = Object.entries(args).flatMap(([name, definition]): Offer[] => {
    const { type, description = "", default: usual } = definition;
    const isOn = type === "boolean" && usual === true;
    const shown = isOn ? `no-${name}` : name;
    if (type === "positional" || (given.has(shown) && !repeatable.has(name))) return [];
    const { negativeDescription = description } = definition as { negativeDescription?: string };
    return [{ value: `--${shown}`, description: isOn ? negativeDescription : description }];
  });
  return [...offers, { value: "--help", description: "all of this command's flags" }];
}
