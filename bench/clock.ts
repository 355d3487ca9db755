import { dlopen, FFIType } from "bun:ffi";
import { do_not_optimize } from "mitata";
import { findLibrary } from "../src/native/library.ts";
import { runCallBench } from "./call-bench.ts";

const asBigInt = { wb_now_ns: { args: [], returns: "u64" } } as const;
const asNumber = { wb_now_ns: { args: [], returns: FFIType.u64_fast } } as const;

/**
 * What does it cost to read a clock from JavaScript, and is the native one that all stamps share
 * dearer than the runtime's own, which start anew in every Worker? A visit leaves its stamps in
 * native memory: see the bench `recorder` for these.
 */
export async function run(): Promise<void> {
  const path = findLibrary();
  const nowBigInt = dlopen(path, asBigInt).symbols.wb_now_ns;
  const nowNumber = dlopen(path, asNumber).symbols.wb_now_ns;
  await runCallBench([
    {
      title: "one reading",
      subjects: [
        { name: "wb_now_ns, as a number", call: () => do_not_optimize(nowNumber()) },
        { name: "wb_now_ns, as a BigInt", call: () => do_not_optimize(nowBigInt()) },
        { name: "performance.now", call: () => do_not_optimize(performance.now()) },
        { name: "Bun.nanoseconds", call: () => do_not_optimize(Bun.nanoseconds()) },
        { name: "process.hrtime.bigint", call: () => do_not_optimize(process.hrtime.bigint()) },
      ],
    },
  ]);
}

if (import.meta.main) await run();
