import type { Pointer } from "bun:ffi";
import { ptr } from "bun:ffi";
import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import type { Native } from "./library.ts";

const maxCores = 1024;
/** Cores by number, -1 for a thread that is not pinned. */
export type CorePair = { readonly loopCore: number; readonly wakerCore: number };

/** Given by zig/waker_thread.zig. */
const ownThreadName = "wakerbench";
/** JavaScriptCore's thread that interrupts a Worker which is to end: it does nothing else. */
const terminatorName = "Signal Sender";
const maxPlaced = 64;
const roles = ["loop", "waker", "stand-in for the waker", "worker"] as const;

/** The cores that the calling thread may use, ascending; empty where the platform cannot tell. */
export function allowedCores(native: Native): Uint32Array {
  const cores = new Uint32Array(maxCores);
  const count = native.symbols.wb_allowed_cores(ptr(cores), maxCores);
  return count > 0 ? cores.slice(0, count) : new Uint32Array(0);
}

/** Threads of a process by id, as the kernel lists them; empty where there is no procfs. */
function threadIds(pid: number | "self" = "self"): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number);
  } catch {
    return [];
  }
}

/**
 * Lets all threads of this process run on these cores alone; those that come later inherit it.
 *
 * @param cores by number; empty: nothing is done
 * @returns 0, or the negative errno for the calling thread
 */
export function bindAllThreads(native: Native, cores: readonly number[]): number {
  if (cores.length === 0) return 0;
  const mask = Uint32Array.from(cores);
  const bind = (threadId: number) => native.symbols.wb_unpin(threadId, ptr(mask), mask.length);
  const code = bind(native.symbols.wb_thread_id());
  // A helper thread may have ended since it was listed.
  if (code === 0) for (const threadId of threadIds()) bind(threadId);
  return code;
}

/**
 * Reads the mask of every thread of a process back.
 *
 * @param cores that it was bound to; empty: it was not
 * @returns how many threads may run on more or on other cores
 */
export function strayThreads(native: Native, pid: number, cores: readonly number[]): number {
  const [only] = cores;
  if (only === undefined) return 0;
  const { wb_core_of, wb_core_count_of } = native.symbols;
  return threadIds(pid).filter((threadId) => {
    const count = wb_core_count_of(threadId);
    // One that has ended meanwhile has no mask.
    if (count <= 0) return false;
    return count !== cores.length || (count === 1 && wb_core_of(threadId) !== only);
  }).length;
}

/** A thread that takes part in a visit: the loop's, or one that is on the waker's core. */
export type PlacedThread = { readonly role: (typeof roles)[number]; readonly threadId: number };

/** The threads that a session has placed. */
export function placedThreads(native: Native, session: Pointer): PlacedThread[] {
  const pairs = new Int32Array(2 * maxPlaced);
  const count = native.symbols.wb_session_placed_threads(session, ptr(pairs));
  return Array.from({ length: count }, (_, index) => ({
    role: roles[pairs[2 * index] ?? 0] ?? "loop",
    threadId: pairs[2 * index + 1] ?? 0,
  }));
}

/** JavaScriptCore's compilers: two threads of this name on two cores, more on more. */
const compilerThreads = { name: "JITWorker", least: 2 } as const;
const mostSummons = 5;

/**
 * Lets the runtime make its helper threads now, while they inherit all cores. JavaScriptCore starts
 * those of its collector at the first collection, and those of its compilers when several functions
 * get hot at once. One that comes later all the same fails the visit by its mask.
 */
export function summonHelperThreads(): void {
  Bun.gc(true);
  let before = 0;
  for (let summons = 0; summons < mostSummons; summons++) {
    heatFunctions(summons);
    const names = threadIds().map(threadName);
    const present = names.filter((name) => name === compilerThreads.name).length;
    const isComplete = availableParallelism() <= 2 || present === before;
    if (present >= compilerThreads.least && isComplete) return;
    before = present;
  }
}

/** New functions each time: what is compiled already wants no compiler. */
function heatFunctions(summons: number): void {
  const bodies = Array.from(
    { length: 8 },
    (_, index) =>
      `let sum = seed; for (let turn = 0; turn < 200; turn++)` +
      ` sum = (sum * ${31 + index} + turn * ${summons + 1}) | 0; return sum;`,
  );
  const functions = bodies.map((body) => new Function("seed", body));
  for (const hot of functions) for (let call = 0; call < 100; call++) hot(call);
}

/**
 * Gives every thread that takes no part in the visit (compiler, collector, pool) all cores. They
 * inherit the mask of the thread that made them, and would crowd the core that is measured.
 *
 * @param placed those that take part, as far as they are known when it is called
 * @param cores all that this process may use
 */
export function freeHelperThreads(
  native: Native,
  placed: () => readonly PlacedThread[],
  cores: Uint32Array,
): void {
  if (cores.length === 0) return;
  for (const threadId of threadIds()) {
    if (native.symbols.wb_core_count_of(threadId) === cores.length) continue;
    // Asked after the mask was read: a thread of the waker's own registers before it is pinned.
    const isPlaced = placed().some((thread) => thread.threadId === threadId);
    if (!isPlaced) native.symbols.wb_unpin(threadId, ptr(cores), cores.length);
  }
}

/**
 * Reads the mask of every thread back and names those that are not where they should be: the loop
 * and the waker's side on their cores, all others free.
 */
export function misplacedThreads(
  native: Native,
  placed: readonly PlacedThread[],
  expected: CorePair,
  cores: Uint32Array,
): string[] {
  if (expected.loopCore < 0) return [];
  const wrong = placed.flatMap(({ role, threadId }) => {
    const core = role === "loop" ? expected.loopCore : expected.wakerCore;
    const found = native.symbols.wb_core_of(threadId);
    if (found === core) return [];
    return [`the ${role} thread is ${whereabouts(found)}, not on core ${core}`];
  });
  const own = new Set(placed.map(({ threadId }) => threadId));
  const bound = threadIds().filter((threadId) => {
    const count = native.symbols.wb_core_count_of(threadId);
    if (own.has(threadId) || count <= 0 || count === cores.length) return false;
    const name = threadName(threadId);
    // A thread of a single wake is read back by itself, and may be on its way out.
    return name !== ownThreadName && !name.endsWith(terminatorName);
  });
  if (bound.length > 0) {
    const names = [...new Set(bound.map(threadName))].join(", ");
    wrong.push(`${bound.length} helper threads are bound to fewer cores (${names})`);
  }
  return wrong;
}

function threadName(threadId: number): string {
  try {
    return readFileSync(`/proc/self/task/${threadId}/comm`, "utf8").trim();
  } catch {
    return "gone";
  }
}

function whereabouts(core: number): string {
  if (core >= 0) return `on core ${core}`;
  return core === -1 ? "on several cores" : "gone";
}
