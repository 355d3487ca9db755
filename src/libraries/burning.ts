import type { Parameter } from "../approaches/approach.ts";
import { catalogueOf } from "../approaches/catalogue.ts";
import { type BurnPlace, burnPlaces } from "../burners/burner.ts";
import { libraries } from "./index.ts";
import type { Library } from "./library.ts";

const description = "where operations burn: on the loop, on one native thread or in one Worker";

/** Where the operations of a library may burn. Those of Workers run in them, and burn there. */
function placesOf({ id }: Library): readonly BurnPlace[] {
  return id === "workers" ? ["loop"] : burnPlaces;
}

/** The library with the parameter `burn`: where its operations burn. */
function burning(library: Library): Library {
  const places = placesOf(library);
  const burn: Parameter = { values: places, default: "loop", description };
  return {
    ...library,
    parameters: { ...library.parameters, burn },
    variants: places.map((place) => (place === "loop" ? {} : { burn: place })),
  };
}

/** The libraries as the scenario `mixed` compares them. */
export const burningCatalogue = catalogueOf(libraries.map(burning), "library");
