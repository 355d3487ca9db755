import { Ring } from "../../src/ring.ts";
import { loadBuilt } from "../load-built.ts";

// Outside this clone: import { Ring } from "wakerbench/ring".

const wanted = 100_000;

const { symbols } = loadBuilt(import.meta.dirname, "ring-rust", {
  ring_rust_start: { args: ["ptr", "u32"], returns: "i32" },
});

// Small, so that the threads sleep for room now and then; closed when the block is left.
using ring = new Ring({ payload: "f64", capacity: 1024 });
const started = symbols.ring_rust_start(ring.pointer, 4);
if (started !== 4) throw new Error("ring-rust.rs was written for another ring");

let heard = 0;
let sum = 0;
for await (const root of ring) {
  sum += root;
  // The threads would go on for ever: their next push finds the ring closed, and they end.
  if (++heard === wanted) break;
}
console.log(`${heard} square roots of ${started} threads, ${Math.round(sum / heard)} on average`);
console.log(`${ring.entries} entries into JavaScript, ${ring.rung} rings of the doorbell`);
