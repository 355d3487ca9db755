import { expect, test } from "bun:test";
import fc from "fast-check";
import { formatDuration, formatSpan, parseCount, parseDurationNs } from "../src/duration.ts";

const fixed = { seed: 1 };
const units = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, m: 60e9 } as const;

const durations: [text: string, durationNs: number | null][] = [
  ["200us", 200_000],
  ["200µs", 200_000],
  ["5ms", 5_000_000],
  ["1.5s", 1_500_000_000],
  ["2m", 120_000_000_000],
  [" 7ns ", 7],
  ["0s", 0],
  ["5", null],
  ["", null],
  ["us", null],
  ["-5us", null],
  ["1e3us", null],
  ["5 us", null],
  ["5US", null],
  ["5h", null],
  [".5s", null],
  ["5.s", null],
  ["1s2ms", null],
];

test.each(durations)("%j is a duration of %p ns", (text, durationNs) => {
  expect(parseDurationNs(text)).toBe(durationNs);
});

test("a whole number of any unit is read exactly", () => {
  const unit = fc.constantFrom(...(Object.keys(units) as (keyof typeof units)[]));
  fc.assert(
    fc.property(fc.nat(100_000), unit, (amount, name) => {
      expect(parseDurationNs(`${amount}${name}`)).toBe(amount * units[name]);
    }),
    fixed,
  );
});

test("a duration that is written and read again differs by its rounding only", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3_600e9 }), (durationNs) => {
      const readNs = parseDurationNs(formatDuration(durationNs)) ?? Number.NaN;
      expect(Math.abs(readNs - durationNs) / durationNs).toBeLessThanOrEqual(0.005);
    }),
    fixed,
  );
});

test("three digits of a duration survive being written", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 999 }), fc.constantFrom(1, 1e3, 1e6), (digits, unit) => {
      expect(parseDurationNs(formatDuration(digits * unit))).toBe(digits * unit);
    }),
    fixed,
  );
});

const counts: [text: string, count: number | null][] = [
  ["500", 500],
  ["20k", 20_000],
  ["1M", 1_000_000],
  ["1.5k", 1_500],
  ["1.001k", 1_001],
  ["0", 0],
  ["1.5", null],
  ["1.0005k", null],
  ["20K", null],
  ["-5", null],
  ["1e99", null],
  ["abc", null],
  ["", null],
  ["9".repeat(400), null],
];

test.each(counts)("%j is the count %p", (text, count) => {
  expect(parseCount(text)).toBe(count);
});

test("a count is read the same with a k as without", () => {
  fc.assert(
    fc.property(fc.nat(10_000_000), (count) => {
      expect(parseCount(`${count}`)).toBe(count);
      expect(parseCount(`${(count / 1e3).toFixed(3)}k`)).toBe(count);
      expect(parseCount(`${(count / 1e6).toFixed(6)}M`)).toBe(count);
    }),
    fixed,
  );
});

test("no text makes either of them throw, or give a negative number", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      for (const parsed of [parseCount(text), parseDurationNs(text)]) {
        expect(parsed === null || parsed >= 0).toBe(true);
      }
    }),
    fixed,
  );
});

test.each([
  [0, "1 s"],
  [20.4e9, "20 s"],
  [89.4e9, "89 s"],
  [90e9, "1 min 30 s"],
  [104e9, "1 min 40 s"],
  [118e9, "2 min"],
  [599e9, "10 min"],
  [640e9, "10 min"],
])("%d ns to wait are %s", (durationNs, text) => {
  expect(formatSpan(durationNs)).toBe(text);
});
