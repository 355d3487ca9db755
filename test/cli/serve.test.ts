import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { answerText } from "../../src/handlers/answers.ts";
import { canSeeProcesses, processesWith } from "./processes.ts";
import { Sandbox } from "./program.ts";

// A busy machine takes its time to start so many processes.
setDefaultTimeout(60_000);

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox[Symbol.dispose]());

/** Serves on a free port until `work` is done, and gives what the program said. */
async function served(args: readonly string[], work: (port: number) => Promise<void>) {
  const program = sandbox.start(["serve", "--port", "0", ...args]);
  const reader = program.stdout.getReader();
  const line = new TextDecoder().decode((await reader.read()).value);
  try {
    await work(Number(/:(\d+)\//.exec(line)?.[1]));
  } finally {
    program.kill("SIGINT");
    await reader.cancel();
  }
  return { line, status: await program.exited, stderr: await program.stderr.text(), program };
}

describe("serve", () => {
  test("says where it listens, answers, and ends with 0 at Ctrl-C", async () => {
    const { line, status, stderr, program } = await served([], async (port) => {
      const response = await fetch(`http://127.0.0.1:${port}/`);
      expect(await response.text()).toBe(answerText);
    });
    expect(line).toMatch(
      /^sync listens at http:\/\/127\.0\.0\.1:(\d+)\/, for this machine alone .*: wakerbench run fetch --host 127\.0\.0\.1 --port \1\n$/,
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    if (canSeeProcesses) expect(processesWith(`serve`, sandbox.directory)).toEqual([]);
    expect(() => process.kill(program.pid, 0)).toThrow();
    expect(sandbox.files()).toEqual([]);
  });

  test("tells the other machine what to run, when it listens for others", async () => {
    const { line } = await served(["--host", "0.0.0.0", "--handler", "async"], async () => {});
    expect(line).toMatch(
      /^async listens at http:\/\/[\d.]+:(\d+)\/.*run fetch --host [\d.]+ --port \1\n$/,
    );
    expect(line).not.toContain("0.0.0.0:");
  });

  test("listens at an IPv6 address, with brackets as in a URL or without", async () => {
    for (const host of ["::1", "[::1]"]) {
      const { line } = await served(["--host", host], async (port) => {
        const response = await fetch(`http://[::1]:${port}/`);
        expect(await response.text()).toBe(answerText);
      });
      expect(line).toMatch(
        /^sync listens at http:\/\/\[::1\]:(\d+)\/, for this machine alone .* --host ::1 --port \1\n$/,
      );
    }
  });

  test("says in a line that a name has no address", async () => {
    const { status, stderr } = await sandbox.run(["serve", "--host", "no-such-host.invalid"]);
    expect(stderr).toStartWith("error: the host no-such-host.invalid has no address here\n  try: ");
    expect(status).toBe(1);
  });

  test("says in a line that its port is taken", async () => {
    await served([], async (port) => {
      const second = await sandbox.run(["serve", "--port", String(port)]);
      expect(second).toEqual({
        status: 1,
        stdout: "",
        stderr: `error: port ${port} of 127.0.0.1 is taken\n  try: name another with --port, or --port 0 for a free one\n`,
      });
    });
  });

  const wrong: [args: string, message: string][] = [
    ["--host 192.0.2.1", "cannot listen at 192.0.2.1: it is no address of this machine"],
    ["--port 70000", '--port: "70000" is no port from 0 to 65535'],
    ["--port http", '--port: "http" is no port from 0 to 65535'],
    ["--wait soon", '--wait: "soon" is no duration up to 60s'],
    ["--handler snyc", 'there is no handler "snyc"'],
    ["sync", 'serve does not take "sync"'],
  ];
  test.each(wrong)("%s is wrong usage", async (args, message) => {
    const { status, stderr } = await sandbox.run(["serve", ...args.split(" ")]);
    expect(stderr).toStartWith(`error: ${message}\n  try: `);
    expect(status).toBe(2);
  });
});

test("SIGTERM ends it with 0, too", async () => {
  const program = sandbox.start(["serve", "--port", "0"]);
  const reader = program.stdout.getReader();
  await reader.read();
  program.kill("SIGTERM");
  expect(await program.exited).toBe(0);
  await reader.cancel();
});
