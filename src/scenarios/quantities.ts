import type * as zod from "zod";
import type { Work } from "../dispatchers/dispatcher.ts";
import { formatDuration, parseCount, parseDurationNs } from "../duration.ts";

/** Of these an error names those that would be taken. */
const examplesNs = [200e3, 5e6, 2e9];

/** Parameters that are written as people write quantities: `200us`, `20k`, `1,8,64`. */
export function quantities(z: typeof zod) {
  const issueOf = (context: zod.RefinementCtx, message: string): typeof zod.NEVER => {
    context.addIssue(message);
    return z.NEVER;
  };
  return {
    /** A duration up to `mostNs`, as nanoseconds. */
    duration: (mostNs: number, leastNs = 0) =>
      z.string().transform((text, context) => {
        const durationNs = parseDurationNs(text);
        if (durationNs !== null && durationNs >= leastNs && durationNs <= mostNs) return durationNs;
        const range = `${leastNs > 0 ? `from ${formatDuration(leastNs)} ` : ""}up to ${formatDuration(mostNs)}`;
        const fitting = examplesNs.filter((example) => example >= leastNs && example <= mostNs);
        const [last, ...others] = fitting.map(formatDuration).toReversed();
        const example = [others.toReversed().join(", "), last].filter(Boolean).join(" or ");
        return issueOf(context, `"${text}" is no duration ${range}; write ${example}`);
      }),
    /** A whole number. */
    count: (least: number, most: number) =>
      z.string().transform((text, context) => {
        const number = parseCount(text);
        if (number !== null && number >= least && number <= most) return number;
        const range = `from ${least} to ${most}`;
        const example = most < 20e3 ? `${Math.min(most, 64)}` : "500 or 20k";
        return issueOf(context, `"${text}" is no whole number ${range}; write ${example}`);
      }),
    /** Whole numbers with commas between them; each once, ascending. */
    counts: (least: number, most: number) =>
      z.string().transform((text, context) => {
        const numbers = text.split(",").map((part) => parseCount(part));
        const isGood = (number: number | null) =>
          number !== null && number >= least && number <= most;
        if (numbers.every(isGood)) {
          const all = numbers.filter((number) => number !== null);
          return [...new Set(all)].toSorted((one, other) => one - other);
        }
        const range = `from ${least} to ${most}`;
        return issueOf(context, `"${text}" is no list of whole numbers ${range}; write 1,8,64`);
      }),
    /** A part of the whole. */
    share: () =>
      z.string().transform((text, context) => {
        const share = /^(0|1|0?\.\d+|1\.0+)$/.test(text.trim()) ? Number(text) : Number.NaN;
        if (share >= 0 && share <= 1) return share;
        return issueOf(context, `"${text}" is no share from 0 to 1; write 0.01`);
      }),
    /** What a call does. */
    work: (mostNs: number) =>
      z.string().transform((text, context): Work => {
        if (text === "yield" || text === "sqlite") return { kind: text };
        const spinNs = text === "0" ? 0 : parseDurationNs(text);
        if (spinNs !== null && spinNs <= mostNs) return { kind: "spin", spinNs };
        const range = `a duration up to ${formatDuration(mostNs)}`;
        return issueOf(context, `"${text}" is no work; write 0, ${range}, yield or sqlite`);
      }),
  };
}
