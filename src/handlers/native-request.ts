import type { Exchanges } from "./exchanges.ts";

/**
 * A request of a native HTTP server. Method and path are there; header and body are read when they are asked for,
 * out of the memory of the server's thread, which has them until the request is answered or its client is gone.
 */
export class NativeRequest {
  readonly method: string;
  /** As it was sent, with the query behind it. */
  readonly path: string;
  /** Where it lies; what it is answered at. */
  readonly place: number;
  /** Null from when it was answered, or its client was gone, or the server closed. */
  #exchanges: Exchanges | null;

  constructor(exchanges: Exchanges, place: number) {
    this.method = exchanges.methodOf(place);
    this.path = exchanges.targetOf(place);
    this.place = place;
    this.#exchanges = exchanges;
  }

  /** Whether somebody still waits for the answer. */
  get isWaiting(): boolean {
    return this.#exchanges !== null;
  }

  /**
   * The header's fields in the order in which they were sent, names in lower case.
   *
   * @throws Error when nobody waits for the answer any more
   */
  headers(): [name: string, value: string][] {
    const lines = this.#there().fieldsOf(this.place).split("\r\n").slice(0, -1);
    return lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    });
  }

  /** The value of a field, those of several of the same name with commas between them; null: there is none. */
  header(name: string): string | null {
    const values = this.headers().filter(([found]) => found === name.toLowerCase());
    return values.length === 0 ? null : values.map(([, value]) => value).join(", ");
  }

  /**
   * The body, as a copy.
   *
   * @throws Error when nobody waits for the answer any more
   */
  bytes(): Uint8Array {
    return this.#there().bodyOf(this.place);
  }

  text(): string {
    return new TextDecoder().decode(this.bytes());
  }

  /** Its place is for others from now on. */
  detach(): void {
    this.#exchanges = null;
  }

  #there(): Exchanges {
    if (this.#exchanges !== null) return this.#exchanges;
    throw new Error("header and body can be read until the request is answered or its client gone");
  }
}
