import type { Measurement } from "../scenarios/job.ts";
import type { VisitOutcome } from "./agent-process.ts";

/** Learns what visits cost, and which are not to be made any more. */
export type VisitMeter<Planned, Told> = {
  /** How long all these visits will last, those that are not made aside, nanoseconds. */
  durationNs(visits: readonly Planned[]): number;
  isOut(visit: Planned): boolean;
  note(visit: Planned, told: Told, elapsedNs: number): void;
};

/** Beyond what a visit is expected to take, and so many times that: another program may take the cores. */
const hang = { timeoutMs: 30_000, factor: 10 } as const;

/**
 * Makes visits one after another, each with a timeout by what it is taken to last. Ends early when `signal`
 * aborts; a visit that was interrupted is dropped.
 *
 * @param make makes one visit, and kills its agent after `timeoutMs`
 * @param onVisit is told of each visit, and how long those that are left will take
 */
export async function visitEach<
  Planned,
  Told extends { readonly outcome: VisitOutcome<Measurement> },
>(
  plan: readonly Planned[],
  meter: VisitMeter<Planned, Told>,
  make: (visit: Planned, timeoutMs: number) => Promise<Told>,
  onVisit: (visit: Planned, told: Told, leftNs: number) => void,
  signal: AbortSignal,
): Promise<void> {
  for (const [index, visit] of plan.entries()) {
    if (signal.aborted || meter.isOut(visit)) continue;
    const beganNs = Bun.nanoseconds();
    const timeoutMs = hang.timeoutMs + (hang.factor * meter.durationNs([visit])) / 1e6;
    const told = await make(visit, timeoutMs);
    if (told.outcome.status === "interrupted") continue;
    meter.note(visit, told, Bun.nanoseconds() - beganNs);
    onVisit(visit, told, meter.durationNs(plan.slice(index + 1)));
  }
}
