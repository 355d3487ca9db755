import { expect, test } from "bun:test";
import fc from "fast-check";
import {
  formatCount,
  formatLatency,
  formatMicros,
  formatRatio,
  formatTimes,
  indent,
  plural,
} from "../../src/report/format.ts";

const latencies: [latencyNs: number | null, text: string][] = [
  [null, "-"],
  [0, "0 ns"],
  [0.4, "0 ns"],
  [850, "850 ns"],
  [999.4, "999 ns"],
  [999.6, "1.00 µs"],
  [1_000, "1.00 µs"],
  [4_712, "4.71 µs"],
  [9_996, "10.0 µs"],
  [26_340, "26.3 µs"],
  [99_960, "100 µs"],
  [123_456, "123 µs"],
  [999_600, "1.00 ms"],
  [1_330_000, "1.33 ms"],
  [2_500_000_000, "2.50 s"],
  [-4_712, "-4.71 µs"],
];

test.each(latencies)("%p ns is written %j", (latencyNs, text) => {
  expect(formatLatency(latencyNs)).toBe(text);
});

test("a latency is read back within half of its third digit", () => {
  const nsPerUnit = { ns: 1, µs: 1e3, ms: 1e6, s: 1e9 } as const;
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 900e9 }), (latencyNs) => {
      const text = formatLatency(latencyNs);
      expect(text).toMatch(/^\d{1,3}(\.\d{1,2})? (ns|µs|ms|s)$/);
      const [amount = "", unit = "ns"] = text.split(" ");
      const readNs = Number(amount) * nsPerUnit[unit as keyof typeof nsPerUnit];
      expect(Math.abs(readNs - latencyNs) / latencyNs).toBeLessThanOrEqual(0.0051);
    }),
    { seed: 1 },
  );
});

test("a ratio has two digits after the point", () => {
  expect(formatRatio(1)).toBe("1.00 ×");
  expect(formatRatio(0.704)).toBe("0.70 ×");
  expect(formatRatio(31.357)).toBe("31.36 ×");
});

test.each([
  [0.046, "0.05 ×"],
  [1.04, "1.04 ×"],
  [1.94, "1.9 ×"],
  [9.96, "10 ×"],
  [17.3, "17 ×"],
])("in a sentence %d has the digits that tell something: %s", (ratio, text) => {
  expect(formatTimes(ratio)).toBe(text);
});

test.each([
  [null, "-"],
  [31, "0.031"],
  [999.6, "1.00"],
  [5_904, "5.90"],
  [31_240, "31.2"],
  [99_960, "100"],
  [1_203_600, "1,204"],
])("microseconds of %p ns have three digits and no unit: %s", (timeNs, text) => {
  expect(formatMicros(timeNs)).toBe(text);
});

test("counts have separators, and nouns their plural", () => {
  expect(formatCount(1_234_567)).toBe("1,234,567");
  expect(plural(1, "wake")).toBe("1 wake");
  expect(plural(0, "wake")).toBe("0 wakes");
  expect(plural(2_000, "wake")).toBe("2,000 wakes");
});

test("indented are the lines that are not empty", () => {
  expect(indent("one\n\n  two\n")).toBe("  one\n\n    two\n");
});
