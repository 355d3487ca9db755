import { basename } from "node:path";
import packageJson from "../package.json" with { type: "json" };
import type { PreparedComparison } from "./compare.ts";
import { messageOf, WakerbenchError } from "./errors.ts";
import type { Part, Watcher } from "./parts/part.ts";
import type { RawSamples } from "./results/rows.ts";
import { writeSamples } from "./results/samples.ts";
import type { Results, ScenarioRecord, Series, Warning } from "./results/schema.ts";

/** The warning of a run whose raw samples could not be written. */
export const samplesLost = "SAMPLES_LOST";
/** The warning of a run in which a scenario could not be measured at all. */
export const scenarioFailed = "SCENARIO_FAILED";

type Measured = { readonly scenario: ScenarioRecord; readonly series: readonly Series[] };

/** What a run has come to so far, as its results file says it. */
export class RunRecord {
  readonly #prepared: PreparedComparison;
  readonly #earlier: Results | null;
  readonly #startedAt = new Date();
  readonly #startNs = Bun.nanoseconds();
  readonly #measured = new Map<string, Measured>();
  readonly #warnings: Warning[];

  /** @param earlier a run that was cut off: its whole scenarios are kept, and it goes on */
  constructor(prepared: PreparedComparison, earlier: Results | null = null) {
    this.#prepared = prepared;
    this.#earlier = earlier;
    for (const scenario of earlier?.scenarios ?? []) {
      if (scenario.status !== "whole") continue;
      const series = earlier?.series.filter((one) => one.scenario === scenario.id) ?? [];
      this.#measured.set(scenario.id, { scenario, series });
    }
    // What failed is measured again.
    this.#warnings =
      earlier?.environment.warnings.filter(({ code }) => code !== scenarioFailed) ?? [];
  }

  /** Whether a scenario is whole: it is not to be measured again. */
  has(scenario: string): boolean {
    return this.#measured.get(scenario)?.scenario.status === "whole";
  }

  /**
   * Measures one scenario. What was measured before `signal` aborts is kept, and so is why it could not be
   * measured.
   *
   * @throws WakerbenchError what keeps it from being measured at all
   */
  async measure(part: Part, watcher: Watcher, signal: AbortSignal): Promise<void> {
    const startedAt = new Date();
    const startNs = Bun.nanoseconds();
    const leftNs = this.#prepared.options.timeNs - (startNs - this.#startNs);
    const note = (
      { status, error }: Pick<ScenarioRecord, "status" | "error">,
      series: readonly Series[],
    ) => {
      const durationMs = (Bun.nanoseconds() - startNs) / 1e6;
      const begun = { id: part.scenario, startedAt: startedAt.toISOString(), durationMs };
      this.#measured.set(part.scenario, { scenario: { ...begun, status, error }, series });
    };
    try {
      const series = this.#withSamples(await part.measure(watcher, signal, leftNs));
      note(signal.aborted ? { status: "cut", error: null } : outcomeOf(series), series);
    } catch (error) {
      const message = messageOf(error);
      note({ status: signal.aborted ? "cut" : "failed", error: message }, []);
      const remedy = error instanceof WakerbenchError ? error.remedy : defect;
      const warning = `${part.scenario} could not be measured: ${message}`;
      this.#warnings.push({ code: scenarioFailed, message: warning, remedy });
      throw error;
    }
  }

  /** Raw samples that cannot be written are told of, and cost no results. */
  #withSamples(assembled: readonly RawSamples[]): Series[] {
    const directory = this.#prepared.options.samplesDirectory;
    const series = assembled.map((one) => one.series);
    if (directory === null) return series;
    const first = this.#nextSample();
    try {
      return assembled.map((one, index) => writeSamples(directory, one, first + index));
    } catch (error) {
      if (!(error instanceof WakerbenchError)) throw error;
      const { message, remedy } = error;
      this.#warnings.push({ code: samplesLost, message, remedy });
      return series;
    }
  }

  /** Their files have numbers, in the order in which they were written. */
  #nextSample(): number {
    const numbers = this.#series.flatMap(({ samplesFile }) =>
      samplesFile === undefined ? [] : [Number.parseInt(basename(samplesFile), 10)],
    );
    return Math.max(-1, ...numbers) + 1;
  }

  /** In the order of the run, whatever was measured again later. */
  get #inOrder(): readonly Measured[] {
    return this.#prepared.parts.flatMap(({ scenario }) => this.#measured.get(scenario) ?? []);
  }

  get #series(): Series[] {
    return this.#inOrder.flatMap(({ series }) => series);
  }

  /** @param isPartial it was interrupted, or is not yet over */
  results(isPartial: boolean): Results {
    const { options, parts, environment } = this.#prepared;
    const { startedAt = this.#startedAt.toISOString(), durationMs = 0 } = this.#earlier ?? {};
    return {
      schemaVersion: 1,
      tool: { name: "wakerbench", version: packageJson.version },
      startedAt,
      durationMs: durationMs + (Bun.nanoseconds() - this.#startNs) / 1e6,
      partial: isPartial,
      seed: options.seed,
      command: [...options.command],
      options: Object.fromEntries(parts.map((part) => [part.scenario, { ...part.options }])),
      environment: {
        ...environment,
        warnings: unique([...environment.warnings, ...this.#warnings]),
      },
      scenarios: this.#inOrder.map(({ scenario }) => scenario),
      series: this.#series,
    };
  }
}

const defect = "this is a defect of wakerbench; WAKERBENCH_DEBUG=1 shows where";

/** A scenario in which nobody came through has failed. */
function outcomeOf(series: readonly Series[]): Pick<ScenarioRecord, "status" | "error"> {
  if (series.some(({ status }) => status === "ok")) return { status: "whole", error: null };
  return { status: "failed", error: series[0]?.error ?? null };
}

/** Of a run in two sittings those of both, by their codes. */
function unique(warnings: readonly Warning[]): Warning[] {
  const isFirst = ({ code, message }: Warning, index: number) =>
    warnings.findIndex((other) =>
      code === scenarioFailed ? other.message === message : other.code === code,
    ) === index;
  return warnings.filter(isFirst);
}
