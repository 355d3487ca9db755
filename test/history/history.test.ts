import {
  afterAll,
  beforeAll,
  beforeEach,
  describe,
  expect,
  setDefaultTimeout,
  test,
} from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SQL } from "bun";
import { WakerbenchError } from "../../src/errors.ts";
import { withHistory } from "../../src/history/open.ts";
import { idOf, recordRun } from "../../src/history/record.ts";
import { deleteRuns, findRun, listRuns, loadResults } from "../../src/history/runs.ts";
import type { HistoryTarget } from "../../src/history/target.ts";
import { knownContenders, loadTrends } from "../../src/history/trend.ts";
import type { Results } from "../../src/results/schema.ts";
import { resultsWith, seriesWith, steady } from "../results/fake-series.ts";
import { findPostgres, PostgresServer } from "./postgres.ts";

setDefaultTimeout(60_000);

const programs = findPostgres();
if (programs === null) {
  console.warn(
    "SKIPPED: the history in PostgreSQL, for there is no initdb: apt-get install postgresql",
  );
}

let directory: string;
let server: PostgresServer | null = null;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "wakerbench-history-"));
  server = programs === null ? null : new PostgresServer(programs);
});
afterAll(() => {
  server?.[Symbol.dispose]();
  rmSync(directory, { recursive: true, force: true });
});

let made = 0;
const kinds: readonly { kind: HistoryTarget["kind"]; make: () => Promise<HistoryTarget> }[] = [
  {
    kind: "sqlite",
    make: async () => ({ kind: "sqlite", path: join(directory, "new", `${made++}.sqlite`) }),
  },
  {
    kind: "postgres",
    make: async () => ({ kind: "postgres", url: (await server?.createDatabase()) ?? "" }),
  },
];

/** The run of a minute, on a machine. */
function runAt(minute: number, machine = "north", more: Partial<Results> = {}): Results {
  const results = resultsWith([
    seriesWith({ contender: "pipe", p50sNs: steady(5_000) }),
    seriesWith({ contender: "callback", p50sNs: steady(4_000) }),
  ]);
  return {
    ...results,
    startedAt: new Date(Date.UTC(2026, 0, 2, 3, minute)).toISOString(),
    environment: { ...results.environment, machine },
    ...more,
  };
}

async function refusal(work: Promise<unknown>): Promise<WakerbenchError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof WakerbenchError) return error;
  throw new Error(`it was not refused, but ${error}`);
}

