import { type Pointer, ptr, toArrayBuffer } from "bun:ffi";
import type { Native } from "../native/library.ts";

/** Sixteen numbers of a place: `Exchange` of zig/http_places.zig. */
const word = {
  method: 0,
  methodAt: 1,
  methodBytes: 2,
  targetAt: 3,
  targetBytes: 4,
  fieldsAt: 5,
  fieldsBytes: 6,
  status: 7,
  answerFieldsBytes: 8,
  answerBodyBytes: 9,
  /** And the next one: an address. */
  body: 10,
  /** And the next one. */
  bodyBytes: 12,
} as const;
const wordsOfPlace = 16;
/** `input_bytes` of zig/http_reading.zig. */
const inputBytes = 16_384;
/** `output_bytes` of zig/http_places.zig, and what the prefix takes of it. */
const outputBytes = 4096;
const prefixBytes = 256;
const answerBytesMax = outputBytes - prefixBytes;
/** In the order of `Method` of zig/http_request.zig; what is not among them is read as text. */
const methods = ["", "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"] as const;
/** The bytes of a text that is written as UTF-8 are at most so many for each unit of it. */
const utf8BytesOfUnit = 3;
const bodyBytesMax = 2 ** 32 - 1;

/**
 * The memory that the thread of a native HTTP server shares with JavaScript: a place for each connection. A place may
 * be looked at from when its number was heard until its answer is sent, and none after the server is closed.
 */
export class Exchanges {
  readonly #server: Pointer;
  readonly #copyAnswer: Native["symbols"]["wb_http_copy_answer"];
  readonly #words: Uint32Array;
  readonly #inputs: Buffer;
  readonly #outputs: Buffer;

  constructor({ symbols }: Native, server: Pointer, places: number) {
    this.#server = server;
    this.#copyAnswer = symbols.wb_http_copy_answer;
    const memoryOf = (at: unknown, bytes: number) =>
      toArrayBuffer(at as Pointer, 0, places * bytes);
    this.#words = new Uint32Array(memoryOf(symbols.wb_http_exchanges(server), 4 * wordsOfPlace));
    this.#inputs = Buffer.from(memoryOf(symbols.wb_http_inputs(server), inputBytes));
    this.#outputs = Buffer.from(memoryOf(symbols.wb_http_outputs(server), outputBytes));
  }

  methodOf(place: number): string {
    const known = methods[this.#read(place, word.method)];
    return known || this.#text(place, word.methodAt, word.methodBytes);
  }

  /** As it was sent: a path, mostly, and the query behind it. */
  targetOf(place: number): string {
    return this.#text(place, word.targetAt, word.targetBytes);
  }

  /** The header's lines, each with its end. */
  fieldsOf(place: number): string {
    return this.#text(place, word.fieldsAt, word.fieldsBytes);
  }

  /** A copy of the body. */
  bodyOf(place: number): Uint8Array {
    const bytes = this.#readWide(place, word.bodyBytes);
    if (bytes === 0) return new Uint8Array();
    const at = this.#readWide(place, word.body) as Pointer;
    return new Uint8Array(toArrayBuffer(at, 0, bytes).slice(0));
  }

  /**
   * Writes an answer where the thread will find it.
   *
   * @param fields the header's lines with the empty one behind them, in Latin-1
   * @throws RangeError when there is no memory for it
   */
  write(place: number, status: number, fields: string, body: string | Uint8Array): void {
    const most = fields.length + body.length * (typeof body === "string" ? utf8BytesOfUnit : 1);
    this.#words[place * wordsOfPlace + word.status] = status;
    if (most > answerBytesMax) {
      this.#copy(place, fields, typeof body === "string" ? Buffer.from(body) : body);
      return;
    }
    const begin = place * outputBytes + prefixBytes;
    this.#outputs.write(fields, begin, "latin1");
    this.#words[place * wordsOfPlace + word.answerFieldsBytes] = fields.length;
    this.#words[place * wordsOfPlace + word.answerBodyBytes] = this.#put(
      begin + fields.length,
      body,
    );
  }

  #put(at: number, body: string | Uint8Array): number {
    if (body.length === 0) return 0;
    if (typeof body === "string") return this.#outputs.write(body, at, "utf8");
    this.#outputs.set(body, at);
    return body.length;
  }

  #copy(place: number, fields: string, body: Uint8Array): void {
    const isTooLong = body.length > bodyBytesMax;
    const head = Buffer.from(fields, "latin1");
    const at = body.length === 0 ? null : ptr(body);
    if (
      isTooLong ||
      this.#copyAnswer(this.#server, place, ptr(head), head.length, at, body.length) !== 0
    ) {
      throw new RangeError(`there is no room for an answer of ${body.length} bytes`);
    }
  }

  #read(place: number, at: number): number {
    return this.#words[place * wordsOfPlace + at] as number;
  }

  #readWide(place: number, at: number): number {
    return this.#read(place, at) + this.#read(place, at + 1) * 2 ** 32;
  }

  #text(place: number, at: number, bytes: number): string {
    const begin = place * inputBytes + this.#read(place, at);
    return this.#inputs.toString("latin1", begin, begin + this.#read(place, bytes));
  }
}
