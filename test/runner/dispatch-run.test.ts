import { describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Dispatcher } from "../../src/dispatchers/dispatcher.ts";
import { callRows } from "../../src/plan/calls.ts";
import {
  type DispatchProgress,
  type DispatchSetup,
  forecastDispatch,
  runDispatch,
} from "../../src/runner/dispatch-run.ts";
import type { Subject } from "../../src/runner/subject.ts";
import { called, dispatcherOf, fakeDispatchRun } from "../results/fake-dispatch.ts";
import { crossCore, sameCore } from "../results/fake-run.ts";
import { fails, say, shell } from "./fake-agent.ts";

// A busy machine takes its time to start so many processes.
setDefaultTimeout(60_000);

const never = new AbortController().signal;
const measured = { type: "measured", measurements: [called(5_000)] };
const done = say(measured);
/** The answer's parameters are the job's own text, with its quotes taken out. */
const echo = `echo '${JSON.stringify(measured).replace(
  '"parameters":{}',
  `"parameters":{"job":"'"$(echo "$1" | tr -d '"')"'"}`,
)}' >&3`;

/** A subject whose agent is a line of `sh`. */
function subject(label: string, line: string): Subject<Dispatcher> {
  return { ...dispatcherOf(label), runtime: shell(line) };
}

function setupOf(
  subjects: readonly Subject<Dispatcher>[],
  rest: Partial<DispatchSetup> = {},
): DispatchSetup {
  const { setup } = fakeDispatchRun(subjects, [], { placements: [sameCore, crossCore], ...rest });
  const rows = rest.rows ?? callRows(subjects, setup.placements.length, false);
  return { ...setup, rows };
}

const fine = subject("fine", done);
const other = subject("other", done);

function run(setup: DispatchSetup, onProgress: (progress: DispatchProgress) => void = () => {}) {
  return runDispatch(setup, onProgress, never);
}

/** The jobs that agents were told, by the case of their row. */
async function jobsOf(setup: DispatchSetup): Promise<Map<string, string>> {
  const { visits } = await run(setup);
  return new Map(
    visits.map(({ planned, outcome }) => [
      planned.case,
      outcome.measurements[0]?.parameters.job ?? "",
    ]),
  );
}

test("each round visits every row, one after another", async () => {
  const { visits, partial } = await run(setupOf([fine, other]));
  expect(partial).toBe(false);
  expect(visits.map(({ planned }) => planned.round)).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]);
  const cells = new Set(visits.map(({ planned }) => `${planned.round} ${planned.row}`));
  expect(cells.size).toBe(12);
});

test("the agent is told calls, cores and what is asked of the calls", async () => {
  const rest = { placements: [sameCore], rounds: 1, count: 900, inFlight: 8, cancelRate: 0.25 };
  const jobs = await jobsOf(setupOf([subject("ring", echo)], rest));
  const job = jobs.get("plain");
  const { loopCore, wakerCore } = sameCore.cores;
  for (const text of [
    "scenario:dispatch",
    "calls:900",
    "inFlight:8",
    "cancelRate:0.25",
    "signals:true",
    "timeoutEachNs:null",
    `loopCore:${loopCore},wakerCore:${wakerCore}`,
  ]) {
    expect(job).toContain(text);
  }
});

