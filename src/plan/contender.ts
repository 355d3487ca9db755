import { WakerbenchError } from "../errors.ts";

/** One row of a comparison, taken apart: `[RUNTIME/]WAKER[:PARAM=VALUE…]`. */
export type Contender = {
  /** As it was written. */
  readonly name: string;
  /** Null: each runtime of the comparison. */
  readonly runtime: string | null;
  /** A built-in waker's id, or a file's path as it was written. */
  readonly waker: string;
  readonly parameters: Readonly<Record<string, string>>;
};

const runtimePrefix = /^((?:bun|node|deno|python)(?:@[^/:]+)?)\/(.+)$/;
const lastParameter = /^(.+):([a-z][A-Za-z0-9-]*)=([^:]*)$/;

/**
 * Takes a contender's name apart.
 *
 * @throws WakerbenchError USAGE
 */
export function parseContender(name: string): Contender {
  const [runtime, written] = splitRuntime(name);
  const parameters: Record<string, string> = {};
  let waker = written;
  for (let match = lastParameter.exec(waker); match !== null; match = lastParameter.exec(waker)) {
    const [, before = "", key = "", value = ""] = match;
    parameters[key] = value;
    waker = before;
  }
  if (waker === "" || waker.startsWith(":")) {
    throw new WakerbenchError("USAGE", `"${name}" names no waker`, {
      remedy: "write a contender as [RUNTIME/]WAKER[:PARAM=VALUE…]",
    });
  }
  return { name, runtime, waker, parameters };
}

function splitRuntime(name: string): [string | null, string] {
  const match = runtimePrefix.exec(name);
  return match === null ? [null, name] : [match[1] ?? null, match[2] ?? ""];
}
