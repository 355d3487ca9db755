import { closeExtraPipe, fdOf, lastLines, readUntil, withLines } from "../child-pipes.ts";
import { entryPath } from "../entry.ts";
import { type ErrorCode, WakerbenchError } from "../errors.ts";

/** What a server's process is told. */
export type ServerOrder = {
  /** The id of a handler. */
  readonly handler: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly libraryPath: string;
  readonly parentPid: number;
  readonly hostname: string;
  /** 0: a free one. */
  readonly port: number;
  readonly waitMs: number;
  /** Cores of all its threads; empty: they are not pinned. */
  readonly cores: readonly number[];
};

/** What it answers with, once: one line of JSON on file descriptor 3. */
export type ServerAnswer =
  | {
      readonly type: "listening";
      readonly pid: number;
      readonly port: number;
      readonly threadIds: readonly number[];
    }
  | {
      readonly type: "failed";
      readonly code: string;
      readonly message: string;
      readonly remedy: string | null;
    };

/** How a server's process ended, and the last lines that it printed. */
export type ServerEnd = {
  readonly signalCode: NodeJS.Signals | number | null;
  readonly exitCode: number | null;
  readonly lines: readonly string[];
};

/** A server that listens. Disposing of it kills it and waits until it is gone. */
export type ServerProcess = AsyncDisposable & {
  readonly pid: number;
  readonly port: number;
  /** Threads that work for its loop, by the kernel's ids. */
  readonly threadIds: readonly number[];
  /** Resolves when it is gone, by itself or not. */
  readonly ended: Promise<ServerEnd>;
};

export type ServerOptions = {
  /** Kills the server when it aborts. */
  readonly signal?: AbortSignal;
  /** Within which it has to listen. */
  readonly timeoutMs: number;
  /** The program that knows the handler; absent: the one that knows those of `wakerbench list handlers`. */
  readonly entry?: string;
};

const usualEntry = entryPath("agent/server");
/** A crash is a row of ours; it is not to be uploaded from a user's machine. */
const environment = { BUN_ENABLE_CRASH_REPORTING: "0", DO_NOT_TRACK: "1" };
/** How long what a server has printed is still read when it has ended. */
const graceMs = 250;

/**
 * Starts a server in a process of its own, and resolves when it listens. The process ends with the one that
 * started it.
 *
 * @throws WakerbenchError PORT_TAKEN, ADDRESS_BAD; SERVER_FAILED when it ends or does not listen in time;
 *   the signal's reason when that aborts
 */
export async function startServer(
  order: ServerOrder,
  { signal, timeoutMs, entry = usualEntry }: ServerOptions,
): Promise<ServerProcess> {
  signal?.throwIfAborted();
  const child = Bun.spawn([process.execPath, entry, JSON.stringify(order)], {
    env: { ...process.env, ...environment },
    // The first is never written to: that it ends tells the server that we are gone.
    stdio: ["pipe", "pipe", "pipe", "pipe"],
  });
  const kill = () => child.kill("SIGKILL");
  signal?.addEventListener("abort", kill, { once: true });
  const answersFd = fdOf(child.stdio[3]);
  const over = Promise.withResolvers<void>();
  const ended = endOf(child, over).finally(() => signal?.removeEventListener("abort", kill));
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    kill();
  }, timeoutMs);
  let said: string;
  try {
    said = await readUntil(Bun.file(answersFd).stream(), over.promise);
  } finally {
    clearTimeout(timer);
    closeExtraPipe(answersFd);
  }
  const answer = said.endsWith("\n") ? (JSON.parse(said) as ServerAnswer) : null;
  if (answer?.type !== "listening" || isLate || signal?.aborted === true) {
    kill();
    const end = await ended;
    signal?.throwIfAborted();
    throw startError(
      order,
      answer,
      isLate ? `it did not listen within ${timeoutMs} ms` : null,
      end,
    );
  }
  const { pid, port, threadIds } = answer;
  return {
    pid,
    port,
    threadIds,
    ended,
    async [Symbol.asyncDispose]() {
      kill();
      await ended;
    },
  };
}

/** `SIGSEGV: last line | of all`, `exit code 1` */
export function describeEnd({ signalCode, exitCode, lines }: ServerEnd): string {
  return withLines(String(signalCode ?? `exit code ${exitCode}`), lines);
}

async function endOf(
  child: Bun.Subprocess<"pipe", "pipe", "pipe">,
  over: PromiseWithResolvers<void>,
): Promise<ServerEnd> {
  const reading = Promise.all([
    lastLines(child.stdout, over.promise),
    lastLines(child.stderr, over.promise),
  ]);
  await child.exited;
  const timer = setTimeout(over.resolve, graceMs);
  const [stdout, stderr] = await reading;
  clearTimeout(timer);
  over.resolve();
  const { signalCode, exitCode } = child;
  return { signalCode, exitCode, lines: [...stdout, ...stderr] };
}

function startError(
  { handler }: ServerOrder,
  answer: ServerAnswer | null,
  late: string | null,
  end: ServerEnd,
): WakerbenchError {
  if (answer?.type === "failed") {
    const remedy = answer.remedy ?? "WAKERBENCH_DEBUG=1 shows where";
    return new WakerbenchError(answer.code as ErrorCode, answer.message, { remedy });
  }
  const why = late === null ? describeEnd(end) : withLines(late, end.lines);
  return new WakerbenchError("SERVER_FAILED", `the server of ${handler} did not start: ${why}`, {
    remedy: `see what \`wakerbench serve --handler ${handler}\` says`,
  });
}
