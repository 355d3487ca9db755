import type { Placement } from "../plan/plan.ts";
import type { Subject } from "../runner/subject.ts";
import { gapNsOf, pollPeriodNsOf, type WakeRun, type WakeSetup } from "../runner/wake-run.ts";
import type { Counters, WakeMeasurement } from "../scenarios/measurement.ts";
import { bootstrapIntervals } from "../stats/bootstrap.ts";
import { encodeHistogram } from "../stats/histogram.ts";
import { medianOf, percentile, sortedSamples } from "../stats/percentile.ts";
import { summarise, summariseRound } from "../stats/summary.ts";
import { verdictOf } from "../stats/verdict.ts";
import { ratioByRound } from "./rates.ts";
import { faultsOf, type RawSamples, type RowFaults, statusOf } from "./rows.ts";
import type { Audit, Cost, Series } from "./schema.ts";

/** One measured part of a visit, with the round that it belongs to. */
type RoundPart = { readonly round: number; readonly measurement: WakeMeasurement };

/** All rounds of one row: a subject in a placement, of the floor one of its kinds. */
type Row = RowFaults & {
  readonly subject: Subject;
  readonly placement: Placement;
  readonly parameters: Readonly<Record<string, string>>;
  readonly parts: RoundPart[];
  readonly repeated: number;
};

/** The series of a run, in the order of placements and subjects, with their raw samples. */
export function assembleWake(run: WakeRun, relativeTo: string): RawSamples[] {
  const rows = rowsOf(run);
  return rows.map((row) => {
    const reference = rows.find(
      (other) => other.placement === row.placement && isReference(other, relativeTo, rows),
    );
    return {
      series: seriesOf(row, reference, rows, run.setup),
      samples: { roundsNs: row.parts.map(({ measurement }) => measurement.wakeNs) },
    };
  });
}

function isReference(row: Row, relativeTo: string, rows: readonly Row[]): boolean {
  if (row.subject.isControl || row.subject.label !== relativeTo) return false;
  return row.subject.approach.id !== "floor" || row === fastestFloor(rows, row.placement);
}

/** The floor that stands for all: the one with the lowest p50. */
function fastestFloor(rows: readonly Row[], placement: Placement): Row | undefined {
  const floors = rows.filter(
    (row) =>
      row.subject.approach.id === "floor" && row.placement === placement && row.parts.length > 0,
  );
  return floors.toSorted((one, other) => pooledP50(one) - pooledP50(other))[0];
}

function pooledP50(row: Row): number {
  const pooled = row.parts.flatMap(({ measurement }) => [...measurement.wakeNs]);
  return medianOf(pooled) ?? Number.POSITIVE_INFINITY;
}

function rowsOf({ setup, visits }: WakeRun): Row[] {
  const rows: Row[] = [];
  for (const [placementIndex, placement] of setup.placements.entries()) {
    for (const [subjectIndex, subject] of setup.subjects.entries()) {
      const own = visits.filter(
        ({ planned }) => planned.subject === subjectIndex && planned.placement === placementIndex,
      );
      rows.push(...rowsOfCell(subject, placement, own));
    }
  }
  return rows;
}

function rowsOfCell(subject: Subject, placement: Placement, visits: WakeRun["visits"]): Row[] {
  const found = new Map<string, Row>();
  const faults = faultsOf(visits.map(({ outcome }) => outcome));
  const repeated = visits.filter(({ isRepeated }) => isRepeated).length;
  const rowFor = (parameters: Readonly<Record<string, string>>) => {
    const key = JSON.stringify(parameters);
    const row = found.get(key) ?? {
      subject,
      placement,
      parameters,
      parts: [],
      repeated,
      ...faults,
    };
    found.set(key, row);
    return row;
  };
  for (const { outcome, planned } of visits) {
    for (const measurement of outcome.measurements) {
      rowFor(measurement.parameters).parts.push({ round: planned.round, measurement });
    }
  }
  if (found.size === 0) rowFor(subject.contender.parameters);
  const rows = [...found.values()];
  for (const row of rows) row.parts.sort((one, other) => one.round - other.round);
  return rows.toSorted((one, other) => keyOf(one).localeCompare(keyOf(other)));
}

function keyOf(row: Row): string {
  return JSON.stringify(row.parameters);
}

function seriesOf(
  row: Row,
  reference: Row | undefined,
  rows: readonly Row[],
  setup: WakeSetup,
): Series {
  const roundsNs = row.parts.map(({ measurement }) => measurement.wakeNs);
  const { subject, placement } = row;
  return {
    scenario: "wake",
    contender: contenderName(row),
    waker: subject.approach.id,
    runtime: subject.runtime.name,
    params: {
      placement: placement.name,
      loop: setup.loop,
      spawn: setup.spawn,
      ...(setup.ratePerSecond === null
        ? { before: setup.before, gapNs: gapNsOf(setup, subject) }
        : { ratePerSecond: setup.ratePerSecond }),
      ...(placement.cores.loopCore < 0 ? {} : placement.cores),
      ...row.parameters,
      ...(subject.isControl ? { control: "a/a" } : {}),
    },
    ...statusOf(row),
    summary: summarise(roundsNs),
    interval: bootstrapIntervals(roundsNs, setup.seed),
    stages: stagesOf(row),
    rounds: row.parts.map(({ round, measurement }) => ({
      round,
      summary: summariseRound(measurement.wakeNs),
      histogram: encodeHistogram(measurement.wakeNs),
    })),
    audit: auditOf(row),
    cost: costOf(row),
    rates: {},
    extra: { ...extraOf(row, rows), ...openLoopExtra(row, setup) },
    relative: reference === undefined ? null : relativeOf(row, reference),
    harnessNs: medianOf(row.parts.map(({ measurement }) => measurement.harnessNs.p50Ns)),
  };
}

