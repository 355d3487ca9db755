import { describe, expect, test } from "bun:test";
import { dispatchers } from "../../src/dispatchers/index.ts";
import { conclude } from "../../src/report/conclusion.ts";
import { dispatchNotes } from "../../src/report/dispatch-notes.ts";
import { recommendDispatch } from "../../src/report/dispatch-verdict.ts";
import { plainStyle } from "../../src/report/table.ts";
import { renderVerdict } from "../../src/report/tables.ts";
import type { DispatchSetup } from "../../src/runner/dispatch-run.ts";
import { called, dispatcherOf } from "../results/fake-dispatch.ts";
import { resultsWith, seriesWith, steady } from "../results/fake-series.ts";
import { type CallsRow, callsResults, spinning, usual } from "./calls.ts";

function verdict(rows: readonly CallsRow[], setup: Partial<DispatchSetup> = {}) {
  const found = recommendDispatch(callsResults(rows, setup));
  if (found === null) throw new Error("calls were measured");
  return found;
}

const lift: CallsRow = { label: "lift", near: 5_000 };
const clerk: CallsRow = { label: "clerk", kind: "worker", near: 8_000 };
const crowd: CallsRow = { label: "crowd", kind: "pool", near: 20_000 };
const floor: CallsRow = { label: "floor:via=futex", kind: "floor", near: 4_000 };

test("of a whole run: the best, the floor, each other kind, and what pays across cores", () => {
  expect(verdict(usual)).toEqual({
    sentence:
      "Use a dedicated thread over lift: 5.96 µs a call on one core (1.8 × the floor), " +
      "1.4 × faster than a dedicated Worker over clerk, 3.9 × faster than the pool crowd; " +
      "across cores let it spin (lift:wait=adaptive): 20.0 µs a call, 2.0 × faster than parking, " +
      "for 1.5 cores of CPU instead of 1.0.",
    dispatcher: "lift",
  });
});

