import * as z from "zod";
import { type Asked, nothingAsked, type ScenarioId } from "./asked.ts";
import {
  type CompareOptions,
  measure,
  type PreparedComparison,
  prepareComparison,
} from "./compare.ts";
import { parseDurationNs } from "./duration.ts";
import { WakerbenchError } from "./errors.ts";
import { ensureLibrary, isCheckout } from "./native/build.ts";
import { unwatched } from "./parts/part.ts";
import { findPlan } from "./parts/workload-part.ts";
import { usualThreads } from "./plan/thread-counts.ts";
import type { Results } from "./results/schema.ts";
import { burstParameters } from "./scenarios/burst-parameters.ts";
import { dispatchParameters } from "./scenarios/dispatch-parameters.ts";
import { wakeParameters } from "./scenarios/wake-parameters.ts";
import type { WorkloadId } from "./scenarios/workload-job.ts";
import { suggestion } from "./suggestion.ts";
import { measureSuite } from "./suite.ts";
import { askSuite, findScenario, suiteScenarios, suiteTime } from "./suite-request.ts";

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
  const timeNs = timeOf(request.time ?? "30s");
  const { contention } = request;
  const flags = { threads: usualThreads(timeNs), ...contention };
  const burst = contention === undefined ? null : checked("burst", burstParameters(z), flags);
  const command = ["compare"];
  return run({ ...nothingAsked, wake, burst, timeNs, command }, request);
}

/** What a script asks of calls. All may be left out. */
export type DispatchRequest = Pick<
  CompareRequest,
  "runtimes" | "seed" | "relativeTo" | "samplesDirectory" | "signal"
> & {
  /** As on the command line: `ring`, `post-message`, `floor:via=futex`. Empty or absent: the default ones. */
  readonly contenders?: readonly string[];
  /** Flags of the scenario `dispatch` by name, written as on the command line: `{ count: "250k" }`. */
  readonly parameters?: Readonly<Record<string, string>>;
};

/**
 * Measures what it takes to call a worker and to await its answer, as `wakerbench run dispatch` does, and
 * returns the results file as an object. Nothing is printed or kept.
 *
 * @throws WakerbenchError when the request is wrong or something is missing on the machine
 */
export async function dispatch(request: DispatchRequest = {}): Promise<Results> {
  const asked = checked("dispatch", dispatchParameters(z), request.parameters ?? {});
  const command = ["run", "dispatch"];
  return run({ ...nothingAsked, dispatch: asked, timeNs: 0, command }, request);
}

/** What a script asks of a workload. All may be left out. */
export type WorkloadRequest = Omit<DispatchRequest, "contenders" | "parameters"> & {
  /** As on the command line: `effect`, `promises:burn=thread`, `native-ring`. Empty or absent: the default ones. */
  readonly contenders?: readonly string[];
  /** Flags of the workload by name, written as on the command line: `{ tasks: "2k", repetitions: "3" }`. */
  readonly parameters?: Readonly<Record<string, string>>;
};

/**
 * Runs one of the workloads, as `wakerbench run spawn` does, and returns the results file as an object. Nothing
 * is printed or kept. Its contenders and parameters are those of `wakerbench run spawn --help`.
 *
 * @throws WakerbenchError when the request is wrong or something is missing on the machine
 */
export async function runWorkload(id: WorkloadId, request: WorkloadRequest = {}): Promise<Results> {
  const { scenario } = findPlan(id);
  const parameters = checked(id, scenario.parameters(z), request.parameters ?? {});
  return run(
    { ...nothingAsked, workloads: [{ id, parameters }], timeNs: 0, command: ["run", id] },
    request,
  );
}

/** What a script asks of a suite. All may be left out. */
export type SuiteRequest = Pick<
  CompareRequest,
  "runtimes" | "seed" | "samplesDirectory" | "signal"
> & {
  /** By their names; absent: every one. */
  readonly scenarios?: readonly ScenarioId[];
  /** As `--quick`: less of each. */
  readonly quick?: boolean;
  /** Budget of `wake` and `burst` together, written `60s`. */
  readonly time?: string;
  /** Gets the results so far, marked partial, before the first scenario and after each. */
  keep?(results: Results): void;
};

/**
 * Measures every scenario with its defaults, as `wakerbench suite` does, and returns the results file as an object.
 * Nothing is printed, and nothing kept but by `keep`. A scenario that could not be measured is among
 * `results.scenarios` with its error.
 *
 * @throws WakerbenchError when the request is wrong or something is missing on the machine
 */
export async function suite(request: SuiteRequest = {}): Promise<Results> {
  const { quick: isQuick = false, scenarios = suiteScenarios, keep = () => {} } = request;
  const timeNs = timeOf(request.time ?? (isQuick ? suiteTime.quick : suiteTime.usual));
  const asked = askSuite(scenarios.map(findScenario), { isQuick, timeNs });
  const prepared = await prepare({ ...asked, timeNs, command: ["suite"] }, request);
  return measureSuite(prepared, { visits: unwatched, begin() {}, keep }, signalOf(request));
}

/** @throws WakerbenchError USAGE */
function timeOf(written: string): number {
  const timeNs = parseDurationNs(written);
  if (timeNs !== null) return timeNs;
  throw new WakerbenchError("USAGE", `time: "${written}" is no duration`, { remedy: "write 30s" });
}

type Request = CompareRequest | DispatchRequest;
type Wanted = Asked & Pick<CompareOptions, "timeNs" | "command">;

async function run(asked: Wanted, request: Request): Promise<Results> {
  return measure(await prepare(asked, request), unwatched, signalOf(request));
}

async function prepare(asked: Wanted, request: Request): Promise<PreparedComparison> {
  if (isCheckout()) ensureLibrary({ log: () => {} });
  return prepareComparison({
    ...asked,
    contenders: request.contenders ?? [],
    runtimes: request.runtimes ?? ["bun"],
    seed: request.seed ?? Math.floor(Math.random() * 2 ** 32),
    relativeTo: request.relativeTo ?? null,
    samplesDirectory: request.samplesDirectory ?? null,
  });
}

function signalOf({ signal }: Request): AbortSignal {
  return signal ?? new AbortController().signal;
}

/**
 * A name that is mistyped would leave its default in place, and nobody would see it.
 *
 * @throws WakerbenchError USAGE
 */
function checked<T extends z.ZodObject>(scenario: string, schema: T, flags: object): z.infer<T> {
  const known = Object.keys(schema.shape);
  const unknown = Object.keys(flags).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new WakerbenchError("USAGE", `${scenario} has no parameter "${unknown}"`, {
      remedy: suggestion(unknown, known) ?? `there are: ${known.join(", ")}`,
    });
  }
  const parsed = schema.safeParse(flags);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new WakerbenchError("USAGE", `${issue?.path.join(".")}: ${issue?.message}`, {
    remedy: `see \`wakerbench run ${scenario} --help\``,
  });
}
