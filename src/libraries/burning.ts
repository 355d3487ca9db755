import type { Parameter } from "../approaches/approach.ts";
import { catalogueOf } from "../approaches/catalogue.ts";
import { type BurnPlace, burnPlaces } from "../burners/burner.ts";
import { libraries } from "./index.ts";
import type { Library } from "./library.ts";

/** The same library stands in other workloads, too, where nothing burns. */
const description =
  "in mixed alone: where operations burn: on the loop, on one native thread or in one Worker";

const workersCaveat =
  "operations run in Workers, are stamped there, and burn on the loops there: others wait in the same Worker alone";

/** Whether its operations run in Workers: there they burn, too. */
function hasOwnThreads({ id }: Library): boolean {
  return id === "workers";
}

/** The library with the parameter `burn`: where its operations burn. */
function burning(library: Library): Library {
  const places: readonly BurnPlace[] = hasOwnThreads(library) ? ["loop"] : burnPlaces;
  const burn: Parameter = { values: places, default: "loop", description };
  return {
    ...library,
    parameters: { ...library.parameters, burn },
    ...(hasOwnThreads(library) ? { caveat: workersCaveat } : {}),
    variants: places.map((place) => (place === "loop" ? {} : { burn: place })),
  };
}

/** The libraries as the scenario `mixed` compares them. */
export const burningCatalogue = catalogueOf(libraries.map(burning), "library");
