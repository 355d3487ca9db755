import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { NativeAnswer } from "../../src/handlers/native-answer.ts";
import type { NativeRequest } from "../../src/handlers/native-request.ts";
import { NativeServer } from "../../src/handlers/native-server.ts";
import { builtLibraryPath } from "../../src/native/library.ts";
import { bodiesOf, served, until } from "./native-servers.ts";
import { RawClient } from "./raw-client.ts";

setDefaultTimeout(60_000);

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
const answerPath = ({ path }: NativeRequest): NativeAnswer => ({ body: path });
const never = Promise.withResolvers<NativeAnswer>().promise;

async function ask(port: number, path: string): Promise<void> {
  await using client = await RawClient.open(port);
  await client.send(get(path));
  await client.until((all) => bodiesOf(all)[0] === path);
}

test("a client that is gone is answered to nobody, and its place is free again", async () => {
  const requests: NativeRequest[] = [];
  const answers: ((answer: NativeAnswer) => void)[] = [];
  const handle = (request: NativeRequest) => {
    if (request.path === "/") return answerPath(request);
    requests.push(request);
    const { promise, resolve } = Promise.withResolvers<NativeAnswer>();
    answers.push(resolve);
    return promise;
  };
  await served(
    handle,
    async ({ server, errors }) => {
      const client = await RawClient.open(server.port);
      await client.send(get("/late"));
      await until(() => requests.length === 1);
      client.socket.resetAndDestroy();
      await until(() => requests[0]?.isWaiting === false);
      await until(() => server.counts.dropped === 1);
      expect(() => requests[0]?.headers()).toThrow("its client gone");
      // Somebody else has the place by now, and not this answer.
      await ask(server.port, "/");
      answers[0]?.({ body: "too late" });
      await ask(server.port, "/");
      expect(server.waiting).toBe(0);
      expect(errors).toEqual([]);
    },
    { connections: 1 },
  );
});

test("hundreds of clients that go away at any moment leave nothing behind", async () => {
  const handle = async (request: NativeRequest) => {
    const pauseMs = Number(request.path.slice(1)) % 4;
    if (pauseMs > 0) await Bun.sleep(pauseMs);
    return { body: request.path.repeat(20_000) };
  };
  await served(handle, async ({ server, errors }) => {
    for (let round = 0; round < 10; round++) {
      const clients = await Promise.all(
        Array.from({ length: 50 }, () => RawClient.open(server.port)),
      );
      await Promise.all(
        clients.map(async (client, index) => {
          // Some in the middle of a request, some of an answer, some with more behind it.
          const request = get(`/${index}`).repeat(1 + (index % 3));
          await client.send(index % 5 === 0 ? request.slice(0, 9) : request);
          if (index % 2 === 0) await Bun.sleep(index % 7);
          if (index % 4 === 0) client.socket.resetAndDestroy();
          await client[Symbol.asyncDispose]();
        }),
      );
    }
    await until(() => {
      const { connected, called, answered, dropped } = server.counts;
      return connected === 0 && answered + dropped === called;
    });
    expect(server.waiting).toBe(0);
    expect(server.counts.accepted).toBe(500);
    expect(server.counts.called).toBeGreaterThan(0);
    expect(errors).toEqual([]);
    await using client = await RawClient.open(server.port);
    await client.send(get("/1"));
    await client.until((all) => all.endsWith("/1/1"));
  });
});

test("news of clients is not lost while JavaScript is busy, however often a place changes hands", async () => {
  const answers: ((answer: NativeAnswer) => void)[] = [];
  const handle = (request: NativeRequest) => {
    if (request.path === "/last") return answerPath(request);
    const { promise, resolve } = Promise.withResolvers<NativeAnswer>();
    answers.push(resolve);
    return promise;
  };
  await served(
    handle,
    async ({ server }) => {
      const first = await RawClient.open(server.port);
      await first.send(get("/first"));
      await until(() => answers.length === 1);
      // Others wait for the place: one that sends no more, and is given up for the other.
      const second = await RawClient.open(server.port);
      second.socket.end(get("/second"));
      await using last = await RawClient.open(server.port);
      await last.send(get("/last"));
      await Bun.sleep(100);
      // The farewell of the first, and then, by its place, the second and its farewell.
      first.socket.resetAndDestroy();
      busyUntil(() => server.counts.connected === 0);
      answers[0]?.({ body: "too late" });
      for (let turn = 0; turn < 10; turn++) await null;
      busyUntil(() => server.counts.called === 2 && server.counts.connected === 0);
      await until(() => answers.length === 2);
      // It is never answered, and its place is free all the same.
      expect(await last.until((all) => bodiesOf(all)[0] === "/last")).toContain("200 OK");
      await second[Symbol.asyncDispose]();
    },
    { connections: 1 },
  );
});

describe("when all places are taken", () => {
  test("others wait until one is free", async () => {
    const answers: ((answer: NativeAnswer) => void)[] = [];
    const handle = () => {
      const { promise, resolve } = Promise.withResolvers<NativeAnswer>();
      answers.push(resolve);
      return promise;
    };
    await served(
      handle,
      async ({ server }) => {
        const clients = await Promise.all([1, 2, 3].map(() => RawClient.open(server.port)));
        await Promise.all(clients.map((client) => client.send(get("/"))));
        await until(() => answers.length === 2);
        expect(server.counts.accepted).toBe(2);
        answers[0]?.({ body: "first" });
        await until(() => clients.some(({ received }) => received.endsWith("first")));
        for (const client of clients) {
          if (client.received !== "") await client[Symbol.asyncDispose]();
        }
        await until(() => answers.length === 3);
        for (const answer of answers) answer({ body: "rest" });
        await Promise.all(
          clients.map(async (client) => {
            await client.until((all) => bodiesOf(all).length === 1);
            await client[Symbol.asyncDispose]();
          }),
        );
      },
      { connections: 2 },
    );
  });

  test("who sends no more and is never answered is given up first", async () => {
    const handle = (request: NativeRequest) =>
      request.path === "/never" ? never : answerPath(request);
    await served(
      handle,
      async ({ server }) => {
        await using given = await RawClient.open(server.port);
        given.socket.end(get("/never"));
        await until(() => server.waiting === 1);
        await ask(server.port, "/right");
        expect(await given.untilEnd()).toBe("");
      },
      { connections: 1 },
    );
  });
});

