import { describe, expect, test } from "bun:test";
import { recommend } from "../../src/report/verdict.ts";
import type { Series } from "../../src/results/schema.ts";
import { resultsWith, type SeriesRequest, seriesWith, steady } from "../results/fake-series.ts";

const native = new Set(["pipe", "callback", "worker", "ring"]);

function row(contender: string, p50Ns: number, rest: Partial<SeriesRequest> = {}): Series {
  return seriesWith({ contender, p50sNs: steady(p50Ns), ...rest });
}

const across = { placement: "cross-core" } as const;

function verdict(...series: Series[]) {
  return recommend(resultsWith(series), native);
}

describe("the one to use", () => {
  test("is the fastest, set against the reference", () => {
    expect(verdict(row("pipe", 5_000), row("callback", 3_000), row("worker", 4_000))).toEqual({
      sentence: "Use callback: 1.67 × faster than pipe on one core.",
      waker: "callback",
    });
  });

  test("is told for each placement", () => {
    const rows = [row("pipe", 5_000), row("callback", 3_000)];
    const others = [row("pipe", 25_000, across), row("callback", 25_000, across)];
    expect(verdict(...rows, ...others).sentence).toBe(
      "Use callback: 1.67 × faster than pipe on one core, no difference to pipe across cores.",
    );
  });

  test("may be slower elsewhere, which is said", () => {
    const rows = [row("pipe", 5_000), row("callback", 2_500)];
    const others = [row("pipe", 20_000, across), row("callback", 30_000, across)];
    expect(verdict(...rows, ...others).sentence).toBe(
      "Use callback: 2.00 × faster than pipe on one core, 1.50 × slower than pipe across cores; " +
        "across cores pipe is 1.50 × faster still.",
    );
  });

  test("may be overtaken elsewhere by a third, which is said", () => {
    const rows = [row("pipe", 5_000), row("callback", 3_000), row("worker", 4_000)];
    const others = [
      row("pipe", 30_000, across),
      row("callback", 20_000, across),
      row("worker", 10_000, across),
    ];
    expect(verdict(...rows, ...others).sentence).toBe(
      "Use callback: 1.67 × faster than pipe on one core, 1.50 × faster than pipe across cores; " +
        "across cores worker is 2.00 × faster still.",
    );
  });

  test("is either of two that do not differ", () => {
    expect(verdict(row("pipe", 5_000), row("callback", 4_990))).toEqual({
      sentence: "Use callback or pipe, whichever suits you: no difference to pipe on one core.",
      waker: "callback",
    });
  });

  test("that is the reference itself is set against the next best", () => {
    const rows = [row("callback", 3_000), row("worker", 9_000), row("pipe", 6_000)];
    expect(verdict(...rows)).toEqual({
      sentence: "Use callback: 2.00 × faster than pipe on one core.",
      waker: "callback",
    });
  });

  test("is the only one that there is, set against the floor", () => {
    const floor = row("floor:via=futex", 2_000, { params: { via: "futex" } });
    const { sentence, waker } = verdict(floor, row("callback", 3_000));
    expect(sentence).toBe(
      "callback takes 1.50 × the floor's time on one core; name a second contender to compare it with.",
    );
    expect(waker).toBe("callback");
    expect(verdict(row("callback", 3_000)).sentence).toBe(
      "callback works; name a second contender to compare it with.",
    );
  });
});

test("the only one that worked is the one to use", () => {
  const crashed = row("callback", 1_000, { rest: { status: "crashed", error: "SIGSEGV" } });
  expect(verdict(row("pipe", 5_000), crashed)).toEqual({
    sentence: "Use pipe: no other native wake here worked without a fault.",
    waker: "pipe",
  });
});

test("one median is not compared with those that are withheld", () => {
  const withheld = seriesWith({ contender: "callback", p50sNs: [3_000, 3_000] });
  const { sentence, waker } = verdict(row("pipe", 5_000), withheld);
  expect(waker).toBeNull();
  expect(sentence).toStartWith("Too little was measured for more than the median of pipe.");
});

describe("never recommended is", () => {
  const pipe = row("pipe", 5_000);

  test("a waker that loses, be it the fastest", () => {
    const losing = row("callback", 1_000, { audit: { lost: 1 } });
    expect(verdict(pipe, losing, row("worker", 4_000)).waker).toBe("worker");
  });

  test("a waker that loses in another placement only", () => {
    const rows = [pipe, row("callback", 1_000)];
    const others = [
      row("pipe", 25_000, across),
      row("callback", 20_000, { ...across, audit: { lost: 1 } }),
    ];
    const { sentence, waker } = verdict(...rows, ...others);
    expect(waker).toBe("pipe");
    expect(sentence).not.toContain("callback");
  });

  test.each(["crashed", "timeout", "failed", "unsupported"] as const)(
    "a waker that %s in one of its visits",
    (status) => {
      const faulty = row("callback", 1_000, { rest: { status, error: "1 of 12 visits" } });
      expect(verdict(pipe, faulty).waker).toBe("pipe");
    },
  );

  test("the floor, the control, or what is no native wake", () => {
    const others = [
      row("floor:via=futex", 1_000),
      row("executor", 1_000),
      row("pipe", 1_000, { params: { control: "a/a" } }),
    ];
    const { waker, sentence } = verdict(pipe, ...others);
    expect(waker).toBe("pipe");
    expect(sentence).not.toContain("executor");
  });
});

const nothing: [why: string, rows: Series[], sentence: RegExp][] = [
  ["all have a fault", [row("pipe", 5_000, { audit: { lost: 2 } })], /without a fault/],
  ["too little was measured", [seriesWith({ contender: "pipe", p50sNs: [] })], /Too little/],
  [
    "two rounds are too few",
    [seriesWith({ contender: "pipe", p50sNs: [5_000, 5_000] })],
    /three rounds/,
  ],
  ["there is the floor alone", [row("floor:via=futex", 2_000)], /Only the floor/],
  ["none is native", [row("executor", 6_000)], /No native wake/],
];

test.each(nothing)("when %s, no waker is named and the sentence says why", (_, rows, sentence) => {
  const recommendation = verdict(...rows);
  expect(recommendation.waker).toBeNull();
  expect(recommendation.sentence).toMatch(sentence);
});

describe("an open loop", () => {
  const openLoop = { params: { ratePerSecond: 5_000 } };

  test("has a verdict that names its rate", () => {
    const rows = [row("pipe", 9_000, openLoop), row("callback", 6_000, openLoop)];
    expect(verdict(...rows)).toEqual({
      sentence: "At 5,000 wakes a second, use callback: 1.50 × faster than pipe on one core.",
      waker: "callback",
    });
  });

  test("has no say where a closed loop was measured too", () => {
    const closed = [row("pipe", 3_000), row("callback", 5_000)];
    const rows = [row("pipe", 9_000, openLoop), row("callback", 1_000, openLoop)];
    expect(verdict(...rows, ...closed).waker).toBe("pipe");
  });
});
