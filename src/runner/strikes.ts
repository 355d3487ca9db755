import type { Measurement } from "../scenarios/job.ts";
import type { VisitOutcome } from "./agent-process.ts";

/** Faults after which a cell is not visited again: a crash or a failure may be chance. */
const mostFaults = { timeout: 1, unsupported: 1, failed: 2, crashed: 3 } as const;
type Fault = keyof typeof mostFaults;

/** How often each cell of a plan had which fault, and which are not to be visited again. */
export class Strikes {
  readonly #faults = new Map<number, Record<Fault, number>>();

  /** @param cell any number that stands for the cell */
  note(cell: number, status: VisitOutcome<Measurement>["status"]): void {
    if (status === "ok" || status === "interrupted") return;
    const counts = this.#faults.get(cell) ?? { timeout: 0, unsupported: 0, failed: 0, crashed: 0 };
    counts[status]++;
    this.#faults.set(cell, counts);
  }

  isOut(cell: number): boolean {
    const counts = this.#faults.get(cell);
    if (counts === undefined) return false;
    return Object.entries(mostFaults).some(([fault, most]) => counts[fault as Fault] >= most);
  }
}
