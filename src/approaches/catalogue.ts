import { WakerbenchError } from "../errors.ts";
import { suggestion } from "../suggestion.ts";
import type { Approach, Catalogue } from "./approach.ts";

/**
 * A catalogue of built-in approaches alone, which every platform has.
 *
 * @param noun what one of them is called: `handler`
 */
export function catalogueOf<A extends Approach>(all: readonly A[], noun: string): Catalogue<A> {
  return {
    all,
    isHere: () => true,
    isFile: () => false,
    async find(name) {
      const found = all.find(({ id }) => id === name);
      if (found !== undefined) return found;
      const ids = all.map(({ id }) => id);
      throw new WakerbenchError("UNKNOWN_CONTENDER", `there is no ${noun} "${name}"`, {
        remedy: suggestion(name, ids) ?? `there are: ${ids.join(", ")}`,
      });
    },
  };
}
