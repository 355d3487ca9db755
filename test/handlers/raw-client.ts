import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** A connection whose bytes a test writes itself, and what came back on it. */
export class RawClient implements AsyncDisposable {
  received = "";
  isEnded = false;
  readonly socket: Socket;
  #heard = Promise.withResolvers<void>();

  private constructor(socket: Socket) {
    this.socket = socket;
    const hear = () => {
      this.#heard.resolve();
      this.#heard = Promise.withResolvers();
    };
    socket.setNoDelay(true);
    socket.on("data", (bytes: Buffer) => {
      this.received += bytes.toString("latin1");
      hear();
    });
    const end = () => {
      this.isEnded = true;
      hear();
    };
    socket.on("end", end).on("close", end).on("error", end);
  }

  static async open(port: number, host = "127.0.0.1"): Promise<RawClient> {
    const socket = connect({ port, host, allowHalfOpen: true });
    const client = new RawClient(socket);
    await once(socket, "connect");
    return client;
  }

  /** Resolves when the kernel has the bytes. */
  send(bytes: string | Uint8Array): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.socket.write(bytes, (failed) => (failed ? reject(failed) : resolve()));
    return promise;
  }

  /** Waits for what is wanted of what has come. */
  async until(isThere: (received: string) => boolean): Promise<string> {
    while (!isThere(this.received)) {
      if (this.isEnded) throw new Error(`it ended after ${JSON.stringify(this.received)}`);
      await this.#heard.promise;
    }
    return this.received;
  }

  /** Waits for the end, and returns all that came. */
  async untilEnd(): Promise<string> {
    while (!this.isEnded) await this.#heard.promise;
    return this.received;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.socket.closed) return;
    const closed = once(this.socket, "close");
    this.socket.destroy();
    await closed;
  }
}
