import { WakerbenchError } from "../errors.ts";
import type { Placement } from "./plan.ts";

export type PlacementRequest = "each" | "same-core" | "cross-core" | "any";

const unpinned: Placement = { name: "any", cores: { loopCore: -1, wakerCore: -1 } };

/**
 * The placements that a request stands for on this machine.
 *
 * @param cores that this process may use, ascending; empty where threads cannot be pinned
 * @param siblingsOf cores that share a physical core with the given one
 * @throws WakerbenchError PLACEMENT_IMPOSSIBLE
 */
export function choosePlacements(
  request: PlacementRequest,
  cores: readonly number[],
  siblingsOf: (core: number) => readonly number[] = () => [],
): Placement[] {
  if (request === "any") return [unpinned];
  // The last core: interrupts mostly go to the first.
  const loopCore = cores.at(-1);
  if (loopCore === undefined) {
    if (request === "each") return [unpinned];
    throw impossible(request, "threads cannot be pinned on this platform");
  }
  const sameCore: Placement = { name: "same-core", cores: { loopCore, wakerCore: loopCore } };
  if (request === "same-core") return [sameCore];
  const others = cores.filter((core) => core !== loopCore);
  const siblings = siblingsOf(loopCore);
  const wakerCore = others.findLast((core) => !siblings.includes(core)) ?? others.at(-1);
  if (wakerCore === undefined) {
    if (request === "each") return [sameCore];
    throw impossible(request, "this process may use one core only");
  }
  const crossCore: Placement = { name: "cross-core", cores: { loopCore, wakerCore } };
  return request === "cross-core" ? [crossCore] : [sameCore, crossCore];
}

function impossible(request: PlacementRequest, why: string): WakerbenchError {
  return new WakerbenchError("PLACEMENT_IMPOSSIBLE", `--placement ${request}: ${why}`, {
    remedy: "use --placement any, or each for what can be had",
  });
}
