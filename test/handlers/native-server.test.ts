import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { Agent, type IncomingHttpHeaders, request } from "node:http";
import type { NativeAnswer } from "../../src/handlers/native-answer.ts";
import type { NativeRequest } from "../../src/handlers/native-request.ts";
import { served, until } from "./native-servers.ts";

setDefaultTimeout(60_000);

type Response = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
};
type Asked = {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: Uint8Array | string;
  readonly agent?: Agent;
};

/** Asks by node:http, whose parser is nobody's of ours. */
function ask(port: number, { body, ...options }: Asked = {}): Promise<Response> {
  const { promise, resolve, reject } = Promise.withResolvers<Response>();
  const asked = request({ host: "127.0.0.1", port, ...options }, (answer) => {
    const chunks: Buffer[] = [];
    answer.on("data", (chunk: Buffer) => chunks.push(chunk)).on("error", reject);
    answer.on("end", () => {
      const { statusCode: status = 0, headers } = answer;
      resolve({ status, headers, body: Buffer.concat(chunks) });
    });
  });
  asked.on("error", reject).end(body);
  return promise;
}

const text = (body: string): NativeAnswer => ({ headers: { "content-type": "text/plain" }, body });

function randomBytes(size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  return bytes;
}

describe("a handler", () => {
  const describeIt = (request: NativeRequest) => {
    const { method, path } = request;
    const seen = { method, path, tag: request.header("X-Tag"), none: request.header("x-none") };
    return text(JSON.stringify({ ...seen, body: request.text() }));
  };

  test.each(["GET", "POST", "DELETE", "PURGE"])("gets what a %s asks for", async (method) => {
    await served(describeIt, async ({ server }) => {
      const body = method === "POST" ? "what was sent" : "";
      const headers = { "x-tag": "a  b", "content-length": `${body.length}` };
      const answer = await ask(server.port, { method, path: "/a/b?c=d", headers, body });
      expect(answer.status).toBe(200);
      expect(JSON.parse(answer.body.toString())).toEqual({
        method,
        path: "/a/b?c=d",
        tag: "a  b",
        none: null,
        body,
      });
    });
  });

  test("gets its fields in order, those of one name together, and says its own", async () => {
    const seen: [string, string][][] = [];
    const handle = (request: NativeRequest) => {
      seen.push(request.headers());
      return { status: 299, headers: { "X-One": "1", etag: '"ü"' }, body: "there" };
    };
    await served(handle, async ({ server }) => {
      const answer = await ask(server.port, { headers: { a: "1", b: "2" } });
      expect(seen[0]?.slice(0, 2)).toEqual([
        ["a", "1"],
        ["b", "2"],
      ]);
      expect(answer.status).toBe(299);
      expect(answer.headers).toMatchObject({ "x-one": "1", etag: '"ü"', "content-length": "5" });
      expect(Math.abs(Date.parse(answer.headers.date ?? "") - Date.now())).toBeLessThan(60_000);
    });
  });

  const sizes = [0, 1, 3_000, 5_000, 20_000, 5_000_000];
  test.each(sizes)("gets and gives a body of %d bytes", async (size) => {
    const body = randomBytes(size);
    await served(
      (request) => ({ body: request.bytes() }),
      async ({ server }) => {
        const sized = { method: "POST", headers: { "content-length": `${size}` }, body };
        const chunked = { method: "POST", headers: { "transfer-encoding": "chunked" }, body };
        for (const asked of [sized, chunked]) {
          const answer = await ask(server.port, asked);
          expect(answer.body.length).toBe(size);
          expect(Bun.hash(answer.body)).toBe(Bun.hash(body));
        }
      },
    );
  });

  test.each(["ä€😀".repeat(3), "ä€😀".repeat(4_000)])("may answer with any text", async (body) => {
    await served(
      async () => ({ body }),
      async ({ server }) => {
        const answer = await ask(server.port);
        expect(answer.headers["content-length"]).toBe(`${Buffer.byteLength(body)}`);
        expect(answer.body.toString()).toBe(body);
      },
    );
  });

  test("may return what is no Promise, but can be awaited like one", async () => {
    const thenable = (body: string): PromiseLike<NativeAnswer> => {
      const settled = Promise.resolve(text(body));
      // biome-ignore lint/suspicious/noThenProperty: it is what a library's own promise has.
      return { then: (...heard) => settled.then(...heard) };
    };
    await served(
      ({ path }) => thenable(path),
      async ({ server }) => {
        expect((await ask(server.port, { path: "/then" })).body.toString()).toBe("/then");
      },
    );
  });

  test("that is async may read the request until it has answered, and not after", async () => {
    const requests: NativeRequest[] = [];
    const handle = async (request: NativeRequest) => {
      requests.push(request);
      await Bun.sleep(1);
      return text(`${request.header("x-tag")} ${request.text()}`);
    };
    await served(handle, async ({ server }) => {
      const asked = { method: "POST", headers: { "x-tag": "late" }, body: "body" };
      expect((await ask(server.port, asked)).body.toString()).toBe("late body");
      expect(requests[0]?.isWaiting).toBe(false);
      expect(() => requests[0]?.text()).toThrow("until the request is answered");
    });
  });
});

