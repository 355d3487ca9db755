import { dlopen, ptr } from "bun:ffi";
import { do_not_optimize } from "mitata";
import { findLibrary } from "../src/native/library.ts";
import { runCallBench } from "./call-bench.ts";

const noArguments = { wb_can_prove_parking: { args: [], returns: "u32" } } as const;

/**
 * The same function, declared with arguments that it does not look at: the C calling conventions of
 * x86-64 and arm64 let a caller pass more than is taken.
 */
const pointerAndNumber = {
  wb_can_prove_parking: { args: ["ptr", "u32"], returns: "u32" },
} as const;

/**
 * What does a call through bun:ffi cost by itself, and what do its arguments add? Every row calls the
 * same native function, which returns a constant. Each waker pays at least one such call.
 */
export async function run(): Promise<void> {
  const path = findLibrary();
  const plain = dlopen(path, noArguments).symbols.wb_can_prove_parking;
  const taking = dlopen(path, pointerAndNumber).symbols.wb_can_prove_parking;
  const bytes = new Uint8Array(64);
  const address = ptr(bytes);
  let count = 0;
  const inJavaScript = () => ++count & 1;
  await runCallBench([
    {
      title: "one call",
      subjects: [
        { name: "JavaScript function", call: () => do_not_optimize(inJavaScript()) },
        { name: "FFI, no arguments", call: () => do_not_optimize(plain()) },
        { name: "FFI, pointer and u32", call: () => do_not_optimize(taking(address, 7)) },
        { name: "FFI, typed array and u32", call: () => do_not_optimize(taking(bytes, 7)) },
      ],
    },
  ]);
}

if (import.meta.main) await run();
