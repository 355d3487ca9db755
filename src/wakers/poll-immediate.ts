import { openPoll, pollCaveat } from "./poll.ts";
import type { Waker } from "./waker.ts";

/** A loop that looks at a native counter in every turn and never sleeps. */
export const pollImmediate: Waker = {
  id: "poll-immediate",
  title: "Poll by setImmediate",
  summary: "the thread counts; the loop looks at the count in every turn and never sleeps",
  traits: {
    kind: "doorbell",
    payload: "none: what is new stands in the library's own queue",
    coalesces: true,
    keepsAlive: true,
    native: true,
    platforms: ["linux", "darwin"],
    caveat: pollCaveat,
  },
  advice: {
    when: "a core can be spent on nothing else, for as long as the wait is short",
    against:
      "takes a whole core while nothing happens, and everything else in the process waits for it",
    code: `import { dlopen } from "bun:ffi";

const library = dlopen("./libmine.so", {
  mine_take: { args: [], returns: "i32" }, // an item, or -1; does not wait
});

let isOpen = true;
function look(): void {
  if (!isOpen) return;
  for (let item = library.symbols.mine_take(); item >= 0; item = library.symbols.mine_take()) {
    console.log("done:", item);
  }
  setImmediate(look);
}
look();
// To end: isOpen = false;`,
  },
  pollPeriodNs: () => 0,
  open: (context) =>
    openPoll(context, (look) => {
      let next: NodeJS.Immediate;
      const turn = () => {
        next = setImmediate(turn);
        look();
      };
      next = setImmediate(turn);
      return () => clearImmediate(next);
    }),
};
