import type { BurstRun, BurstSetup } from "../../src/runner/burst-run.ts";
import type { Subject } from "../../src/runner/subject.ts";
import type { BurstMeasurement } from "../../src/scenarios/burst-measurement.ts";
import { subjectOf } from "./fake-run.ts";

const floodNs = 100_000_000;

/** The threads without a waker. */
export async function controlSubject(): Promise<Subject> {
  const subject = await subjectOf("callback", true);
  return { ...subject, label: "no waker" };
}

type FloodRequest = Partial<Omit<BurstMeasurement, "audit" | "cost">> & {
  readonly audit?: Partial<BurstMeasurement["audit"]>;
  readonly cost?: Partial<BurstMeasurement["cost"]>;
};

/** A measured flood of 100 ms with so many wakes a second, all heard in time; what is not given follows. */
export function flooded(wakesPerSecond: number, rest: FloodRequest = {}): BurstMeasurement {
  const received = (wakesPerSecond * floodNs) / 1e9;
  return {
    scenario: "burst",
    parameters: {},
    floodNs,
    delivered: received,
    entries: received / 4,
    notifyNs: Array.from({ length: 40 }, (_, index) => 100 + index),
    lateNs: Array.from({ length: 100 }, (_, index) => 1_000 * index),
    settleNs: 0,
    memoryGrowthBytes: 2 ** 20,
    fault: null,
    ...rest,
    audit: {
      sent: received,
      received,
      lost: 0,
      duplicated: 0,
      reordered: 0,
      coalesced: 0,
      refused: 0,
      ...rest.audit,
    },
    cost: {
      wallNs: floodNs,
      cpuLoopNs: floodNs / 2,
      cpuProducersNs: floodNs,
      cpuProcessNs: 2 * floodNs,
      voluntarySwitches: 10,
      peakRssBytes: 2 ** 26,
      ...rest.cost,
    },
  };
}

export type FakeFlood = {
  readonly round: number;
  readonly subject: number;
  readonly threads?: number;
  readonly outcome: BurstRun["floods"][number]["outcome"] | BurstMeasurement;
};

/** A run as the runner returns it, made by hand. */
export function fakeBurstRun(
  subjects: readonly Subject[],
  floods: readonly FakeFlood[],
  setup: Partial<BurstSetup> = {},
): BurstRun {
  return {
    setup: {
      subjects,
      threads: [64],
      producers: "spin",
      gapNs: 100_000,
      payloadBytes: 0,
      cores: 2,
      rounds: 3,
      floodNs,
      timeNs: 1e9,
      seed: 1,
      libraryPath: "/nowhere",
      ...setup,
    },
    floods: floods.map(({ round, subject, threads = 64, outcome }) => ({
      planned: { round, subject, threads, seed: 1 },
      floodNs,
      outcome: "status" in outcome ? outcome : { status: "ok", measurements: [outcome] },
    })),
    partial: false,
  };
}
