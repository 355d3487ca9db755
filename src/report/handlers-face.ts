import { handlers } from "../handlers/index.ts";
import type { Series } from "../results/schema.ts";
import { formatCount, formatLatency, formatMicros, plural } from "./format.ts";
import { saturationOf, shareOf } from "./handlers-saturation.ts";
import { handlersVerdict } from "./handlers-verdict.ts";
import { doneOf, lateColumn, latencyColumn, rateColumn } from "./task-cells.ts";
import type { WorkloadColumn, WorkloadFace } from "./workload-face.ts";

const head: readonly WorkloadColumn[] = [
  rateColumn("Requests/s", "requestsPerSecond"),
  latencyColumn("p50"),
  latencyColumn("p99"),
  latencyColumn("p999", "p99.9"),
];
const tail: readonly WorkloadColumn[] = [
  { title: "ServerCpu", cell: (series) => perRequest(series, series.cost.cpuProcessNs) },
  {
    title: "ClientCpu",
    cell: (series) => perRequest(series, Number(series.extra.clientCpuNs ?? 0)),
  },
  { title: "Errors", cell: ({ extra }) => formatCount(Number(extra.errors ?? 0)) },
];

export const handlersFace: WorkloadFace = {
  scenario: "handlers",
  title: "Handlers: what async costs an HTTP server",
  rowTitle: "Handler",
  tableTitle(table, [first]) {
    if (first === undefined) return table;
    const { connections, ratePerSecond, payloadBytes, waitNs } = first.params;
    const count = plural(Number(connections), "connection");
    const works: Readonly<Record<string, string>> = {
      answer: "the answer is there at once",
      wait: `three waits of ${formatLatency(Number(waitNs))} before each answer`,
      echo: `${formatCount(Number(payloadBytes))} bytes are sent back`,
    };
    const work = works[kindOf(table)] ?? table;
    return ratePerSecond === undefined
      ? `${count}, ${work}`
      : `${plural(Number(ratePerSecond), "request")} a second on a schedule, over ${count}; ${work}`;
  },
  columns: (table) => [...head, ...(isOpenLoop(table) ? [lateColumn("p99")] : []), ...tail],
  caveatOf(series) {
    const told = [saturationOf(series), handlers.find(({ id }) => id === series.waker)?.caveat];
    const known = told.filter((caveat) => caveat !== undefined);
    return known.length === 0 ? undefined : known.join("; ");
  },
  notes: (table, shown) => [
    ...(isOpenLoop(table)
      ? [...shown.flatMap(backlogNote), "Late: how much later than due a request was sent"]
      : []),
    ...busyNote(shown),
    ...coresNote(shown),
    "ServerCpu, ClientCpu: µs of CPU for each request that was answered",
  ],
  verdict: handlersVerdict,
  guidance: [
    "Sync: when the answer is there, or takes microseconds to make. It waits for nothing, and nothing waits in it.",
    "Async: as soon as a request waits for anything: a promise costs little, a loop that is blocked costs every request.",
    "Three plain awaits in a row do not overlap, though it is often claimed: the second begins when the first is done. Begin them together, and await Promise.all.",
    "A native thread or a Worker: when a request computes for longer than it takes to call one, or calls what blocks.",
  ],
};

function kindOf(table: string): string {
  return table.replace(/-open$/, "");
}

function isOpenLoop(table: string): boolean {
  return table.endsWith("-open");
}

/** Microseconds for each request that was answered; `-` where the platform cannot tell. */
function perRequest(series: Series, cpuNs: number): string {
  const done = doneOf(series);
  return formatMicros(done > 0 && cpuNs > 0 ? cpuNs / done : null);
}

/** A schedule that the server, or the client, cannot keep. */
function backlogNote({ contender, extra }: Series): string[] {
  const unanswered = Number(extra.unanswered ?? 0);
  if (unanswered === 0) return [];
  const requests = plural(unanswered, "request");
  return [
    `! ${contender}: ${requests} that were due had no answer a second after the last one, and are not in its times`,
  ];
}

function busyNote(shown: readonly Series[]): string[] {
  const range = (name: "clientBusy" | "serverBusy") => {
    const known = shown.map(({ extra }) => shareOf(extra[name])).filter((share) => share !== null);
    if (known.length === 0) return null;
    const [least, most] = [Math.min(...known), Math.max(...known)].map((share) =>
      (100 * share).toFixed(0),
    );
    return least === most ? `${most} %` : `${least} to ${most} %`;
  };
  const [client, server] = [range("clientBusy"), range("serverBusy")];
  if (client === null) return [];
  const ofServer = server === null ? "" : `, the server's busiest ${server}`;
  return [`the client's thread was busy for ${client} of the time${ofServer}`];
}

function coresNote(shown: readonly Series[]): string[] {
  const told = shown.map(({ extra }) => extra.cores).filter((cores) => typeof cores === "string");
  return [...new Set(told)].map((cores) =>
    cores === "unpinned"
      ? "unpinned: client and server share the cores, and may take from one another"
      : `pinned: ${cores}`,
  );
}
