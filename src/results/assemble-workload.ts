import type { Approach } from "../approaches/approach.ts";
import type { WorkloadRow } from "../plan/workload-rounds.ts";
import type { Subject } from "../runner/subject.ts";
import type { WorkloadRecord, WorkloadRun, WorkloadSetup } from "../runner/workload-run.ts";
import type { AnyWorkloadMeasurement } from "../scenarios/job.ts";
import { type WorkloadAudit, workloadStages } from "../scenarios/workload-measurement.ts";
import { workloadWords } from "../scenarios/workload-words.ts";
import { bootstrapIntervals } from "../stats/bootstrap.ts";
import { encodeHistogram } from "../stats/histogram.ts";
import { medianOf } from "../stats/percentile.ts";
import { summarise, summariseRound } from "../stats/summary.ts";
import { verdictOf } from "../stats/verdict.ts";
import { totalCost } from "./costs.ts";
import { rateOver, ratioByRound } from "./rates.ts";
import { faultsOf, type RawSamples, type RowFaults, statusOf } from "./rows.ts";
import type { Audit, Series } from "./schema.ts";

/** One visit that was measured, with the round that it belongs to. */
type RoundPart = { readonly round: number; readonly measurement: AnyWorkloadMeasurement };

/** All rounds of one row: a subject and one of its cases. */
type Row = RowFaults & {
  readonly subject: Subject<Approach>;
  readonly planned: WorkloadRow;
  /** Visits whose figures count, by round. */
  readonly parts: readonly RoundPart[];
  /** Where everything went, also what a visit sent that a fault ended before its measured part. */
  readonly audits: readonly WorkloadAudit[];
};

/**
 * The series of a run, table by table, with their raw samples.
 *
 * @param relativeTo label of the reference; null, or where it did not run: the first that ran
 */
export function assembleWorkload(run: WorkloadRun, relativeTo: string | null): RawSamples[] {
  const rows = rowsOf(run);
  return rows.map((row) => {
    const peers = rows.filter(({ planned }) => planned.table === row.planned.table);
    return {
      series: seriesOf(row, referenceOf(peers, relativeTo), run.setup),
      samples: samplesOf(row),
    };
  });
}

function rowsOf({ setup, visits }: WorkloadRun): Row[] {
  return setup.rows.flatMap((planned, index): Row[] => {
    const subject = setup.subjects[planned.subject];
    if (subject === undefined) return [];
    const own = visits.filter((visit) => visit.planned.row === index);
    const counted = own.filter((visit) => !visit.planned.isWarmup);
    const all = counted.flatMap(({ planned: { round }, outcome }) =>
      outcome.measurements.map((measurement) => ({ round, measurement })),
    );
    const parts = all.filter(({ measurement }) => measurement.cost.wallNs > 0);
    return [
      {
        subject,
        planned,
        parts: parts.toSorted((one, other) => one.round - other.round),
        audits: all.map(({ measurement }) => measurement.audit),
        ...faultsOfRow(own),
      },
    ];
  });
}

/** What goes wrong in a round that is dropped has gone wrong all the same; what goes well there is no visit yet. */
function faultsOfRow(own: readonly WorkloadRecord[]): RowFaults {
  const all = faultsOf(own.map(({ outcome }) => outcome));
  const isCounted = own.some(({ planned }) => !planned.isWarmup);
  return isCounted || all.faults.length > 0 ? all : { ...all, visits: 0 };
}

/** Rounds of raw samples by name: `latencyRoundsNs`, and those of the stages that there are. */
function samplesOf({ parts }: Row): RawSamples["samples"] {
  const stages = workloadStages.flatMap((name) => {
    const rounds = parts.map(({ measurement }) => measurement.stages[name] ?? []);
    return rounds.some(({ length }) => length > 0) ? [[`${name}RoundsNs`, rounds] as const] : [];
  });
  return {
    latencyRoundsNs: parts.map(({ measurement }) => measurement.latencyNs),
    ...Object.fromEntries(stages),
  };
}

function seriesOf(row: Row, reference: Row | undefined, setup: WorkloadSetup): Series {
  const { subject, parts } = row;
  const samplesNs = parts.map(({ measurement }) => measurement.latencyNs);
  const rates = ratesOf(row);
  const { rate } = workloadWords[setup.scenario];
  return {
    scenario: setup.scenario,
    contender: subject.label,
    waker: subject.approach.id,
    runtime: subject.runtime.name,
    params: paramsOf(row, setup),
    ...statusOf(row),
    summary: summarise(samplesNs),
    interval: bootstrapIntervals(samplesNs, setup.seed),
    stages: stagesOf(row),
    rounds: parts.map(({ round, measurement }) => {
      const perSecond = rates.get(round);
      const decidingNs = usable(measurement.decidingNs);
      return {
        round,
        summary: summariseRound(measurement.latencyNs),
        histogram: encodeHistogram(measurement.latencyNs),
        ...(perSecond === undefined ? {} : { rates: { [rate]: perSecond } }),
        ...(decidingNs === null ? {} : { decidingNs }),
        peakRssBytes: measurement.cost.peakRssBytes,
      };
    }),
    audit: auditOf(row),
    cost: totalCost(parts.map(({ measurement }) => measurement.cost)),
    rates: rates.size === 0 ? {} : { [rate]: rateOver([...rates.values()]) },
    extra: extraOf(row),
    relative: relativeOf(row, reference),
    harnessNs: medianOf(parts.flatMap(({ measurement }) => measurement.harnessNs ?? [])),
  };
}

