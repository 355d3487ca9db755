import { do_not_optimize } from "mitata";
import { PendingCalls } from "../src/dispatch/calls.ts";
import type { CallOptions } from "../src/dispatch/options.ts";
import { runCallBench } from "./call-bench.ts";

/**
 * What does it cost to keep a call until it is answered, beside the promise that it must have? No worker takes part:
 * each call is answered by the next line.
 */
export async function run(): Promise<void> {
  const calls = new PendingCalls<number>({ capacity: 64, onAbandon() {} });
  const call = (options?: CallOptions) => {
    const slot = calls.open(options);
    const promise = calls.promiseOf(slot, options);
    calls.answer(slot, 1);
    return promise;
  };
  let settle: ((answer: number) => void) | undefined;
  const park = (resolve: (answer: number) => void) => {
    settle = resolve;
  };
  const shared = new AbortController();
  // A call that keeps the signal's one listener in place.
  calls.promiseOf(calls.open(shared), shared);
  await runCallBench([
    {
      title: "one call, answered at once",
      subjects: [
        {
          name: "a promise alone",
          call: () => {
            const promise = new Promise(park);
            settle?.(1);
            return do_not_optimize(promise);
          },
        },
        { name: "plain", call: () => do_not_optimize(call()) },
        { name: "with a timeout", call: () => do_not_optimize(call({ timeoutMs: 60_000 })) },
        { name: "with a signal that others have, too", call: () => do_not_optimize(call(shared)) },
        {
          name: "with a signal of its own",
          call: () => do_not_optimize(call(new AbortController())),
        },
      ],
    },
  ]);
  calls.stop();
}

if (import.meta.main) await run();