test("without descriptors for all who ask, some wait until others have gone", async () => {
  const program = join(import.meta.dirname, "fixtures", "few-descriptors.ts");
  const script = 'ulimit -n 64 && exec "$0" "$@"';
  await using child = Bun.spawn(["sh", "-c", script, process.execPath, program], {
    stdin: "ignore",
    stderr: "inherit",
  });
  const port = await portOf(child.stdout);
  const clients = await Promise.all(Array.from({ length: 100 }, () => RawClient.open(port)));
  await Promise.all(clients.map((client, index) => client.send(get(`/${index}`))));
  await until(() => clients.some(({ received }) => received !== ""));
  // Whoever has its answer makes room for another.
  await Promise.all(
    clients.map(async (client, index) => {
      await client.until((all) => bodiesOf(all)[0] === `/${index}`);
      await client[Symbol.asyncDispose]();
    }),
  );
  await ask(port, "/last");
});

describe("closing", () => {
  const open = (
    handle: (request: NativeRequest) => NativeAnswer | Promise<NativeAnswer>,
    port = 0,
  ) => NativeServer.open({ hostname: "127.0.0.1", port, libraryPath: builtLibraryPath, handle });

  test("may be done twice, and by a handler", async () => {
    let server: NativeServer | undefined;
    let closed: Promise<void> | undefined;
    server = await open(({ path }) => {
      closed = server?.close();
      return { body: path };
    });
    await using client = await RawClient.open(server.port);
    await client.send(get("/") + get("/"));
    expect(await client.untilEnd()).toBe("");
    await Promise.all([closed, server.close()]);
    expect(server.counts.called).toBe(1);
  });

  test("ends clients that wait, answers nobody later, and frees the port", async () => {
    const { promise, resolve } = Promise.withResolvers<NativeAnswer>();
    const server = await open(() => promise);
    await using client = await RawClient.open(server.port);
    await client.send(get("/"));
    await until(() => server.waiting === 1);
    await server.close();
    expect(await client.untilEnd()).toBe("");
    resolve({ body: "too late" });
    await using next = await open(answerPath, server.port);
    await ask(next.port, "/again");
  });

  test("lets the program end", async () => {
    const from = JSON.stringify(join(import.meta.dirname, "../../src/handlers/native-server.ts"));
    const options = { hostname: "127.0.0.1", port: 0, libraryPath: builtLibraryPath };
    const script = `
      import { NativeServer } from ${from};
      const handle = () => ({ body: "here" });
      const server = await NativeServer.open({ ...${JSON.stringify(options)}, handle });
      console.log(await (await fetch("http://127.0.0.1:" + server.port)).text());
      await server.close();
    `;
    await using child = Bun.spawn([process.execPath, "-e", script], { stderr: "inherit" });
    expect(await child.stdout.text()).toBe("here\n");
    expect(await child.exited).toBe(0);
  });

  test.skipIf(process.platform !== "linux")("leaves no descriptor and no thread", async () => {
    const turn = async () => {
      await using server = await open(({ path }) => (path === "/never" ? never : { body: path }));
      await ask(server.port, "/");
      await using client = await RawClient.open(server.port);
      await client.send(get("/never"));
      await until(() => server.waiting === 1);
      expect(threadNames()).toContain(server.threadId);
    };
    await turn();
    const before = countDescriptors();
    for (let count = 0; count < 20; count++) await turn();
    await until(() => countDescriptors() <= before);
    const server = await open(answerPath);
    const { threadId } = server;
    await server.close();
    expect(threadNames()).not.toContain(threadId);
  });
});

test("an address that is none of this machine, and no places, are refused with a remedy", async () => {
  const at = (hostname: string, changed = {}) =>
    NativeServer.open({
      hostname,
      port: 0,
      libraryPath: builtLibraryPath,
      handle: answerPath,
      ...changed,
    });
  await expect(at("192.0.2.1")).rejects.toMatchObject({ code: "ADDRESS_BAD" });
  await expect(at("no-such-host.invalid")).rejects.toMatchObject({ code: "ADDRESS_BAD" });
  await expect(at("127.0.0.1", { connections: 0 })).rejects.toMatchObject({ code: "USAGE" });
  await expect(at("127.0.0.1", { port: 70_000 })).rejects.toMatchObject({ code: "USAGE" });
});

/** Holds JavaScript, as a handler may that computes. */
function busyUntil(isSo: () => boolean): void {
  while (!isSo()) Bun.sleepSync(1);
}

async function portOf(output: ReadableStream<Uint8Array>): Promise<number> {
  const reader = output.getReader();
  let text = "";
  while (!text.includes("\n")) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`it ended after ${JSON.stringify(text)}`);
    text += new TextDecoder().decode(value);
  }
  return Number(text);
}

function countDescriptors(): number {
  return readdirSync("/proc/self/fd").length;
}

function threadNames(): number[] {
  return readdirSync("/proc/self/task").map(Number);
}
