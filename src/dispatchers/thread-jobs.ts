import { type Pointer, ptr } from "bun:ffi";
import type { Native } from "../native/library.ts";
import type { Work } from "./dispatcher.ts";
import { requireNativeSqlite } from "./query.ts";

/** `Kind` of zig/dedicated_jobs.zig. */
export const JobKind = {
  echo: 0,
  spin: 1,
  yield: 2,
  query: 3,
  fail: 4,
  reverse: 5,
  untilCancelled: 6,
  silence: 7,
  die: 8,
  spinNumber: 9,
} as const;

/** The jobs of the scenario, as a library has them. */
export type ThreadJobs = {
  /** What a dedicated thread is opened with. */
  readonly work: Pointer;
  /** The kind of call that does the work and answers with its number. */
  readonly kind: number;
  /** How often the thread's `start` and `stop` were called. */
  lives(): { readonly started: number; readonly stopped: number };
  /** The thread has ended by then. */
  close(): void;
};

/** @throws WakerbenchError UNSUPPORTED when there is no SQLite for the work `sqlite` */
export function openThreadJobs(native: Native, work: Work, cannotStart = false): ThreadJobs {
  const { wb_dedicated_jobs_open, wb_dedicated_jobs_lives, wb_dedicated_jobs_close } =
    native.symbols;
  if (work.kind === "sqlite") requireNativeSqlite(native);
  // `Config` of zig/dedicated_jobs.zig.
  const config = new DataView(new ArrayBuffer(16));
  config.setBigUint64(0, BigInt(work.kind === "spin" ? work.spinNs : 0), true);
  config.setUint32(8, work.kind === "sqlite" ? 1 : 0, true);
  config.setUint32(12, cannotStart ? 1 : 0, true);
  const pointer = wb_dedicated_jobs_open(ptr(config)) as Pointer | null;
  if (pointer === null) throw new Error("no memory for the jobs of a thread");
  return {
    work: pointer,
    kind: kindOf(work),
    lives() {
      const numbers = new Float64Array(2);
      wb_dedicated_jobs_lives(pointer, ptr(numbers));
      const [started = 0, stopped = 0] = numbers;
      return { started, stopped };
    },
    close: () => wb_dedicated_jobs_close(pointer),
  };
}

function kindOf(work: Work): number {
  if (work.kind === "yield") return JobKind.yield;
  if (work.kind === "sqlite") return JobKind.query;
  return work.spinNs === 0 ? JobKind.echo : JobKind.spin;
}
