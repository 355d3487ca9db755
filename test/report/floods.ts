import { assembleBurst } from "../../src/results/assemble-burst.ts";
import type { Series } from "../../src/results/schema.ts";
import type { BurstSetup } from "../../src/runner/burst-run.ts";
import type { BurstMeasurement } from "../../src/scenarios/burst-measurement.ts";
import { controlSubject, type FakeFlood, fakeBurstRun, flooded } from "../results/fake-flood.ts";
import { subjectOf } from "../results/fake-run.ts";

/** What a contender does in each of three rounds, by number of threads. */
export type FloodRow = {
  readonly waker: string;
  /** Wakes a second from each number of threads, or all that was measured. */
  readonly from: Readonly<Record<number, number | BurstMeasurement | "crashed">>;
  readonly label?: string;
};

/** Series of floods, made of fake measurements as the program makes them; with their control. */
export async function floodSeries(
  rows: readonly FloodRow[],
  setup: Partial<BurstSetup> = {},
): Promise<Series[]> {
  const threads = [...new Set(rows.flatMap(({ from }) => Object.keys(from).map(Number)))];
  const subjects = await Promise.all(
    rows.map(async ({ waker, label }) => ({ ...(await subjectOf(waker)), label: label ?? waker })),
  );
  const floods = [0, 1, 2].flatMap((round) =>
    rows.flatMap(({ from }, subject) =>
      Object.entries(from).map(([count, what]): FakeFlood => {
        const cell = { round, subject, threads: Number(count) };
        if (what === "crashed") {
          const outcome = { status: "crashed", error: "SIGSEGV", measurements: [] } as const;
          return { ...cell, outcome };
        }
        // A little noise, the same for all, so that ratios stay what they are.
        const isRate = typeof what === "number";
        return { ...cell, outcome: isRate ? flooded(what * (1 + round / 100)) : what };
      }),
    ),
  );
  const control = rows.length;
  const still = flooded(0, { notifyNs: [5], lateNs: Array(400).fill(50_000) });
  const silent = [0, 1, 2].flatMap((round) =>
    threads.map((count) => ({ round, subject: control, threads: count, outcome: still })),
  );
  const run = fakeBurstRun([...subjects, await controlSubject()], [...floods, ...silent], {
    threads,
    ...setup,
  });
  return assembleBurst(run, null).map(({ series }) => series);
}
