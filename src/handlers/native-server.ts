import { type Pointer, ptr } from "bun:ffi";
import { lookup } from "node:dns/promises";
import { getSystemErrorName } from "node:util";
import { WakerbenchError } from "../errors.ts";
import { readCounters } from "../native/counters.ts";
import type { Native } from "../native/library.ts";
import { libraryOf } from "../ring/native.ts";
import { Ring } from "../ring/ring.ts";
import { Exchanges } from "./exchanges.ts";
import { listenError } from "./listening.ts";
import { bodyOf, failedAnswer, fieldsOf, type NativeAnswer, statusOf } from "./native-answer.ts";
import { NativeRequest } from "./native-request.ts";

export type NativeServerOptions = {
  /** An address of this machine, or a name of it. */
  readonly hostname: string;
  /** 0: a free one. */
  readonly port: number;
  /** The path of the shared library. */
  readonly libraryPath: string;
  /**
   * Connections that are served at once, 1 to 16,384; others wait in the kernel. A client keeps its place for as long
   * as it likes, also between two bytes of a request: there is no timeout for it. Default: 1,024.
   */
  readonly connections?: number;
  /** A longer body is refused with 413. Default: 16 MiB. */
  readonly bodyBytesMax?: number;
  /** Answers a request. What it throws, or rejects with, is a 500 for the client. */
  handle(request: NativeRequest): NativeAnswer | PromiseLike<NativeAnswer>;
  /** Hears what `handle` has thrown. Default: `console.error`. */
  onError?(thrown: unknown, request: NativeRequest): void;
};

/** Set in a number that comes from the thread: the client of this request is gone (zig/http_server.zig). */
const goneBit = 2 ** 31;

/**
 * So many items of a place may wait for JavaScript, none of which may be lost: the farewell of a client whose request
 * has just been answered, and, by the same place then, the call for the next one and its farewell.
 */
const itemsOfPlace = 3;

/** In the order of `Counts` of zig/http_server.zig. */
const counterNames = ["accepted", "connected", "called", "answered", "dropped", "batches"] as const;
/** What the thread has counted: connections accepted and standing; requests JavaScript was called for, and those
 * answered, and answered to nobody; and how often requests came together. */
export type NativeServerCounts = Readonly<Record<(typeof counterNames)[number], number>>;

/**
 * An HTTP/1.1 server on a native thread, whose requests a JavaScript function answers: the thread reads and writes,
 * calls JavaScript for what has come through a ring, and gets all answers of a batch by one call.
 *
 *     await using server = await NativeServer.open({ hostname: "127.0.0.1", port: 0, libraryPath, handle });
 */
export class NativeServer implements AsyncDisposable {
  readonly port: number;
  /** The kernel's id of the server's thread. */
  readonly threadId: number;
  readonly #symbols: Native["symbols"];
  readonly #handle: NativeServerOptions["handle"];
  readonly #onError: NonNullable<NativeServerOptions["onError"]>;
  readonly #ring: Ring<"u32">;
  readonly #exchanges: Exchanges;
  /** By place: the requests that wait for their answer. */
  readonly #requests: (NativeRequest | null)[];
  /** Places whose answers lie there and are not sent yet. */
  readonly #ready: Uint32Array;
  readonly #readyPointer: Pointer;
  #readyCount = 0;
  /** Null when it is closed: nothing of the server's memory may be touched then. */
  #server: Pointer | null;
  /** Whoever is at work sends the answers that are ready by then. */
  #isSending = false;
  #lastCounts: NativeServerCounts | null = null;

  /**
   * @throws WakerbenchError PORT_TAKEN, ADDRESS_BAD, SERVER_FAILED, LIBRARY_…
   */
  static async open(options: NativeServerOptions): Promise<NativeServer> {
    const { hostname, port } = options;
    const { address } = await lookup(hostname).catch((thrown) => {
      throw listenError(thrown, { hostname, port });
    });
    return new NativeServer(options, address);
  }

  private constructor(options: NativeServerOptions, address: string) {
    const { connections = 1024, libraryPath, handle, onError = printError } = options;
    const { native } = libraryOf(libraryPath);
    this.#symbols = native.symbols;
    this.#handle = handle;
    this.#onError = onError;
    const server = openServer(native, options, address, connections);
    this.#server = server;
    this.#exchanges = new Exchanges(native, server, connections);
    this.#requests = new Array(connections).fill(null);
    this.#ready = new Uint32Array(new ArrayBuffer(4 * connections));
    this.#readyPointer = ptr(this.#ready);
    try {
      const capacity = 2 ** Math.ceil(Math.log2(itemsOfPlace * connections));
      this.#ring = new Ring({ payload: "u32", capacity, library: libraryPath });
    } catch (thrown) {
      native.symbols.wb_http_close(server);
      throw thrown;
    }
    this.#ring.onBatch(this.#hear);
    this.port = native.symbols.wb_http_port(server);
    this.threadId = this.#start(server);
  }

