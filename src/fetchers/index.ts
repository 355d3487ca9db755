import { catalogueOf } from "../approaches/catalogue.ts";
import { asyncFor } from "./async-for.ts";
import { asyncMap } from "./async-map.ts";
import type { Fetcher } from "./fetcher.ts";
import { threadsMap } from "./threads-map.ts";
import { threadsRecreate } from "./threads-recreate.ts";
import { threadsReuse } from "./threads-reuse.ts";

/** Every fetcher that ships with wakerbench, in the order in which they are listed. */
export const fetchers: readonly Fetcher[] = [
  threadsRecreate,
  threadsReuse,
  threadsMap,
  asyncFor,
  asyncMap,
];

/** The fetchers as what a scenario compares. */
export const fetcherCatalogue = catalogueOf(fetchers, "fetcher");
