import { WakerbenchError } from "../errors.ts";
import { suggestion } from "../suggestion.ts";
import type { Approach, Settings } from "./approach.ts";

/**
 * The contenders that an approach stands for in `all`: one for each of its variants, or itself, written as
 * on the command line.
 */
export function contendersOf({ id, variants = [] }: Approach): readonly string[] {
  if (variants.length === 0) return [id];
  return variants.map((settings) => {
    const written = Object.entries(settings).map(([name, value]) => `:${name}=${value}`);
    return `${id}${written.join("")}`;
  });
}

/** The settings that an approach is opened with: those that were written, and the defaults of the others. */
export function withDefaults({ parameters = {} }: Approach, written: Settings): Settings {
  const defaults = Object.entries(parameters).map(([name, parameter]) => [name, parameter.default]);
  return { ...Object.fromEntries(defaults), ...written };
}

/**
 * Checks the parameters of a contender before anything is measured. A file of the user's that
 * declares none takes any.
 *
 * @param isOwn it comes from a file of the user's
 * @throws WakerbenchError USAGE
 */
export function checkParameters(approach: Approach, written: Settings, isOwn: boolean): void {
  if (isOwn && approach.parameters === undefined) return;
  for (const [name, value] of Object.entries(written)) checkParameter(approach, name, value);
}

function checkParameter({ id, parameters = {} }: Approach, name: string, value: string): void {
  const known = Object.keys(parameters);
  const parameter = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
  if (parameter === undefined) {
    throw new WakerbenchError("USAGE", `${id} has no parameter "${name}"`, {
      remedy: suggestion(name, known) ?? remedyFor(id, known),
    });
  }
  const { values } = parameter;
  if (values.includes(value)) return;
  throw new WakerbenchError("USAGE", `${id}: ${name} cannot be "${value}"`, {
    remedy: `write ${name}=${values.join("|")}`,
  });
}

function remedyFor(id: string, known: readonly string[]): string {
  return known.length === 0 ? `write ${id} alone: it takes none` : `it takes: ${known.join(", ")}`;
}
