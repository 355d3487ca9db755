import { dlopen, type Pointer, ptr, suffix } from "bun:ffi";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Ring, RingPayload } from "../../src/ring.ts";

/** What a push returns (include/wakerbench_ring.h). */
export const Pushed = { ok: 0, full: 1, dropped: 2, closed: 3 } as const;

/** How often each of them was returned. */
export type PushResults = { ok: number; full: number; dropped: number; closed: number };

const threadShift = 20;

/** The thread of an item, and the number of its push. */
export function partsOf(item: number): { thread: number; number: number } {
  return { thread: item >>> threadShift, number: item & ((1 << threadShift) - 1) };
}

/** Counts the items of each thread, and those that do not follow on the one before. */
export class OrderAudit {
  total = 0;
  outOfOrder = 0;
  readonly #next = new Map<number, number>();

  readonly hear = (item: number): void => {
    const { thread, number } = partsOf(item);
    if (number !== (this.#next.get(thread) ?? 0)) this.outOfOrder++;
    this.#next.set(thread, number + 1);
    this.total++;
  };
}

const library = compile();
const { symbols } = dlopen(library, {
  pusher_start: { args: ["ptr", "u32", "u32", "u32"], returns: "ptr" },
  pusher_running: { args: ["ptr"], returns: "u32" },
  pusher_join: { args: ["ptr", "u32", "ptr"], returns: "void" },
  push_one: { args: ["ptr", "ptr"], returns: "i32" },
  let_go: { args: ["ptr"], returns: "void" },
});
// What is loaded needs its file no more.
rmSync(dirname(library), { recursive: true });

/** Compiles pusher.c with the C compiler of the examples' build script, or Zig's. */
function compile(): string {
  const folder = mkdtempSync(join(tmpdir(), "wakerbench-pusher-"));
  const path = join(folder, `libpusher.${suffix}`);
  const source = join(import.meta.dirname, "pusher.c");
  const flags = ["-O2", "-fPIC", "-shared", "-pthread", "-Wall", "-Wextra", "-Werror"];
  const { stderr } = Bun.spawnSync([...compiler(), ...flags, "-o", path, source]);
  if (!existsSync(path)) throw new Error(`pusher.c does not compile: ${stderr}`);
  return path;
}

function compiler(): readonly string[] {
  const { CC } = process.env;
  if (CC) return CC.split(" ");
  if (Bun.which("cc") !== null) return ["cc"];
  // The library was built by it.
  return [
    process.execPath,
    join(import.meta.dirname, "..", "..", "src", "native", "run-zig.ts"),
    "cc",
  ];
}

/** Pushes on this thread, which must not be done when the ring may block. */
export function pushOne(pointer: Pointer, payload: NodeJS.TypedArray): number {
  return symbols.push_one(pointer, ptr(payload));
}

/** Ends the native side's part in a ring that only `pushOne` pushed into. */
export function letGo(pointer: Pointer): void {
  symbols.let_go(pointer);
}

/** Threads that push; `pauseUs` is slept after each push. */
export class Pusher {
  readonly #native: Pointer;

  constructor(ring: Ring<RingPayload>, threads: number, each: number, pauseUs = 0) {
    this.#native = symbols.pusher_start(ring.pointer, threads, each, pauseUs) as Pointer;
  }

  /** How many threads have not made all their pushes. */
  get running(): number {
    return symbols.pusher_running(this.#native);
  }

  /** Resolves when all threads have made their pushes; JavaScript hears meanwhile. */
  async done(): Promise<void> {
    while (this.running > 0) await Bun.sleep(1);
  }

  /** Waits for the threads, which try once more where asked, and let the ring go. */
  async join({ tryAgain = false } = {}): Promise<PushResults> {
    await this.done();
    const results = new Float64Array(4);
    symbols.pusher_join(this.#native, tryAgain ? 1 : 0, ptr(results));
    const [ok = 0, full = 0, dropped = 0, closed = 0] = results;
    return { ok, full, dropped, closed };
  }
}
