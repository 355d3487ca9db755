import { dispatchers } from "../../src/dispatchers/index.ts";
import { extraWords, paramWords, rateWords } from "../../src/docs/results-words.ts";
import { handlers } from "../../src/handlers/index.ts";
import { libraries } from "../../src/libraries/index.ts";
import type { Results, Series } from "../../src/results/schema.ts";
import { wakers } from "../../src/wakers/index.ts";

/** Keys of the open records of results that docs/results.md does not tell: `extra.clientBusy`. */
export function undocumentedKeys({ series }: Results): string[] {
  return [...new Set(series.flatMap(keysOf))];
}

function keysOf({ contender, params, rates, extra }: Series): string[] {
  const own = [...contender.matchAll(/:([^=:]+)=/g)].map(([, name = ""]) => name);
  const strange = (record: object, words: object) =>
    Object.keys(record).filter((name) => !Object.hasOwn(words, name));
  return [
    ...strange(params, paramWords)
      .filter((name) => !own.includes(name) && !contenderParameters.has(name))
      .map((name) => `params.${name}`),
    ...strange(rates, rateWords).map((name) => `rates.${name}`),
    ...strange(extra, extraWords).map((name) => `extra.${name}`),
  ];
}

/** Parameters of contenders, which `params` holds with their defaults. */
const contenderParameters = new Set(
  [...wakers, ...dispatchers, ...libraries, ...handlers].flatMap(({ parameters = {} }) =>
    Object.keys(parameters),
  ),
);
