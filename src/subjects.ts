import { resolve } from "node:path";
import { WakerbenchError } from "./errors.ts";
import { type Contender, parseContender } from "./plan/contender.ts";
import type { Subject } from "./runner/subject.ts";
import { findRuntime } from "./runtimes/find.ts";
import type { Runtime } from "./runtimes/runtime.ts";
import { findWaker, isWakerFile } from "./wakers/find.ts";
import { wakers } from "./wakers/index.ts";
import { checkParameters, contendersOf } from "./wakers/parameters.ts";
import type { Waker } from "./wakers/waker.ts";

/** Which contenders are asked for, and where they run. */
export type SubjectRequest = {
  /** As on the command line; empty: the scenario's own; `all`: every waker of this platform. */
  readonly contenders: readonly string[];
  /** Those of the scenario. */
  readonly usual: readonly string[];
  /** `bun`, or the path of a Bun executable. */
  readonly runtimes: readonly string[];
  /** What only JavaScript rings is no default of this run. */
  readonly isNativeOnly: boolean;
};

/**
 * The contenders of a run, each in every runtime that it is asked for.
 *
 * @throws WakerbenchError for a name, a file, a parameter or a runtime that is none
 */
export async function findSubjects(request: SubjectRequest): Promise<Subject[]> {
  const contenders = expand(request).map(parseContender);
  const runtimes = await Promise.all(request.runtimes.map(findRuntime));
  const found: Subject[] = [];
  for (const contender of contenders) {
    const waker = await findWaker(pathOf(contender));
    checkParameters(waker, contender.parameters, isWakerFile(contender.waker));
    for (const runtime of await runtimesOf(contender, waker, runtimes)) {
      const label = runtimes.length > 1 ? prefixed(contender, runtime) : contender.name;
      const wakerPath = pathOf(contender);
      const isNamed = request.contenders.includes(contender.name);
      const subject = { label, contender, waker, wakerPath, runtime, isControl: false, isNamed };
      if (!found.some((other) => other.label === label)) found.push(subject);
    }
  }
  return found;
}

/** With the first one a second time: what it differs from itself is the noise of the day. */
export function withNoise(subjects: readonly Subject[]): Subject[] {
  const first = subjects.find(({ waker }) => waker.id !== "floor");
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

/** `all` is every waker that this platform has, in each of its variants. */
function expand({ contenders: names, usual, isNativeOnly }: SubjectRequest): readonly string[] {
  if (names.length === 0) {
    const native = new Set(wakers.filter(({ traits }) => traits.native).map(({ id }) => id));
    return usual.filter((name) => !isNativeOnly || native.has(name));
  }
  const here = wakers.filter(({ traits }) => traits.platforms.includes(process.platform));
  return names.flatMap((name) => (name === "all" ? here.flatMap(contendersOf) : [name]));
}

function pathOf({ waker }: Contender): string {
  return isWakerFile(waker) ? resolve(waker) : waker;
}

/** The floor runs no JavaScript: one runtime is enough for it. */
async function runtimesOf(
  contender: Contender,
  waker: Waker,
  runtimes: readonly Runtime[],
): Promise<readonly Runtime[]> {
  if (contender.runtime === null) return waker.id === "floor" ? runtimes.slice(0, 1) : runtimes;
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
export function checkReference(relativeTo: string | null, subjects: readonly Subject[]): void {
  const labels = subjects.filter(({ isControl }) => !isControl).map(({ label }) => label);
  if (relativeTo === null || labels.includes(relativeTo)) return;
  throw new WakerbenchError("USAGE", `--relative-to ${relativeTo} is no contender of this run`, {
    remedy: `name one of: ${[...new Set(labels)].join(", ")}`,
  });
}
