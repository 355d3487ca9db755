import type { Native } from "../native/library.ts";

/** 50 µs of work every 100 µs by setImmediate: a loop that never sleeps. */
export function keepBusy(native: Native): { stop(): void } {
  let going = true;
  const turn = () => {
    if (!going) return;
    native.symbols.wb_busy_turn();
    setImmediate(turn);
  };
  setImmediate(turn);
  return {
    stop: () => {
      going = false;
    },
  };
}
