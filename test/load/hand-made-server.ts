import { createServer, type Server, type Socket } from "node:net";
import { bodyText, localAddress } from "./orders.ts";

export const rightAnswer = `HTTP/1.1 200 OK\r\nContent-Length: ${bodyText.length}\r\n\r\n${bodyText}`;

type Options = {
  /** What is done with each whole request. */
  readonly answer?: (socket: Socket, number: number) => void;
  readonly connected?: (socket: Socket) => void;
  readonly heard?: (socket: Socket, bytes: Buffer) => void;
  readonly address?: string;
};

/** A server of this process that does what a test wants, right or wrong, and counts what it sees. */
export class HandMadeServer implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  port = 0;
  requests = 0;
  connections = 0;

  private constructor(options: Options) {
    this.#server = createServer((socket) => {
      this.connections++;
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      // Clients leave when they have measured enough, in the middle of whatever it is.
      socket.on("error", () => {});
      socket.on("close", () => this.#sockets.delete(socket));
      options.connected?.(socket);
      this.#listen(socket, options);
    });
  }

  static async open(options: Options): Promise<HandMadeServer> {
    const server = new HandMadeServer(options);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    server.#server.once("error", reject);
    server.#server.listen(0, options.address ?? localAddress, resolve);
    await promise;
    const address = server.#server.address();
    if (address === null || typeof address === "string") throw new Error("it has no port");
    server.port = address.port;
    return server;
  }

  #listen(socket: Socket, { answer, heard }: Options): void {
    let text = "";
    socket.on("data", (bytes: Buffer) => {
      heard?.(socket, bytes);
      text += bytes.toString("latin1");
      for (let end = text.indexOf("\r\n\r\n"); end >= 0; end = text.indexOf("\r\n\r\n")) {
        text = text.slice(end + 4);
        answer?.(socket, this.requests++);
      }
    });
  }

  /** All connections end at once, and no new one is taken. */
  async die(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    for (const socket of this.#sockets) socket.destroy();
    await promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#server.listening) await this.die();
  }
}
