import { catalogueOf } from "../approaches/catalogue.ts";
import { handlers } from "./index.ts";

/** The handlers as what a scenario compares. */
export const handlerCatalogue = catalogueOf(handlers, "handler");
