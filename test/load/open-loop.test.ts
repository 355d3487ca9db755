import { expect, test } from "bun:test";
import { runLoad } from "../../src/load/client.ts";
import type { LoadReport } from "../../src/load/load.ts";
import { findLibrary, loadLibrary } from "../../src/native/library.ts";
import { HandMadeServer, rightAnswer } from "./hand-made-server.ts";
import { orderFor } from "./orders.ts";

const native = loadLibrary(findLibrary());
const stallMs = 200;

/** The share of the answers that took at least half of the stall. */
function heldUpShare({ latencyNs }: LoadReport): number {
  return latencyNs.filter((ns) => ns > (stallMs / 2) * 1e6).length / latencyNs.length;
}

/** A server that answers at once but for one request, in the midst of the load, that blocks it. */
async function loadWithStall(ratePerSecond: number | null): Promise<LoadReport> {
  await using server = await HandMadeServer.open({
    answer(socket, number) {
      if (number === 100) Bun.sleepSync(stallMs);
      socket.write(rightAnswer);
    },
  });
  return await runLoad(native, orderFor(server.port, { ratePerSecond, durationNs: 1e9 }));
}

test("a stall is seen in all requests that were due in it on a schedule, in a closed loop in few", async () => {
  const scheduled = await loadWithStall(1000);
  // A fifth of the second stood still: those due in its first half waited for more than its second half.
  expect(heldUpShare(scheduled)).toBeGreaterThan(0.09);
  expect(scheduled.lateNs.filter((ns) => ns > (stallMs / 2) * 1e6).length).toBeGreaterThan(50);
  // A closed loop asks no more than its four connections meanwhile: the known error, as a control.
  const closed = await loadWithStall(null);
  expect(closed.latencyNs.filter((ns) => ns > (stallMs / 2) * 1e6).length).toBeGreaterThan(0);
  expect(heldUpShare(closed)).toBeLessThan(0.01);
});

test("requests beyond what the server can answer are pending, not forgotten", async () => {
  await using server = await HandMadeServer.open({
    answer: (socket) => void setTimeout(() => socket.write(rightAnswer), 50),
  });
  // Four connections, 50 ms each: 80 a second at most.
  const report = await runLoad(native, orderFor(server.port, { ratePerSecond: 2000 }));
  expect(report.pending).toBeGreaterThan(50);
  expect(report.latencyNs.length + report.pending).toBeGreaterThanOrEqual(199);
  expect(report.latencyNs.length + report.pending).toBeLessThanOrEqual(201);
});

test("answers that come after the end of a schedule are awaited", async () => {
  const delayMs = 150;
  await using server = await HandMadeServer.open({
    answer: (socket) => void setTimeout(() => socket.write(rightAnswer), delayMs),
  });
  const order = { ratePerSecond: 200, connections: 64, durationNs: 100e6 };
  const report = await runLoad(native, orderFor(server.port, order));
  expect(report.pending).toBe(0);
  expect(report.latencyNs.length).toBeGreaterThanOrEqual(19);
  // Timers may fire a millisecond early.
  expect(Math.min(...report.latencyNs)).toBeGreaterThan((delayMs - 2) * 1e6);
  expect(report.answered).toBeLessThan(report.latencyNs.length);
});
