import type { ArgsDef } from "citty";
import { splitChoices } from "../commands/choices.ts";
import { code, sentence, table } from "./markdown.ts";

/** The flags of a command as a table; its positional arguments stand in the line of its usage. */
export function flagTable(args: ArgsDef): string {
  const rows = Object.entries(args)
    .filter(([, { type }]) => type !== "positional")
    .map(([name, definition]) => flagRow(name, definition as Flag));
  if (rows.length === 0) return "It has no flags.";
  return table([["Flag", "Default", "One of", "Meaning"], ...rows]);
}

/** What citty's types tell of a flag, whatever kind it is. */
type Flag = {
  readonly type?: string;
  readonly alias?: string | readonly string[];
  readonly default?: unknown;
  readonly description?: string;
  readonly negativeDescription?: string;
  /** Of an enum: what it may be. */
  readonly options?: readonly string[];
};

function flagRow(name: string, flag: Flag): string[] {
  const { type, alias, default: usual, description = "", negativeDescription, options } = flag;
  const isSwitch = type === "boolean";
  const isOn = isSwitch && usual === true;
  const names = [`--${isOn ? "no-" : ""}${name}`, ...[alias ?? []].flat().map((one) => `-${one}`)];
  const told = isOn ? (negativeDescription ?? description) : description;
  const { choices, meaning } = splitChoices(told);
  return [
    names.map(code).join(" "),
    isSwitch || usual === undefined ? "" : code(String(usual)),
    (options ?? choices).map(code).join(", "),
    sentence(meaning),
  ];
}

/** `[CONTENDER]`, as a usage line has it; empty where there is none. */
export function positionalsOf(args: ArgsDef): string {
  return Object.entries(args)
    .filter(([, { type }]) => type === "positional")
    .map(([name, { required }]) => (required === false ? `[${name}]` : name).toUpperCase())
    .join(" ");
}

/** What a usage line's words stand for, an item each. */
export function positionalList(args: ArgsDef): string {
  return Object.entries(args)
    .filter(([, { type }]) => type === "positional")
    .map(([name, { description = "" }]) => `- ${code(name.toUpperCase())}: ${description}`)
    .join("\n");
}
