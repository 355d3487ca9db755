import type { Native } from "../native/library.ts";
import type { Work } from "./dispatcher.ts";
import { openQuery } from "./query.ts";

/** The work of the calls as a Worker does it, opened on the Worker's own thread. */
export type OpenWork = {
  /** Does the work. Answers with `number`. */
  run(number: number): number;
  close(): void;
};

/** Opens the work on the thread that will do it: one FFI call at most, but for SQLite, which is Bun's own. */
export function openWork(work: Work, native: Native): OpenWork {
  const { wb_spin_ns, wb_yield } = native.symbols;
  switch (work.kind) {
    case "spin":
      return { run: work.spinNs === 0 ? echo : spin(work.spinNs), close() {} };
    case "yield":
      return { run: giveWay, close() {} };
    case "sqlite":
      return openQuery(native);
  }

  function spin(spinNs: number): (number: number) => number {
    return (number) => {
      wb_spin_ns(spinNs);
      return number;
    };
  }

  function giveWay(number: number): number {
    wb_yield();
    return number;
  }
}

function echo(number: number): number {
  return number;
}

/** What a job that throws does: its error says which call it was. */
export function failWork(number: number): never {
  throw new Error(`call ${number} failed on purpose`);
}