describe("1,000 requests over 64 connections get each its own answer", () => {
  const handlers: Record<string, (request: NativeRequest) => NativeAnswer | Promise<NativeAnswer>> =
    {
      sync: ({ path }) => text(path),
      async: async ({ path }) => text(path),
      waiting: async ({ path }) => {
        await Bun.sleep(Number(path.slice(1)) % 3);
        return text(path);
      },
    };
  test.each(Object.keys(handlers))("of a handler that is %s", async (kind) => {
    const handle = handlers[kind] ?? (() => text(""));
    await served(handle, async ({ server }) => {
      const agent = new Agent({ keepAlive: true, maxSockets: 64 });
      const paths = Array.from({ length: 1000 }, (_, index) => `/${index}`);
      const answers = await Promise.all(paths.map((path) => ask(server.port, { path, agent })));
      expect(answers.map(({ body }) => body.toString())).toEqual(paths);
      const { accepted, called, answered, dropped } = server.counts;
      expect({ called, answered, dropped }).toEqual({ called: 1000, answered: 1000, dropped: 0 });
      expect(accepted).toBe(64);
      agent.destroy();
      await until(() => server.counts.connected === 0);
    });
  });
});

describe("what a handler does wrong is a 500 and an error that is heard:", () => {
  const wrong: Record<string, () => unknown> = {
    "it throws": () => {
      throw new Error("on purpose");
    },
    "it rejects": async () => {
      throw new Error("on purpose");
    },
    "it returns nothing": () => undefined,
    "it resolves with a text": async () => "text",
    "its status is none": () => ({ status: 99 }),
    "a value breaks its line": () => ({ headers: { a: "b\r\nc: d" } }),
    "a value is no Latin-1": () => ({ headers: { a: "€" } }),
    "a name is none": () => ({ headers: { "a b": "c" } }),
    "it says the server's own": () => ({ headers: { "Content-Length": "1" } }),
    "its body is a number": () => ({ body: 7 }),
  };
  test.each(Object.keys(wrong))("%s", async (name) => {
    const handle = ({ path }: NativeRequest) =>
      path === "/wrong" ? (wrong[name]?.() as NativeAnswer) : text("right");
    await served(handle, async ({ server, errors }) => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      const failed = await ask(server.port, { path: "/wrong", agent });
      expect(failed.status).toBe(500);
      expect(failed.body.toString()).toBe("Internal Server Error\n");
      expect(errors).toHaveLength(1);
      expect((await ask(server.port, { agent })).body.toString()).toBe("right");
      expect(server.counts.accepted).toBe(1);
      agent.destroy();
    });
  });
});

test("a request that is never answered holds back no other", async () => {
  const { promise: never } = Promise.withResolvers<NativeAnswer>();
  const handle = ({ path }: NativeRequest) => (path === "/never" ? never : text("right"));
  await served(handle, async ({ server }) => {
    const unanswered = ask(server.port, { path: "/never" });
    unanswered.catch(() => {});
    await until(() => server.waiting === 1);
    for (let turn = 0; turn < 20; turn++) expect((await ask(server.port)).status).toBe(200);
    await server.close();
    // It sees the end of its connection.
    await expect(unanswered).rejects.toThrow();
    expect(server.waiting).toBe(0);
  });
});
