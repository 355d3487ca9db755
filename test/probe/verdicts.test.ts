import { describe, expect, test } from "bun:test";
import type { TrialOutcome } from "../../src/probe/trial-process.ts";
import {
  isUsable,
  judgeReader,
  judgeWaker,
  surprisesOf,
  worstOf,
} from "../../src/probe/verdicts.ts";
import type { Observation } from "../../src/trials/job.ts";
import { broken, goodWaker, ok } from "./outcomes.ts";

const doorbell = { kind: "doorbell" } as const;
const message = { kind: "message", payloadSizes: [0, 8, 64] } as const;

function textsOf(cells: ReturnType<typeof judgeWaker>): Record<string, string> {
  return Object.fromEntries(Object.entries(cells).map(([name, { text }]) => [name, text]));
}

test("a waker that does all that is asked of it", () => {
  expect(textsOf(judgeWaker(goodWaker, message))).toEqual({
    wake: "works",
    many: "works",
    flood: "works",
    life: "yes",
    coalesces: "no, 2,000 in 3",
    payload: "number, 8, 64 B",
    returnValue: "nothing",
    throws: "exception",
  });
  expect(isUsable(judgeWaker(goodWaker, message))).toBe(true);
});

test("of a doorbell fewer entries than rings are what coalesces", () => {
  const { coalesces, payload } = judgeWaker(goodWaker, doorbell);
  expect(coalesces).toMatchObject({ verdict: "yes", text: "yes, 2,000 → 3" });
  expect(payload).toMatchObject({ verdict: "no", text: "none" });
});

test("a wake that nobody hears and that no error speaks of is silent, and no more is tried", () => {
  const wakes = ok({ stage: "wake", sent: 1, heard: 0, entries: 0 });
  const cells = judgeWaker({ ...goodWaker, wakes }, doorbell);
  expect(cells.wake).toMatchObject({ verdict: "silent", text: "silent" });
  for (const column of ["many", "coalesces", "payload", "returnValue"] as const) {
    expect(cells[column].verdict).toBe("untried");
  }
  expect(isUsable(cells)).toBe(false);
});

test("a crash is the cell that it happened in, and what came before it stands", () => {
  const error = { name: "SIGSEGV", detail: "SIGSEGV: panic" };
  const [wake] = goodWaker.wakes.observations;
  const wakes: TrialOutcome = {
    observations: wake === undefined ? [] : [wake],
    end: "crashed",
    error,
  };
  const cells = judgeWaker({ ...goodWaker, wakes }, message);
  expect(cells.wake.verdict).toBe("works");
  expect(cells.many).toEqual({ verdict: "crash", text: "SIGSEGV", detail: "SIGSEGV: panic" });
  expect(cells.coalesces.verdict).toBe("untried");
  expect(cells.flood.verdict).toBe("works");
  expect(isUsable(cells)).toBe(false);
});

test("every way to end has a verdict of its own", () => {
  const ends = {
    crashed: "crash",
    timeout: "hang",
    failed: "error",
    unsupported: "unsupported",
    interrupted: "untried",
  } as const;
  for (const [end, verdict] of Object.entries(ends)) {
    const flood = broken(end as TrialOutcome["end"]);
    expect(judgeWaker({ ...goodWaker, flood }, doorbell).flood.verdict).toBe(verdict);
  }
});

test("a process that ends in order before its wake was not kept alive", () => {
  const { life } = judgeWaker({ ...goodWaker, life: ok() }, doorbell);
  expect(life).toMatchObject({ verdict: "no", text: "no" });
  const hung = judgeWaker({ ...goodWaker, life: broken("timeout") }, doorbell);
  expect(hung.life.verdict).toBe("hang");
});

