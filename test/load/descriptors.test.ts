import { expect, test } from "bun:test";
import { join } from "node:path";
import type { LoadReport } from "../../src/load/load.ts";
import { HandMadeServer, rightAnswer } from "./hand-made-server.ts";

const program = join(import.meta.dirname, "fixtures", "few-descriptors.ts");

async function runWithin(limit: number, port: number): Promise<LoadReport> {
  const script = `ulimit -n ${limit} && exec "$0" "$@"`;
  const child = Bun.spawn(["sh", "-c", script, process.execPath, program, String(port)], {
    stdin: "ignore",
    stderr: "inherit",
  });
  return JSON.parse(await child.stdout.text());
}

test("without descriptors for all connections the load runs over those that there are, and says so", async () => {
  await using server = await HandMadeServer.open({ answer: (socket) => socket.write(rightAnswer) });
  const report = await runWithin(64, server.port);
  expect(report.connected).toBeGreaterThan(0);
  expect(report.connected).toBeLessThan(64);
  expect(report.answered).toBeGreaterThan(0);
  expect(report.gaveUp).toBe(false);
  // The missing ones are tried again ten times a second each, not without a pause.
  expect(report.errors.descriptors).toBeGreaterThan(0);
  expect(report.errors.descriptors).toBeLessThan(100 * 20);
});
