import type { Reply } from "./ask.ts";
import type { Fetched, FetchOrder } from "./fetcher.ts";
import { Tally } from "./tally.ts";

type Send = () => Promise<Reply>;

/**
 * Chunk after chunk: the next one is begun when the last answer of this one is there.
 *
 * @param open what one chunk is sent with; it is disposed of when the chunk has ended
 */
export async function byChunks(
  order: FetchOrder,
  open: () => AsyncDisposable & { send: Send },
): Promise<Fetched> {
  const tally = new Tally(order);
  for (let size = tally.next(order.chunk); size > 0; size = tally.next(order.chunk)) {
    await using sender = open();
    await Promise.all(Array.from({ length: size }, () => tally.make(sender.send)));
  }
  return tally.fetched();
}

/** As a map with a limit: the next request is begun as soon as there is an answer. */
export async function mapped(order: FetchOrder, send: Send): Promise<Fetched> {
  const tally = new Tally(order);
  const lane = async () => {
    while (tally.next(1) > 0) await tally.make(send);
  };
  await Promise.all(Array.from({ length: order.chunk }, lane));
  return tally.fetched();
}
