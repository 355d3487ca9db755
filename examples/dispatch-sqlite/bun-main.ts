import { DedicatedWorker } from "../../src/dispatch.ts";
import type { jobs } from "./bun-jobs.ts";

// The same with a Bun Worker and bun:sqlite: nothing is compiled. A query that runs cannot be interrupted here.
await using worker = new DedicatedWorker<typeof jobs>(new URL("./bun-jobs.ts", import.meta.url));

await worker.call("query", ["CREATE TABLE city (name TEXT, people INTEGER, area REAL)"]);
const insert = "INSERT INTO city VALUES (?1, ?2, ?3)";
await Promise.all([
  worker.call("query", [insert, "Zürich", 443_037, 87.88]),
  worker.call("query", [insert, "Bern", 146_348, 51.62]),
]);
console.log(await worker.call("query", ["SELECT * FROM city ORDER BY name"], { timeoutMs: 1_000 }));

try {
  await worker.call("query", ["SELECT * FROM village"]);
} catch (error) {
  console.log(String(error));
}
