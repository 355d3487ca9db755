import { expect, test } from "bun:test";
import fc from "fast-check";
import { type Box, type BoxPlot, renderBoxPlot } from "../../../src/report/plots/box-plot.ts";
import { plainStyle } from "../../../src/report/table.ts";

function boxOf(p50Ns: number, rest: Partial<Box> = {}): Box {
  return {
    leastNs: 0.8 * p50Ns,
    p50Ns,
    quartilesNs: [0.9 * p50Ns, 1.2 * p50Ns],
    endNs: 3 * p50Ns,
    isWhole: true,
    ...rest,
  };
}

const rows = [
  { label: "pipe", box: boxOf(5_000) },
  { label: "callback †", box: boxOf(3_000, { endNs: 4_000, isWhole: false }) },
  { label: "napi", box: boxOf(4_000, { endNs: 4_000, quartilesNs: null, isWhole: false }) },
  { label: "signal", box: "crashed" },
];
const boxes: BoxPlot = { title: "latency", rows };

function drawn(columns: number, charset: "unicode" | "ascii" = "unicode", plot = boxes): string[] {
  return renderBoxPlot(plot, plainStyle, { columns, charset });
}

test("boxes stand on one logarithmic axis, and what is withheld or went wrong is told", () => {
  expect(`\n${drawn(64).join("\n")}\n`).toMatchInlineSnapshot(`
    "
      latency, logarithmic, ├ least, ▒ p25 to p75, ┃ p50, ┤ p99
      › p99 is withheld: too few samples
      pipe              ┊       ├──▒▒▒┃▒▒▒▒▒───────────────────────┤
      callback †  ├──▒▒▒┃▒▒▒▒▒──›     ┊                 ┊
      napi              ┊ ├─────┃     ┊                 ┊
      signal      crashed
                  ──────┴─────────────┴─────────────────┴───────────
                      3 µs          5 µs              10 µs
    "
  `);
});

test("ASCII alone where the terminal knows no more", () => {
  expect(`\n${drawn(64, "ascii").join("\n")}\n`).toMatchInlineSnapshot(`
    "
      latency, logarithmic, | least, = p25 to p75, # p50, | p99
      > p99 is withheld: too few samples
      pipe              :       |--===#=====-----------------------|
      callback †  |--===#=====-->     :                 :
      napi              : |-----#     :                 :
      signal      crashed
                  ------+-------------+-----------------+-----------
                      3 us          5 us              10 us
    "
  `);
});

test("no line is wider than the terminal, and medians stand in their order", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 1e10 }), { minLength: 2, maxLength: 20 }),
      fc.integer({ min: 40, max: 250 }),
      (p50sNs, columns) => {
        const plot = p50sNs.map((p50Ns, row) => ({ label: `row ${row}`, box: boxOf(p50Ns) }));
        const lines = drawn(columns, "unicode", { title: "latency", rows: plot });
        for (const line of lines) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(columns);
        const shown = lines.filter((line) => line.startsWith("  row"));
        const medians = shown.map((line) => ({
          p50Ns: p50sNs[Number(/row (\d+)/.exec(line)?.[1])] as number,
          column: line.indexOf("┃"),
        }));
        for (const one of medians) {
          expect(one.column).toBeGreaterThan(0);
          for (const other of medians) {
            if (one.p50Ns < other.p50Ns) expect(one.column).toBeLessThanOrEqual(other.column);
          }
        }
      },
    ),
  );
});

test("of many rows the twelve quickest are drawn, in the order of the table", () => {
  const many = Array.from({ length: 15 }, (_, row) => ({
    label: `row ${row}`,
    box: row === 14 ? "timeout" : boxOf(1_000 * (20 - row)),
  }));
  const lines = drawn(100, "unicode", { title: "latency", rows: many });
  const labels = lines.flatMap((line) => /^ {2}(row \d+)/.exec(line)?.[1] ?? []);
  expect(labels).toEqual(many.slice(2, 14).map(({ label }) => label));
  expect(lines.join(" ")).toContain("the best 12; 3 more rows in the table");
});

test("nothing is drawn where there is no room or nothing to draw", () => {
  expect(drawn(39)).toEqual([]);
  const failed = [{ label: "signal", box: "crashed" }];
  expect(drawn(100, "unicode", { title: "latency", rows: failed })).toEqual([]);
});