  get counts(): NativeServerCounts {
    if (this.#lastCounts !== null) return this.#lastCounts;
    const { wb_http_counters } = this.#symbols;
    const server = this.#server;
    return readCounters(counterNames, (out) => wb_http_counters(server, out));
  }

  /** Requests that wait for what the handler will return. */
  get waiting(): number {
    return this.#requests.reduce((count, request) => count + (request === null ? 0 : 1), 0);
  }

  /**
   * Ends the thread, all connections and the listener at once: clients whose requests wait see the end. Closing
   * again is closing once. Resolves when all has been given back.
   */
  close(): Promise<void> {
    const server = this.#server;
    if (server !== null) {
      this.#lastCounts = this.counts;
      this.#server = null;
      for (const request of this.#requests) request?.detach();
      this.#requests.fill(null);
      this.#symbols.wb_http_close(server);
      this.#ring.close();
    }
    return this.#ring.closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #start(server: Pointer): number {
    const threadId = this.#symbols.wb_http_start(server, this.#ring.pointer);
    if (threadId > 0) return threadId;
    // Nobody has the native side's hold of the ring.
    this.#symbols.wb_ring_release(this.#ring.pointer);
    void this.close();
    throw serverFailed("the server's thread could not be made");
  }

  readonly #hear = (numbers: Uint32Array): void => {
    this.#isSending = true;
    for (const number of numbers) {
      // A handler may have closed the server.
      if (this.#server === null) return;
      if (number < goneBit) this.#call(number);
      else this.#forget(number - goneBit);
    }
    this.#send();
  };

  #call(place: number): void {
    const request = new NativeRequest(this.#exchanges, place);
    this.#requests[place] = request;
    let answer: NativeAnswer | PromiseLike<NativeAnswer>;
    try {
      answer = this.#handle(request);
    } catch (thrown) {
      this.#fail(request, thrown);
      return;
    }
    if (isPromise(answer)) {
      Promise.resolve(answer).then(
        (settled) => this.#answer(request, settled),
        (thrown) => this.#fail(request, thrown),
      );
    } else this.#answer(request, answer);
  }

  #answer(request: NativeRequest, answer: NativeAnswer): void {
    if (!request.isWaiting) return;
    try {
      const status = statusOf(answer);
      this.#exchanges.write(request.place, status, fieldsOf(answer), bodyOf(answer));
    } catch (thrown) {
      this.#fail(request, thrown);
      return;
    }
    this.#release(request);
  }

  #fail(request: NativeRequest, thrown: unknown): void {
    try {
      this.#onError(thrown, request);
    } catch (unheard) {
      reportError(unheard);
    }
    if (request.isWaiting) this.#answer(request, failedAnswer);
  }

  /** The client is gone, and the place the thread's again. */
  #forget(place: number): void {
    const request = this.#requests[place];
    // It was answered while this was on its way.
    if (request) this.#release(request);
  }

  #release(request: NativeRequest): void {
    request.detach();
    this.#requests[request.place] = null;
    this.#ready[this.#readyCount++] = request.place;
    if (this.#isSending) return;
    this.#isSending = true;
    // Those that settle in the same turn go along.
    queueMicrotask(() => this.#send());
  }

  #send(): void {
    this.#isSending = false;
    const count = this.#readyCount;
    this.#readyCount = 0;
    if (count > 0 && this.#server !== null) {
      this.#symbols.wb_http_answer_all(this.#server, this.#readyPointer, count);
    }
  }
}

/** Also one that is not of this realm, or of a library's own. */
function isPromise(
  answer: NativeAnswer | PromiseLike<NativeAnswer>,
): answer is PromiseLike<NativeAnswer> {
  return typeof (answer as Partial<PromiseLike<NativeAnswer>> | undefined)?.then === "function";
}

function openServer(
  { symbols }: Native,
  { hostname, port, bodyBytesMax = 16 * 1024 * 1024 }: NativeServerOptions,
  address: string,
  connections: number,
): Pointer {
  const fault = new Int32Array(1);
  const text = Buffer.from(`${address}\0`);
  const server = symbols.wb_http_open(ptr(text), port, connections, bodyBytesMax, ptr(fault));
  if (server !== null) return server as Pointer;
  const code = getSystemErrorName(-(fault[0] ?? 0));
  if (code === "EINVAL") {
    throw new WakerbenchError("USAGE", `a server cannot have ${connections} connections`, {
      remedy: "let it be 1 to 16,384 connections, and bodies of up to 2^40 bytes",
    });
  }
  const known = listenError(Object.assign(new Error(code), { code }), { hostname, port });
  throw known instanceof WakerbenchError ? known : serverFailed(`it cannot listen: ${code}`);
}

function serverFailed(message: string): WakerbenchError {
  return new WakerbenchError("SERVER_FAILED", message, {
    remedy: "look at the limits of descriptors, threads and memory (`ulimit -a`)",
  });
}

function printError(thrown: unknown): void {
  console.error(thrown);
}
