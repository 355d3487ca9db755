import { closeSync, writeSync } from "node:fs";
import { withDefaults } from "../approaches/parameters.ts";
import { messageOf, WakerbenchError } from "../errors.ts";
import type { Handler } from "../handlers/handler.ts";
import type { ServerAnswer, ServerOrder } from "../handlers/server-process.ts";
import { loadLibrary, type Native } from "../native/library.ts";
import { bindAllThreads } from "../native/placing.ts";
import { readWithBun } from "./reader.ts";

const answersFd = 3;

type FindHandler = (id: string) => Promise<Handler>;

/**
 * What the process of a server does: one handler, until whoever started it is gone or ends it.
 *
 * @param find the handler that the order names
 */
export async function serveOrder(find: FindHandler): Promise<void> {
  try {
    await listen(find);
  } catch (error) {
    const known = error instanceof WakerbenchError ? error : undefined;
    if (known === undefined) console.error(error);
    answer({
      type: "failed",
      code: known?.code ?? "SERVER_FAILED",
      message: messageOf(error),
      remedy: known?.remedy ?? null,
    });
    process.exit(1);
  }
}

/** @throws WakerbenchError what keeps it from listening */
async function listen(find: FindHandler): Promise<void> {
  const order = JSON.parse(process.argv.at(-1) ?? "") as ServerOrder;
  const native = loadLibrary(order.libraryPath);
  const watched = native.symbols.wb_die_with_parent(order.parentPid) === 1;
  if (!watched && process.ppid !== order.parentPid) process.exit(1);
  // Ctrl-C reaches every process of a terminal; this one is ended by whoever started it.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => process.exit(0));
  void endWithInput();
  bind(native, order.cores);
  const handler = await find(order.handler);
  const { hostname, port, waitMs, libraryPath } = order;
  const parameters = withDefaults(handler, order.parameters);
  const context = { native, libraryPath, hostname, port, waitMs, parameters, read: readWithBun };
  const open = await handler.open(context);
  answer({
    type: "listening",
    pid: process.pid,
    port: open.port,
    threadIds: [...open.threadIds()],
  });
}

/** Where the kernel ends no orphans, the end of the pipe from the parent says that it is gone. */
async function endWithInput(): Promise<void> {
  for await (const _ of Bun.stdin.stream()) {
    // Nothing is ever sent.
  }
  process.exit(0);
}

/** @throws WakerbenchError PLACEMENT_IMPOSSIBLE */
function bind(native: Native, cores: readonly number[]): void {
  const code = bindAllThreads(native, cores);
  if (code === 0) return;
  throw new WakerbenchError(
    "PLACEMENT_IMPOSSIBLE",
    `the server cannot be pinned to cores ${cores.join(", ")} (errno ${-code})`,
    { remedy: "let it have more cores, or one alone: then nothing is pinned" },
  );
}

/** The one thing that is ever said: whoever asked closes its end then. */
function answer(message: ServerAnswer): void {
  let rest = Buffer.from(`${JSON.stringify(message)}\n`);
  while (rest.length > 0) rest = rest.subarray(writeSync(answersFd, rest));
  closeSync(answersFd);
}
