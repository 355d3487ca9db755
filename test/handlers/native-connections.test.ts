import { describe, expect, setDefaultTimeout, test } from "bun:test";
import type { NativeAnswer } from "../../src/handlers/native-answer.ts";
import type { NativeRequest } from "../../src/handlers/native-request.ts";
import { bodiesOf, served, statusOf, until } from "./native-servers.ts";
import { RawClient } from "./raw-client.ts";

setDefaultTimeout(60_000);

const get = (path: string, fields = "") => `GET ${path} HTTP/1.1\r\nHost: x\r\n${fields}\r\n`;
const answerPath = ({ path }: NativeRequest): NativeAnswer => ({ body: path });
const describeIt = (request: NativeRequest): NativeAnswer => ({
  body: `${request.method} ${request.path} ${request.text()}`,
});

describe("requests that are sent before the first is answered", () => {
  const paths = Array.from({ length: 50 }, (_, index) => `/${index}`);
  const handlers = {
    sync: answerPath,
    "the slower the sooner it came": async (request: NativeRequest) => {
      await Bun.sleep(Math.max(0, 5 - Number(request.path.slice(1))));
      return answerPath(request);
    },
  };

  test.each(Object.entries(handlers))("are answered in order: %s", async (_name, handle) => {
    await served(handle, async ({ server }) => {
      await using client = await RawClient.open(server.port);
      await client.send(paths.map((path) => get(path)).join(""));
      const received = await client.until((all) => bodiesOf(all).length === paths.length);
      expect(bodiesOf(received)).toEqual(paths);
    });
  });

  test("are the same, byte by byte and all at once", async () => {
    const requests = [
      get("/1"),
      "POST /2 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello",
      "\r\nPUT /3 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n1\r\nd\r\n0\r\nT: t\r\n\r\n",
      get("/4"),
    ].join("");
    const expected = ["GET /1 ", "POST /2 hello", "PUT /3 abcd", "GET /4 "];
    await served(describeIt, async ({ server }) => {
      for (const size of [1, 2, 7, requests.length]) {
        await using client = await RawClient.open(server.port);
        for (let at = 0; at < requests.length; at += size) {
          await client.send(requests.slice(at, at + size));
        }
        const received = await client.until((all) => bodiesOf(all).length === expected.length);
        expect(bodiesOf(received)).toEqual(expected);
      }
    });
  });
});