describe("the one to use", () => {
  test("may be a Worker or a pool", () => {
    expect(verdict([{ ...lift, near: 9_000 }, clerk])).toEqual({
      sentence:
        "Use a dedicated Worker over clerk: 8.08 µs a call on one core, 1.1 × faster than a dedicated thread over lift.",
      dispatcher: "clerk",
    });
    expect(verdict([crowd, { ...clerk, near: 30_000 }]).sentence).toStartWith(
      "Use the pool crowd:",
    );
  });

  test("is set against the next of its kind where there is no other kind", () => {
    expect(
      verdict([lift, { label: "bell", near: 7_500 }, { label: "pipe", near: 9_000 }]).sentence,
    ).toBe(
      "Use a dedicated thread over lift: 5.05 µs a call on one core, 1.5 × faster than a dedicated thread over bell.",
    );
  });

  test("is set against the same with other settings where there is nothing else", () => {
    expect(verdict([lift, { label: "lift:doorbell=pipe", near: 7_500 }]).sentence).toBe(
      "Use a dedicated thread over lift: 5.05 µs a call on one core, 1.5 × faster than a dedicated thread over lift:doorbell=pipe.",
    );
  });

  test("is either of two of a kind that do not differ", () => {
    const { sentence } = verdict([lift, { label: "bell", near: 5_050 }, crowd]);
    expect(sentence).toStartWith("Use a dedicated thread over lift or bell, whichever suits you: ");
    expect(sentence).toEndWith("4.0 × faster than the pool crowd.");
  });

  test("is of such two the one that is listed first, be the other a little quicker", () => {
    const [complete, other] = dispatchers.filter(({ kind }) => kind === "thread");
    if (complete === undefined || other === undefined) throw new Error("two threads are listed");
    const rows = [
      { label: other.id, near: 4_980 },
      { label: complete.id, near: 5_000 },
    ];
    expect(verdict(rows)).toMatchObject({
      sentence: expect.stringContaining(`over ${complete.id} or ${other.id}, whichever`),
      dispatcher: complete.id,
    });
  });

  test("is of such two the one that pays across cores", () => {
    const rows = [
      { label: "bell", near: 4_980, far: 40_000 },
      { ...lift, far: 40_000 },
      { label: "lift:wait=adaptive", near: 4_970, far: spinning(20_000) },
    ];
    const { sentence, dispatcher } = verdict(rows);
    expect(dispatcher).toBe("lift");
    expect(sentence).toStartWith("Use a dedicated thread over lift: 5.05 µs a call on one core, ");
    expect(sentence).toContain("across cores let it spin (lift:wait=adaptive): 20.0 µs a call");
    expect(verdict(rows.slice(0, 2)).sentence).toStartWith(
      "Use a dedicated thread over bell or lift, whichever suits you: ",
    );
  });

  test("is named without the settings that do not help, be they those of its equal", () => {
    const spinner = { label: "lift:wait=adaptive", near: 4_990 };
    expect(verdict([{ label: "bell", near: 4_980 }, spinner, lift]).sentence).toStartWith(
      "Use a dedicated thread over bell or lift, whichever suits you: ",
    );
  });

  test("does not differ from another kind, which is said", () => {
    expect(verdict([lift, { ...clerk, near: 5_040 }]).sentence).toEndWith(
      "no difference to a dedicated Worker over clerk seen.",
    );
  });

  test("is told in calls a second where many are in flight", () => {
    expect(verdict([lift, crowd], { inFlight: 64 }).sentence).toBe(
      "Use a dedicated thread over lift: 198 k calls a second on one core, 4.0 × faster than the pool crowd.",
    );
  });

  test("has a setting only where that was seen to help", () => {
    const spinner = { label: "lift:wait=adaptive", near: 4_990 };
    expect(verdict([spinner, lift, crowd]).sentence).toStartWith(
      "Use a dedicated thread over lift:",
    );
    const quick = { ...spinner, near: 4_000 };
    const unpinned = { name: "any", cores: { loopCore: -1, wakerCore: -1 } } as const;
    expect(verdict([quick, lift, crowd], { placements: [unpinned] })).toMatchObject({
      sentence: expect.stringMatching(/^Use a dedicated thread over lift:wait=adaptive: /),
      dispatcher: "lift",
    });
  });

  test("never spins on the loop's core: what is quicker there by spinning is so by chance", () => {
    const rows = [{ label: "lift:wait=adaptive", near: 4_000 }, lift, crowd];
    const { sentence } = verdict(rows);
    expect(sentence).toStartWith("Use a dedicated thread over lift: ");
    expect(sentence).not.toContain("adaptive");
    expect(dispatchNotes(callsResults(rows).series).join()).not.toContain("adaptive: ");
    // Without the row that parks it stands for both.
    expect(verdict(rows.toSpliced(1, 1)).sentence).toStartWith(
      "Use a dedicated thread over lift:wait=adaptive: ",
    );
  });

  test("is at the floor, when the interval cannot tell them apart", () => {
    expect(verdict([{ ...lift, near: 4_000 }, crowd, floor]).sentence).toContain(
      " (no difference to the floor seen), ",
    );
  });

  test("may be below what was taken for the floor", () => {
    expect(verdict([{ ...lift, near: 2_000 }, crowd, floor]).sentence).toContain(
      " (0.50 × the floor), ",
    );
  });
});

describe("across cores", () => {
  const across = (row: CallsRow, far: NonNullable<CallsRow["far"]>): CallsRow => ({ ...row, far });

  test("the same one has its figure, where none is quicker", () => {
    const rows = [across(lift, 30_000), across(clerk, 40_000), across(floor, 20_000)];
    expect(verdict(rows).sentence).toEndWith("; 30.3 µs a call across cores (1.5 × the floor).");
  });

  test("another may be quicker, which is said", () => {
    const rows = [across(lift, 30_000), across(clerk, 20_000)];
    expect(verdict(rows).sentence).toEndWith(
      "; 30.3 µs a call across cores, where a dedicated Worker over clerk is 1.5 × faster.",
    );
  });

  test("spinning is advised only where it was seen to be quicker", () => {
    const spinner = { label: "lift:wait=adaptive", near: 5_000, far: spinning(29_900) };
    const { sentence } = verdict([across(lift, 30_000), spinner, across(crowd, 60_000)]);
    expect(sentence).toEndWith("; 30.3 µs a call across cores.");
  });

  test("one that was measured there alone has its figure there", () => {
    const rows: CallsRow[] = [lift, { label: "clerk", kind: "worker", far: 40_000 }];
    const series = callsResults(rows).series.filter(({ status }) => status === "ok");
    const { sentence } = recommendDispatch({ ...resultsWith([]), series }) ?? {};
    expect(sentence).toContain("5.05 µs a call on one core");
    expect(sentence).toContain("; across cores a dedicated Worker over clerk: 40.4 µs a call");
  });
});

