import * as z from "zod";
import { type CompareOptions, measure, prepareComparison } from "./compare.ts";
import { parseDurationNs } from "./duration.ts";
import { WakerbenchError } from "./errors.ts";
import { ensureLibrary, isCheckout } from "./native/build.ts";
import { usualThreads } from "./plan/thread-counts.ts";
import type { Results } from "./results/schema.ts";
import { burstParameters } from "./scenarios/burst-parameters.ts";
import { wakeParameters } from "./scenarios/wake-parameters.ts";

/** A comparison as a script asks for it. All but the contenders may be left out. */
export type CompareRequest = {
  /** As on the command line: `callback`, `./my-waker.ts`. Empty or absent: the default ones. */
  readonly contenders?: readonly string[];
  /** `bun`, or paths of Bun executables. */
  readonly runtimes?: readonly string[];
  /** Flags of the scenario `wake` by name, written as on the command line: `{ wakes: "500" }`. */
  readonly parameters?: Readonly<Record<string, string | boolean>>;
  /**
   * Also floods the wakers from many threads: flags of the scenario `burst` by name, `{ threads: "1,64"
   * }` or `{}`. Without it single wakes are all that is measured.
   */
  readonly contention?: Readonly<Record<string, string>>;
  /** Budget of the whole, written `30s`. */
  readonly time?: string;
  readonly seed?: number;
  readonly relativeTo?: string;
  readonly samplesDirectory?: string;
  /** Ends the run early; the results are then partial. */
  readonly signal?: AbortSignal;
};

/**
 * Compares wakers, as `wakerbench compare` does, and returns the results file as an object. Nothing
 * is printed or kept.
 *
 * @throws WakerbenchError when the request is wrong or something is missing on the machine
 */
export async function compare(request: CompareRequest = {}): Promise<Results> {
  const wake = checked("wake", wakeParameters(z), request.parameters ?? {});
  const time = request.time ?? "30s";
  const timeNs = parseDurationNs(time);
  if (timeNs === null) {
    throw new WakerbenchError("USAGE", `time: "${time}" is no duration`, { remedy: "write 30s" });
  }
  const { contention } = request;
  const flags = { threads: usualThreads(timeNs), ...contention };
  const burst = contention === undefined ? null : checked("burst", burstParameters(z), flags);
  if (isCheckout()) ensureLibrary({ log: () => {} });
  const options: CompareOptions = {
    contenders: request.contenders ?? [],
    runtimes: request.runtimes ?? ["bun"],
    wake,
    burst,
    timeNs,
    seed: request.seed ?? Math.floor(Math.random() * 2 ** 32),
    relativeTo: request.relativeTo ?? null,
    samplesDirectory: request.samplesDirectory ?? null,
    command: ["compare"],
  };
  const prepared = await prepareComparison(options);
  const watcher = { wake() {}, burst() {} };
  return measure(prepared, watcher, request.signal ?? new AbortController().signal);
}

/** @throws WakerbenchError USAGE */
function checked<T extends z.ZodObject>(scenario: string, schema: T, flags: object): z.infer<T> {
  const parsed = schema.safeParse(flags);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new WakerbenchError("USAGE", `${issue?.path.join(".")}: ${issue?.message}`, {
    remedy: `see \`wakerbench run ${scenario} --help\``,
  });
}
