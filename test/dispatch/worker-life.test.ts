import { expect, test } from "bun:test";
import { channels, fixture } from "./worker-fixture.ts";

async function runLives(channel: string, mode: string): Promise<string> {
  const program = Bun.spawn(
    [process.execPath, Bun.fileURLToPath(fixture("worker-lives")), channel, mode],
    { stdin: "ignore", stdout: "pipe", stderr: "pipe" },
  );
  const [stdout, stderr, exitCode] = await Promise.all([
    program.stdout.text(),
    program.stderr.text(),
    program.exited,
  ]);
  return `${mode}: ${stdout}${stderr}${exitCode}`;
}

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
