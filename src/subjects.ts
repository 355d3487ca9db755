import { resolve } from "node:path";
import type { Approach, Catalogue } from "./approaches/approach.ts";
import { checkParameters, contendersOf } from "./approaches/parameters.ts";
import { WakerbenchError } from "./errors.ts";
import { type Contender, parseContender } from "./plan/contender.ts";
import type { Subject } from "./runner/subject.ts";
import { findRuntime } from "./runtimes/find.ts";
import type { Runtime } from "./runtimes/runtime.ts";

/** Which contenders are asked for, and where they run. */
export type SubjectRequest<A extends Approach> = {
  /** What contenders name. */
  readonly catalogue: Catalogue<A>;
  /** As on the command line; empty: the scenario's own; `all`: all that this platform has. */
  readonly contenders: readonly string[];
  /** Those of the scenario. */
  readonly usual: readonly string[];
  /** `bun`, or the path of a Bun executable. */
  readonly runtimes: readonly string[];
  /** Whether a usual one suits this run; absent: each does. */
  isSuitable?(approach: A): boolean;
};

/**
 * The contenders of a run, each in every runtime that it is asked for.
 *
 * @throws WakerbenchError for a name, a file, a parameter or a runtime that is none
 */
export async function findSubjects<A extends Approach>(
  request: SubjectRequest<A>,
): Promise<Subject<A>[]> {
  const { catalogue } = request;
  const contenders = expand(request).map(parseContender);
  const runtimes = await Promise.all(request.runtimes.map(findRuntime));
  const found: Subject<A>[] = [];
  for (const contender of contenders) {
    const isFile = catalogue.isFile(contender.waker);
    const approachPath = isFile ? resolve(contender.waker) : contender.waker;
    const approach = await catalogue.find(approachPath);
    checkParameters(approach, contender.parameters, isFile);
    const isNamed = request.contenders.includes(contender.name);
    for (const runtime of await runtimesOf(contender, approach, runtimes)) {
      const label = runtimes.length > 1 ? prefixed(contender, runtime) : contender.name;
      if (found.some((other) => other.label === label)) continue;
      found.push({ label, contender, approach, approachPath, runtime, isControl: false, isNamed });
    }
  }
  return found;
}

/** With the first one a second time: what it differs from itself is the noise of the day. */
export function withNoise<A extends Approach>(subjects: readonly Subject<A>[]): Subject<A>[] {
  const first = subjects.find(({ approach }) => approach.id !== "floor");
  if (first === undefined) return [...subjects];
  return [...subjects, { ...first, isControl: true, isNamed: false }];
}

/** With the threads alone, which ring nothing, once for each runtime. */
export function withoutWaker(subjects: readonly Subject[]): Subject[] {
  const firsts = subjects.filter(
    ({ runtime }, index) =>
      subjects.findIndex((other) => other.runtime.name === runtime.name) === index,
  );
  const controls = firsts.map((subject) => {
    const label = firsts.length > 1 ? `${subject.runtime.name}/no waker` : "no waker";
    return { ...subject, label, isControl: true, isNamed: false };
  });
  return [...subjects, ...controls];
}

/** `all` is all that this platform has, in each of its variants. */
function expand<A extends Approach>(request: SubjectRequest<A>): readonly string[] {
  const { contenders: names, usual, catalogue, isSuitable } = request;
  if (names.length === 0) {
    const unsuitable = catalogue.all.filter((approach) => isSuitable?.(approach) === false);
    return usual.filter((name) => !unsuitable.some(({ id }) => id === name));
  }
  const here = catalogue.all.filter((approach) => catalogue.isHere(approach));
  return names.flatMap((name) => (name === "all" ? here.flatMap(contendersOf) : [name]));
}

/** The floor runs no JavaScript: one runtime is enough for it. */
async function runtimesOf(
  contender: Contender,
  approach: Approach,
  runtimes: readonly Runtime[],
): Promise<readonly Runtime[]> {
  if (contender.runtime === null) return approach.id === "floor" ? runtimes.slice(0, 1) : runtimes;
  const written = contender.runtime;
  return [runtimes.find(({ name }) => name === written) ?? (await findRuntime(written))];
}

function prefixed(contender: Contender, runtime: Runtime): string {
  return contender.runtime === null ? `${runtime.name}/${contender.name}` : contender.name;
}

/**
 * What `--relative-to` names, when it is any contender of the run.
 *
 * @throws WakerbenchError USAGE
 */
export function checkReference(
  relativeTo: string | null,
  subjects: readonly Subject<Approach>[],
): void {
  const labels = subjects.filter(({ isControl }) => !isControl).map(({ label }) => label);
  if (relativeTo === null || labels.includes(relativeTo)) return;
  throw new WakerbenchError("USAGE", `--relative-to ${relativeTo} is no contender of this run`, {
    remedy: `name one of: ${[...new Set(labels)].join(", ")}`,
  });
}
