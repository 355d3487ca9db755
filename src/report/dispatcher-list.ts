import type { Dispatcher } from "../dispatchers/dispatcher.ts";
import { approachFacts, type Fact, renderDetail, renderList } from "./approach-list.ts";
import type { TableStyle } from "./table.ts";

/** Who does the work, in words. */
export const workers: Readonly<Record<Dispatcher["kind"], string>> = {
  thread: "a dedicated thread",
  worker: "a dedicated Worker",
  pool: "a pool",
  floor: "two native threads",
};

/**
 * What is known of each dispatcher without trying it, a line each.
 *
 * @param width columns of the terminal; Infinity where there is none
 */
export function renderDispatchers(
  dispatchers: readonly Dispatcher[],
  style: Pick<TableStyle, "dim">,
  width: number,
): string {
  const header = ["Dispatcher", "Calls go to", "Parameters", "Summary"];
  const rows = dispatchers.map(({ id, kind, parameters = {}, summary }) => [
    id,
    workers[kind],
    Object.keys(parameters).join(", ") || "none",
    summary,
  ]);
  return renderList(header, rows, style, width);
}

/** Everything that is known of a dispatcher without trying it, with the code to paste. */
export function renderDispatcher(dispatcher: Dispatcher, style: Pick<TableStyle, "bold">): string {
  return renderDetail(dispatcher, dispatcherFacts(dispatcher), style);
}

/** Who does the work, where there is such a thing, and what any approach may tell. */
export function dispatcherFacts(dispatcher: Dispatcher): readonly Fact[] {
  return [
    ["calls go to", workers[dispatcher.kind]],
    ["platforms", dispatcher.platforms.join(", ")],
    ...approachFacts(dispatcher),
  ];
}
