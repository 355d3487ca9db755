import { formatDuration } from "../duration.ts";
import type { Environment, Results } from "../results/schema.ts";
import type { Pair } from "./match.ts";

/** What two files disagree about. */
export type Standing = {
  /** Reasons not to compare them, a phrase each. */
  readonly differences: readonly string[];
  /** What they may disagree about, a sentence each. */
  readonly notes: readonly string[];
};

/** Whether both files hold the same run: one of them may have been edited or assembled anew. */
export function isSameRun(base: Results, next: Results): boolean {
  return base.startedAt === next.startedAt && base.seed === next.seed;
}

/**
 * Holds against one another where and how two runs were measured.
 *
 * @param pairs the rows that are to be compared
 */
export function compareStandings(base: Results, next: Results, pairs: readonly Pair[]): Standing {
  return {
    differences: [
      ...machineDifferences(base.environment, next.environment),
      ...placementDifferences(pairs),
      ...parameterDifferences(base, next, pairs),
    ],
    notes: notesOn(base, next, pairs),
  };
}

const inBoth = (was: unknown, is: unknown) => `${shown(was)} in BASE, ${shown(is)} in NEW`;

function shown(value: unknown): string {
  if (value === undefined || value === null) return "none";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

const machineFacts = ["cpu", "cores", "arch", "virtualised"] as const;

/** Two files of one machine can still disagree: its virtual CPU was changed, or a container allows fewer. */
function machineDifferences(was: Environment, is: Environment): string[] {
  const facts = machineFacts
    .filter((name) => was[name] !== is[name])
    .map((name) => `${name} ${inBoth(was[name], is[name])}`);
  const isOther =
    was.machine !== undefined && is.machine !== undefined && was.machine !== is.machine;
  const named = isOther ? [inBoth(was.machine, is.machine)] : [];
  const all = [...named, ...facts];
  return all.length === 0 ? [] : [`other machine (${all.join("; ")})`];
}

function placementDifferences(pairs: readonly Pair[]): string[] {
  return distinct(
    pairs
      .filter(({ base, next }) => base.params.placement !== next.params.placement)
      .map(
        ({ base, next }) =>
          `other placement of ${next.scenario} (${inBoth(base.params.placement, next.params.placement)})`,
      ),
  );
}

/** How much was measured, and which rows: more of it makes a figure surer, not another one. */
const amounts = new Set([
  ...["timeNs", "rounds", "repetitions", "runs", "wakes", "warmup-wakes", "warmup"],
  ...["placement", "threads", "share", "port"],
]);
/** The same in the parameters of a row, with the numbers of cores, which only a note is made of. */
const amountsOfRow = new Set(["placement", "threads", "loopCore", "wakerCore"]);

/**
 * What rows of two runs must share to be of one kind: parameters and options without how much was measured and
 * on the cores of which numbers.
 *
 * @param options those of the row's scenario
 */
export function settingOf(
  params: Readonly<Record<string, unknown>>,
  options: Readonly<Record<string, unknown>>,
): { params: Record<string, unknown>; options: Record<string, unknown> } {
  const isOfRow = (name: string) => name === "placement" || name === "threads";
  const own = Object.entries(params).filter(([name]) => isOfRow(name) || !amountsOfRow.has(name));
  const whole = Object.entries(options).filter(([name]) => !amounts.has(name));
  return { params: Object.fromEntries(own), options: Object.fromEntries(whole) };
}

function parameterDifferences(base: Results, next: Results, pairs: readonly Pair[]): string[] {
  return [...Map.groupBy(pairs, ({ next: { scenario } }) => scenario)].flatMap(
    ([scenario, own]) => {
      const names = distinct(
        own.flatMap(({ base: was, next: is }) =>
          differing(was.params, is.params, amountsOfRow, true),
        ),
      );
      const isSameTool = base.tool.version === next.tool.version;
      const [was, is] = [base.options[scenario] ?? {}, next.options[scenario] ?? {}];
      // A later version has options that an earlier one did not know.
      const options = differing(was, is, amounts, isSameTool)
        .filter((option) => !names.some((name) => isSaidBy(name, option)))
        .map((option) => `${option} ${inBoth(was[option], is[option])}`);
      const found = [...names.map((name) => rowDifference(name, own)), ...options];
      return found.length === 0 ? [] : [`other parameters of ${scenario} (${found.join("; ")})`];
    },
  );
}

/** `--in-flight` stands in the rows as `inFlight`, `--gap` as `gapNs`. */
function isSaidBy(name: string, option: string): boolean {
  return name.toLowerCase().startsWith(option.replaceAll("-", ""));
}

/** By the first row that it is seen in; durations as they are written on the command line. */
function rowDifference(name: string, pairs: readonly Pair[]): string {
  const differ = pairs.filter(({ base, next }) => base.params[name] !== next.params[name]);
  const [first] = differ;
  const readable = (value: unknown) =>
    name.endsWith("Ns") && typeof value === "number" ? formatDuration(value) : value;
  const told = `${name.replace(/Ns$/, "")} ${inBoth(readable(first?.base.params[name]), readable(first?.next.params[name]))}`;
  return differ.length === pairs.length ? told : `${told}, of ${first?.next.contender}`;
}

/** @param isStrict whether a name that only one of them has is a difference */
function differing(
  was: Readonly<Record<string, unknown>>,
  is: Readonly<Record<string, unknown>>,
  allowed: ReadonlySet<string>,
  isStrict: boolean,
): string[] {
  const names = distinct([...Object.keys(was), ...Object.keys(is)]);
  return names.filter((name) => {
    if (allowed.has(name)) return false;
    if (!isStrict && (was[name] === undefined || is[name] === undefined)) return false;
    return !Bun.deepEquals(was[name], is[name]);
  });
}

function notesOn(base: Results, next: Results, pairs: readonly Pair[]): string[] {
  const facts = (["os", "kernel", "governor", "zig"] as const)
    .filter((name) => base.environment[name] !== next.environment[name])
    .map((name) => `${name} ${inBoth(base.environment[name], next.environment[name])}`);
  const runtimes = distinct(
    pairs
      .filter(({ base: was, next: is }) => was.runtime !== is.runtime)
      .map(({ base: was, next: is }) => `runtime ${inBoth(was.runtime, is.runtime)}`),
  );
  const [was, is] = [base.tool.version, next.tool.version];
  const tool = was === is ? [] : [`wakerbench ${inBoth(was, is)}`];
  const cores = pairs.some(
    ({ base: one, next: other }) =>
      one.params.placement === other.params.placement &&
      (one.params.loopCore !== other.params.loopCore ||
        one.params.wakerCore !== other.params.wakerCore),
  );
  return [
    ...(isSameRun(base, next)
      ? ["both files hold the same run: its rounds are held against themselves"]
      : [...loadNotes("BASE", base.environment), ...loadNotes("NEW", next.environment)]),
    ...[...runtimes, ...tool, ...facts].map((fact) => `${fact}: part of what is compared`),
    ...(cores ? ["the threads were pinned to cores of other numbers"] : []),
    ...(base.partial ? ["BASE was interrupted: rounds are missing"] : []),
    ...(next.partial ? ["NEW was interrupted: rounds are missing"] : []),
  ];
}

/** A run beside other programs is slower than one that is alone, and no round of it can tell. */
function loadNotes(side: "BASE" | "NEW", { warnings }: Environment): string[] {
  return warnings
    .filter(({ code }) => code === "LOAD")
    .map(({ message }) => `! when ${side} began ${message.replace("are running", "were running")}`);
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