describe.each(kinds)("a history in $kind", ({ kind, make }) => {
  const isSkipped = kind === "postgres" && programs === null;
  let target: HistoryTarget;
  beforeEach(async () => {
    if (!isSkipped) target = await make();
  });
  const record = (...all: readonly Results[]) =>
    withHistory(target, "write", async (sql) => {
      for (const results of all) await recordRun(sql, results);
    });
  const runs = () => withHistory(target, "read", (sql) => listRuns(sql));

  test.skipIf(isSkipped)("has no run before the first", async () => {
    expect(await runs()).toEqual([]);
  });

  test.skipIf(isSkipped)("gives back a run as it was recorded", async () => {
    const results = runAt(1, "Größe ' \" \\ 機", {
      command: ["run", "wake", "--gap", "1µs"],
      partial: true,
    });
    await record(results);
    const [run] = await runs();
    expect(run).toMatchObject({
      id: idOf(results),
      machine: "Größe ' \" \\ 機",
      startedAt: results.startedAt,
      partial: true,
      command: ["run", "wake", "--gap", "1µs"],
      scenarios: ["wake"],
      durationMs: 30_000,
    });
    if (run === undefined) throw new Error("there is no run");
    expect(await withHistory(target, "read", (sql) => loadResults(sql, run))).toEqual(results);
  });

  test.skipIf(isSkipped)(
    "has the figures of each series in columns, and nothing for what was withheld",
    async () => {
      const series = seriesWith({
        contender: "ring",
        p50sNs: steady(5_000),
        rest: { rates: { wakesPerSecond: { value: 0.1, interval: [0.05, 3e9] } } },
      });
      const { summary, interval } = series;
      await record(
        runAt(1, "north", { series: [{ ...series, summary: { ...summary, p99Ns: null } }] }),
      );
      const rows = await withHistory(target, "read", (sql) => sql`select * from wakerbench_series`);
      expect(rows).toHaveLength(1);
      expect(rows[0]).toMatchObject({
        scenario: "wake",
        contender: "ring",
        placement: "same-core",
        samples: summary.count,
        p50_ns: summary.p50Ns,
        p50_low_ns: interval.p50Ns?.[0] ?? null,
        p99_ns: null,
        rate_name: "wakesPerSecond",
        rate_per_second: 0.1,
        rate_high_per_second: 3e9,
        deciding_ns: null,
        ratio: null,
      });
    },
  );

  test.skipIf(isSkipped)("lists the newest first, and by machine and scenario", async () => {
    await record(runAt(2, "north"), runAt(3, "south"), runAt(1, "north", { series: [] }));
    const minutes = (all: readonly { startedAt: string }[]) =>
      all.map(({ startedAt }) => startedAt.slice(14, 16));
    expect(minutes(await runs())).toEqual(["03", "02", "01"]);
    const listed = (filter: Parameters<typeof listRuns>[1]) =>
      withHistory(target, "read", (sql) => listRuns(sql, filter));
    expect(minutes(await listed({ machine: "nor" }))).toEqual(["02", "01"]);
    expect(minutes(await listed({ machine: "nor", scenario: "wake" }))).toEqual(["02"]);
    expect(await listed({ scenario: "burst" })).toEqual([]);
  });

  test.skipIf(isSkipped)(
    "has a run that is recorded again once, as it was the last time",
    async () => {
      await record(runAt(1, "north", { partial: true }), runAt(1, "north", { partial: false }));
      expect(await runs()).toMatchObject([{ partial: false }]);
      const [counted] = await withHistory(
        target,
        "read",
        (sql) => sql`select count(*) as series from wakerbench_series`,
      );
      expect(Number(counted.series)).toBe(2);
    },
  );

  test.skipIf(isSkipped)("takes more series than fit into one statement", async () => {
    const { series } = runAt(1);
    const many = Array.from({ length: 450 }, (_, each) => ({
      ...series[each % 2],
      contender: `c${each}`,
    }));
    await record(runAt(1, "north", { series: many as Results["series"] }));
    const rows = await withHistory(
      target,
      "read",
      (sql) => sql`select contender from wakerbench_series order by position`,
    );
    expect(rows.map(({ contender }: { contender: string }) => contender)).toEqual(
      many.map(({ contender }) => contender),
    );
  });

  test.skipIf(isSkipped)("has nothing of a run whose recording fails in the middle", async () => {
    const { series } = runAt(1);
    const [good] = series;
    const bad = { ...good, scenario: null } as unknown as Results["series"][number];
    const { code } = await refusal(record(runAt(1, "north", { series: [...series, bad] })));
    expect(code).toBe("HISTORY_FAILED");
    expect(await runs()).toEqual([]);
    await record(runAt(1));
    expect(await runs()).toHaveLength(1);
  });

  test.skipIf(isSkipped)("deletes runs with their series, and no others", async () => {
    const [first, second] = [runAt(1), runAt(2)];
    await record(first, second);
    await withHistory(target, "write", (sql) => deleteRuns(sql, [idOf(first)]));
    expect(await runs()).toMatchObject([{ id: idOf(second) }]);
    const rows = await withHistory(
      target,
      "read",
      (sql) => sql`select distinct run_id from wakerbench_series`,
    );
    expect([...rows]).toEqual([{ run_id: idOf(second) }]);
  });

  test.skipIf(isSkipped)(
    "has the trend of each machine apart, and names a change that exceeds the noise",
    async () => {
      const medians = { north: [5_000, 5_010, 6_000], south: [9_000, 9_010, 9_005] };
      for (const [machine, values] of Object.entries(medians)) {
        for (const [minute, p50Ns] of values.entries()) {
          const series = [
            seriesWith({ contender: "pipe", p50sNs: steady(p50Ns) }),
            seriesWith({ contender: "pipe", p50sNs: steady(1_000), placement: "cross-core" }),
            seriesWith({ contender: "pipe", p50sNs: steady(1), params: { control: "a/a" } }),
            seriesWith({ contender: "callback", p50sNs: steady(1) }),
          ];
          await record(runAt(minute, machine, { series }));
        }
      }
      const request = {
        contender: "pipe",
        metric: "p50",
        placement: "same-core",
        mostRuns: 20,
      } as const;
      const trends = await withHistory(target, "read", (sql) => loadTrends(sql, request));
      const told = trends.map(({ machine, contender, place, points }) => ({
        machine,
        contender,
        place,
        seen: points.map(({ change }) => change?.seen),
        ratio: points.at(-1)?.change?.ratio,
      }));
      const pipe = { contender: "pipe", place: "same-core" };
      expect(told).toEqual([
        {
          ...pipe,
          machine: "north",
          seen: [undefined, "none", "up"],
          ratio: expect.closeTo(1.2, 1),
        },
        {
          ...pipe,
          machine: "south",
          seen: [undefined, "none", "none"],
          ratio: expect.closeTo(1, 2),
        },
      ]);
      expect(await withHistory(target, "read", knownContenders)).toEqual(
        expect.arrayContaining(["callback", "pipe"]),
      );
    },
  );

  test.skipIf(isSkipped)(
    "is made once, and has all runs, when many record the first at once",
    async () => {
      await using crowd = new AsyncDisposableStack();
      const named = target.kind === "sqlite" ? target.path : target.url;
      const recorders = Array.from({ length: 8 }, (_, each) => {
        const path = join(directory, `${kind}-${each}.json`);
        writeFileSync(path, JSON.stringify(runAt(each)));
        const child = Bun.spawn(
          [process.execPath, join(import.meta.dirname, "fixtures", "recorder.ts"), path],
          {
            env: { ...process.env, WAKERBENCH_HISTORY: named },
            stdio: ["pipe", "pipe", "pipe"],
          },
        );
        crowd.defer(async () => {
          child.kill();
          await child.exited;
        });
        return child;
      });
      for (const { stdout } of recorders) {
        const reader = stdout.getReader();
        await reader.read();
        reader.releaseLock();
      }
      for (const { stdin } of recorders) {
        stdin.write("go\n");
        await stdin.end();
      }
      const said = await Promise.all(recorders.map(({ stderr }) => stderr.text()));
      expect(said).toEqual(recorders.map(() => ""));
      expect(await runs()).toHaveLength(8);
      const versions = await withHistory(
        target,
        "read",
        (sql) => sql`select version from wakerbench_schema`,
      );
      expect([...versions]).toEqual([{ version: 1 }]);
    },
  );

  test.skipIf(isSkipped)("is left alone when a later version has changed its tables", async () => {
    await record(runAt(1));
    await withHistory(
      target,
      "write",
      (sql) => sql`insert into wakerbench_schema values (1000, 'later')`,
    );
    const { code, remedy } = await refusal(runs());
    expect(code).toBe("HISTORY_FAILED");
    expect(remedy).toContain("update wakerbench");
  });
});