test("each case asks of its calls what it is named after, and the plain row nothing", async () => {
  const ring = subject("ring", echo);
  const rest = { placements: [sameCore], rounds: 1, rows: callRows([ring], 1, true) };
  const jobs = await jobsOf(setupOf([ring], rest));
  const asked = (name: string) => {
    const job = jobs.get(name) ?? "";
    const fieldOf = (field: string) => new RegExp(`${field}:([^,}]+)`).exec(job)?.[1];
    return {
      signals: fieldOf("signals"),
      timeoutEachNs: fieldOf("timeoutEachNs"),
      cancelRate: fieldOf("cancelRate"),
      throwRate: fieldOf("throwRate"),
      spinNs: fieldOf("spinNs"),
    };
  };
  const plain = asked("plain");
  expect(plain).toEqual({
    signals: "false",
    timeoutEachNs: "null",
    cancelRate: "0",
    throwRate: "0",
    spinNs: "0",
  });
  expect(asked("signal")).toEqual({ ...plain, signals: "true" });
  expect(asked("exception")).toEqual({ ...plain, throwRate: "1" });
  expect(asked("cancellation")).toEqual({ ...plain, signals: "true", cancelRate: "1" });
  const { timeoutEachNs, ...rests } = asked("timeout");
  expect(rests).toEqual({ ...rests, signals: "false", spinNs: "0" });
  expect(Number(timeoutEachNs)).toBeGreaterThan(1e9);
  const expiry = asked("expiry");
  expect(Number(expiry.spinNs)).toBeGreaterThan(Number(expiry.timeoutEachNs));
});

test("progress comes after every visit, and ends with nothing left", async () => {
  const seen: number[] = [];
  const leftNs: number[] = [];
  await run(setupOf([fine, other]), (progress) => {
    seen.push(progress.visits.length);
    leftNs.push(progress.leftNs);
    expect(progress.planned).toBe(12);
  });
  expect(seen).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
  expect(leftNs.every((left) => left >= 0)).toBe(true);
  expect(leftNs.at(-1)).toBe(0);
});

describe("a subject that", () => {
  const rest = { rounds: 6, placements: [sameCore] };
  const statusesOf = async (bad: Subject<Dispatcher>) => {
    const { visits } = await run(setupOf([fine, bad], rest));
    expect(visits.filter(({ planned }) => planned.subject === 0)).toHaveLength(6);
    return visits
      .filter(({ planned }) => planned.subject === 1)
      .map(({ outcome }) => outcome.status);
  };

  test("crashes is visited three times, and the others in every round", async () => {
    expect(await statusesOf(subject("bad", "exit 7"))).toEqual(Array(3).fill("crashed"));
  });

  test("is unsupported is asked once", async () => {
    expect(await statusesOf(subject("bad", fails("UNSUPPORTED")))).toEqual(["unsupported"]);
  });

  test("has a fault keeps what it measured until then", async () => {
    const faulty = { type: "measured", measurements: [called(5_000, { fault: "it lost a call" })] };
    const { visits } = await run(setupOf([subject("bad", say(faulty))], rest));
    expect(visits.map(({ outcome }) => outcome.status)).toEqual(["failed", "failed"]);
    expect(visits[0]?.outcome.measurements).toHaveLength(1);
  });

  test("loses its place is visited once more, which is noted", async () => {
    const { visits } = await run(setupOf([subject("bad", fails("PLACEMENT_MISMATCH"))], rest));
    expect(visits.map(({ isRepeated }) => isRepeated)).toEqual([true, true]);
  });
});

test("what was measured until the end is returned, marked partial", async () => {
  const controller = new AbortController();
  const { visits, partial } = await runDispatch(
    setupOf([fine, other], { rounds: 50, count: 5_000 }),
    ({ visits: done }) => {
      if (done.length === 5) controller.abort();
    },
    controller.signal,
  );
  expect(partial).toBe(true);
  expect(visits).toHaveLength(5);
});

test("what is foretold grows with the calls, the rows and the work", () => {
  const nsOf = (rest: Partial<DispatchSetup>, subjects = [fine]) =>
    forecastDispatch(setupOf(subjects, { count: 10_000, rounds: 5, ...rest })).durationNs;
  const plain = nsOf({});
  expect(nsOf({ count: 1e6 })).toBeGreaterThan(5 * plain);
  expect(nsOf({}, [fine, other])).toBeCloseTo(2 * plain, 0);
  expect(nsOf({ work: { kind: "spin", spinNs: 1e6 } })).toBeGreaterThan(2 * 10_000 * 1e6);
  expect(forecastDispatch(setupOf([fine], { count: 1_001, rounds: 5 })).calls).toBe(201);
});
