import { catalogueOf } from "../approaches/catalogue.ts";
import { libraries } from "./index.ts";

/** All libraries, and how one is found by name. */
export const libraryCatalogue = catalogueOf(libraries, "library");
