import { parseArgs } from "node:util";
import type { ArgsDef } from "citty";
import * as z from "zod";
import { WakerbenchError } from "../errors.ts";
import { suggestion } from "../suggestion.ts";

/**
 * Flags as they were given. citty declares them and prints help; parsing is done by `parseArgs`,
 * because citty takes unknown flags and keeps only the last of a repeated one.
 */
type FlagValue = string | boolean;

export type GivenFlags = {
  readonly values: Readonly<Record<string, FlagValue | readonly FlagValue[] | undefined>>;
  readonly positionals: readonly string[];
};

/** Flags that may be given several times. */
export const repeatable: ReadonlySet<string> = new Set([
  "export",
  "fail-on",
  "only",
  "runtime",
  "skip",
]);

/** citty's declaration of the parameters of a scenario. */
export function argsOfSchema(schema: z.ZodObject): ArgsDef {
  const { properties = {} } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => {
      const { description, default: fallback, enum: choices, type, alias } = Object(property);
      const hint = Array.isArray(choices) ? `${choices.join("|")}: ` : "";
      const text = `${hint}${description ?? ""}`;
      if (type === "boolean") return [name, { type: "boolean", description: text }];
      const shown = {
        ...(fallback === undefined ? {} : { default: String(fallback) }),
        // One letter, from the schema's `meta`.
        ...(alias === undefined ? {} : { alias: String(alias) }),
      };
      return [name, { type: "string", description: text, ...shown }];
    }),
  );
}

/**
 * Parses a subcommand's arguments strictly.
 *
 * @throws WakerbenchError USAGE
 */
export function parseFlags(rawArgs: readonly string[], args: ArgsDef): GivenFlags {
  const options: Record<
    string,
    { type: "string" | "boolean"; short?: string; multiple?: boolean }
  > = { help: { type: "boolean", short: "h" } };
  for (const [name, definition] of Object.entries(args)) {
    if (definition.type === "positional") continue;
    const type = definition.type === "boolean" ? "boolean" : "string";
    const { alias } = definition as { alias?: string };
    options[name] = {
      type,
      ...(alias === undefined ? {} : { short: alias }),
      ...(repeatable.has(name) ? { multiple: true } : {}),
    };
  }
  rejectEmptyValues(rawArgs, options);
  try {
    const parsed = parseArgs({
      args: [...rawArgs],
      options,
      strict: true,
      allowNegative: true,
      allowPositionals: true,
    });
    return { values: parsed.values, positionals: parsed.positionals };
  } catch (error) {
    throw usageError(error, rawArgs, Object.keys(options));
  }
}

/** `--wakes ""`, `--wakes=` and a `--wakes` whose value would be the next flag. */
function rejectEmptyValues(
  rawArgs: readonly string[],
  options: Readonly<Record<string, { type: string }>>,
): void {
  for (const [index, argument] of rawArgs.entries()) {
    if (argument === "--") return;
    const [, name = "", inline] = /^--([^=]+)(=.*)?$/s.exec(argument) ?? [];
    if (options[name]?.type !== "string") continue;
    const value = inline === undefined ? rawArgs[index + 1] : inline.slice(1);
    if (value === undefined || value === "" || (inline === undefined && value.startsWith("--"))) {
      throw new WakerbenchError("USAGE", `--${name} needs a value`, {
        remedy: "see --help for what it takes",
      });
    }
    if (inline === undefined && /^-./.test(value)) {
      throw new WakerbenchError("USAGE", `--${name}: "${value}" is no value that it takes`, {
        remedy: "see --help for what it takes",
      });
    }
  }
}

function usageError(error: unknown, rawArgs: readonly string[], known: string[]): WakerbenchError {
  const { code, message } = error as { code?: string; message: string };
  const quoted = /'(-[^'\s]+)/.exec(message)?.[1] ?? rawArgs[0] ?? "";
  const flag = quoted.replace(/=.*/s, "");
  if (code === "ERR_PARSE_ARGS_UNKNOWN_OPTION") {
    return new WakerbenchError("USAGE", `unknown flag ${flag}`, {
      remedy: suggestion(flag.replace(/^-+/, ""), known, "--") ?? "see --help for all flags",
    });
  }
  const first = message.split("\n")[0] ?? message;
  return new WakerbenchError("USAGE", first, { remedy: "see --help for all flags" });
}

/**
 * A word too many is a mistake, not a thing to pass over.
 *
 * @throws WakerbenchError USAGE
 */
export function rejectFurther(command: string, positionals: readonly string[], most: number): void {
  const further = positionals[most];
  if (further === undefined) return;
  throw new WakerbenchError("USAGE", `${command} does not take "${further}"`, {
    remedy: `see wakerbench ${command} --help`,
  });
}

/**
 * Checks values against the scenario's schema.
 *
 * @throws WakerbenchError USAGE
 */
export function parseParameters<T extends z.ZodObject>(schema: T, given: GivenFlags): z.infer<T> {
  const names = Object.keys(schema.shape);
  const values = Object.fromEntries(
    names
      .filter((name) => given.values[name] !== undefined)
      .map((name) => [name, given.values[name]]),
  );
  const parsed = schema.safeParse(values);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const name = String(issue?.path[0] ?? "");
  const written = String(given.values[name]);
  if (issue?.code === "invalid_value") {
    const choices = issue.values.map(String);
    throw new WakerbenchError("USAGE", `--${name}: "${written}" is none of ${choices.join(", ")}`, {
      remedy: suggestion(written, choices) ?? `write one of ${choices.join(", ")}`,
    });
  }
  const [message = "", remedy = "see --help"] = (issue?.message ?? "").split("; ");
  throw new WakerbenchError("USAGE", `--${name}: ${message}`, { remedy });
}
