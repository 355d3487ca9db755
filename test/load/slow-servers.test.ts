import { expect, test } from "bun:test";
import { runLoad } from "../../src/load/client.ts";
import { findLibrary, loadLibrary } from "../../src/native/library.ts";
import { HandMadeServer, rightAnswer } from "./hand-made-server.ts";
import { orderFor } from "./orders.ts";

const native = loadLibrary(findLibrary());

test("a slow server's rate is right in a closed loop, though few of its answers were asked for in time", async () => {
  const delayMs = 60;
  await using server = await HandMadeServer.open({
    answer: (socket) => void setTimeout(() => socket.write(rightAnswer), delayMs),
  });
  const order = { connections: 50, warmupNs: 100e6, durationNs: 600e6 };
  const report = await runLoad(native, orderFor(server.port, order));
  const meanNs = report.latencyNs.reduce((sum, ns) => sum + ns, 0) / report.latencyNs.length;
  // Little's law: the connections are what is under way, whatever one answer took today.
  const underWay = (report.answered / report.wallNs) * meanNs;
  expect(underWay / order.connections).toBeGreaterThan(0.8);
  expect(underWay / order.connections).toBeLessThan(1.2);
});

test("where requests queue up, what is measured begins when the queue is as long as it will be", async () => {
  const eachMs = 5;
  const connections = 40;
  const leastNs = async (warmupNs: number) => {
    await using server = await HandMadeServer.open({
      answer(socket) {
        Bun.sleepSync(eachMs);
        socket.write(rightAnswer);
      },
    });
    const order = { connections, warmupNs, durationNs: 100e6 };
    const { latencyNs } = await runLoad(native, orderFor(server.port, order));
    expect(latencyNs.length).toBeGreaterThan(0);
    return Math.min(...latencyNs);
  };
  // Each waits for all others. Without a warm-up the first answer waits for none: the known error, as a control.
  const warmNs = await leastNs(1e6);
  expect(warmNs).toBeGreaterThan((connections / 2) * eachMs * 1e6);
  expect(await leastNs(0)).toBeLessThan(warmNs / 2);
});

test("a warm-up in which nothing is answered is over after half a timeout", async () => {
  await using server = await HandMadeServer.open({ answer() {} });
  const order = { warmupNs: 1e6, timeoutNs: 100e6 };
  const report = await runLoad(native, orderFor(server.port, order));
  expect(report.answered).toBe(0);
  expect(report.wallNs).toBeGreaterThan(0);
});
