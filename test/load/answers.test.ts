import { expect, test } from "bun:test";
import { runLoad } from "../../src/load/client.ts";
import type { LoadReport } from "../../src/load/load.ts";
import { postRequest } from "../../src/load/requests.ts";
import { findLibrary, loadLibrary } from "../../src/native/library.ts";
import { HandMadeServer, rightAnswer } from "./hand-made-server.ts";
import { bodyText, localAddress, orderFor } from "./orders.ts";

const native = loadLibrary(findLibrary());

/** Requests that came to a bad end. */
function failedOf({ errors }: LoadReport): number {
  return errors.reset + errors.status + errors.garbage + errors.timeout;
}

/** Every request is accounted for. */
function expectAudited(report: LoadReport): void {
  const { carried, sent, answered, pending } = report;
  expect(carried + sent).toBe(answered + failedOf(report) + pending);
}

test("each request is answered and accounted for, and the server saw just as many", async () => {
  await using server = await HandMadeServer.open({ answer: (socket) => socket.write(rightAnswer) });
  const report = await runLoad(native, orderFor(server.port, { connections: 7 }));
  expect(report.answered).toBeGreaterThan(7);
  expect(report.latencyNs).toHaveLength(report.answered);
  expect(Math.min(...report.latencyNs)).toBeGreaterThan(0);
  expect(failedOf(report)).toBe(0);
  expect(report).toMatchObject({
    connected: 7,
    pending: 7,
    carried: 0,
    gaveUp: false,
    server: null,
  });
  expectAudited(report);
  // The last ones are on their way yet, or were given up by the client before they were read.
  expect(server.requests).toBeLessThanOrEqual(report.sent);
  expect(server.requests).toBeGreaterThanOrEqual(report.answered);
  expect(server.connections).toBe(7);
});

test("what came over from the warm-up counts when it is answered", async () => {
  await using server = await HandMadeServer.open({ answer: (socket) => socket.write(rightAnswer) });
  const report = await runLoad(native, orderFor(server.port, { warmupNs: 50e6 }));
  expect(report.carried).toBe(4);
  expectAudited(report);
  expect(server.requests).toBeGreaterThan(report.sent);
});

test("a body in chunks is right", async () => {
  const head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  await using server = await HandMadeServer.open({
    answer(socket) {
      socket.write(`${head}5\r\nHello\r\n`);
      setImmediate(() => socket.write("8\r\n, World!\r\n0\r\n\r\n"));
    },
  });
  const report = await runLoad(native, orderFor(server.port));
  expect(report.answered).toBeGreaterThan(0);
  expectAudited(report);
  expect(failedOf(report)).toBe(0);
});

test("an answer that comes byte by byte is right", async () => {
  await using server = await HandMadeServer.open({
    answer(socket) {
      const next = (at: number) => {
        if (at === rightAnswer.length || socket.destroyed) return;
        socket.write(rightAnswer.charAt(at), () => setImmediate(next, at + 1));
      };
      next(0);
    },
  });
  const report = await runLoad(native, orderFor(server.port, { durationNs: 300e6 }));
  expect(report.answered).toBeGreaterThan(0);
  expectAudited(report);
  expect(failedOf(report)).toBe(0);
});

test("a server that closes after each answer is connected to anew, and that is no error", async () => {
  const closing = rightAnswer.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
  await using server = await HandMadeServer.open({ answer: (socket) => socket.end(closing) });
  const report = await runLoad(native, orderFor(server.port));
  expect(report.answered).toBeGreaterThan(4);
  expect(Object.values(report.errors)).toEqual([0, 0, 0, 0, 0, 0]);
  expect(server.connections).toBeGreaterThanOrEqual(report.answered);
});

test("a server that closes without saying so is connected to anew", async () => {
  await using server = await HandMadeServer.open({ answer: (socket) => socket.end(rightAnswer) });
  const report = await runLoad(native, orderFor(server.port));
  expect(report.answered).toBeGreaterThan(4);
  expect(report.gaveUp).toBe(false);
  expectAudited(report);
});

test("an answer without a length ends with its connection", async () => {
  const text = `HTTP/1.0 200 OK\r\n\r\n${bodyText}`;
  await using server = await HandMadeServer.open({ answer: (socket) => socket.end(text) });
  const report = await runLoad(native, orderFor(server.port));
  expect(report.answered).toBeGreaterThan(4);
  expect(failedOf(report)).toBe(0);
});

test("an echo over TCP is right byte for byte, larger than the kernel's buffers too", async () => {
  await using server = await HandMadeServer.open({ heard: (socket, bytes) => socket.write(bytes) });
  for (const size of [1, 64, 3_000_000]) {
    const request = new Uint8Array(size).map((_, index) => index);
    const order = { protocol: "tcp", request, body: request, durationNs: 300e6 } as const;
    const report = await runLoad(native, orderFor(server.port, order));
    expect(report.answered).toBeGreaterThan(0);
    expect(failedOf(report)).toBe(0);
    expectAudited(report);
  }
});

test("an echo that differs in one byte is garbage, and so is one that is longer", async () => {
  const request = new TextEncoder().encode("ping");
  const order = { protocol: "tcp", request, body: request } as const;
  for (const wrong of ["pong", "pingping"]) {
    await using server = await HandMadeServer.open({ heard: (socket) => socket.write(wrong) });
    const report = await runLoad(native, orderFor(server.port, order));
    expect(report.errors.garbage).toBeGreaterThan(0);
    expect(report.answered).toBe(0);
  }
});

test("the bytes of a POST arrive as they are", async () => {
  let seen = Buffer.alloc(0);
  await using server = await HandMadeServer.open({
    heard(socket, bytes) {
      seen = Buffer.concat([seen, bytes]);
      if (seen.includes("\r\n\r\nabc")) socket.write(rightAnswer);
    },
  });
  const body = new TextEncoder().encode("abc");
  const request = postRequest(localAddress, server.port, body);
  await runLoad(native, orderFor(server.port, { connections: 1, request }));
  expect(seen.toString()).toStartWith(
    `POST / HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nContent-Type: application/octet-stream\r\nContent-Length: 3\r\n\r\nabc`,
  );
});

test("of more answers than there is room for, one in so many is kept", async () => {
  await using server = await HandMadeServer.open({ answer: (socket) => socket.write(rightAnswer) });
  const report = await runLoad(native, orderFor(server.port, { mostSamples: 10 }));
  expect(report.answered).toBeGreaterThan(20);
  expect(report.latencyNs.length).toBeGreaterThan(0);
  expect(report.latencyNs.length).toBeLessThanOrEqual(10);
});

test("a server is found by its IPv6 address", async () => {
  const listening = HandMadeServer.open({
    address: "::1",
    answer: (socket) => socket.write(rightAnswer),
  });
  await using server = await listening.catch(() => null);
  if (server === null) return console.warn("skipped: this machine has no IPv6");
  const report = await runLoad(native, orderFor(server.port, { address: "::1" }));
  expect(report.answered).toBeGreaterThan(0);
});