function paramsOf({ planned, subject }: Row, setup: WorkloadSetup): Series["params"] {
  const { case: name, table } = planned;
  return {
    ...setup.paramsOf(planned),
    ...subject.contender.parameters,
    ...(name === "" ? {} : { case: name }),
    ...(table === "" ? {} : { table }),
    ...(subject.isControl ? { control: "a/a" } : {}),
  };
}

function stagesOf({ parts }: Row): Series["stages"] {
  const told = workloadStages.flatMap((name) => {
    const rounds = parts.map(({ measurement }) => measurement.stages[name] ?? []);
    return rounds.some(({ length }) => length > 0) ? [[name, summarise(rounds)] as const] : [];
  });
  return Object.fromEntries(told);
}

/** What ended as it should a second, by round. */
function ratesOf({ parts }: Row): Map<number, number> {
  return new Map(
    parts.map(({ round, measurement }) => [
      round,
      (measurement.done / measurement.cost.wallNs) * 1e9,
    ]),
  );
}

/** A ratio needs a time that has passed. */
function usable(decidingNs: number | null): number | null {
  return decidingNs !== null && decidingNs > 0 && Number.isFinite(decidingNs) ? decidingNs : null;
}

/** What decides, by round. */
function decidingOf({ parts }: Row): Map<number, number> {
  return new Map(
    parts.flatMap(({ round, measurement }) => {
      const decidingNs = usable(measurement.decidingNs);
      return decidingNs === null ? [] : [[round, decidingNs] as const];
    }),
  );
}

function auditOf({ audits }: Row): Audit {
  const sum = (name: keyof WorkloadAudit) => audits.reduce((all, audit) => all + audit[name], 0);
  return {
    sent: sum("sent"),
    received: sum("received"),
    lost: sum("lost"),
    duplicated: sum("duplicated"),
    mistaken: sum("mistaken"),
    reordered: 0,
    coalesced: 0,
    early: 0,
    unparked: 0,
  };
}

function extraOf(row: Row): Series["extra"] {
  const { parts } = row;
  const measurements = parts.map(({ measurement }) => measurement);
  const names = (pick: (measurement: AnyWorkloadMeasurement) => object) => [
    ...new Set(measurements.flatMap((measurement) => Object.keys(pick(measurement)))),
  ];
  const counts = names(({ counts }) => counts).map((name) => {
    const sum = measurements.reduce((all, { counts }) => all + (counts[name] ?? 0), 0);
    return [name, sum] as const;
  });
  const levels = names(({ levels }) => levels).map((name) => {
    const known = measurements.flatMap(({ levels }) => levels[name] ?? []);
    return [name, medianOf(known)] as const;
  });
  const marks = names(({ marks }) => marks).map((name) => {
    const told = measurements.flatMap(({ marks }) => marks[name] ?? []);
    return [name, [...new Set(told)].join(",")] as const;
  });
  const deciding = [...decidingOf(row).values()];
  return {
    done: measurements.reduce((sum, { done }) => sum + done, 0),
    decidingNs: deciding.length === 0 ? null : rateOver(deciding).value,
    ...Object.fromEntries([...counts, ...levels, ...marks]),
  };
}

/** The first row of the table that may be one and has figures; a control is another's second copy. */
function referenceOf(peers: readonly Row[], relativeTo: string | null): Row | undefined {
  const able = peers.filter((row) => !row.subject.isControl && decidingOf(row).size > 0);
  return able.find(({ subject }) => subject.label === relativeTo) ?? able[0];
}

/** How many times as long it takes: above 1 the row is the slower one. */
function relativeOf(row: Row, reference: Row | undefined): Series["relative"] {
  if (reference === undefined || decidingOf(row).size === 0) return null;
  const to = reference.subject.label;
  if (row === reference) return { to, ratio: 1, interval: [1, 1], verdict: "no difference seen" };
  const paired = ratioByRound(decidingOf(row), decidingOf(reference));
  if (paired === null) return null;
  const { ratio, low, high } = paired;
  return { to, ratio, interval: [low, high], verdict: verdictOf(paired) };
}
