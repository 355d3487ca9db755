import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { answerHeaders, answerText } from "../../src/handlers/answers.ts";
import { describeEnd, startServer } from "../../src/handlers/server-process.ts";
import { builtLibraryPath, loadLibrary } from "../../src/native/library.ts";
import { allowedCores } from "../../src/native/placing.ts";
import { canSeeProcesses, processesWith, until } from "../cli/processes.ts";
import { orderFor, patience } from "./server-fixture.ts";

// A busy machine takes its time to start so many processes.
setDefaultTimeout(60_000);

const parentMark = `"parentPid":${process.pid},`;
const serversOf = (...marks: string[]) => processesWith("agent/server.ts", ...marks);

test("a server answers from a process of its own, which is gone with it", async () => {
  let pid: number;
  {
    await using server = await startServer(orderFor("sync"), patience);
    pid = server.pid;
    expect(pid).not.toBe(process.pid);
    const response = await fetch(`http://127.0.0.1:${server.port}/`);
    expect(await response.text()).toBe(answerText);
    expect(response.headers.get("content-type")).toBe(answerHeaders["content-type"]);
  }
  expect(() => process.kill(pid, 0)).toThrow();
});

describe("a server that cannot be started says why", () => {
  test("its port is taken", async () => {
    await using first = await startServer(orderFor("sync"), patience);
    const { port } = first;
    const second = startServer(orderFor("async", { port }), patience);
    await expect(second).rejects.toMatchObject({
      code: "PORT_TAKEN",
      message: `port ${port} of 127.0.0.1 is taken`,
    });
  });

  test("its address is none of this machine", async () => {
    const abroad = startServer(orderFor("sync", { hostname: "192.0.2.1" }), patience);
    await expect(abroad).rejects.toMatchObject({
      code: "ADDRESS_BAD",
      message: "cannot listen at 192.0.2.1: it is no address of this machine",
    });
    const unnamed = startServer(orderFor("sync", { hostname: "no such host" }), patience);
    await expect(unnamed).rejects.toMatchObject({
      code: "ADDRESS_BAD",
      message: "cannot listen at no such host: it cannot be resolved",
    });
  });

  test("it ends before it listens, with its last lines", async () => {
    const libraryPath = join(import.meta.dirname, "no-such-library.so");
    const broken = startServer(orderFor("sync", { libraryPath }), patience);
    await expect(broken).rejects.toMatchObject({ code: "LIBRARY_NOT_FOUND" });
    // It does not even look at its order when it is no child of who is named there.
    const orphan = startServer(orderFor("sync", { parentPid: 1 }), patience);
    await expect(orphan).rejects.toMatchObject({
      code: "SERVER_FAILED",
      message: "the server of sync did not start: exit code 1",
    });
  });

  test("it does not listen in time", async () => {
    const late = startServer(orderFor("sync"), { timeoutMs: 1 });
    await expect(late).rejects.toMatchObject({
      code: "SERVER_FAILED",
      message: expect.stringContaining("it did not listen within 1 ms"),
    });
  });
});

test("an abort ends a server that listens, and one that is being started", async () => {
  const controller = new AbortController();
  await using server = await startServer(orderFor("sync"), {
    ...patience,
    signal: controller.signal,
  });
  const starting = startServer(orderFor("sync"), { ...patience, signal: controller.signal });
  const refused = starting.then(
    () => "it was started",
    (reason: Error) => reason.message,
  );
  controller.abort(new Error("enough"));
  expect(describeEnd(await server.ended)).toBe("SIGKILL");
  expect(await refused).toBe("enough");
});

describe.if(canSeeProcesses)("nothing is left behind", () => {
  test("by servers that failed, were aborted or disposed of", async () => {
    const openBefore = readdirSync("/proc/self/fd").length;
    for (let turn = 0; turn < 4; turn++) {
      await using server = await startServer(orderFor("sync"), patience);
      await startServer(orderFor("sync", { port: server.port }), patience).catch(() => {});
      await startServer(orderFor("sync"), { timeoutMs: 1 }).catch(() => {});
    }
    expect(serversOf(parentMark)).toEqual([]);
    // Sockets are closed by the loop, some turns later; a leak would be several for each turn.
    await until("descriptors closed", () => readdirSync("/proc/self/fd").length <= openBefore + 4);
  });

  test("when the parent is killed", async () => {
    const parent = Bun.spawn([process.execPath, join(import.meta.dirname, "fixtures/parent.ts")], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const mark = `"parentPid":${parent.pid},`;
    const [server] = await until("a server", () => {
      const found = serversOf(mark);
      return found.length > 0 && found;
    });
    expect(server).toBeGreaterThan(0);
    parent.kill("SIGKILL");
    await parent.exited;
    await until("the server's end", () => serversOf(mark).length === 0);
  });
});

test.if(process.platform === "linux")(
  "all its threads stay on the cores that it is given",
  async () => {
    const native = loadLibrary(builtLibraryPath);
    const core = allowedCores(native).at(-1) ?? 0;
    await using server = await startServer(orderFor("sync", { cores: [core] }), patience);
    // So many requests that the runtime makes the threads that it wants.
    await Promise.all(
      Array.from({ length: 200 }, async () => {
        await (await fetch(`http://127.0.0.1:${server.port}/`)).text();
      }),
    );
    const threads = readdirSync(`/proc/${server.pid}/task`).map(Number);
    expect(threads.length).toBeGreaterThan(1);
    expect(threads.map((thread) => native.symbols.wb_core_of(thread))).toEqual(
      threads.map(() => core),
    );
  },
);
