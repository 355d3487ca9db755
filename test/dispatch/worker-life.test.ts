import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { livesOf } from "./lives.ts";
import { channels, codeOf, fixture, openWorker } from "./worker-fixture.ts";

const runLives = (channel: string, mode: string) =>
  livesOf(Bun.fileURLToPath(fixture("worker-lives")), channel, mode);

test.each(channels)(
  "%s: a worker keeps the process alive until it is closed, unref'd or dead",
  async (channel) => {
    const modes = [
      "ref",
      "close",
      "reject",
      "unref",
      "unref-waits",
      "unref-ref",
      "unref-hears",
      "dead",
    ];
    const outcomes = await Promise.all(modes.map((mode) => runLives(channel, mode)));
    expect(outcomes).toEqual([
      "ref: 1 text\nstill here 2\n0",
      "close: 1 text\n0",
      "reject: 1 text\nWORKER_CLOSED\n0",
      "unref: 1 text\n0",
      "unref-waits: 1 text\n0",
      "unref-ref: 1 text\nstill here 2\n0",
      "unref-hears: 1 text\nheard 3\n0",
      "dead: 1 text\nWORKER_DIED\n0",
    ]);
  },
  60_000,
);

test.skipIf(process.platform !== "linux").each(channels)(
  "%s: many workers one after the other leave neither descriptors nor threads behind, however they ended",
  async (channel) => {
    const openAndEnd = async (workers: number) => {
      for (let opened = 0; opened < workers; opened += 3) {
        const [first, second, third] = [
          await openWorker({ channel }),
          await openWorker({ channel }),
          await openWorker({ channel }),
        ];
        await first.worker.close();
        expect(await codeOf(second.worker.call("exit", [1]))).toBe("WORKER_DIED");
        await second.worker.closed;
        await third.worker.close({ pending: "reject" });
      }
      Bun.gc(true);
      return ["fd", "task"].map((kind) => readdirSync(`/proc/self/${kind}`).length);
    };
    const [fdsBefore = 0, threadsBefore = 0] = await openAndEnd(9);
    const [fds = 0, threads = 0] = await openAndEnd(45);
    // One of each for every worker would be 45 more; the runtime starts and ends some of its own.
    expect(fds - fdsBefore).toBeLessThan(15);
    expect(threads - threadsBefore).toBeLessThan(15);
  },
  60_000,
);
