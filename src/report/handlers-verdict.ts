import { compareDeciding } from "../results/compare-series.ts";
import type { Series } from "../results/schema.ts";
import { formatAmount, formatLatency, formatTimes } from "./format.ts";
import { saturationOf } from "./handlers-saturation.ts";
import { quickestOf } from "./task-verdict.ts";

/** What the others are held against. */
const references = ["sync", "native-server-sync", "sequential", "sync-blocking", "echo-http"];

const leftOut =
  "To a marked row no rate is compared: its server was not the limit. Make the machine quiet, or compare ServerCpu.";

/** What async, a thread, a Worker and waiting cost or bring, each against what it is to be held against. */
export function handlersVerdict(all: readonly Series[]): string | null {
  if (all.some(({ params }) => params.ratePerSecond !== undefined)) return scheduleVerdict(all);
  const sound = all.filter(isSound);
  const find = (id: string) => sound.find(({ contender }) => contender === id);
  const sync = find("sync");
  const native = bestOf(sound, (id) => /^native-(?!server)/.test(id));
  const told = [
    againstSync(find("async"), sync, "async answers"),
    againstSync(native, sync, `async over a native thread (${native?.contender})`),
    againstSync(find("worker"), sync, "async over a Worker"),
    bridge(find("native-server-async"), find("native-server-sync")),
    gain(find("overlapped"), find("sequential"), "three waits at once", "three in a row"),
    gain(find("sequential"), find("sync-blocking"), "waits that are awaited", "such that block"),
    gain(find("echo-tcp"), find("echo-http"), "an echo over TCP", "one over HTTP"),
  ].filter((phrase) => phrase !== null);
  const basis = sync === undefined || !isLimit(sync) ? "" : `sync: ${rateOf(sync)} requests/s. `;
  const compared = told.length === 0 ? [] : [`${basis}${capitalised(told.join("; "))}.`];
  const isLeftOut = sound.length > 1 && references.some((id) => !isLimit(find(id)));
  const sentences = [...compared, ...(isLeftOut ? [leftOut] : [])];
  return sentences.length === 0 ? null : sentences.join(" ");
}

const onSchedule: Readonly<Record<string, string>> = {
  "answer-open": "Answering on a schedule",
  "wait-open": "Waiting on a schedule",
  "echo-open": "Echoing on a schedule",
};

/** Where all are asked as often, who answers soonest. */
function scheduleVerdict(all: readonly Series[]): string | null {
  const tables = Map.groupBy(all, ({ params }) => String(params.table));
  const told = [...tables].flatMap(([table, shown]) => {
    const quickest = quickestOf(shown, ({ summary }) => `${formatLatency(summary.p50Ns)} at p50`);
    return quickest === null ? [] : [`${onSchedule[table] ?? table}: ${quickest}.`];
  });
  return told.length === 0 ? null : told.join(" ");
}

function isSound({ status, extra }: Series): boolean {
  return status === "ok" && typeof extra.decidingNs === "number";
}

/** A rate that something else than the server has set is nothing to hold others against. */
function isLimit(series: Series | undefined): boolean {
  return series === undefined || saturationOf(series) === undefined;
}

function decidingOf({ extra }: Series): number {
  return Number(extra.decidingNs);
}

function bestOf(sound: readonly Series[], isOne: (id: string) => boolean): Series | undefined {
  return sound
    .filter(({ contender }) => isOne(contender))
    .toSorted((one, other) => decidingOf(one) - decidingOf(other))[0];
}

function rateOf({ rates }: Series): string {
  return formatAmount(rates.requestsPerSecond?.value ?? null);
}

/**
 * How many times as many requests are answered; null where it cannot be told. Of a row whose own server was not the
 * limit it is known that it answers so many at least.
 */
function timesOf(one: Series | undefined, other: Series | undefined) {
  if (one === undefined || other === undefined || !isLimit(other)) return null;
  const paired = compareDeciding(one, other);
  if (paired === null) return null;
  const times = `${isLimit(one) ? "" : "at least "}${formatTimes(1 / paired.ratio)}`;
  return { times, verdict: paired.verdict };
}

function againstSync(
  one: Series | undefined,
  sync: Series | undefined,
  words: string,
): string | null {
  const told = timesOf(one, sync);
  if (told === null) return null;
  const { times, verdict } = told;
  if (verdict === "no difference seen")
    return `${words} no fewer and no more, as far as can be seen`;
  return `${words} ${times} as many`;
}

function bridge(one: Series | undefined, other: Series | undefined): string | null {
  const told = timesOf(one, other);
  if (told === null) return null;
  const seen = told.verdict === "no difference seen" ? ", no difference seen" : "";
  return `a native server that awaits JavaScript ${told.times} of one that calls it${seen}`;
}

function gain(
  one: Series | undefined,
  other: Series | undefined,
  words: string,
  others: string,
): string | null {
  const told = timesOf(one, other);
  if (told === null) return null;
  return told.verdict === "no difference seen"
    ? `${words} no more than ${others}, as far as can be seen`
    : `${words} ${told.times} as many as ${others}`;
}

function capitalised(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
