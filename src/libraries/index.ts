import { effect } from "./effect.ts";
import { effection } from "./effection.ts";
import type { Library } from "./library.ts";
import { promises } from "./promises.ts";
import { workers } from "./workers.ts";

/** Every library, in the order in which it is listed. */
export const libraries: readonly Library[] = [promises, effect, effection, workers];
