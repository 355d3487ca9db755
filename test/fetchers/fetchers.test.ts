import { describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Fetcher } from "../../src/fetchers/fetcher.ts";
import { fetchers } from "../../src/fetchers/index.ts";
import { expectCodeToCompile } from "../advice.ts";
import { until } from "../cli/processes.ts";
import { deafPort, listen, order, right, serve } from "./servers.ts";

// Workers are slow to start on a busy machine.
setDefaultTimeout(60_000);

test("the code to paste of every fetcher has no fault that the compiler sees", () => {
  expectCodeToCompile(fetchers);
});

const rows = fetchers.map((fetcher): [string, Fetcher] => [fetcher.id, fetcher]);

describe.each(rows)("%s", (id, fetcher) => {
  test("makes every request once, and no more at a time than the limit", async () => {
    let current = 0;
    let most = 0;
    using server = serve(async () => {
      current++;
      most = Math.max(most, current);
      await Bun.sleep(1);
      current--;
      return right();
    });
    const fetched = await fetcher.run(order(server.port));
    expect(fetched).toEqual({
      sent: 45,
      answered: 45,
      mistaken: 0,
      refused: 0,
      failed: 0,
      fault: null,
    });
    expect(server.seen).toBe(45);
    expect(most).toBeLessThanOrEqual(10);
    expect(most).toBeGreaterThan(1);
  });

  const waitsForChunk = !id.endsWith("-map");
  test(`${waitsForChunk ? "holds up the next chunk" : "goes on"} while one answer is late`, async () => {
    const late = Promise.withResolvers<Response>();
    using server = serve((nth) => (nth === 1 ? late.promise : right()));
    const running = fetcher.run(order(server.port));
    await until("the others", () => server.seen >= (waitsForChunk ? 10 : 45));
    // Time for one more, if it were ever to come.
    await Bun.sleep(20);
    expect(server.seen).toBe(waitsForChunk ? 10 : 45);
    late.resolve(right());
    expect(await running).toMatchObject({ answered: 45, fault: null });
  });

  const pools = { "threads-recreate": 5, "threads-reuse": 1, "threads-map": 1 }[id] ?? 0;
  test(`makes ${pools} pools of Workers for five chunks, and leaves none`, async () => {
    using server = serve(right);
    using workers = new CountedWorkers();
    await fetcher.run(order(server.port, { threads: 3 }));
    expect(workers).toMatchObject({ made: 3 * pools, ended: 3 * pools });
  });

  test("makes no more Workers than there are requests at a time", async () => {
    using server = serve(right);
    using workers = new CountedWorkers();
    await fetcher.run(order(server.port, { requests: 2, chunk: 2, threads: 16 }));
    expect(workers.made).toBe(pools === 0 ? 0 : 2);
  });

  test("says how many were answered with what", async () => {
    using server = serve((nth) => {
      if (nth % 10 === 0) return new Response("down", { status: 500 });
      return nth === 3 ? new Response("another") : right();
    });
    const fetched = await fetcher.run(order(server.port));
    expect(fetched).toMatchObject({ sent: 45, answered: 40, refused: 4, mistaken: 1, failed: 0 });
    expect(fetched.fault).toBe(
      "4 of 45 requests answered 500; 1 of 45 requests answered with another body",
    );
  });

  test("takes any body of a server that is not known", async () => {
    using server = serve(() => new Response("another"));
    const fetched = await fetcher.run(order(server.port, { body: null }));
    expect(fetched).toMatchObject({ answered: 45, fault: null });
  });

  test("begins no further request when an answer never comes", async () => {
    using server = serve((nth) => (nth > 12 ? new Promise(() => {}) : right()));
    const fetched = await fetcher.run(order(server.port, { timeoutNs: 300e6 }));
    const { sent, answered, failed, fault } = fetched;
    // On a busy machine an answer may be late that would have come.
    expect(answered).toBeLessThanOrEqual(12);
    expect(sent).toBeLessThanOrEqual(12 + 10);
    expect(failed).toBe(sent - answered);
    expect(fault).toBe(`${failed} of 45 requests failed: no answer in time`);
  });
});

const broken: [how: string, port: () => { port: number } & Disposable, fault: RegExp][] = [
  [
    "nobody listens",
    () => ({ port: deafPort(), [Symbol.dispose]() {} }),
    /^45 of 45 requests failed: connection refused$/,
  ],
  [
    "the connection is closed",
    () => listen((socket) => void socket.end()),
    /^45 of 45 requests failed: connection (closed|reset)$/,
  ],
  [
    "the connection is reset",
    () => listen((socket) => void socket.terminate()),
    /^45 of 45 requests failed: connection (closed|reset)$/,
  ],
  [
    "the answer is garbage",
    () => listen((socket) => void socket.end("@#!% no HTTP at all\r\n\r\n")),
    /^45 of 45 requests failed: the answer is no HTTP$/,
  ],
  [
    "the answer ends in the middle",
    () => listen((socket) => void socket.end("HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\nHello")),
    /^45 of 45 requests failed: connection (closed|reset)$/,
  ],
];

const both = rows.filter(([id]) => id === "async-for" || id === "threads-map");
describe.each(both)("%s says that every request failed where", (_, fetcher) => {
  test.each(broken)("%s", async (_, open, fault) => {
    using server = open();
    const fetched = await fetcher.run(order(server.port));
    expect(fetched).toMatchObject({ sent: 45, answered: 0, failed: 45 });
    expect(fetched.fault).toMatch(fault);
  });
});

/** Counts the Workers that are made, and those that have ended, while it is there. */
class CountedWorkers implements Disposable {
  readonly #original = globalThis.Worker;
  made = 0;
  ended = 0;

  constructor() {
    const counted = this;
    globalThis.Worker = class extends this.#original {
      constructor(...args: ConstructorParameters<typeof Worker>) {
        super(...args);
        counted.made++;
        this.addEventListener("close", () => counted.ended++);
      }
    };
  }

  [Symbol.dispose](): void {
    globalThis.Worker = this.#original;
  }
}
