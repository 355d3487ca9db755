import { join } from "node:path";

/** A Bun.serve in a process of its own; with `core` all of its threads run there. */
export class ServerProcess implements AsyncDisposable {
  readonly #child: Bun.Subprocess<"ignore", "pipe", "inherit">;
  readonly port: number;

  private constructor(child: Bun.Subprocess<"ignore", "pipe", "inherit">, port: number) {
    this.#child = child;
    this.port = port;
  }

  static async start(core?: number): Promise<ServerProcess> {
    const pinned = core === undefined ? [] : ["taskset", "-c", String(core)];
    const program = [process.execPath, join(import.meta.dirname, "fixtures", "bun-server.ts")];
    const child = Bun.spawn([...pinned, ...program], {
      stdin: "ignore",
      stdout: "pipe",
      stderr: "inherit",
    });
    const { value } = await child.stdout.getReader().read();
    return new ServerProcess(child, Number(new TextDecoder().decode(value)));
  }

  get pid(): number {
    return this.#child.pid;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#child.exited;
  }
}
