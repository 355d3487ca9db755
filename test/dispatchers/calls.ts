import type { OpenDispatcher } from "../../src/dispatchers/dispatcher.ts";
import { splitMix64 } from "../../src/stats/random.ts";

/** What a promise is rejected with. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("it was not rejected");
}

type Fate =
  | "plain"
  | "throws"
  | "aborted before"
  | "aborted at once"
  | "aborted later"
  | "times out";
const fates: readonly Fate[] = [
  "plain",
  "plain",
  "throws",
  "aborted before",
  "aborted at once",
  "aborted later",
  "times out",
];

type Draw = {
  readonly calls: number;
  readonly inFlight: number;
  readonly seed: bigint;
  /** The message of an error that any call may end with. */
  readonly forgiven?: string | undefined;
};

/** Makes calls whose fate is drawn, and tells those that ended as none of theirs can. */
export async function callAtRandom(
  open: OpenDispatcher,
  { calls, inFlight, seed, forgiven }: Draw,
): Promise<{ settled: number; mistaken: string[] }> {
  const random = splitMix64(seed);
  const mistaken: string[] = [];
  let sent = 0;
  let settled = 0;
  const lane = async () => {
    while (sent < calls) {
      const number = sent++;
      const fate = fates[random.nextBelow(fates.length)] as Fate;
      const ending = await endingOf(open, number, fate);
      settled++;
      if (forgiven !== undefined && ending === `threw ${forgiven}`) continue;
      if (!mayEnd[fate].includes(ending)) mistaken.push(`${number}, ${fate}: ${ending}`);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  return { settled, mistaken };
}

/** An abort or a timeout may come too late. */
const mayEnd: Readonly<Record<Fate, readonly string[]>> = {
  plain: ["answered"],
  throws: ["threw"],
  "aborted before": ["cancelled"],
  "aborted at once": ["cancelled"],
  "aborted later": ["cancelled", "answered"],
  "times out": ["timed out", "answered"],
};

async function endingOf(open: OpenDispatcher, number: number, fate: Fate): Promise<string> {
  const reason = new Error(`enough of ${number}`);
  const controller = new AbortController();
  const { signal } = controller;
  if (fate === "aborted before") controller.abort(reason);
  try {
    const call =
      fate === "plain"
        ? open.call(number)
        : fate === "throws"
          ? open.fail(number)
          : open.call(number, fate === "times out" ? { timeoutMs: 1 } : { signal });
    if (fate === "aborted at once") controller.abort(reason);
    if (fate === "aborted later") setImmediate(() => controller.abort(reason));
    const answer = await call;
    return answer === number ? "answered" : `answered with ${answer}`;
  } catch (error) {
    if (error === reason) return "cancelled";
    if (!(error instanceof Error)) return `rejected with ${String(error)}`;
    if (error.name === "TimeoutError") return "timed out";
    return new RegExp(`\\b${number}\\b`).test(error.message) ? "threw" : `threw ${error.message}`;
  }
}
