import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { readWithBun } from "../../src/agent/reader.ts";
import { answerHeaders, answerText } from "../../src/handlers/answers.ts";
import type { Handler, HandlerContext } from "../../src/handlers/handler.ts";
import { handlers } from "../../src/handlers/index.ts";
import { builtLibraryPath, loadLibrary } from "../../src/native/library.ts";
import { expectCodeToCompile } from "../advice.ts";
import { RawClient } from "./raw-client.ts";

// Workers are slow to start on a busy machine.
setDefaultTimeout(60_000);

const native = loadLibrary(builtLibraryPath);

function contextFor(changed: Partial<HandlerContext> = {}): HandlerContext {
  return {
    native,
    libraryPath: builtLibraryPath,
    hostname: "127.0.0.1",
    port: 0,
    waitMs: 10,
    parameters: {},
    read: readWithBun,
    ...changed,
  };
}

/** Opens a handler, and closes it whatever `work` comes to. */
async function opened<T>(
  handler: Handler,
  work: (port: number, threads: readonly number[]) => Promise<T>,
  changed: Partial<HandlerContext> = {},
): Promise<T> {
  const open = await handler.open(contextFor(changed));
  try {
    return await work(open.port, open.threadIds());
  } finally {
    await open.close();
  }
}

function handlerNamed(id: string): Handler {
  const found = handlers.find((handler) => handler.id === id);
  if (found === undefined) throw new Error(`no handler ${id}`);
  return found;
}

test("the code to paste of every handler has no fault that the compiler sees", () => {
  expectCodeToCompile(handlers);
});

const asked = handlers
  .filter(({ kind }) => kind !== "echo")
  .map((handler): [string, Handler] => [handler.id, handler]);

describe.each(asked)("%s", (id, handler) => {
  test("answers every request with what a client takes for right, many at once", async () => {
    await opened(
      handler,
      async (port) => {
        const ask = async () => {
          const response = await fetch(`http://127.0.0.1:${port}/`);
          const type = response.headers.get("content-type");
          return { status: response.status, type, text: await response.text() };
        };
        const answers = await Promise.all(Array.from({ length: 40 }, ask));
        const right = { status: 200, type: answerHeaders["content-type"], text: answerText };
        expect(answers).toEqual(answers.map(() => right));
      },
      { waitMs: 1 },
    );
  });

  test("gives its port back, and says that one is taken", async () => {
    const port = await opened(handler, async (taken) => {
      await expect(handler.open(contextFor({ port: taken }))).rejects.toMatchObject({
        code: "PORT_TAKEN",
      });
      return taken;
    });
    await opened(handler, async (again) => expect(again).toBe(port), { port });
  });

  const hasThread = /^(native-|worker)/.test(id);
  test(`names ${hasThread ? "the thread that works for the loop" : "no thread"}`, async () => {
    await opened(handler, async (_port, threads) => {
      expect(threads).toHaveLength(hasThread ? 1 : 0);
      expect(threads).not.toContain(native.symbols.wb_thread_id());
    });
  });
});

/** How long one request takes, milliseconds: the least of several, which no other program held up. */
async function quickest(id: string, waitMs: number): Promise<number> {
  return opened(
    handlerNamed(id),
    async (port) => {
      const tookMs: number[] = [];
      for (let turn = 0; turn < 5; turn++) {
        const beganMs = performance.now();
        await (await fetch(`http://127.0.0.1:${port}/`)).text();
        tookMs.push(performance.now() - beganMs);
      }
      return Math.min(...tookMs);
    },
    { waitMs },
  );
}

test("three waits take three times as long in a row, blocked or not, and once at once", async () => {
  const waitMs = 40;
  const [blocking, inARow, atOnce] = [
    await quickest("sync-blocking", waitMs),
    await quickest("sequential", waitMs),
    await quickest("overlapped", waitMs),
  ];
  // A timer may be early by less than the millisecond that it is counted in.
  expect(blocking).toBeGreaterThanOrEqual(3 * (waitMs - 1));
  expect(inARow).toBeGreaterThanOrEqual(3 * (waitMs - 1));
  expect(atOnce).toBeGreaterThanOrEqual(waitMs - 1);
  expect(inARow / atOnce).toBeGreaterThan(2);
});

test("a native server takes more connections at once than it does by default", async () => {
  await opened(handlerNamed("native-server-sync"), async (port) => {
    await using clients = new AsyncDisposableStack();
    for (let count = 0; count < 1_100; count++) {
      const client = clients.use(await RawClient.open(port));
      await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      await client.until((all) => all.endsWith(answerText));
    }
  });
});

describe("an echo sends back", () => {
  const sizes = [1, 64, 1_000_000];

  test.each(sizes)("%d bytes over HTTP", async (size) => {
    const body = randomBytes(size);
    await opened(handlerNamed("echo-http"), async (port) => {
      const response = await fetch(`http://127.0.0.1:${port}/`, { method: "POST", body });
      expect(response.status).toBe(200);
      expect(Bun.hash(await response.bytes())).toBe(Bun.hash(body));
    });
  });

  // So many that the kernel takes them in parts: the reader begins late.
  test.each([...sizes, 20_000_000])("%d bytes over TCP", async (size) => {
    const body = randomBytes(size);
    await opened(handlerNamed("echo-tcp"), async (port) => {
      const back = await exchange(port, body);
      expect(back.length).toBe(body.length);
      expect(Bun.hash(back)).toBe(Bun.hash(body));
    });
  });

  test("what came before its client went away to nobody, and goes on", async () => {
    await opened(handlerNamed("echo-tcp"), async (port) => {
      const gone = await Bun.connect({ hostname: "127.0.0.1", port, socket: { data() {} } });
      gone.write(randomBytes(5_000_000));
      gone.terminate();
      expect(await exchange(port, new Uint8Array([7, 8, 9]))).toEqual(new Uint8Array([7, 8, 9]));
    });
  });
});

function randomBytes(size: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: size }, (_, index) => (index * 31 + (index >> 8)) & 255);
}

/** Sends all of it over one connection, reads as much, and closes. */
async function exchange(port: number, sent: Uint8Array): Promise<Uint8Array> {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  const chunks: Uint8Array[] = [];
  let received = 0;
  let written = 0;
  const socket = await Bun.connect({
    hostname: "127.0.0.1",
    port,
    socket: {
      data(_socket, chunk) {
        chunks.push(new Uint8Array(chunk));
        received += chunk.length;
        if (received >= sent.length) resolve(Buffer.concat(chunks));
      },
      drain: write,
      close: () => reject(new Error(`closed after ${received} bytes`)),
      error: (_socket, error) => reject(error),
    },
  });
  function write(to: { write(bytes: Uint8Array): number }) {
    if (written < sent.length) written += Math.max(0, to.write(sent.subarray(written)));
  }
  write(socket);
  try {
    return new Uint8Array(await promise);
  } finally {
    socket.end();
  }
}
