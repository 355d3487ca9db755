import type { Catalogue } from "../approaches/approach.ts";
import { WakerbenchError } from "../errors.ts";
import { suggestion } from "../suggestion.ts";
import { findWaker, isWakerFile } from "../wakers/find.ts";
import { wakers } from "../wakers/index.ts";
import type { Waker } from "../wakers/waker.ts";
import type { Dispatcher } from "./dispatcher.ts";
import { dispatchers } from "./index.ts";
import { overWaker } from "./over-waker.ts";

/**
 * A dispatcher by its id; or a dedicated native thread over any other native waker, or over that of a user's
 * file.
 *
 * @throws WakerbenchError UNKNOWN_CONTENDER, WAKER_FILE_BAD
 */
async function findDispatcher(name: string): Promise<Dispatcher> {
  if (isWakerFile(name)) return overFile(await findWaker(name));
  const found = dispatchers.find(({ id }) => id === name);
  if (found !== undefined) return found;
  const waker = wakers.find(({ id, traits }) => id === name && traits.native);
  if (waker !== undefined) return overWaker(waker);
  const ids = dispatchers.map(({ id }) => id);
  const others = wakers.filter(({ traits }) => traits.native).map(({ id }) => id);
  throw new WakerbenchError("UNKNOWN_CONTENDER", `there is no dispatcher "${name}"`, {
    remedy:
      suggestion(name, [...ids, ...others]) ??
      `there are: ${ids.join(", ")}; and the native ones of \`wakerbench list wakers\``,
  });
}

/** The dispatchers as what a scenario compares. */
export const dispatcherCatalogue: Catalogue<Dispatcher> = {
  all: dispatchers,
  isHere: ({ platforms }) => platforms.includes(process.platform),
  isFile: isWakerFile,
  find: findDispatcher,
};

/** One that declares no parameters takes any, as in the other scenarios. */
function overFile(waker: Waker): Dispatcher {
  const dispatcher = overWaker(waker);
  if (waker.parameters !== undefined) return dispatcher;
  const { parameters: _, ...others } = dispatcher;
  return others;
}
