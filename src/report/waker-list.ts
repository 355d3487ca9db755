import type { Waker } from "../wakers/waker.ts";
import { approachFacts, type Fact, renderDetail, renderList } from "./approach-list.ts";
import type { TableStyle } from "./table.ts";

const header = ["Waker", "Kind", "Payload", "Keeps alive", "Coalesces", "Summary"];

/**
 * What is known of each waker without trying it, a line each.
 *
 * @param width columns of the terminal; Infinity where there is none
 */
export function renderWakers(
  wakers: readonly Waker[],
  style: Pick<TableStyle, "dim">,
  width: number,
): string {
  const rows = wakers.map(({ id, summary, traits }) => [
    id,
    traits.kind,
    shortly(traits.payload),
    traits.keepsAlive ? "yes" : "no",
    traits.coalesces ? "yes" : "no",
    summary,
  ]);
  return renderList(header, rows, style, width);
}

/** A trait's words without what explains them. */
function shortly(words: string): string {
  return words.split(/ \(|:|, /)[0] ?? words;
}

/** Everything that is known of a waker without trying it, with the code to paste. */
export function renderWaker(waker: Waker, style: Pick<TableStyle, "bold">): string {
  return renderDetail(waker, wakerFacts(waker), style);
}

/** What a waker can and cannot do, in words. */
export function wakerFacts(waker: Waker): readonly Fact[] {
  const { traits } = waker;
  return [
    ["kind", traits.kind],
    ["payload", traits.payload],
    ["coalesces", traits.coalesces ? "yes: several rings may arrive as one" : "no"],
    ["keeps alive", traits.keepsAlive ? "yes" : "no: hold a timer or a ref"],
    ["native", traits.native ? "yes" : "no: a native thread cannot ring it"],
    ["platforms", traits.platforms.join(", ")],
    ...approachFacts({
      ...waker,
      ...(traits.caveat === undefined ? {} : { caveat: traits.caveat }),
    }),
  ];
}