describe("a connection", () => {
  const cases: Record<string, [request: string, stays: boolean]> = {
    "is kept by HTTP/1.1": [get("/"), true],
    "ends where the client says so": [get("/", "Connection: close\r\n"), false],
    "ends with HTTP/1.0": ["GET / HTTP/1.0\r\n\r\n", false],
    "is kept by HTTP/1.0 on demand": ["GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", true],
  };
  test.each(Object.keys(cases))("%s", async (name) => {
    const [request, stays] = cases[name] ?? ["", false];
    await served(answerPath, async ({ server }) => {
      await using client = await RawClient.open(server.port);
      await client.send(request);
      await client.until((all) => bodiesOf(all).length === 1);
      if (stays) {
        await client.send(request);
        const received = await client.until((all) => bodiesOf(all).length === 2);
        expect(received.includes("connection: keep-alive")).toBe(request.includes("HTTP/1.0"));
      } else expect(await client.untilEnd()).toContain("connection: close\r\n");
    });
  });

  test("goes on behind answers that have no body", async () => {
    const handle = ({ path }: NativeRequest) => ({ status: Number(path.slice(1)), body: "body" });
    await served(handle, async ({ server }) => {
      await using client = await RawClient.open(server.port);
      await client.send(
        `HEAD /200 HTTP/1.1\r\nHost: x\r\n\r\n${get("/204")}${get("/304")}${get("/201")}`,
      );
      const received = await client.until((all) => all.endsWith("\r\n\r\nbody"));
      const answers = received.split(/(?=HTTP\/1\.1)/);
      expect(answers.map(statusOf)).toEqual([200, 204, 304, 201]);
      expect(answers.map((answer) => answer.split("\r\n\r\n")[1])).toEqual(["", "", "", "body"]);
      expect(answers[0]).toContain("content-length: 4\r\n");
      expect(answers[1]).not.toContain("content-length");
    });
  });

  test("is told to go on with a body that waits for a word", async () => {
    await served(describeIt, async ({ server }) => {
      await using client = await RawClient.open(server.port);
      await client.send(
        "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n",
      );
      expect(await client.until((all) => all.length > 0)).toBe("HTTP/1.1 100 Continue\r\n\r\n");
      await client.send("abc");
      expect(await client.until((all) => all.endsWith("abc"))).toContain("HTTP/1.1 200 OK\r\n");
    });
  });

  test("whose client sends no more has its answer all the same", async () => {
    const handle = async (request: NativeRequest) => {
      await Bun.sleep(5);
      return answerPath(request);
    };
    await served(handle, async ({ server }) => {
      await using client = await RawClient.open(server.port);
      client.socket.end(get("/half"));
      expect(bodiesOf(await client.untilEnd())).toEqual(["/half"]);
    });
  });

  test("that is not read holds back no other, and has it all in the end", async () => {
    const size = 20_000_000;
    const handle = ({ path }: NativeRequest) => ({ body: path === "/big" ? "x".repeat(size) : "" });
    await served(handle, async ({ server }) => {
      await using slow = await RawClient.open(server.port);
      slow.socket.pause();
      await slow.send(get("/big") + get("/small"));
      await until(() => server.counts.answered === 1);
      await using other = await RawClient.open(server.port);
      await other.send(get("/"));
      await other.until((all) => bodiesOf(all).length === 1);
      expect(server.counts.answered).toBe(2);
      slow.socket.resume();
      await slow.until((all) => all.length > size && all.endsWith("\r\n\r\n"));
      expect(bodiesOf(slow.received).map(({ length }) => length)).toEqual([size, 0]);
    });
  });
});

describe("what is no request is refused and ends its connection, and no other:", () => {
  const long = "a".repeat(9_000);
  const wrong: Record<string, [request: string, status: number]> = {
    "another protocol": ["\x16\x03\x01\x02\x00", 400],
    "no request line": ["hello\r\n\r\n", 400],
    "no host": ["GET / HTTP/1.1\r\n\r\n", 400],
    "two lengths": [
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
      400,
    ],
    "a length and chunks": [
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      400,
    ],
    "a chunk that is none": [
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
      400,
    ],
    "a path that is too long": [`GET /${long}`, 431],
    "a field that is too long": [get("/", `A: ${long}\r\n`), 431],
    "a body that is too long": ["POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 101\r\n\r\n", 413],
    "chunks that are too long": [
      `POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n${"a".repeat(101)}\r\n`,
      413,
    ],
    "an encoding that is not known": [get("/", "Transfer-Encoding: gzip\r\n"), 501],
    "another version": ["GET / HTTP/3.0\r\nHost: x\r\n\r\n", 505],
    "an expectation": [get("/", "Expect: wonders\r\n"), 417],
  };
  test.each(Object.keys(wrong))("%s", async (name) => {
    const [request, status] = wrong[name] ?? ["", 0];
    const options = { bodyBytesMax: 100 };
    const work = async ({ server }: { server: { port: number; counts: { called: number } } }) => {
      await using other = await RawClient.open(server.port);
      await using client = await RawClient.open(server.port);
      // What comes behind it is no request any more.
      await client.send(`${request}${get("/behind")}`);
      const received = await client.untilEnd();
      expect(statusOf(received)).toBe(status);
      expect(received.match(/HTTP\/1\.1 /g)).toHaveLength(1);
      await other.send(get("/other"));
      await other.until((all) => bodiesOf(all)[0] === "/other");
      expect(server.counts.called).toBe(1);
    };
    await served(answerPath, work, options);
  });
});
