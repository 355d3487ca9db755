import { expect, test } from "bun:test";
import { openQuery, requireNativeSqlite } from "../../src/dispatchers/query.ts";
import { findLibrary, loadLibrary } from "../../src/native/library.ts";

test("Bun's SQLite answers each number by way of its row, with the SQL of the native side", () => {
  const query = openQuery(loadLibrary(findLibrary()));
  for (const number of [0, 1, 999, 1_000, 2 ** 31, 2 ** 40 + 7, Number.MAX_SAFE_INTEGER]) {
    expect(query.run(number)).toBe(number);
  }
  query.close();
});

test("where the library is missing the native work is unsupported, and says what to do", () => {
  const file = JSON.stringify(new URL("../../src/dispatchers/query.ts", import.meta.url).pathname);
  const library = JSON.stringify(new URL("../../src/native/library.ts", import.meta.url).pathname);
  const script = `
    const { requireNativeSqlite } = await import(${file});
    const { findLibrary, loadLibrary } = await import(${library});
    try { requireNativeSqlite(loadLibrary(findLibrary())); console.log("no error"); }
    catch ({ code, message, remedy }) { console.log(JSON.stringify({ code, message, remedy })); }`;
  const run = Bun.spawnSync([process.execPath, "-e", script], {
    env: { ...process.env, WAKERBENCH_SQLITE: "/nowhere/libsqlite3.so" },
  });
  expect(JSON.parse(run.stdout.toString())).toEqual({
    code: "UNSUPPORTED",
    message: "WAKERBENCH_SQLITE names no library that can be loaded: /nowhere/libsqlite3.so",
    remedy: expect.stringContaining("install libsqlite3"),
  });
});

test("where it is there, nothing is said", () => {
  const native = loadLibrary(findLibrary());
  const fault = String(native.symbols.wb_sqlite_fault() ?? "");
  if (fault.startsWith("SQLite cannot be loaded")) {
    console.warn(`SKIPPED: ${fault}`);
    return;
  }
  expect(fault).toBe("");
  requireNativeSqlite(native);
});
