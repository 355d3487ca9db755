import { expect, setDefaultTimeout, test } from "bun:test";
import { runWorkload, type Series } from "../../src/index.ts";
import { builtLibraryPath, loadLibrary } from "../../src/native/library.ts";
import { allowedCores } from "../../src/native/placing.ts";

// Several tries, on a machine on which everything else runs, too.
setDefaultTimeout(300_000);

const tries = 4;
/**
 * The server has no more to give, and the client some: it is woken the more often the less it has to do, and so
 * seems nearer to its limit than it is.
 */
const busy = { serverLeast: 0.9, clientMost: 0.95 } as const;
const canPin = allowedCores(loadLibrary(builtLibraryPath)).length > 1;

const natives = ["native-ring", "native-callback", "native-pipe"];
const bridges = ["native-server-sync", "native-server-async"];
const waits = ["sequential", "overlapped", "sync-blocking"];

/** What one run has against it, a line each. */
function complaintsOf(series: readonly Series[]): string[] {
  const own = series.filter(({ params }) => params.control === undefined);
  const rateOf = (id: string) =>
    own.find(({ contender }) => contender === id)?.rates.requestsPerSecond?.value ?? 0;
  const answers = own.filter(({ params }) => params.table === "answer");
  const ratios: [what: string, ratio: number, least: number][] = [
    ["async / sync", rateOf("async") / rateOf("sync"), 0.9],
    ["best native / sync", Math.max(...natives.map(rateOf)) / rateOf("sync"), 0.6],
    ["native-server async / sync", rateOf(bridges[1] ?? "") / rateOf(bridges[0] ?? ""), 0.5],
    ["overlapped / sequential", rateOf("overlapped") / rateOf("sequential"), 2.8],
    ["sequential / sync-blocking", rateOf("sequential") / rateOf("sync-blocking"), 20],
  ];
  return [
    ...own.flatMap(({ contender, error }) => (error === null ? [] : [`${contender}: ${error}`])),
    ...answers.flatMap(({ contender, extra }) =>
      Number(extra.serverBusy) >= busy.serverLeast
        ? []
        : [`${contender}: the server was busy for ${extra.serverBusy}`],
    ),
    ...own.flatMap(({ contender, extra }) =>
      Number(extra.clientBusy) < busy.clientMost
        ? []
        : [`${contender}: the client was busy for ${extra.clientBusy}`],
    ),
    ...ratios.flatMap(([what, ratio, least]) => (ratio >= least ? [] : [`${what}: ${ratio}`])),
  ];
}

test.if(canPin)(
  "with the server saturated and the client not, async costs what it should",
  async () => {
    let complaints: string[] = [];
    for (let turn = 0; turn < tries; turn++) {
      const { series } = await runWorkload("handlers", {
        contenders: ["sync", "async", ...natives, ...bridges, ...waits],
        parameters: { duration: "1200ms", rounds: "3", connections: "32" },
      });
      complaints = complaintsOf(series);
      if (complaints.length === 0) break;
    }
    expect(complaints).toEqual([]);
  },
);
