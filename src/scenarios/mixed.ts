import { contendersOf } from "../approaches/parameters.ts";
import { burningCatalogue } from "../libraries/burning.ts";
import type { Library } from "../libraries/library.ts";
import { mixedParameters } from "./mixed-parameters.ts";
import type { Scenario } from "./scenario.ts";
import type { MixedJob } from "./workload-job.ts";

/** Operations of which a few compute: what that does to the others, and what moving it away is worth. */
export const mixed: Scenario<MixedJob, Library> = {
  id: "mixed",
  title: "Mixed",
  summary:
    "what operations that burn CPU do to those that only wait, on the loop and moved to a thread or a Worker",
  parameters: mixedParameters,
  catalogue: burningCatalogue,
  defaultContenders: burningCatalogue.all.flatMap(defaultsOf),
  // Only here: what lists the scenarios burns nothing.
  visit: async (visit) => [await (await import("./mixed-visit.ts")).measureMixed(visit)],
};

/** On the loop and on a thread; a Worker, which differs little from that, beside promises alone. */
function defaultsOf(library: Library): readonly string[] {
  const contenders = contendersOf(library);
  return library.id === "promises" ? contenders : contenders.slice(0, 2);
}
