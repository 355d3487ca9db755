/** How it was measured, in so many paragraphs as a reader of the page needs: docs/method.md has all of it. */
export const methodParagraphs: readonly (readonly [heading: string, text: string])[] = [
  [
    "One clock",
    "Both stamps of a wake, a call or a task are the same monotonic clock, read in native code and written into memory that was there before. What the stamps themselves cost is measured in place, shown below the tables, and not subtracted.",
  ],
  [
    "Placement",
    "Where two threads run matters more than which waker they use, so same-core and cross-core are measured apart, each beside a floor of its own: the same work from one native thread to another. Masks are read back at the end of each visit; a thread that was elsewhere fails it.",
  ],
  [
    "Rounds",
    "Each contender is visited once a round, in a child process of its own and in an order that the seed draws anew. So contenders are compared within rounds, and whatever the machine does meanwhile hits all of them.",
  ],
  [
    "Asleep, proved",
    "With an idle loop a wake counts only when the kernel says that the loop's thread was parked. Wakes that found it awake read faster; they are counted, and left out of latency.",
  ],
  [
    "Verdicts",
    "Relative is the geometric mean over the rounds of the ratio to the reference, ± half of its paired 95 % interval (t, on logarithms). “Faster” and “slower” are said only when that interval excludes 1 ± 2 %; otherwise it is “no difference seen”. The first contender is measured twice (A/A), which shows the noise of the day.",
  ],
  [
    "Percentiles that are not shown",
    "Nothing is trimmed, and percentiles are exact. One is shown only when at least ten samples from at least three rounds lie above it; where there were fewer the cell is “-” and the curve ends.",
  ],
  [
    "Open and closed loop",
    "In a closed loop the next wake is asked for when the last one was heard, so a stall costs one sample. With a rate (open loop) a schedule says when each is due, and its latency counts from then. The two never share a table.",
  ],
  [
    "Audit",
    "All that was sent is held against all that was received: what was lost, doubled or reordered is told below its table, whatever the speed.",
  ],
];
