import type { Series } from "../results/schema.ts";

/** From this share of the time on a thread has no more to give. */
const saturated = 0.9;

/** A share that was told, or null. */
export function shareOf(amount: unknown): number | null {
  return typeof amount === "number" ? amount : null;
}

/** Whose limit the requests a second are, where it is not the server's. */
export function saturationOf({ params, extra }: Series): string | undefined {
  const table = String(params.table ?? "");
  const client = shareOf(extra.clientBusy);
  const server = shareOf(extra.serverBusy);
  if (client !== null && client >= saturated) {
    return "the client was saturated: the server could have answered more";
  }
  // Who waits on purpose, or is asked on a schedule, has nothing to be saturated by.
  const isLimited = table === "answer" || table === "echo";
  if (!isLimited || server === null || server >= saturated) return undefined;
  return "neither the server nor the client was saturated: something else took their cores, or their threads waited for one another";
}
