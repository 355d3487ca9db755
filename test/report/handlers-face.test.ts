import { describe, expect, test } from "bun:test";
import { handlersFace } from "../../src/report/handlers-face.ts";
import { workloadOf } from "../../src/report/workload.ts";
import { assembleWorkload } from "../../src/results/assemble-workload.ts";
import type { Series } from "../../src/results/schema.ts";
import type { WorkloadMeasurement } from "../../src/scenarios/workload-measurement.ts";
import { fakeWorkloadRun, libraryOf, rowOf, worked } from "../results/fake-workload.ts";

/** A handler that answers so many requests a second, by what its visits came to beside that. */
type Row = {
  readonly id: string;
  readonly table: string;
  readonly perSecond: number;
  readonly levels?: WorkloadMeasurement["levels"];
  readonly counts?: WorkloadMeasurement["counts"];
};

const busyServer = { clientBusy: 0.5, serverBusy: 0.99 };

/** Three rounds of each row, of which each answers a hundredth fewer. */
function seriesOf(rows: readonly Row[], params: Readonly<Record<string, number>> = {}): Series[] {
  const visits = [0, 1, 2].flatMap((round) =>
    rows.map(({ perSecond, levels, counts }, row) => {
      const nsPerRequest = (1e9 / perSecond) * (1 + round / 100);
      const measured = worked(nsPerRequest, {
        levels: levels ?? busyServer,
        counts: { errors: 0, clientCpuNs: 1_000 * 2_500, ...counts },
        marks: { cores: "client on core 1, server on 0" },
        cost: { cpuProcessNs: 1_000 * 7_500 },
      });
      return { round, row, outcome: { ...measured, scenario: "handlers" as const } };
    }),
  );
  const run = fakeWorkloadRun(
    rows.map(({ id }) => libraryOf(id)),
    visits,
    {
      scenario: "handlers",
      rows: rows.map(({ table }, subject) => rowOf(subject, { table })),
      paramsOf: () => ({ connections: 32, ...params }),
    },
  );
  return assembleWorkload(run, null).map(({ series }) => series);
}

const sync: Row = { id: "sync", table: "answer", perSecond: 100_000 };

describe("the table of handlers", () => {
  test("has the requests, the CPU of both sides for each, and the errors", () => {
    const lossy = { ...sync, id: "worker", perSecond: 50_000, counts: { errors: 7 } };
    const { sections } = workloadOf(handlersFace, seriesOf([sync, lossy]));
    expect(sections[0]?.title).toBe("32 connections, the answer is there at once");
    const [header, first, second] = sections[0]?.cells ?? [];
    expect(header).toEqual(
      "Handler,Requests/s,p50,p99,p99.9,ServerCpu,ClientCpu,Errors,Relative,±".split(","),
    );
    expect([first?.at(0), first?.at(1), ...(first?.slice(5) ?? [])]).toEqual([
      "sync",
      "99.0 k",
      "7.50",
      "2.50",
      "0",
      "1.00 ×",
      "",
    ]);
    // Errors of all three rounds.
    expect([second?.at(0), second?.at(7), second?.at(8)]).toEqual(["worker", "21", "2.00 ×"]);
  });

  test("says what was done of each kind, and on which cores", () => {
    const series = seriesOf(
      [
        { id: "overlapped", table: "wait", perSecond: 3_000 },
        { id: "echo-tcp", table: "echo", perSecond: 3_000 },
      ],
      { waitNs: 10e6, payloadBytes: 64 },
    );
    const { sections } = workloadOf(handlersFace, series);
    expect(sections.map(({ title }) => title)).toEqual([
      "32 connections, three waits of 10.0 ms before each answer",
      "32 connections, 64 bytes are sent back",
    ]);
    expect(sections[0]?.notes).toContain("pinned: client on core 1, server on 0");
  });

  test("counts one as one", () => {
    const one = { connections: 1, ratePerSecond: 1 };
    const { sections } = workloadOf(
      handlersFace,
      seriesOf([{ ...sync, table: "answer-open" }], one),
    );
    expect(sections[0]?.title).toStartWith("1 request a second on a schedule, over 1 connection; ");
  });

  test("says of an open loop what is due, and how late it was sent", () => {
    const series = seriesOf([{ ...sync, table: "answer-open" }], { ratePerSecond: 2_000 });
    const { sections } = workloadOf(handlersFace, series);
    expect(sections[0]?.title).toBe(
      "2,000 requests a second on a schedule, over 32 connections; the answer is there at once",
    );
    expect(sections[0]?.cells[0]).toContain("Late p99");
    const late = { ...sync, table: "answer-open", counts: { unanswered: 400 } };
    const behind = workloadOf(handlersFace, seriesOf([late], { ratePerSecond: 2_000 }));
    expect(behind.sections[0]?.notes).toContain(
      "! sync: 1,200 requests that were due had no answer a second after the last one, and are not in its times",
    );
  });
});

