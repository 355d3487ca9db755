import { describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Approach } from "../../src/approaches/approach.ts";
import { WakerbenchError } from "../../src/errors.ts";
import type { WorkloadStage } from "../../src/plan/workload.ts";
import type { Subject } from "../../src/runner/subject.ts";
import {
  forecastWorkload,
  runWorkload,
  type WorkloadProgress,
  type WorkloadSetup,
} from "../../src/runner/workload-run.ts";
import type { AnyWorkloadJob } from "../../src/scenarios/job.ts";
import { fakeWorkloadSetup, libraryOf, rowOf, worked } from "../results/fake-workload.ts";
import { fails, say, shell } from "./fake-agent.ts";

// A busy machine takes its time to start so many processes.
setDefaultTimeout(60_000);

const never = new AbortController().signal;
const measured = { type: "measured", measurements: [worked(5_000)] };
/** The answer's parameters are the job's own text, with its quotes taken out. */
const echo = `echo '${JSON.stringify(measured).replace(
  '"parameters":{}',
  `"parameters":{"job":"'"$(echo "$1" | tr -d '"')"'"}`,
)}' >&3`;

/** A subject whose agent is a line of `sh`. */
function subject(label: string, line: string): Subject<Approach> {
  return { ...libraryOf(label), runtime: shell(line) };
}

const fine = subject("fine", say(measured));
const other = subject("other", say(measured));

function run(setup: WorkloadSetup, onProgress: (progress: WorkloadProgress) => void = () => {}) {
  return runWorkload(setup, onProgress, never);
}

test("each round visits every row, rounds that are dropped first", async () => {
  const { visits, partial } = await run(
    fakeWorkloadSetup([fine, other], { rounds: 2, warmupRounds: 1 }),
  );
  expect(partial).toBe(false);
  expect(visits.map(({ planned }) => planned.isWarmup)).toEqual([
    ...Array(2).fill(true),
    ...Array(4).fill(false),
  ]);
  expect(visits.every(({ outcome }) => outcome.status === "ok")).toBe(true);
});

test("every agent is told the same seed, and its own contender", async () => {
  const subjects = [subject("one", echo), subject("two", echo)];
  const { visits } = await run(fakeWorkloadSetup(subjects));
  const jobs = visits.map(({ outcome }) => outcome.measurements[0]?.parameters.job ?? "");
  expect(jobs).toHaveLength(6);
  expect(jobs.every((job) => job.includes("seed:7"))).toBe(true);
  const ofOne = visits.flatMap(({ planned }, index) =>
    planned.subject === 0 ? [jobs[index]] : [],
  );
  expect(ofOne.every((job) => job?.includes("approach:one"))).toBe(true);
});

test("progress comes after every visit, and ends with nothing left", async () => {
  const leftNs: number[] = [];
  await run(fakeWorkloadSetup([fine, other]), (progress) => {
    leftNs.push(progress.leftNs);
    expect(progress.planned).toBe(6);
    expect(progress.visits).toHaveLength(leftNs.length);
  });
  expect(leftNs).toHaveLength(6);
  expect(leftNs.at(-1)).toBe(0);
});

test("what is foretold is the time of all rows in all rounds", () => {
  const rows = [rowOf(0, { expectedNs: 2e9 }), rowOf(1, { expectedNs: 3e9 })];
  const setup = fakeWorkloadSetup([fine, other], { rows, rounds: 4, warmupRounds: 1 });
  expect(forecastWorkload(setup)).toBe(25e9);
});

describe("a visit that fails in the middle", () => {
  test("costs neither its own rows nor those of the others", async () => {
    // The second time it is asked it crashes, and answers again later.
    const marker = `/tmp/wakerbench-test-${process.pid}-${Date.now()}`;
    const line = `echo >> ${marker}; if [ $(wc -l < ${marker}) -eq 2 ]; then exit 7; fi; ${say(measured)}`;
    try {
      const flaky = subject("flaky", line);
      const { visits } = await run(fakeWorkloadSetup([fine, flaky], { rounds: 4 }));
      const statusesOf = (index: number) =>
        visits
          .filter(({ planned }) => planned.subject === index)
          .map(({ outcome }) => outcome.status);
      expect(statusesOf(0)).toEqual(Array(4).fill("ok"));
      expect(statusesOf(1)).toEqual(["ok", "crashed", "ok", "ok"]);
    } finally {
      await Bun.file(marker).delete();
    }
  });

  test("is made again until its faults are too many", async () => {
    const bad = subject("bad", fails("UNSUPPORTED"));
    const { visits } = await run(fakeWorkloadSetup([fine, bad], { rounds: 4 }));
    expect(visits.filter(({ planned }) => planned.subject === 1)).toHaveLength(1);
    expect(visits.filter(({ planned }) => planned.subject === 0)).toHaveLength(4);
  });
});

test("what was measured until the end is returned, marked partial", async () => {
  const controller = new AbortController();
  const { visits, partial } = await runWorkload(
    fakeWorkloadSetup([fine, other], { rounds: 50 }),
    (progress) => {
      if (progress.visits.length === 5) controller.abort();
    },
    controller.signal,
  );
  expect(partial).toBe(true);
  expect(visits).toHaveLength(5);
});

describe("a stage", () => {
  /** Counts how often it was opened and closed. */
  function stageOf() {
    const counts = { opened: 0, closed: 0 };
    const stage = async (): Promise<WorkloadStage<AnyWorkloadJob>> => {
      counts.opened++;
      return {
        job: { url: "http://stage/" },
        settle: (one, usage) => ({ ...one, cost: { ...one.cost, wallNs: usage.wallNs } }),
        async [Symbol.asyncDispose]() {
          counts.closed++;
        },
      };
    };
    return { counts, stage };
  }

  test("stands beside all visits, is told to them, and makes their figures", async () => {
    const { counts, stage } = stageOf();
    const { visits } = await run(fakeWorkloadSetup([subject("one", echo)], { stage }));
    expect(counts).toEqual({ opened: 1, closed: 1 });
    const measurements = visits.flatMap(({ outcome }) => outcome.measurements);
    expect(measurements).toHaveLength(3);
    for (const { parameters, cost } of measurements) {
      expect(parameters.job).toContain("url:http://stage/");
      // No process is started and ended in the time that the agent says it took for a thousand tasks.
      expect(cost.wallNs).not.toBe(5e6);
    }
  });

  test("is taken down when the run is aborted", async () => {
    const { counts, stage } = stageOf();
    const controller = new AbortController();
    const abort = () => controller.abort();
    await runWorkload(fakeWorkloadSetup([fine], { stage, rounds: 50 }), abort, controller.signal);
    expect(counts).toEqual({ opened: 1, closed: 1 });
  });

  test("that cannot be set up ends the run before it measures", async () => {
    const error = new WakerbenchError("USAGE", "the port is taken", { remedy: "another" });
    const setup = fakeWorkloadSetup([fine], { stage: () => Promise.reject(error) });
    await expect(run(setup)).rejects.toBe(error);
  });

  test("that was aborted while it was set up is no error", async () => {
    const controller = new AbortController();
    const stage = () => {
      controller.abort();
      return Promise.reject(new Error("aborted"));
    };
    const ended = await runWorkload(
      fakeWorkloadSetup([fine], { stage }),
      () => {},
      controller.signal,
    );
    expect(ended).toMatchObject({ visits: [], partial: true });
  });
});
