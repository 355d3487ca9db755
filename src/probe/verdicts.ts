import { formatCount } from "../report/format.ts";
import type { Observation, Tally, WakerTrial } from "../trials/job.ts";
import type { Waker } from "../wakers/waker.ts";
import type { Cell, Verdict, WakerColumn } from "./report.ts";
import { neverRun, type TrialOutcome } from "./trial-process.ts";

type Stage = Observation["stage"];
/** The one of a stage; three stages are told in the same way. */
type Seen<S extends Stage> = S extends "wake" | "many" | "flood"
  ? Extract<Observation, { stage: "wake" | "many" | "flood" }>
  : Extract<Observation, { stage: S }>;

/** What the trials of one waker came to; `returning` where the waker is what that trial tries. */
export type WakerOutcomes = Readonly<Record<WakerTrial, TrialOutcome>> & {
  readonly returning: TrialOutcome | null;
};

/** Of the same trial made several times the one that went worst; of none one that was never run. */
export function worstOf(outcomes: readonly TrialOutcome[]): TrialOutcome {
  const run = outcomes.filter(({ end }) => end !== "interrupted");
  const lossOf = ({ observations }: TrialOutcome) =>
    Math.max(0, ...observations.map((seen) => ("sent" in seen ? 1 - seen.heard / seen.sent : 0)));
  const [worst = neverRun] = run.toSorted((one, other) => lossOf(other) - lossOf(one));
  return run.find(({ end }) => end !== "ok") ?? worst;
}

function cell(verdict: Verdict, text: string, detail: string | null = null, tally?: Tally): Cell {
  return { verdict, text, detail, ...(tally === undefined ? {} : { tally }) };
}

const untried = cell("untried", "-");

/** What a child that did not come so far has to say of what it did not see. */
function missing({ end, error }: TrialOutcome): Cell {
  const name = error?.name ?? "";
  const detail = error?.detail ?? null;
  switch (end) {
    case "crashed":
      return cell("crash", name, detail);
    case "timeout":
      return cell("hang", "hang", detail);
    case "failed":
      return cell("error", name, detail);
    case "unsupported":
      return cell("unsupported", "unsupported", detail);
    default:
      return untried;
  }
}

function seen<S extends Stage>(outcome: TrialOutcome, stage: S): Seen<S> | undefined {
  const found = outcome.observations.find((observation) => observation.stage === stage);
  return found as Seen<S> | undefined;
}

/** Every column of a waker's row. */
export function judgeWaker(
  { wakes, flood, life, returning, ...outcomes }: WakerOutcomes,
  traits: Pick<Waker["traits"], "kind" | "payloadSizes">,
): Record<WakerColumn, Cell> {
  // What this child did not come to, because of what became of it before, was not tried.
  const hasMany = seen(wakes, "many") !== undefined;
  const hasBlocked = seen(wakes, "blocked") !== undefined;
  return {
    wake: judgeSeen(wakes, "wake"),
    many: seen(wakes, "wake") === undefined ? untried : judgeSeen(wakes, "many"),
    flood: judgeSeen(flood, "flood"),
    life: judgeLife(life),
    coalesces: hasMany ? judgeBlocked(wakes, traits.kind) : untried,
    payload: hasBlocked ? judgePayload(wakes, traits) : untried,
    returnValue: returning === null ? judgeReturn(wakes) : judgeReturning(returning),
    throws: judgeThrow(outcomes.throw),
  };
}

function judgeSeen(outcome: TrialOutcome, stage: "wake" | "many" | "flood"): Cell {
  const tally = seen(outcome, stage);
  return tally === undefined ? missing(outcome) : judgeTally(tally);
}

/** Whether all that was rung was heard. */
function judgeTally({ sent, heard, entries }: Tally): Cell {
  const tally = { sent, heard, entries };
  if (heard === 0) {
    return cell("silent", "silent", `none of ${formatCount(sent)} was heard, and no error`, tally);
  }
  if (heard >= sent) return cell("works", "works", null, tally);
  const detail = `${formatCount(heard)} of ${formatCount(sent)} were heard`;
  return cell("loses", `lost ${share(sent - heard, sent)}`, detail, tally);
}

/** All is what nothing was heard of. */
function share(part: number, whole: number): string {
  const percent = (part / whole) * 100;
  return percent < 1 ? formatCount(part) : `${Math.min(99, Math.round(percent))} %`;
}

/** A process that ends in order before the wake was not kept alive. */
function judgeLife(outcome: TrialOutcome): Cell {
  if (seen(outcome, "life") !== undefined) return cell("yes", "yes");
  if (outcome.end === "ok") return cell("no", "no", "the process ended before the wake");
  return missing(outcome);
}

