import { readWithBun } from "../../src/agent/reader.ts";
import type { Approach } from "../../src/approaches/approach.ts";
import type { Library, Program } from "../../src/libraries/library.ts";
import { promises } from "../../src/libraries/promises.ts";
import { findLibrary, loadLibrary } from "../../src/native/library.ts";

const libraryPath = findLibrary();
export const native = loadLibrary(libraryPath);

/** What the jobs of all workloads have in common, here. */
export const jobHere = {
  approach: "promises",
  parameters: {},
  libraryPath,
  parentPid: process.pid,
  case: "",
  seed: 1,
} as const;

/** The visit of a library, as an agent makes it. */
export function visitOf<Job>(job: Job, approach: Library) {
  return { job, approach, native, read: readWithBun };
}

/** Promises with a fault that is known: what `spoil` changes of their programs. */
export function spoilt(spoil: (program: Program) => Partial<Program>): Library {
  const { id, title, summary, advice }: Approach = promises;
  return {
    id,
    title,
    summary,
    advice,
    async open(context) {
      const program = await promises.open(context);
      return { ...program, ...spoil(program) };
    },
  };
}