function contenderName({ subject, parameters }: Row): string {
  if (subject.approach.id !== "floor") return subject.label;
  return parameters.via === undefined ? subject.label : `${subject.label}:via=${parameters.via}`;
}

function stagesOf({ parts }: Row): Series["stages"] {
  const roundsOf = (pick: (measurement: WakeMeasurement) => readonly number[]) =>
    parts.map(({ measurement }) => pick(measurement));
  const enter = roundsOf(({ enterNs }) => enterNs);
  const resume = roundsOf(({ resumeNs }) => resumeNs);
  const spawn = roundsOf(({ spawnNs }) => spawnNs);
  const late = roundsOf(({ lateNs }) => lateNs);
  const any = (rounds: readonly (readonly number[])[]) => rounds.some(({ length }) => length > 0);
  return {
    ...(any(enter) ? { enter: summarise(enter) } : {}),
    ...(any(resume) ? { resume: summarise(resume) } : {}),
    ...(any(spawn) ? { spawn: summarise(spawn) } : {}),
    ...(any(late) ? { late: summarise(late) } : {}),
  };
}

function totalOf({ parts }: Row, name: keyof Counters): number {
  return parts.reduce((sum, { measurement }) => sum + measurement.counters[name], 0);
}

function auditOf(row: Row): Audit {
  return {
    sent: totalOf(row, "sent"),
    received: totalOf(row, "received"),
    lost: totalOf(row, "lost"),
    duplicated: totalOf(row, "duplicated") + totalOf(row, "foreign"),
    reordered: totalOf(row, "reordered"),
    coalesced: totalOf(row, "coalesced"),
    early: totalOf(row, "early"),
    unparked: totalOf(row, "unparked"),
  };
}

function costOf(row: Row): Cost {
  // CPU clocks of other threads and voluntary switches come from the same kernel interfaces.
  const told = row.parts.some(({ measurement }) => measurement.parkingProved);
  const process = totalOf(row, "cpuProcessNs");
  const loop = totalOf(row, "cpuLoopNs");
  const waker = totalOf(row, "cpuWakerNs");
  return {
    wallNs: totalOf(row, "wallNs"),
    cpuLoopNs: loop,
    cpuWakerNs: told ? waker : null,
    cpuOtherNs: told ? Math.max(0, process - loop - waker) : null,
    cpuProcessNs: process,
    voluntarySwitches: told ? totalOf(row, "voluntarySwitches") : null,
    peakRssBytes: Math.max(
      0,
      ...row.parts.map(({ measurement }) => measurement.counters.peakRssBytes),
    ),
  };
}

function extraOf(row: Row, rows: readonly Row[]): Series["extra"] {
  const pollPeriodNs = pollPeriodNsOf(row.subject);
  const floor = fastestFloor(rows, row.placement);
  const toFloor = floor === undefined || floor === row ? null : ratioOf(row, floor);
  return {
    harnessP99Ns: medianOf(row.parts.map(({ measurement }) => measurement.harnessNs.p99Ns)),
    gapSpentNs: totalOf(row, "gapSpentNs"),
    parkingChecked: totalOf(row, "proofChecked"),
    visitsRepeated: row.repeated,
    ...(pollPeriodNs === undefined ? {} : { pollPeriodNs }),
    parkingDisagreed: totalOf(row, "proofDisagreed"),
    ...(toFloor === null
      ? {}
      : { floorRatio: toFloor.ratio, floorRatioLow: toFloor.low, floorRatioHigh: toFloor.high }),
  };
}

/** How well the schedule was kept by the thread that notifies, and how long its end was waited for. */
function openLoopExtra({ parts }: Row, { ratePerSecond }: WakeSetup): Series["extra"] {
  if (ratePerSecond === null) return {};
  const late = summarise(parts.map(({ measurement }) => measurement.lateNs));
  const settles = parts.map(({ measurement }) => measurement.counters.settleNs);
  return {
    scheduleLateP50Ns: late.p50Ns,
    scheduleLateP99Ns: late.p99Ns,
    settleNs: medianOf(settles),
  };
}

/** p50 of each round, by round. */
function roundP50s(row: Row): Map<number, number> {
  return new Map(
    row.parts
      .filter(({ measurement }) => measurement.wakeNs.length > 0)
      .map(({ round, measurement }) => [round, percentile(sortedSamples(measurement.wakeNs), 0.5)]),
  );
}

function ratioOf(row: Row, reference: Row) {
  return ratioByRound(roundP50s(row), roundP50s(reference));
}

function relativeOf(row: Row, reference: Row): Series["relative"] {
  const to = contenderName(reference);
  if (row === reference) {
    if (roundP50s(row).size === 0) return null;
    return { to, ratio: 1, interval: [1, 1], verdict: "no difference seen" };
  }
  const paired = ratioOf(row, reference);
  if (paired === null) return null;
  const { ratio, low, high } = paired;
  return { to, ratio, interval: [low, high], verdict: verdictOf(paired) };
}
