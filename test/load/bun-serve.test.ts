import { expect, test } from "bun:test";
import { runLoad } from "../../src/load/client.ts";
import { postRequest } from "../../src/load/requests.ts";
import { findLibrary, loadLibrary } from "../../src/native/library.ts";
import { orderFor } from "./orders.ts";
import { ServerProcess } from "./server-process.ts";

const native = loadLibrary(findLibrary());

test("Bun.serve is read from outside while it answers, its threads apart", async () => {
  await using server = await ServerProcess.start();
  const order = { connections: 32, warmupNs: 100e6, durationNs: 500e6, serverPid: server.pid };
  const report = await runLoad(native, orderFor(server.port, order));
  expect(report.answered).toBeGreaterThan(100);
  expect(Object.values(report.errors)).toEqual([0, 0, 0, 0, 0, 0]);
  expect(report.cpuClientNs).toBeGreaterThan(0);
  expect(report.clientBusy).toBeLessThanOrEqual(1);
  expect(report.harnessNs).toBeGreaterThan(0);
  const { server: used } = report;
  if (used === null) throw new Error("the server's process was not read");
  expect(used.cpuProcessNs).toBeGreaterThan(0);
  expect(used.peakRssBytes).toBeGreaterThan(10e6);
  if (process.platform !== "linux") return;
  const { cpuLoopNs, cpuWorkerNs, cpuOtherNs, voluntarySwitches } = used;
  if (cpuLoopNs === null || cpuOtherNs === null) throw new Error("its threads were not read");
  // One thread answers: most of the process's time is its, whatever the compiler's threads still do.
  expect(cpuLoopNs / used.cpuProcessNs).toBeGreaterThan(0.5);
  expect(cpuOtherNs).toBeLessThanOrEqual(used.cpuProcessNs);
  expect(cpuWorkerNs).toBe(0);
  expect(voluntarySwitches).toBeGreaterThanOrEqual(0);
});

test("a process that is not there is not read", async () => {
  await using server = await ServerProcess.start();
  const report = await runLoad(native, orderFor(server.port, { serverPid: 2 ** 30 }));
  expect(report.server).toBeNull();
  expect(report.answered).toBeGreaterThan(0);
});

test("Bun.serve sends back what was posted, small or large", async () => {
  await using server = await ServerProcess.start();
  for (const size of [10, 1_000_000]) {
    const body = new Uint8Array(size).map((_, index) => index);
    const request = postRequest("127.0.0.1", server.port, body);
    const order = { request, body, durationNs: 300e6 };
    const report = await runLoad(native, orderFor(server.port, order));
    expect(report.answered).toBeGreaterThan(0);
    expect(Object.values(report.errors)).toEqual([0, 0, 0, 0, 0, 0]);
  }
});

test("on a schedule as many requests are sent as are due", async () => {
  await using server = await ServerProcess.start();
  const order = { ratePerSecond: 500, warmupNs: 50e6, durationNs: 500e6, connections: 64 };
  const report = await runLoad(native, orderFor(server.port, order));
  expect(report.pending).toBe(0);
  // All that were due in half a second, however late; one more or less by where it begins.
  expect(report.latencyNs.length).toBeGreaterThanOrEqual(249);
  expect(report.latencyNs.length).toBeLessThanOrEqual(251);
  expect(report.lateNs).toHaveLength(report.latencyNs.length);
  for (const [index, lateNs] of report.lateNs.entries()) {
    expect(lateNs).toBeGreaterThanOrEqual(0);
    expect(report.latencyNs[index]).toBeGreaterThan(lateNs);
  }
});
