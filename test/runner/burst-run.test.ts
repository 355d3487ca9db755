import { describe, expect, setDefaultTimeout, test } from "bun:test";
import {
  type BurstProgress,
  type BurstSetup,
  forecastBurst,
  runBurst,
} from "../../src/runner/burst-run.ts";
import type { Subject } from "../../src/runner/subject.ts";
import { fakeBurstRun, flooded } from "../results/fake-flood.ts";
import { subjectOf } from "../results/fake-run.ts";
import { fails, say, shell } from "./fake-agent.ts";

// A busy machine takes its time to start so many processes.
setDefaultTimeout(60_000);

const never = new AbortController().signal;
const pipe = await subjectOf("pipe");
const done = say({ type: "measured", measurements: [flooded(1e6)] });

/** A subject whose agent is a line of `sh`. */
function subject(label: string, line: string): Subject {
  return { ...pipe, label, runtime: shell(line) };
}

function setupOf(subjects: readonly Subject[], rest: Partial<BurstSetup> = {}): BurstSetup {
  return fakeBurstRun(subjects, [], { threads: [1, 64], ...rest }).setup;
}

const fine = subject("fine", done);
const other = subject("other", done);

async function run(setup: BurstSetup, onProgress: (progress: BurstProgress) => void = () => {}) {
  return runBurst(setup, onProgress, never);
}

test("each round floods every subject from each number of threads, one after another", async () => {
  const { floods, partial } = await run(setupOf([fine, other]));
  expect(partial).toBe(false);
  expect(floods.map(({ planned }) => planned.round)).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]);
  const cells = new Set(
    floods.map(({ planned }) => `${planned.round} ${planned.subject} ${planned.threads}`),
  );
  expect(cells.size).toBe(12);
});

test("the agent is told threads, lengths, and whether it is the control", async () => {
  // The answer's parameters are the job's own text, with its quotes taken out.
  const parroted = JSON.stringify({ type: "measured", measurements: [flooded(1e6)] }).replace(
    '"parameters":{}',
    `"parameters":{"job":"'"$(echo "$1" | tr -d '"')"'"}`,
  );
  const echo = subject("echo", `echo '${parroted}' >&3`);
  const rest = { threads: [7], rounds: 1, floodNs: 40_000_000, payloadBytes: 8 };
  const { floods } = await run(setupOf([echo, { ...echo, isControl: true }], rest));
  const jobs = new Map(
    floods.map(({ planned, outcome }) => [
      planned.subject,
      outcome.measurements[0]?.parameters.job,
    ]),
  );
  const common = ["threads:7", "floodNs:40000000", "warmupFloodNs:10000000", "payloadBytes:8"];
  for (const text of common) expect(jobs.get(0)).toContain(text);
  expect(jobs.get(0)).toContain("isControl:false");
  expect(jobs.get(1)).toContain("isControl:true");
});

test("progress comes after every flood, and ends with nothing left", async () => {
  const seen: number[] = [];
  const leftNs: number[] = [];
  await run(setupOf([fine, other]), (progress) => {
    seen.push(progress.floods.length);
    leftNs.push(progress.leftNs);
    expect(progress.planned).toBe(12);
  });
  expect(seen).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
  expect(leftNs.every((left) => left >= 0)).toBe(true);
  expect(leftNs.at(-1)).toBe(0);
});

test("the same seed floods in the same order", async () => {
  const orderOf = async (seed: number) => {
    const { floods } = await run(setupOf([fine, other], { seed, rounds: 4 }));
    return floods.map(({ planned }) => `${planned.subject}.${planned.threads}`).join(" ");
  };
  const first = await orderOf(1);
  expect(await orderOf(1)).toBe(first);
  expect(await orderOf(2)).not.toBe(first);
});

test("a length that is given is kept to, else it goes by round and number of threads", async () => {
  const given = await run(setupOf([fine, other], { floodNs: 30_000_000 }));
  expect(given.floods.every(({ floodNs }) => floodNs === 30_000_000)).toBe(true);
  const fitted = await run(setupOf([fine, other], { floodNs: null, timeNs: 2e9 }));
  for (const round of [0, 1, 2]) {
    const lengths = (threads: number) =>
      fitted.floods
        .filter(({ planned }) => planned.round === round && planned.threads === threads)
        .map(({ floodNs }) => floodNs);
    const [few = 0, ...others] = lengths(1);
    expect(others).toEqual([few]);
    expect(lengths(64)).toEqual([4 * few, 4 * few]);
  }
});

test("where the time is over there are two rounds, and as many as were asked for", async () => {
  const short = { floodNs: null, timeNs: 1, threads: [1] };
  const fitted = await run(setupOf([fine], { ...short, rounds: null }));
  expect(fitted.floods.map(({ planned }) => planned.round)).toEqual([0, 1]);
  const asked = await run(setupOf([fine], { ...short, rounds: 4 }));
  expect(asked.floods).toHaveLength(4);
});

describe("a subject that", () => {
  const rest = { rounds: 6, threads: [8] };

  test("crashes is flooded three times, and the others in every round", async () => {
    const { floods } = await run(setupOf([fine, subject("bad", "exit 7")], rest));
    const bad = floods.filter(({ planned }) => planned.subject === 1);
    expect(bad.map(({ outcome }) => outcome.status)).toEqual(Array(3).fill("crashed"));
    expect(floods).toHaveLength(9);
  });

  test("is unsupported is asked once", async () => {
    const { floods } = await run(setupOf([subject("bad", fails("UNSUPPORTED"))], rest));
    expect(floods.map(({ outcome }) => outcome.status)).toEqual(["unsupported"]);
  });

  test("is out from some threads is not out from others", async () => {
    const half = subject("half", `case "$1" in *'"threads":64'*) exit 7;; esac; ${done}`);
    const { floods } = await run(setupOf([half], { rounds: 5 }));
    const threads = (status: string) =>
      floods
        .filter(({ outcome }) => outcome.status === status)
        .map(({ planned }) => planned.threads);
    expect(threads("ok")).toEqual(Array(5).fill(1));
    expect(threads("crashed")).toEqual(Array(3).fill(64));
  });
});

test("what was measured until the end is returned, marked partial", async () => {
  const controller = new AbortController();
  const result = await runBurst(
    setupOf([fine, other], { rounds: 50 }),
    ({ floods }) => {
      if (floods.length === 5) controller.abort();
    },
    controller.signal,
  );
  expect(result.partial).toBe(true);
  expect(result.floods).toHaveLength(5);
});

test("what is foretold stays within the time, and keeps to what was asked for", () => {
  const rest = { rounds: null, floodNs: null, timeNs: 20e9 };
  const free = forecastBurst(setupOf([fine, other], rest));
  expect(free.rounds).toBe(5);
  expect(free.durationNs).toBeLessThanOrEqual(20e9);
  const asked = forecastBurst(setupOf([fine, other], { rounds: 7, floodNs: 1e9, timeNs: 1e9 }));
  expect(asked).toMatchObject({ rounds: 7, basicNs: 1e9 });
  expect(asked.durationNs).toBeGreaterThan(7e9);
});
