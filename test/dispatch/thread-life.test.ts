import { expect, test } from "bun:test";
import { join } from "node:path";
import { livesOf } from "./lives.ts";

const fixture = join(import.meta.dirname, "fixtures", "thread-lives.ts");
const runLives = (doorbell: string, mode: string) => livesOf(fixture, doorbell, mode);

test.each(
  process.platform === "linux" ? ["callback", "eventfd", "pipe", "napi"] : ["callback", "pipe"],
)(
  "over %s, a thread keeps the process alive until it is closed, unref'd or dead",
  async (doorbell) => {
    const modes = [
      "ref",
      "close",
      "reject",
      "unref",
      "unref-waits",
      "unref-closes",
      "unref-ref",
      "dead",
      "ref-late",
    ];
    const outcomes = await Promise.all(modes.map((mode) => runLives(doorbell, mode)));
    expect(outcomes).toEqual([
      "ref: 1\nstill here 2\n0",
      "close: 1\n0",
      "reject: 1\nWORKER_CLOSED\nclosed\n0",
      "unref: 1\n0",
      "unref-waits: 1\n0",
      "unref-closes: 1\n0",
      "unref-ref: 1\nstill here 2\n0",
      "dead: 1\nWORKER_DIED\n0",
      "ref-late: 1\nclosed\n0",
    ]);
  },
  60_000,
);

test("Workers have threads of their own, several at once", async () => {
  const module = new URL("./fixtures/thread-in-worker.ts", import.meta.url);
  const workers = Array.from({ length: 3 }, () => new Worker(module));
  const verdicts = workers.map(async (worker) => {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const ended = Promise.withResolvers<void>();
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.addEventListener("close", () => ended.resolve());
    const verdict = await promise;
    await ended.promise;
    return verdict;
  });
  expect(await Promise.all(verdicts)).toEqual([true, true, true]);
}, 20_000);
