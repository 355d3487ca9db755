import { Database } from "./database.ts";

const endless =
  "WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n";

await using database = new Database(":memory:");

await database.query("CREATE TABLE city (name TEXT, people INTEGER, area REAL)");
const insert = "INSERT INTO city VALUES (?1, ?2, ?3)";
// They run one after the other, in this order.
await Promise.all([
  database.query(insert, ["Zürich", 443_037, 87.88]),
  database.query(insert, ["Bern", 146_348, 51.62]),
  database.query(insert, ["Atlantis", null, null]),
]);
console.log(await database.query("SELECT * FROM city WHERE people > ?1 ORDER BY name", [100_000]));

try {
  await database.query("SELECT * FROM village");
} catch (error) {
  console.log(String(error));
}

// The event loop is free while the thread works; the query is interrupted when its time is over.
let turns = 0;
const timer = setInterval(() => turns++, 1);
try {
  await database.query(endless, [], { timeoutMs: 50 });
} catch (error) {
  console.log(String(error));
}
clearInterval(timer);
console.log(`${turns > 0 ? "timers ran" : "no timer ran"} meanwhile`);
console.log(await database.query("SELECT count(*) AS cities FROM city"));
