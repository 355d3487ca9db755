import { readWithBun } from "../../src/agent/reader.ts";
import { findLibrary, loadLibrary } from "../../src/native/library.ts";
import { wake } from "../../src/scenarios/wake.ts";
import { findWaker } from "../../src/wakers/find.ts";
import { jobOf } from "../examples/agent-visit.ts";

/**
 * A program of its own: measures a few wakes of the waker that its argument names, and then has nothing
 * left to do. It ends when the waker has left nothing behind that keeps a process alive.
 */
const [, , id = ""] = process.argv;
const job = jobOf({ waker: id, wakes: 5 });
const native = loadLibrary(findLibrary());
const waker = await findWaker(id);
const [measured] = await wake.visit({ job, approach: waker, native, read: readWithBun });
console.log(measured?.scenario === "wake" ? measured.counters.received : "another scenario");
