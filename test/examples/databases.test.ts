import { dlopen, ptr, suffix } from "bun:ffi";
import { beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { dirname, join } from "node:path";
import type { Database } from "../../examples/dispatch-sqlite/database.ts";
import { DedicatedThread } from "../../src/dispatch.ts";
import { findLibrary, loadLibrary } from "../../src/native/library.ts";
import { examplesFolder, hasCompiler } from "./compiler.ts";

setDefaultTimeout(120_000);

const folder = join(examplesFolder, "dispatch-sqlite");
const fault = String(loadLibrary(findLibrary()).symbols.wb_sqlite_fault() ?? "");
const isHere = hasCompiler && fault === "";
if (fault !== "") {
  console.warn(`SKIPPED: the native example of SQLite is not tested. ${fault}`);
}

function run(command: readonly string[], environment: Record<string, string> = {}) {
  const path = `${dirname(process.execPath)}:${process.env.PATH ?? ""}`;
  const { exitCode, stdout, stderr } = Bun.spawnSync([...command], {
    env: { ...process.env, PATH: path, ...environment },
  });
  return { exitCode, stdout: stdout.toString(), stderr: stderr.toString() };
}

describe.skipIf(!isHere)("the example of SQLite on a native thread", () => {
  let open: (path: string) => Database;

  beforeAll(async () => {
    const { exitCode, stderr } = run(["sh", join(examplesFolder, "build.sh"), "dispatch-sqlite"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const example = await import("../../examples/dispatch-sqlite/database.ts");
    open = (path) => new example.Database(path);
  });

  test("builds and runs by one command", () => {
    const { exitCode, stdout, stderr } = run(["sh", join(folder, "run.sh")]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toContain('name: "Zürich"');
    expect(stdout).not.toContain("Atlantis");
    expect(stdout).toContain("SQLiteError: no such table: village\n");
    expect(stdout).toContain("TimeoutError");
    expect(stdout).toContain("timers ran meanwhile\n");
    expect(stdout).toContain("cities: 3");
  });

  test("refuses a call that is no query", async () => {
    const path = join(folder, `libdispatch-sqlite.${suffix}`);
    const { symbols } = dlopen(path, { dispatch_sqlite_work: { args: ["ptr"], returns: "ptr" } });
    const work = symbols.dispatch_sqlite_work(ptr(Buffer.from(":memory:\0")));
    await using thread = new DedicatedThread({ work });
    for (const input of [7, Buffer.from("SELECT 1"), new Uint8Array()]) {
      const error = await thread.call(input).catch((thrown) => thrown);
      expect(error).toMatchObject({ name: "TypeError", message: "a query ends with a zero byte" });
    }
  });

  test("brings every kind of value there and back", async () => {
    await using database = open(":memory:");
    const values = [
      0,
      -7,
      2 ** 53 - 1,
      2n ** 62n,
      0.25,
      -1e300,
      "",
      "Grüße 🜚\n",
      new Uint8Array(),
      Uint8Array.of(0, 255, 3),
      null,
    ];
    const columns = values.map((_, index) => `?${index + 1} AS v${index}`).join(", ");
    const [row] = await database.query(`SELECT ${columns}`, values);
    expect(Object.values(row ?? {})).toEqual(values);
    expect(await database.query("SELECT 1 AS one WHERE 0")).toEqual([]);
  });

  test("prepares a statement once, and forgets the oldest of many", async () => {
    await using database = open(":memory:");
    for (let round = 0; round < 3; round++) {
      for (let number = 0; number < 40; number++) {
        const rows = await database.query(`SELECT ?1 + ${number} AS sum`, [round]);
        expect(rows).toEqual([{ sum: round + number }]);
      }
    }
  });

  test("an error has SQLite's own words, and the next query works", async () => {
    await using database = open(":memory:");
    await expect(database.query("SELEC 1")).rejects.toMatchObject({
      name: "SQLiteError",
      message: 'near "SELEC": syntax error',
    });
    await database.query("CREATE TABLE item (id INTEGER PRIMARY KEY)");
    await database.query("INSERT INTO item VALUES (1)");
    await expect(database.query("INSERT INTO item VALUES (1)")).rejects.toMatchObject({
      message: "UNIQUE constraint failed: item.id",
    });
    await expect(database.query("SELECT ?1", [1, 2])).rejects.toMatchObject({
      name: "SQLiteError",
    });
    expect(await database.query("SELECT count(*) AS items FROM item")).toEqual([{ items: 1 }]);
  });

  test("a query that is cancelled or out of time is interrupted, and makes room for the next", async () => {
    await using database = open(":memory:");
    const endless =
      "WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n";
    const reason = new Error("changed my mind");
    const controller = new AbortController();
    const { signal } = controller;
    setTimeout(() => controller.abort(reason), 5);
    // One runs and one waits when it is aborted.
    const both = [database.query(endless, [], { signal }), database.query(endless, [], { signal })];
    expect(await Promise.allSettled(both)).toEqual([
      { status: "rejected", reason },
      { status: "rejected", reason },
    ]);
    await expect(database.query(endless, [], { timeoutMs: 5 })).rejects.toMatchObject({
      name: "TimeoutError",
    });
    expect(await database.query("SELECT 1 AS one")).toEqual([{ one: 1 }]);
  });

  test("a database that cannot be opened rejects its queries, and says why", async () => {
    const database = open("/nowhere/at/all.db");
    await expect(database.query("SELECT 1")).rejects.toMatchObject({
      code: "WORKER_DIED",
      message: expect.stringContaining("unable to open database file"),
    });
    await database.close();
  });

  test("without SQLite each query says what to install", () => {
    const { stderr } = run([process.execPath, join(folder, "main.ts")], {
      WAKERBENCH_SQLITE: "/nowhere/libsqlite3.so",
    });
    expect(stderr).toContain("there is no libsqlite3: install it, or set WAKERBENCH_SQLITE");
  });
});

test("the example of SQLite in a Worker runs without a compiler", () => {
  const { exitCode, stdout, stderr } = run([process.execPath, join(folder, "bun-main.ts")]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(stdout).toContain('name: "Zürich"');
  expect(stdout).toContain("SQLiteError: no such table: village\n");
});
