import { describe, expect, test } from "bun:test";
import { checkLimit, parseLimit } from "../../src/diff/limits.ts";
import type { DiffFigure, DiffRow } from "../../src/diff/schema.ts";
import { WakerbenchError } from "../../src/errors.ts";

function row(
  metric: DiffFigure["metric"],
  interval: DiffFigure["interval"],
  rest: Partial<DiffRow> = {},
): DiffRow {
  const figure = { metric, unit: "ns", base: 1, new: 1, ratio: 1, interval, change: null } as const;
  return {
    scenario: "wake",
    contender: "pipe",
    place: "",
    runtime: { base: "bun@1", new: "bun@1" },
    params: {},
    fault: null,
    error: null,
    figures: [figure],
    verdict: null,
    ...rest,
  };
}

describe("a limit", () => {
  test.each([
    ["p99>5%", null, "p99", 1.05],
    [" p99 > 5 % ", null, "p99", 1.05],
    ["wake:p50>10%", "wake", "p50", 1.1],
    ["p99.9>100%", null, "p99.9", 2],
    ["deciding>2.5%", null, "deciding", 1.025],
    ["rate<5%", null, "rate", 0.95],
    ["burst:rate<50%", "burst", "rate", 0.5],
  ] as const)("%s is understood", (written, scenario, metric, ratio) => {
    expect(parseLimit(written)).toEqual({ written, scenario, metric, ratio });
  });

  test("can be about what fails", () => {
    expect(parseLimit("failed")).toEqual({ written: "failed", scenario: null, metric: "failed" });
    expect(parseLimit("io:failed")).toMatchObject({ scenario: "io", metric: "failed" });
  });

  test.each([
    ["p99", "write METRIC>PERCENT%"],
    ["p99>5", "write METRIC>PERCENT%"],
    ["p99>-5%", "write METRIC>PERCENT%"],
    ["p99>=5%", "write METRIC>PERCENT%"],
    ["", "write METRIC>PERCENT%"],
    ["p98>5%", "did you mean p9"],
    ["men>5%", "did you mean mean?"],
    ["latency>5%", "there are: deciding, p50"],
    ["wak:p99>5%", "did you mean wake?"],
    ["p99<5%", "write p99>5%"],
    ["burst:rate>5%", "write burst:rate<5%"],
    ["rate<100%", "write rate<50%"],
  ])("%s is refused in one line with a remedy", (written, remedy) => {
    let refusal: unknown;
    try {
      parseLimit(written);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(WakerbenchError);
    const { code, message, remedy: told } = refusal as WakerbenchError;
    expect(code).toBe("USAGE");
    expect(message).toContain(`--fail-on "${written}"`);
    expect(message).not.toContain("\n");
    expect(told).toContain(remedy);
  });
});

describe("checking", () => {
  const limit = parseLimit("p99>5%");

  test("fires only when the interval excludes the limit", () => {
    const rows = [
      row("p99", [1.06, 1.3]),
      row("p99", [1.04, 1.5]),
      row("p99", [0.9, 1.049]),
      row("p99", [1.05, 1.2]),
      row("p99", null),
      row("p50", [2, 2]),
    ];
    expect(checkLimit(limit, rows)).toMatchObject({
      fired: [0],
      held: 1,
      undecided: 2,
      untold: 2,
    });
  });

  test("takes a ratio for what it is but for its last digit", () => {
    const ratio = (105 * 1.1) / (100 * 1.1);
    expect(checkLimit(limit, [row("p99", [ratio, ratio])])).toMatchObject({ fired: [], held: 1 });
  });

  test("asks of rates how far they fell", () => {
    const rows = [row("rate", [0.8, 0.94]), row("rate", [0.9, 0.96]), row("rate", [0.96, 3])];
    expect(checkLimit(parseLimit("rate<5%"), rows)).toMatchObject({
      fired: [0],
      undecided: 1,
      held: 1,
    });
  });

  test("of one scenario leaves the rows of others alone", () => {
    const rows = [row("p99", [2, 2], { scenario: "dispatch" }), row("p99", [2, 2])];
    expect(checkLimit(parseLimit("wake:p99>5%"), rows)).toMatchObject({ fired: [1], held: 0 });
  });

  test("of what fails asks whether it failed before", () => {
    const rows = (["new", "gone", "both", null] as const).map((fault) =>
      row("p50", null, { fault }),
    );
    expect(checkLimit(parseLimit("failed"), rows)).toMatchObject({ fired: [0], held: 3 });
  });
});