describe("never recommended is", () => {
  test.each([
    ["loses a call", { lost: 1 }],
    ["answers twice", { duplicated: 1 }],
    ["answers with another's number", { mistaken: 1 }],
  ])("one that %s, be it the quickest", (_, audit) => {
    const faulty = { label: "lift", near: called(1_000, { audit }) };
    expect(verdict([faulty, clerk, crowd]).dispatcher).toBe("clerk");
  });

  test("one that crashed in another placement", () => {
    const rows: CallsRow[] = [
      { ...lift, far: "crashed" },
      { ...clerk, far: 40_000 },
    ];
    expect(verdict(rows)).toEqual({
      sentence:
        "Use a dedicated Worker over clerk: 8.08 µs a call on one core; 40.4 µs a call across cores; no other worked without a fault.",
      dispatcher: "clerk",
    });
  });

  test("the control, a case or the floor", () => {
    const rows: CallsRow[] = [
      { ...clerk, cases: { signal: 100 } },
      crowd,
      { ...floor, near: 10 },
      { ...clerk, near: 100, isControl: true },
    ];
    expect(verdict(rows).sentence).toStartWith("Use a dedicated Worker over clerk: 8.08 µs a call");
  });
});

describe("no dispatcher is named, and the sentence says why", () => {
  test.each([
    ["there is the floor alone", [floor], /^Only the floor/],
    ["none worked", [{ ...lift, near: "crashed" }, floor], /without a fault/],
  ] as const)("when %s", (_, rows, why) => {
    const { sentence, dispatcher } = verdict(rows);
    expect(dispatcher).toBeNull();
    expect(sentence).toMatch(why);
  });

  test("when one round is all there is", () => {
    const results = callsResults([lift, clerk]);
    const series = results.series.map((one) => ({ ...one, rounds: one.rounds.slice(0, 1) }));
    const { sentence, dispatcher } = recommendDispatch({ ...results, series }) ?? {};
    expect(sentence).toStartWith("Too few rounds");
    expect(dispatcher).toBeNull();
  });
});

test("a single one has its figure, and a wish for a second", () => {
  expect(verdict([lift, floor])).toEqual({
    sentence:
      "Use a dedicated thread over lift: 5.05 µs a call on one core (1.3 × the floor); name a second contender to compare it with.",
    dispatcher: "lift",
  });
});

describe("beside wakes", () => {
  const wakes = [
    seriesWith({ contender: "pipe", p50sNs: steady(5_000) }),
    seriesWith({ contender: "callback", p50sNs: steady(3_000) }),
  ];

  test("calls have a sentence of their own", () => {
    const native = new Set(["pipe", "callback"]);
    expect(recommendDispatch(resultsWith(wakes))).toBeNull();
    expect(conclude(resultsWith(wakes), native).dispatcher).toBeNull();
    const calls = callsResults([lift, crowd]);
    const alone = conclude(calls, native);
    expect(alone).toMatchObject({ advised: [], dispatcher: "lift" });
    expect(alone.sentence).toStartWith("Use a dedicated thread");
    const both = conclude(
      { ...calls, series: [...resultsWith(wakes).series, ...calls.series] },
      native,
    );
    expect(both).toMatchObject({ advised: ["callback"], dispatcher: "lift" });
    expect(both.sentence).toMatch(/^Use callback: .+\. Use a dedicated thread over lift: .+\.$/);
  });
});

test("the code of what is advised is printed, and when to use each that was measured", () => {
  const results = callsResults([lift, crowd, floor]);
  const measured = [lift, crowd, floor].map(
    ({ label, kind }) => dispatcherOf(label, kind).approach,
  );
  const text = renderVerdict(results, { wakers: [], dispatchers: measured }, plainStyle);
  const order = [
    "30,000 calls to each",
    "Use a dedicated thread over lift: ",
    '\n  use("lift");\n',
    "When to use each",
    "  lift   lift suits you",
    "but: crowd has a price",
  ].map((part) => text.indexOf(part));
  expect(order).not.toContain(-1);
  expect(order).toEqual(order.toSorted((one, other) => one - other));
  expect(text).not.toContain("floor suits you");
  expect(text).not.toContain('use("crowd")');
});