/** What is lost is not what comes as one; and of messages each comes, however few the entries. */
function judgeBlocked(outcome: TrialOutcome, kind: "message" | "doorbell"): Cell {
  const blocked = seen(outcome, "blocked");
  if (blocked === undefined) return missing(outcome);
  const { sent, heard, entries } = blocked;
  const tally = { sent, heard, entries };
  if (heard < sent) return judgeTally(tally);
  if (entries >= sent) return cell("no", "no", null, tally);
  if (kind === "message")
    return cell("no", `no, ${formatCount(sent)} in ${formatCount(entries)}`, null, tally);
  return cell("yes", `yes, ${formatCount(sent)} → ${formatCount(entries)}`, null, tally);
}

function judgePayload(
  outcome: TrialOutcome,
  { kind, payloadSizes = [] }: Pick<Waker["traits"], "kind" | "payloadSizes">,
): Cell {
  const sizes = payloadSizes.filter((size) => size > 0);
  const kept = sizes.filter((size) =>
    outcome.observations.some(
      (seen) => seen.stage === "payload" && seen.payloadBytes === size && seen.heard >= seen.sent,
    ),
  );
  if (kept.length < sizes.length) {
    const failed = missing(outcome);
    if (failed.verdict !== "untried" || outcome.end === "interrupted") return failed;
    return cell("loses", "lost", `of ${sizes.join(", ")} bytes ${kept.join(", ")} were kept`);
  }
  const parts = [
    ...(kind === "message" ? ["number"] : []),
    ...(kept.length > 0 ? [`${kept.join(", ")} B`] : []),
  ];
  return parts.length === 0 ? cell("no", "none") : cell("works", parts.join(", "));
}

/** A notify that returns while the loop is blocked cannot have an answer from JavaScript. */
function judgeReturn(outcome: TrialOutcome): Cell {
  const blocked = seen(outcome, "blocked");
  if (blocked === undefined) return untried;
  if (blocked.returnedFirst) {
    return cell("no", "nothing", "a notify returns before JavaScript has run");
  }
  return cell("yes", "waits", "a notify returned only when the loop went on");
}

function judgeReturning(outcome: TrialOutcome): Cell {
  const returning = seen(outcome, "returning");
  if (returning === undefined) return missing(outcome);
  const { expected, returned } = returning;
  if (returned === null) return cell("hang", "hang", "the calls did not return");
  if (returned.every((value, index) => value === expected[index])) return cell("yes", "kept");
  const detail = `the handler returned ${expected.join(", ")}, the caller got ${returned.join(", ")}`;
  return cell("no", returned.every((value) => value === 0) ? "always 0" : "garbage", detail);
}

function judgeThrow(outcome: TrialOutcome): Cell {
  const thrown = seen(outcome, "throw");
  if (thrown === undefined) return missing(outcome);
  const { reached, goesOn } = thrown;
  if (reached === null) return cell("silent", "swallowed", "the error came out nowhere");
  const where = reached === "uncaughtException" ? "exception" : "rejection";
  if (goesOn) return cell("works", where, reached);
  return cell("silent", `${where}, deaf`, `${reached}, and the wake after it was not heard`);
}

/** The cell of a reader on a descriptor. */
export function judgeReader(outcome: TrialOutcome): Cell {
  const reader = seen(outcome, "reader");
  if (reader === undefined) return missing(outcome);
  switch (reader.event) {
    case "data":
      return cell("works", "works");
    case "closed":
      return cell("silent", "closes, no error");
    case "error":
      return cell("error", shortly(reader.error ?? "error"), reader.error);
    default:
      return cell("silent", "no event", "neither data nor an error came");
  }
}

const mostLetters = 24;

function shortly(error: string): string {
  return error.length > mostLetters ? `${error.slice(0, mostLetters - 1)}…` : error;
}

/** Where what was found is not what the traits of the waker say. */
export function surprisesOf(
  cells: Readonly<Record<WakerColumn, Cell>>,
  { coalesces, keepsAlive }: Pick<Waker["traits"], "coalesces" | "keepsAlive">,
): string[] {
  const found: string[] = [];
  const { verdict: life } = cells.life;
  if ((life === "yes" && !keepsAlive) || (life === "no" && keepsAlive)) {
    found.push(
      `\`list wakers\` says that it ${keepsAlive ? "keeps" : "does not keep"} the process alive`,
    );
  }
  const { verdict: one } = cells.coalesces;
  if ((one === "yes" && !coalesces) || (one === "no" && coalesces)) {
    found.push(`\`list wakers\` says that its wakes ${coalesces ? "may" : "never"} arrive as one`);
  }
  return found;
}

const broken: readonly Verdict[] = ["silent", "error", "crash", "hang", "unsupported"];

/** Whether a waker can be used here: a wake arrives, a thousand do, and a flood is survived. */
export function isUsable({ wake, many, flood }: Readonly<Record<WakerColumn, Cell>>): boolean {
  const fails = [wake, many, flood].some(({ verdict }) => broken.includes(verdict));
  return !fails && wake.verdict !== "loses" && many.verdict !== "loses";
}
