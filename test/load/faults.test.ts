import { expect, test } from "bun:test";
import type { Socket } from "node:net";
import { runLoad } from "../../src/load/client.ts";
import { findLibrary, loadLibrary } from "../../src/native/library.ts";
import { HandMadeServer, rightAnswer } from "./hand-made-server.ts";
import { bodyText, orderFor } from "./orders.ts";

const native = loadLibrary(findLibrary());

/** Longer than any test may take: only what ends early ends in time. */
const foreverNs = 3600e9;

test("answers that are not 200 are counted, and their connections kept", async () => {
  const text = `HTTP/1.1 500 No\r\nContent-Length: ${bodyText.length}\r\n\r\n${bodyText}`;
  await using server = await HandMadeServer.open({ answer: (socket) => socket.write(text) });
  const report = await runLoad(native, orderFor(server.port));
  expect(report.errors.status).toBeGreaterThan(4);
  expect(report).toMatchObject({ answered: 0, latencyNs: [], connected: 4, gaveUp: false });
  expect(server.connections).toBe(4);
});

test("a wrong body is garbage, and its connection is kept", async () => {
  await using server = await HandMadeServer.open({
    answer: (socket, number) =>
      socket.write(number % 2 ? rightAnswer : rightAnswer.replace("W", "w")),
  });
  const report = await runLoad(native, orderFor(server.port));
  expect(report.errors.garbage).toBeGreaterThan(0);
  expect(report.answered).toBeGreaterThan(0);
  expect(server.connections).toBe(4);
});

test("two answers to one request are garbage", async () => {
  await using server = await HandMadeServer.open({
    answer: (socket) => socket.write(rightAnswer + rightAnswer),
  });
  const report = await runLoad(native, orderFor(server.port));
  expect(report.errors.garbage).toBeGreaterThan(0);
  expect(report.answered).toBe(0);
});

const endsEarly = {
  "speaks no HTTP": [(socket) => socket.write("SSH-2.0-OpenSSH_9.9\r\n\r\n"), "garbage"],
  "sends half an answer and closes": [(socket) => socket.end(rightAnswer.slice(0, -3)), "reset"],
  "closes without an answer": [(socket) => socket.end(), "reset"],
  "sends an answer without an end": [sendForever, "garbage"],
  "resets the connection": [(socket) => socket.resetAndDestroy(), "reset"],
} satisfies Record<string, [(socket: Socket) => void, "garbage" | "reset"]>;

/** As fast as it is read. */
function sendForever(socket: Socket): void {
  const line = "HTTP/1.1 100 Continue\r\n\r\n".repeat(40_000);
  const send = () => {
    while (!socket.destroyed && socket.write(line)) {
      // There is room for more.
    }
  };
  socket.on("drain", send);
  send();
}

for (const [fault, [answer, kind]] of Object.entries(endsEarly)) {
  test(`a server that ${fault} is given up after some attempts`, async () => {
    await using server = await HandMadeServer.open({ answer });
    const report = await runLoad(native, orderFor(server.port, { durationNs: foreverNs }));
    expect(report.gaveUp).toBe(true);
    expect(report.answered).toBe(0);
    expect(report.errors[kind]).toBeGreaterThan(0);
    // It is not stormed meanwhile: ten attempts of each of the four connections.
    expect(server.connections).toBeLessThanOrEqual(60);
  });
}

test("a server that never answers leaves requests pending, or lets them time out", async () => {
  await using server = await HandMadeServer.open({ answer() {} });
  const report = await runLoad(native, orderFor(server.port));
  expect(report).toMatchObject({ sent: 4, answered: 0, pending: 4, connected: 4 });
  const impatient = orderFor(server.port, { timeoutNs: 5e6, durationNs: foreverNs });
  const timedOut = await runLoad(native, impatient);
  expect(timedOut.errors.timeout).toBeGreaterThan(0);
  expect(timedOut.gaveUp).toBe(true);
});

test("a port on which nobody listens is refused, soon", async () => {
  const server = await HandMadeServer.open({});
  await server.die();
  const report = await runLoad(native, orderFor(server.port, { durationNs: foreverNs }));
  expect(report.errors.refused).toBeGreaterThanOrEqual(4);
  expect(report).toMatchObject({ gaveUp: true, connected: 0, sent: 0, wallNs: 0, harnessNs: null });
});

test("a server that dies under load ends it, and what it answered before stays", async () => {
  await using server = await HandMadeServer.open({
    answer(socket, number) {
      if (number === 500) void server.die();
      else socket.write(rightAnswer);
    },
  });
  const report = await runLoad(native, orderFor(server.port, { durationNs: foreverNs }));
  expect(report.gaveUp).toBe(true);
  expect(report.answered).toBeGreaterThan(400);
  expect(report.latencyNs).toHaveLength(report.answered);
  expect(report.errors.reset + report.errors.refused).toBeGreaterThan(0);
  expect(report.connected).toBe(0);
});

test("one bad answer in many does not end the load", async () => {
  await using server = await HandMadeServer.open({
    answer: (socket, number) => (number % 20 === 19 ? socket.destroy() : socket.write(rightAnswer)),
  });
  const report = await runLoad(native, orderFor(server.port, { durationNs: 300e6 }));
  expect(report.gaveUp).toBe(false);
  expect(report.errors.reset).toBeGreaterThan(0);
  expect(report.answered).toBeGreaterThan(report.errors.reset);
});

test("in an open loop a connection that was closed while it was idle is made anew", async () => {
  await using server = await HandMadeServer.open({
    answer(socket) {
      socket.write(rightAnswer, () => setTimeout(() => socket.end(), 5));
    },
  });
  const order = { ratePerSecond: 100, connections: 2, durationNs: 500e6 };
  const report = await runLoad(native, orderFor(server.port, order));
  expect(report.answered).toBeGreaterThan(10);
  expect(server.connections).toBeGreaterThan(2);
});

test("a signal ends the load at once, with its reason", async () => {
  await using server = await HandMadeServer.open({ answer: (socket) => socket.write(rightAnswer) });
  const controller = new AbortController();
  const load = runLoad(native, orderFor(server.port, { durationNs: foreverNs }), controller.signal);
  setTimeout(() => controller.abort(new Error("enough")), 20);
  await expect(load).rejects.toThrow("enough");
  await expect(runLoad(native, orderFor(server.port), AbortSignal.abort())).rejects.toThrow();
});

test("a core that is not granted, and a name in place of an address, are told", async () => {
  await using server = await HandMadeServer.open({ answer: (socket) => socket.write(rightAnswer) });
  const named = runLoad(native, orderFor(server.port, { address: "localhost" }));
  await expect(named).rejects.toMatchObject({ code: "VISIT_FAILED" });
  const misplaced = runLoad(native, orderFor(server.port, { core: 1023 }));
  await expect(misplaced).rejects.toMatchObject({ code: "PLACEMENT_MISMATCH" });
});
