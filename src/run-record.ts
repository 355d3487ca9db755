import packageJson from "../package.json" with { type: "json" };
import type { PreparedComparison } from "./compare.ts";
import { WakerbenchError } from "./errors.ts";
import type { Part, Watcher } from "./parts/part.ts";
import type { RawSamples } from "./results/rows.ts";
import { writeSamples } from "./results/samples.ts";
import type { Results, Series, Warning } from "./results/schema.ts";

/** The warning of a run whose raw samples could not be written. */
export const samplesLost = "SAMPLES_LOST";

/** What a run has come to so far, as its results file says it. */
export class RunRecord {
  readonly #prepared: PreparedComparison;
  readonly #startedAt = new Date();
  readonly #startNs = Bun.nanoseconds();
  readonly #series: Series[] = [];
  readonly #warnings: Warning[] = [];

  constructor(prepared: PreparedComparison) {
    this.#prepared = prepared;
  }

  /**
   * Measures one scenario. What was measured before `signal` aborts is kept.
   *
   * @throws WakerbenchError what keeps it from being measured at all
   */
  async measure(part: Part, watcher: Watcher, signal: AbortSignal): Promise<void> {
    const leftNs = this.#prepared.options.timeNs - (Bun.nanoseconds() - this.#startNs);
    this.#keep(await part.measure(watcher, signal, leftNs));
  }

  /** Raw samples that cannot be written are told of, and cost no results. */
  #keep(assembled: readonly RawSamples[]): void {
    const directory = this.#prepared.options.samplesDirectory;
    const first = this.#series.length;
    const series = assembled.map((one) => one.series);
    if (directory === null) {
      this.#series.push(...series);
      return;
    }
    try {
      const written = assembled.map((one, index) => writeSamples(directory, one, first + index));
      this.#series.push(...written);
    } catch (error) {
      if (!(error instanceof WakerbenchError)) throw error;
      const { message, remedy } = error;
      this.#warnings.push({ code: samplesLost, message, remedy });
      this.#series.push(...series);
    }
  }

  /** @param isPartial it was interrupted, or is not yet over */
  results(isPartial: boolean): Results {
    const { options, parts, environment } = this.#prepared;
    return {
      schemaVersion: 1,
      tool: { name: "wakerbench", version: packageJson.version },
      startedAt: this.#startedAt.toISOString(),
      durationMs: (Bun.nanoseconds() - this.#startNs) / 1e6,
      partial: isPartial,
      seed: options.seed,
      command: [...options.command],
      options: Object.fromEntries(parts.map((part) => [part.scenario, { ...part.options }])),
      environment: { ...environment, warnings: [...environment.warnings, ...this.#warnings] },
      series: [...this.#series],
    };
  }
}