describe("a row whose requests a second are not its server's limit says so", () => {
  const caveatOf = (row: Partial<Row>) => {
    const [series] = seriesOf([{ ...sync, ...row }]);
    if (series === undefined) throw new Error("no series");
    return handlersFace.caveatOf(series);
  };

  test("when the client was saturated", () => {
    expect(caveatOf({ levels: { clientBusy: 0.9, serverBusy: 0.95 } })).toContain(
      "the client was saturated",
    );
    expect(caveatOf({ levels: { clientBusy: 0.89, serverBusy: 0.95 } })).toBeUndefined();
  });

  test("when neither was, unless it waits on purpose or is asked on a schedule", () => {
    const levels = { clientBusy: 0.5, serverBusy: 0.89 };
    expect(caveatOf({ levels })).toContain("neither the server nor the client was saturated");
    expect(caveatOf({ levels, table: "wait" })).toBeUndefined();
    expect(caveatOf({ levels, table: "answer-open" })).toBeUndefined();
  });

  test("and nothing where it cannot be told", () => {
    expect(caveatOf({ levels: { clientBusy: null, serverBusy: null } })).toBeUndefined();
  });
});

describe("the verdict on handlers", () => {
  const all: Row[] = [
    sync,
    { id: "async", table: "answer", perSecond: 80_000 },
    { id: "native-ring", table: "answer", perSecond: 70_000 },
    { id: "native-pipe", table: "answer", perSecond: 60_000 },
    { id: "native-server-sync", table: "answer", perSecond: 40_000 },
    { id: "native-server-async", table: "answer", perSecond: 20_000 },
    { id: "sequential", table: "wait", perSecond: 1_000 },
    { id: "overlapped", table: "wait", perSecond: 2_900 },
    { id: "sync-blocking", table: "wait", perSecond: 33 },
  ];

  test("says what each costs or brings, against what it is to be held against", () => {
    expect(handlersFace.verdict(seriesOf(all))).toBe(
      "sync: 99.0 k requests/s. Async answers 0.80 × as many; async over a native thread (native-ring) 0.70 × as many; a native server that awaits JavaScript 0.50 × of one that calls it; three waits at once 2.9 × as many as three in a row; waits that are awaited 30 × as many as such that block.",
    );
  });

  test("sets nothing against what failed, and says nothing of one alone", () => {
    expect(handlersFace.verdict(seriesOf([sync]))).toBeNull();
    const [first, second] = seriesOf(all.slice(0, 2));
    if (first === undefined || second === undefined) throw new Error("no series");
    expect(handlersFace.verdict([first, { ...second, status: "failed" }])).toBeNull();
  });

  test("holds nothing against a rate that the server has not set", () => {
    const idle = { clientBusy: 0.4, serverBusy: 0.5 };
    const asSlow = all.map((row) => (row.id === "sync" ? { ...row, levels: idle } : row));
    const verdict = handlersFace.verdict(seriesOf(asSlow));
    expect(verdict).not.toMatch(/requests\/s|async answers|over a native thread/i);
    expect(verdict).toMatch(/^A native server that awaits JavaScript 0\.50 ×/);
    expect(verdict).toContain("three waits at once 2.9 × as many");
    expect(verdict).toEndWith("Make the machine quiet, or compare ServerCpu.");
  });

  test("says of a rate that something else has set that it is the least there is", () => {
    const idle = { clientBusy: 0.4, serverBusy: 0.5 };
    const held = all.map((row) => (row.id === "async" ? { ...row, levels: idle } : row));
    const whole = handlersFace.verdict(seriesOf(all));
    expect(handlersFace.verdict(seriesOf(held))).toBe(
      whole?.replace("Async answers 0.80 ×", "Async answers at least 0.80 ×") ?? "",
    );
  });

  test("holds no echo against one that its server has not limited", () => {
    const echoes = (levels: NonNullable<Row["levels"]>): Row[] => [
      { id: "echo-http", table: "echo", perSecond: 30_000, levels },
      { id: "echo-tcp", table: "echo", perSecond: 90_000 },
    ];
    const busy = seriesOf(echoes({ clientBusy: 0.4, serverBusy: 0.95 }), { payloadBytes: 64 });
    expect(handlersFace.verdict(busy)).toBe("An echo over TCP 3.0 × as many as one over HTTP.");
    const idle = seriesOf(echoes({ clientBusy: 0.1, serverBusy: 0.2 }), { payloadBytes: 64 });
    expect(handlersFace.verdict(idle)).toStartWith("To a marked row no rate is compared");
  });

  test("holds those on a schedule to how soon they answer: the schedule has set how many", () => {
    const table = "answer-open";
    const series = seriesOf(
      [
        { ...sync, table },
        { id: "async", table, perSecond: 50_000 },
      ],
      { ratePerSecond: 2_000 },
    );
    expect(handlersFace.verdict(series)).toMatch(
      /^Answering on a schedule: sync \(\S+ ms at p50\), 2\.0 × faster than async\.$/,
    );
    expect(workloadOf(handlersFace, series).notes.join()).toContain(
      "Relative: median time of a request since it was due over that of sync",
    );
  });

  test("calls nothing a difference that is none", () => {
    const even = { ...sync, id: "async" };
    expect(handlersFace.verdict(seriesOf([sync, even]))).toBe(
      "sync: 99.0 k requests/s. Async answers no fewer and no more, as far as can be seen.",
    );
  });
});
