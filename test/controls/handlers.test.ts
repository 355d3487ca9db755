import { expect, setDefaultTimeout, test } from "bun:test";
import { runWorkload, type Series } from "../../src/index.ts";
import { builtLibraryPath, loadLibrary } from "../../src/native/library.ts";
import { allowedCores } from "../../src/native/placing.ts";

// Several tries, on a machine on which everything else runs, too.
setDefaultTimeout(300_000);

const tries = 8;
/**
 * The server has no more to give, and the client some: it is woken the more often the less it has to do, and so
 * seems nearer to its limit than it is.
 */
const busy = { serverLeast: 0.9, clientMost: 0.95 } as const;
const canPin = allowedCores(loadLibrary(builtLibraryPath)).length > 1;

const natives = ["native-ring", "native-callback", "native-pipe"] as const;

/** The rows of one run, by contender. */
class Run {
  readonly #series: readonly Series[];

  constructor(series: readonly Series[]) {
    this.#series = series.filter(({ params }) => params.control === undefined);
  }

  /** Requests a second of a row over those of another; what stands against it is said. */
  ratio(one: string, other: string, least: number): string[] {
    const ratio = this.rateOf(one) / this.rateOf(other);
    return ratio >= least ? [] : [`${one} / ${other}: ${ratio}`];
  }

  rateOf(id: string): number {
    return this.#row(id)?.rates.requestsPerSecond?.value ?? 0;
  }

  /** The rows came through, their server had no more to give, and the client had. */
  saturated(ids: readonly string[]): string[] {
    return ids.flatMap((id) => {
      const { serverBusy, clientBusy } = this.#row(id)?.extra ?? {};
      return [
        ...(Number(serverBusy) >= busy.serverLeast ? [] : [`${id}: the server: ${serverBusy}`]),
        ...(Number(clientBusy) < busy.clientMost ? [] : [`${id}: the client: ${clientBusy}`]),
      ];
    });
  }

  faults(): string[] {
    return this.#series.flatMap(({ contender, error }) =>
      error === null ? [] : [`${contender}: ${error}`],
    );
  }

  #row(id: string): Series | undefined {
    return this.#series.find(({ contender }) => contender === id);
  }
}

/** Runs until nothing stands against what one run says; what stood against the last is returned. */
async function complaintsAbout(
  contenders: readonly string[],
  parameters: Readonly<Record<string, string>>,
  against: (run: Run) => readonly string[],
): Promise<readonly string[]> {
  let complaints: readonly string[] = [];
  for (let turn = 0; turn < tries; turn++) {
    const { series } = await runWorkload("handlers", { contenders, parameters });
    const run = new Run(series);
    complaints = [...run.faults(), ...against(run)];
    if (complaints.length === 0) break;
  }
  return complaints;
}

test.if(canPin)(
  "with the server saturated and the client not, async costs what it should",
  async () => {
    const bridges = ["native-server-sync", "native-server-async"] as const;
    const complaints = await complaintsAbout(
      ["sync", "async", ...natives, ...bridges],
      { duration: "900ms", rounds: "3", connections: "32" },
      (run) => {
        const byRate = natives.toSorted((one, other) => run.rateOf(other) - run.rateOf(one));
        const [best = natives[0]] = byRate;
        return [
          ...run.saturated(["sync", "async", best, ...bridges]),
          ...run.ratio("async", "sync", 0.9),
          ...run.ratio(best, "sync", 0.6),
          ...run.ratio("native-server-async", "native-server-sync", 0.5),
        ];
      },
    );
    expect(complaints).toEqual([]);
  },
);

test.if(canPin)("waits at once are nearly three times those in a row", async () => {
  const complaints = await complaintsAbout(
    ["sequential", "overlapped", "sync-blocking"],
    { duration: "1500ms", rounds: "3", connections: "32" },
    (run) => [
      ...run.ratio("overlapped", "sequential", 2.8),
      ...run.ratio("sequential", "sync-blocking", 20),
    ],
  );
  expect(complaints).toEqual([]);
});