describe("a name of a run", () => {
  const runs = ["aaaa1111", "aaaa2222", "bbbb3333"].map((id) => ({
    id,
    machine: "north",
    startedAt: "2026-01-02T03:04:05.678Z",
    durationMs: 1,
    partial: false,
    toolVersion: "0.1.0",
    runtime: "bun@1.4.5",
    command: [],
    scenarios: [],
  }));
  const find = (name: string) => findRun(runs, name).id;

  test("is latest, one before it, or how its id begins", () => {
    expect(find("latest")).toBe("aaaa1111");
    expect(find("latest~2")).toBe("bbbb3333");
    expect(find("bbbb")).toBe("bbbb3333");
    expect(find("AAAA2")).toBe("aaaa2222");
  });

  test.each([
    ["latest~3", "3 runs"],
    ["aaaa", "2 runs"],
    ["bbb", "no run"],
    ["cccc", "no run"],
    ["latest~", "no run"],
  ])("%s is refused", (name, reason) => {
    expect(() => find(name)).toThrow(reason);
  });
});

describe("a database that fails", () => {
  test.skipIf(programs === null)("is told of without its password", async () => {
    const right = (await server?.createDatabase()) ?? "";
    const secrets = ["wr0ng:secret", "s\u00e9cret"];
    for (const secret of secrets) {
      const url = new URL(right);
      url.password = secret;
      const { message, remedy, stack, cause } = await refusal(
        withHistory({ kind: "postgres", url: url.href }, "read", listRuns),
      );
      expect(message).toContain("password authentication failed");
      expect(remedy).toContain("password");
      for (const text of [message, remedy, String(stack), String(cause)]) {
        expect(text).not.toContain(secret);
        expect(text).not.toContain(url.password);
      }
    }
  });

  test("is given up when it takes the connection and says nothing", async () => {
    using silent = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
    const url = `postgres://me:secret@127.0.0.1:${silent.port}/database`;
    const { code, message } = await refusal(
      withHistory({ kind: "postgres", url }, "read", listRuns, {
        connectSeconds: 1,
        wholeSeconds: 30,
      }),
    );
    expect(code).toBe("HISTORY_FAILED");
    expect(message).not.toContain("secret");
  });

  test("is given up when it says nothing in the middle", async () => {
    const target: HistoryTarget = { kind: "sqlite", path: join(directory, "slow.sqlite") };
    const { promise: never } = Promise.withResolvers<void>();
    const { message } = await refusal(
      withHistory(target, "write", () => never, { connectSeconds: 1, wholeSeconds: 0.05 }),
    );
    expect(message).toContain("no answer");
  });

  test("is a file that is no database: it is left as it is, and its remedy names it", async () => {
    const path = join(directory, "notes.txt");
    const text = "These are my notes, and no database, however long they are.\n".repeat(40);
    writeFileSync(path, text);
    const { code, remedy } = await refusal(
      withHistory({ kind: "sqlite", path }, "write", listRuns),
    );
    expect(code).toBe("HISTORY_FAILED");
    expect(remedy).toContain(path);
    expect(await Bun.file(path).text()).toBe(text);
  });

  test("is a file that cannot be made", async () => {
    const path = join(directory, "notes.txt", "history.sqlite");
    const { code } = await refusal(withHistory({ kind: "sqlite", path }, "write", listRuns));
    expect(code).toBe("HISTORY_FAILED");
  });

  test("is held by another program, or full: the remedy is for that", async () => {
    const path = join(directory, "held.sqlite");
    const record = (before: (sql: SQL) => Promise<unknown>) =>
      refusal(
        withHistory({ kind: "sqlite", path }, "write", async (sql) => {
          await before(sql);
          await recordRun(sql, runAt(0, "north", { command: ["x".repeat(100_000)] }));
        }),
      );
    const full = await record((sql) => sql.unsafe("pragma max_page_count = 1"));
    expect(full).toMatchObject({
      code: "HISTORY_FAILED",
      remedy: expect.stringMatching(/^make room there/),
    });

    await using other = new SQL({ adapter: "sqlite", filename: path });
    const held = await record(async (sql) => {
      await sql.unsafe("pragma busy_timeout = 0");
      await other.unsafe("begin exclusive");
    });
    expect(held).toMatchObject({
      code: "HISTORY_FAILED",
      remedy: expect.stringMatching(/^try again when the program/),
    });
  });

  test("is not made by who only reads it", async () => {
    const path = join(directory, "unmade.sqlite");
    expect(await withHistory({ kind: "sqlite", path }, "read", listRuns)).toEqual([]);
    expect(await Bun.file(path).exists()).toBe(false);
  });

  test("waits for another that writes to the same file", async () => {
    const path = join(directory, "shared.sqlite");
    const target: HistoryTarget = { kind: "sqlite", path };
    await withHistory(target, "write", (sql) => recordRun(sql, runAt(1)));
    await using other = new SQL({ adapter: "sqlite", filename: path });
    await other.unsafe("begin immediate");
    const child = join(import.meta.dirname, "fixtures", "recorder.ts");
    const results = join(directory, "shared.json");
    writeFileSync(results, JSON.stringify(runAt(2)));
    await using recorder = Bun.spawn([process.execPath, child, results], {
      env: { ...process.env, WAKERBENCH_HISTORY: path },
      stdio: [Buffer.from("go\n"), "pipe", "pipe"],
    });
    const reader = recorder.stdout.getReader();
    await reader.read();
    await other.unsafe("commit");
    expect(await recorder.stderr.text()).toBe("");
    expect(await withHistory(target, "read", listRuns)).toHaveLength(2);
  });
});
