import type { Settings } from "../approaches/approach.ts";
import { openPoll, pollCaveat } from "./poll.ts";
import type { Waker } from "./waker.ts";

const periods = ["1ms", "8ms", "16ms"] as const;

/** A loop that looks at a native counter every so many milliseconds, and sleeps in between. */
export const pollTimer: Waker = {
  id: "poll-timer",
  title: "Poll by timer",
  summary: "the thread counts; the loop looks at the count every 1, 8 or 16 ms",
  traits: {
    kind: "doorbell",
    payload: "none: what is new stands in the library's own queue",
    coalesces: true,
    keepsAlive: true,
    native: true,
    platforms: ["linux", "darwin"],
    caveat: pollCaveat,
  },
  parameters: {
    period: { values: periods, default: "1ms", description: "from one look to the next" },
  },
  variants: periods.map((period) => ({ period })),
  advice: {
    when: "the library has no way to ring, and half a period of delay is no harm",
    against: "late by half a period on average, and the timer costs CPU while nothing happens",
    code: `import { dlopen } from "bun:ffi";

const library = dlopen("./libmine.so", {
  mine_take: { args: [], returns: "i32" }, // an item, or -1; does not wait
});

const timer = setInterval(() => {
  for (let item = library.symbols.mine_take(); item >= 0; item = library.symbols.mine_take()) {
    console.log("done:", item);
  }
}, 8);
// To end: clearInterval(timer);`,
  },
  pollPeriodNs: (settings) => 1e6 * periodMs(settings),
  open: (context) =>
    openPoll(context, (look) => {
      const timer = setInterval(look, periodMs(context.parameters));
      return () => clearInterval(timer);
    }),
};

function periodMs({ period = "1ms" }: Settings): number {
  return Number.parseInt(period, 10);
}
