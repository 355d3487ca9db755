import type * as z from "zod";
import { closeExtraPipe, fdOf, lastLines, readUntil } from "../child-pipes.ts";
import { messageOf } from "../errors.ts";

/** What a child took as a whole, seen from outside, nanoseconds. */
export type ProcessUsage = {
  /** From before it is started until its end is seen: what a user waits for. */
  readonly wallNs: number;
  readonly userNs: number;
  readonly systemNs: number;
};

/** How a child ended, and what it said until then. */
export type ChildEnd = {
  readonly how: "ended" | "timeout" | "interrupted" | "unstarted";
  readonly signalCode: NodeJS.Signals | number | null;
  readonly exitCode: number | null;
  readonly usage: ProcessUsage;
  /** All that it wrote to file descriptor 3. */
  readonly answers: string;
  /** The last lines that it printed, without colours; or why it could not be started. */
  readonly lines: readonly string[];
};

export type ChildOptions = {
  /** Added to the environment of this process. */
  readonly environment: Readonly<Record<string, string>>;
  /** After which the child is killed. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
};

/** How long the pipes of a child that has ended are still read. */
const graceMs = 250;
/** setTimeout takes no more. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * Starts a child that answers on file descriptor 3, waits for its end, and sees to it that nothing of it
 * is left. Never throws: a crash, a hang or a wrong answer is an end.
 */
export async function runChild(
  command: readonly string[],
  { environment, timeoutMs, signal }: ChildOptions,
): Promise<ChildEnd> {
  const nothing = {
    signalCode: null,
    exitCode: null,
    usage: { wallNs: 0, userNs: 0, systemNs: 0 },
    answers: "",
    lines: [],
  } as const;
  const interrupted = { ...nothing, how: "interrupted" } as const;
  if (signal.aborted) return interrupted;
  const beganNs = Bun.nanoseconds();
  const child = spawn(command, environment);
  // No descriptor or no process was left: what other children have answered is not lost for that.
  if (child instanceof Error) return { ...nothing, how: "unstarted", lines: [messageOf(child)] };
  const answersFd = fdOf(child.stdio[3]);
  let timedOut = false;
  const kill = () => killGroup(child.pid);
  const timer = setTimeout(
    () => {
      timedOut = true;
      kill();
    },
    Math.min(timeoutMs, longestTimerMs),
  );
  const ended = Promise.withResolvers<void>();
  let graceTimer: Timer | undefined;
  signal.addEventListener("abort", kill, { once: true });
  try {
    let endedNs = beganNs;
    child.exited.then(() => {
      endedNs = Bun.nanoseconds();
      kill();
      graceTimer = setTimeout(ended.resolve, graceMs);
    });
    const [answers, stdout, stderr] = await Promise.all([
      readUntil(Bun.file(answersFd).stream(), ended.promise),
      lastLines(child.stdout, ended.promise),
      lastLines(child.stderr, ended.promise),
      child.exited,
    ]);
    if (signal.aborted) return interrupted;
    const { signalCode, exitCode } = child;
    const how = timedOut ? "timeout" : "ended";
    const usage = { wallNs: endedNs - beganNs, ...cpuOf(child) };
    return { how, signalCode, exitCode, usage, answers, lines: [...stdout, ...stderr] };
  } finally {
    clearTimeout(timer);
    clearTimeout(graceTimer);
    signal.removeEventListener("abort", kill);
    kill();
    closeExtraPipe(answersFd);
  }
}

function spawn(command: readonly string[], environment: ChildOptions["environment"]) {
  try {
    return Bun.spawn([...command], {
      env: { ...process.env, ...environment },
      stdio: ["ignore", "pipe", "pipe", "pipe"],
      // A process group of its own, so that what a waker starts goes with it.
      detached: true,
    });
  } catch (thrown) {
    return thrown instanceof Error ? thrown : new Error(String(thrown));
  }
}

/**
 * All threads of a child that has ended. Its `maxRSS` is not to be used: Linux counts the pages of the parent
 * to it, which it shared until it became another program.
 */
function cpuOf(child: Bun.Subprocess): Pick<ProcessUsage, "userNs" | "systemNs"> {
  const cpuUs = child.resourceUsage()?.cpuTime;
  return { userNs: Number(cpuUs?.user ?? 0) * 1e3, systemNs: Number(cpuUs?.system ?? 0) * 1e3 };
}

/** The answers that are what the schema says; a child may have been killed in the middle of a line. */
export function messagesOf<Schema extends z.ZodType>(
  answers: string,
  schema: Schema,
): z.infer<Schema>[] {
  return answers
    .split("\n")
    .filter((line) => line.endsWith("}"))
    .flatMap((line) => {
      const parsed = schema.safeParse(parseJson(line));
      return parsed.success ? [parsed.data] : [];
    });
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** The child and whatever it started. */
function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // Nothing of it is left.
  }
}
