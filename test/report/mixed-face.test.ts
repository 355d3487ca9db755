import { describe, expect, test } from "bun:test";
import { mixedFace } from "../../src/report/mixed-face.ts";
import { workloadOf } from "../../src/report/workload.ts";
import type { Series } from "../../src/results/schema.ts";
import { medianOf } from "../../src/stats/percentile.ts";
import { seriesWith } from "../results/fake-series.ts";

type Row = {
  readonly contender: string;
  readonly share?: number;
  /** p99 of the others in each round, ms. */
  readonly p99sMs: readonly number[];
  readonly rest?: Partial<Series>;
};

function rowOf({ contender, share = 10, p99sMs, rest }: Row): Series {
  const roundsNs = p99sMs.map((ms) => ms * 1e6);
  const plain = seriesWith({ contender, p50sNs: roundsNs });
  const burn = /burn=(\w+)/.exec(contender)?.[1];
  const othersP99Ns = medianOf(roundsNs);
  return {
    ...plain,
    scenario: "mixed",
    params: {
      workers: 200,
      operations: 10,
      meanSleepNs: 5e6,
      burnNs: 1e6,
      burnShare: share / 100,
      case: String(share),
      table: String(share),
      ...(burn === undefined ? {} : { burn }),
    },
    rounds: plain.rounds.map((round, index) => ({ ...round, decidingNs: roundsNs[index] ?? 0 })),
    extra: { done: 6_000, othersP99Ns, sleepP99Ns: 23e6, burnCpuNs: 0.2, earlySleeps: 0 },
    ...rest,
  };
}

const loop = { contender: "promises", p99sMs: [46, 47, 45, 46] };
const thread = { contender: "promises:burn=thread", p99sMs: [23, 24, 23, 23] };

describe("the verdict on what computes", () => {
  test("says what moving it to a thread is worth to the others", () => {
    const told = mixedFace.verdict([rowOf(loop), rowOf(thread)]);
    expect(told).toBe(
      "With 10 % of the operations burning 1.00 ms on the loop, the others' p99 is 46.0 ms (promises; their sleeps alone: 23.0 ms). Moving that to a native thread cuts it to 23.0 ms, by 2.0 ×.",
    );
  });

  test("is about the share nearest to a tenth, and about one library", () => {
    const others = [1, 50].flatMap((share) => [
      rowOf({ ...loop, share }),
      rowOf({ ...thread, share }),
    ]);
    const effect = rowOf({ contender: "effect", p99sMs: [90, 91, 92, 90] });
    const told = mixedFace.verdict([...others, rowOf(loop), effect, rowOf(thread)]);
    expect(told).toStartWith("With 10 % ");
    expect(told).not.toContain("effect");
  });

  test("claims no more than the rounds tell", () => {
    const noisy = rowOf({ contender: "promises:burn=worker", p99sMs: [20, 80, 30, 66] });
    expect(mixedFace.verdict([rowOf(loop), noisy])).toContain(
      "Moving that to a Worker makes no difference that was seen",
    );
    const once = rowOf({ ...thread, p99sMs: [23] });
    expect(mixedFace.verdict([rowOf(loop), once])).toContain("too few rounds to tell");
    const worse = rowOf({ ...thread, p99sMs: [92, 94, 91, 92] });
    expect(mixedFace.verdict([rowOf(loop), worse])).toContain(
      "raises it to 92.0 ms, 2.0 × as much",
    );
  });

  test("is none where nothing was moved, or what was moved failed", () => {
    expect(mixedFace.verdict([rowOf(loop)])).toBeNull();
    expect(mixedFace.verdict([loop, thread].map((row) => rowOf({ ...row, share: 0 })))).toBeNull();
    const failed = rowOf({ ...thread, rest: { status: "failed", error: "gone" } });
    expect(mixedFace.verdict([rowOf(loop), failed])).toBeNull();
  });
});

describe("the table of what computes", () => {
  test("has what it does to the others, and what becomes of those that burn", () => {
    const { sections } = workloadOf(mixedFace, [rowOf(loop), rowOf(thread)]);
    expect(sections[0]?.title).toBe(
      "200 workers × 10 operations, each sleeps 5.00 ms on average, 10 % of them then burn 1.00 ms",
    );
    expect(sections[0]?.cells[0]).toEqual([
      "Library",
      "Ops/s",
      "Others p50",
      "Others p99",
      "Late p99",
      "Burning p50",
      "Burning p99",
      "CPU/op",
      "Peak RSS",
      "Relative",
      "±",
    ]);
  });

  test("has the p99 of the others within a round, where there are rounds and samples enough", () => {
    const cellOf = (row: Row) => {
      const { sections } = workloadOf(mixedFace, [rowOf(row)]);
      return sections[0]?.cells[1]?.[3];
    };
    const summary = { ...rowOf(loop).summary, count: 1_000 };
    expect(cellOf({ ...loop, rest: { summary } })).toBe("46.0 ms");
    expect(cellOf({ ...loop, rest: { summary: { ...summary, count: 999 } } })).toBe("-");
    expect(cellOf({ ...loop, p99sMs: [46, 47], rest: { summary } })).toBe("-");
  });

  test("says what the sleeps alone come to, and that threads go where the kernel puts them", () => {
    const [alone = ""] = mixedFace.notes("10", [rowOf(loop)]);
    expect(alone).toContain("the p99 of their sleeps alone is 23.0 ms");
    expect(mixedFace.notes("10", [rowOf(loop)]).join(" ")).not.toContain("not pinned");
    expect(mixedFace.notes("10", [rowOf(thread)]).join(" ")).toContain("threads are not pinned");
  });

  test("says where the one place that burns was hardly ever idle", () => {
    const busy = { ...rowOf(thread), extra: { burnCpuNs: 0.83 } };
    const busier = { ...rowOf(loop), extra: { burnCpuNs: 0.9 } };
    const notesOf = (...rows: Series[]) => mixedFace.notes("10", rows).join(" ");
    expect(notesOf(busy)).toContain("it did so for 83 % of the time");
    expect(notesOf(busier, busy, rowOf(thread))).toContain("it did so for 83 to 90 % of the time");
    expect(notesOf(rowOf(thread))).not.toContain("of the time");
  });
});
