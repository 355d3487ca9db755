import { Ring } from "../../src/ring.ts";
import { loadBuilt } from "../load-built.ts";

// Outside this clone: import { Ring } from "wakerbench/ring".

const workers = 4;
const resultsEach = 100_000;
const resultBytes = 16;

const { symbols } = loadBuilt(import.meta.dirname, "ring-c", {
  ring_c_start: { args: ["ptr", "u32", "u32"], returns: "i32" },
});

const ring = new Ring({ payload: resultBytes });
const numbers = new Uint32Array(workers);
let heard = 0;
let sum = 0;

// All that came at once, in place: nothing is copied or allocated for an item.
ring.onBatch((bytes) => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.byteLength; at += resultBytes) {
    const worker = view.getUint32(at, true);
    const number = view.getUint32(at + 4, true);
    if (number !== numbers[worker]) throw new Error(`worker ${worker}: ${number} out of order`);
    numbers[worker] = number + 1;
    sum += view.getFloat64(at + 8, true);
    heard++;
  }
  if (heard === workers * resultsEach) void ring.end();
});

const started = symbols.ring_c_start(ring.pointer, workers, resultsEach);
if (started !== workers) throw new Error(`ring_c_start started ${started} of ${workers} threads`);
await ring.closed;

console.log(`${heard} results of ${workers} threads, each thread's in order, sum ${sum}`);
console.log(`${ring.entries} entries into JavaScript, ${ring.rung} rings of the doorbell`);
