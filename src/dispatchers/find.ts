import type { Catalogue } from "../approaches/approach.ts";
import { WakerbenchError } from "../errors.ts";
import { suggestion } from "../suggestion.ts";
import { isWakerFile } from "../wakers/find.ts";
import type { Dispatcher } from "./dispatcher.ts";
import { dispatchers } from "./index.ts";

/**
 * A dispatcher by its id, or a dedicated thread over the waker of a user's file.
 *
 * @throws WakerbenchError UNKNOWN_CONTENDER, WAKER_FILE_BAD, UNSUPPORTED
 */
async function findDispatcher(name: string): Promise<Dispatcher> {
  if (isWakerFile(name)) return overFile(name);
  const found = dispatchers.find(({ id }) => id === name);
  if (found !== undefined) return found;
  const ids = dispatchers.map(({ id }) => id);
  throw new WakerbenchError("UNKNOWN_CONTENDER", `there is no dispatcher "${name}"`, {
    remedy: suggestion(name, ids) ?? `there are: ${ids.join(", ")}`,
  });
}

/** The dispatchers as what a scenario compares. */
export const dispatcherCatalogue: Catalogue<Dispatcher> = {
  all: dispatchers,
  isHere: ({ platforms }) => platforms.includes(process.platform),
  isFile: isWakerFile,
  find: findDispatcher,
};

/** A dedicated thread that answers through the waker of a user's file. */
async function overFile(path: string): Promise<Dispatcher> {
  throw new WakerbenchError("UNSUPPORTED", `${path}: calls go to the built-in dispatchers only`, {
    remedy: "measure a waker of yours with the scenario wake",
  });
}
