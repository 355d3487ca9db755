import type { Series } from "../../results/schema.ts";
import type { Counted } from "../../stats/density.ts";
import { countsOf } from "../../stats/histogram.ts";

/** The samples of all rounds, as their histograms have them; none where a file's histogram cannot be read. */
export function countedOf({ rounds }: Series): Counted[] {
  try {
    return countsOf(rounds.map(({ histogram }) => histogram));
  } catch {
    // The schema knows it only as text. All other figures of the row are sound, and are shown.
    return [];
  }
}