test("what is lost is counted, and is neither all of it nor what came as one", () => {
  const flood = ok({ stage: "flood", sent: 100_000, heard: 10, entries: 10 });
  const observations = goodWaker.wakes.observations.map((seen) =>
    seen.stage === "blocked" ? { ...seen, heard: 500, entries: 500 } : seen,
  );
  const cells = judgeWaker(
    { ...goodWaker, flood, wakes: { ...goodWaker.wakes, observations } },
    message,
  );
  expect(cells.flood).toMatchObject({ verdict: "loses", text: "lost 99 %" });
  expect(cells.flood.detail).toBe("10 of 100,000 were heard");
  expect(cells.coalesces).toMatchObject({ verdict: "loses", text: "lost 75 %" });
  expect(isUsable(cells)).toBe(true);
});

test("of the same trial made twice the worse one counts", () => {
  const good = ok({ stage: "flood", sent: 100, heard: 100, entries: 100 });
  const worse = ok({ stage: "flood", sent: 100, heard: 99, entries: 99 });
  const crashed = broken("crashed");
  expect(worstOf([good, worse])).toBe(worse);
  expect(worstOf([worse, crashed, good])).toBe(crashed);
  expect(worstOf([broken("interrupted"), good])).toBe(good);
  expect(worstOf([]).end).toBe("interrupted");
});

test("a payload that did not come through is lost", () => {
  const observations = goodWaker.wakes.observations.filter(
    (seen) => seen.stage !== "payload" || seen.payloadBytes === 8,
  );
  const wakes = { ...goodWaker.wakes, observations };
  expect(judgeWaker({ ...goodWaker, wakes }, message).payload.verdict).toBe("loses");
  const failed = { ...broken("failed"), observations };
  const { payload } = judgeWaker({ ...goodWaker, wakes: failed }, message);
  expect(payload.verdict).toBe("error");
});

describe("what the caller of a callback gets", () => {
  const expected = [1000, 1001];
  const returned: [text: string, values: number[] | null][] = [
    ["kept", expected],
    ["always 0", [0, 0]],
    ["garbage", [54448641, 54448641]],
    ["garbage", [1000, 7]],
    ["hang", null],
  ];
  test.each(returned)("%s: %j", (text, values) => {
    const returning = ok({ stage: "returning", expected, returned: values });
    expect(judgeWaker({ ...goodWaker, returning }, message).returnValue.text).toBe(text);
  });
});

describe("where an error of the handler comes out", () => {
  const thrown: [text: string, verdict: string, Omit<Observation & { stage: "throw" }, "stage">][] =
    [
      ["exception", "works", { reached: "uncaughtException", goesOn: true }],
      ["rejection", "works", { reached: "unhandledRejection", goesOn: true }],
      ["exception, deaf", "silent", { reached: "uncaughtException", goesOn: false }],
      ["swallowed", "silent", { reached: null, goesOn: true }],
    ];
  test.each(thrown)("%s", (text, verdict, seen) => {
    const outcomes = { ...goodWaker, throw: ok({ stage: "throw", ...seen }) };
    expect(judgeWaker(outcomes, doorbell).throws).toMatchObject({ text, verdict });
  });
});

describe("a reader", () => {
  const seen: [text: string, verdict: string, "data" | "closed" | "error" | "none"][] = [
    ["works", "works", "data"],
    ["closes, no error", "silent", "closed"],
    ["ENOTSOCK", "error", "error"],
    ["no event", "silent", "none"],
  ];
  test.each(seen)("%s", (text, verdict, event) => {
    const error = event === "error" ? "ENOTSOCK" : null;
    const outcome = ok({ stage: "reader", event, error });
    expect(judgeReader(outcome)).toMatchObject({ text, verdict });
  });

  test("that crashes is a cell", () => {
    expect(judgeReader(broken("crashed")).verdict).toBe("crash");
  });
});

test("what differs from the list is said, and what was not tried is not", () => {
  const cells = judgeWaker(goodWaker, doorbell);
  expect(surprisesOf(cells, { coalesces: true, keepsAlive: true })).toEqual([]);
  expect(surprisesOf(cells, { coalesces: false, keepsAlive: false })).toHaveLength(2);
  const none = judgeWaker({ ...goodWaker, wakes: ok(), life: broken("interrupted") }, doorbell);
  expect(surprisesOf(none, { coalesces: false, keepsAlive: false })).toEqual([]);
});
