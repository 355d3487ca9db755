import { WakerbenchError } from "../errors.ts";
import type { WakeParameters } from "./wake-parameters.ts";

/**
 * Turns away what an open loop cannot have: its gap is what the rate leaves, its thread waits as the
 * schedule wants it, lives on, and many wakes may share one entry.
 *
 * @throws WakerbenchError USAGE
 */
export function rejectRateConflicts(parameters: WakeParameters): void {
  if (parameters.rate === undefined) return;
  const conflicts: readonly [flag: string, isGiven: boolean, why: string][] = [
    ["--gap", parameters.gap !== undefined, "the rate says how far apart wakes are"],
    ["--before", parameters.before !== undefined, "the thread waits for the schedule"],
    ["--spawn per-wake", parameters.spawn === "per-wake", "one thread keeps the schedule"],
    ["--stages", parameters.stages, "one entry may bring many wakes"],
  ];
  const conflict = conflicts.find(([, isGiven]) => isGiven);
  if (conflict === undefined) return;
  const [flag, , why] = conflict;
  throw new WakerbenchError("USAGE", `${flag} does not go with --rate: ${why}`, {
    remedy: `leave out ${flag}, or --rate`,
  });
}
