import { JSCallback, type Pointer, ptr } from "bun:ffi";
import type { Native } from "../native/library.ts";
import type { Observation } from "./job.ts";

const calls = 8;
const first = 1_000;
const periodMs = 10;
const patienceMs = 2_000;

/** A threadsafe JSCallback that returns a number: what does the thread that called it get? */
export async function tryReturning(
  { symbols }: Native,
  observe: (observation: Observation) => void,
): Promise<void> {
  using callback = new ReturningCallback();
  const pointer = symbols.wb_returning_start(callback.pointer, calls);
  if (pointer === null) throw new Error("no thread for the calls");
  const expected = Array.from({ length: calls }, (_, call) => first + call);
  const endMs = performance.now() + patienceMs;
  while (symbols.wb_returning_is_over(pointer as Pointer) === 0) {
    if (performance.now() > endMs) return observe({ stage: "returning", expected, returned: null });
    await Bun.sleep(periodMs);
  }
  const returned = new Int32Array(calls);
  symbols.wb_returning_collect(pointer as Pointer, ptr(returned));
  // The handlers may only run now; they must, before the callback is closed.
  while (callback.ran < calls && performance.now() < endMs) await Bun.sleep(periodMs);
  observe({ stage: "returning", expected, returned: [...returned] });
}

class ReturningCallback implements Disposable {
  ran = 0;
  readonly pointer: Pointer;
  readonly #callback: JSCallback;

  constructor() {
    const answer = (call: number) => {
      this.ran += 1;
      return first + call;
    };
    const types = { args: ["u32"], returns: "i32", threadsafe: true } as const;
    this.#callback = new JSCallback(answer, types);
    if (this.#callback.ptr === null) throw new Error("the callback has no address");
    this.pointer = this.#callback.ptr;
  }

  [Symbol.dispose](): void {
    this.#callback.close();
  }
}
