import { existsSync } from "node:fs";
import { pathToFileURL } from "node:url";
import type { Catalogue, Parameter } from "../approaches/approach.ts";
import { messageOf, WakerbenchError } from "../errors.ts";
import { suggestion } from "../suggestion.ts";
import { wakers } from "./index.ts";
import type { Waker } from "./waker.ts";

/** Whether a contender's waker is a file of the user's, not the id of a built-in one. */
export function isWakerFile(name: string): boolean {
  return /[\\/]|\.[cm]?[jt]s$/.test(name);
}

/**
 * A waker by its built-in id or by the path of a file.
 *
 * @throws WakerbenchError UNKNOWN_CONTENDER, WAKER_FILE_BAD
 */
export async function findWaker(name: string): Promise<Waker> {
  if (isWakerFile(name)) return loadWakerFile(name);
  const found = wakers.find((waker) => waker.id === name);
  if (found !== undefined) return found;
  const ids = wakers.map(({ id }) => id);
  throw new WakerbenchError("UNKNOWN_CONTENDER", `there is no waker "${name}"`, {
    remedy: suggestion(name, ids) ?? "see `wakerbench list wakers`",
  });
}

/** The wakers as what a scenario compares. */
export const wakerCatalogue: Catalogue<Waker> = {
  all: wakers,
  isHere: ({ traits }) => traits.platforms.includes(process.platform),
  isFile: isWakerFile,
  find: findWaker,
};

async function loadWakerFile(path: string): Promise<Waker> {
  const remedy = "it must export `waker`, an object of the type Waker (see CONTRIBUTING.md)";
  if (!existsSync(path)) {
    throw new WakerbenchError("WAKER_FILE_BAD", `there is no file ${path}`, {
      remedy: "name a file of yours that exports `waker`, or one of `wakerbench list wakers`",
    });
  }
  let loaded: Record<string, unknown>;
  try {
    loaded = await withinPatience(import(pathToFileURL(path).href));
  } catch (cause) {
    throw new WakerbenchError("WAKER_FILE_BAD", `${path} cannot be loaded: ${messageOf(cause)}`, {
      remedy: "mend what it says; WAKERBENCH_DEBUG=1 shows where",
      cause,
    });
  }
  const fault = faultOf(loaded.waker);
  if (fault === null) return loaded.waker as Waker;
  throw new WakerbenchError("WAKER_FILE_BAD", `${path} ${fault}`, { remedy });
}

const patienceMs = 10_000;

/** A file may await something that never comes. */
async function withinPatience<T>(loading: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Error(`it is not done after ${patienceMs / 1000} s`)),
    patienceMs,
  );
  try {
    return await Promise.race([loading, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** What is wrong with a user's export, or null. */
function faultOf(exported: unknown): string | null {
  if (exported === undefined) return "exports no `waker`";
  if (typeof exported !== "object" || exported === null)
    return "exports a `waker` that is no object";
  const waker = exported as Partial<Record<keyof Waker, unknown>>;
  if (typeof waker.id !== "string" || !/^[a-z0-9][a-z0-9-]*$/.test(waker.id)) {
    return "exports a `waker` without a kebab-case `id`";
  }
  if (typeof waker.open !== "function") return "exports a `waker` without a function `open`";
  const kind = (waker.traits as { kind?: unknown } | undefined)?.kind;
  if (kind !== "message" && kind !== "doorbell") {
    return 'exports a `waker` whose `traits.kind` is neither "message" nor "doorbell"';
  }
  if (!areParameters(waker.parameters)) {
    return "exports a `waker` with a parameter that has no `values` with its `default` among them";
  }
  return null;
}

/** What a waker of the user's declares, if anything, can be checked against. */
function areParameters(declared: unknown): boolean {
  if (declared === undefined) return true;
  if (typeof declared !== "object" || declared === null) return false;
  return Object.values(declared as Record<string, unknown>).every((one) => {
    const parameter = one as Partial<Record<keyof Parameter, unknown>> | null | undefined;
    return Array.isArray(parameter?.values) && parameter.values.includes(parameter.default);
  });
}
