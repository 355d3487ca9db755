import { describe, expect, test } from "bun:test";
import { dispatchers } from "../../src/dispatchers/index.ts";
import { renderCsv } from "../../src/report/csv.ts";
import { type Dispatch, dispatches } from "../../src/report/dispatch.ts";
import { renderMarkdown } from "../../src/report/markdown.ts";
import { plainStyle, renderGroup } from "../../src/report/table.ts";
import { dispatchGroup } from "../../src/report/table-groups.ts";
import { renderTables } from "../../src/report/tables.ts";
import type { DispatchSetup } from "../../src/runner/dispatch-run.ts";
import { called } from "../results/fake-dispatch.ts";
import { resultsWith, seriesWith, steady } from "../results/fake-series.ts";
import { type CallsRow, callsResults, spinning, usual } from "./calls.ts";

function told(rows: readonly CallsRow[], setup: Partial<DispatchSetup> = {}): Dispatch {
  const [one, ...others] = dispatches(callsResults(rows, setup));
  if (one === undefined || others.length > 0) throw new Error("not one group of calls");
  return one;
}

/** The cells of a row by their header. */
function row(cells: readonly string[][] | null | undefined, name: string): Record<string, string> {
  const [header = [], ...rows] = cells ?? [];
  const found = rows.find(([first]) => first === name) ?? [];
  return Object.fromEntries(header.map((title, column) => [title, found[column] ?? ""]));
}

const near: readonly CallsRow[] = [
  { label: "lift", near: 5_000 },
  { label: "crowd", kind: "pool", near: 20_000 },
];

test("the tables on a terminal", () => {
  expect(
    `\n${renderGroup(dispatchGroup(told(usual)), { ...plainStyle, columns: 120 })}\n`,
  ).toMatchInlineSnapshot(`
    "
    30,000 calls to each, one at a time

    same-core: loop and worker on one core
      Framework             Wall  CpuTotal  CpuEvtLoop  CpuWorker  CpuOther  µs/call      p50      p99  Relative     ±
      bell                0.1909    0.1909      0.0954     0.0764    0.0191     6.36  6.53 µs  17.0 µs    1.97 ×  0.00
      lift                0.1788    0.1788      0.0894     0.0715    0.0179     5.96  6.11 µs  15.9 µs    1.84 ×  0.00
      lift:wait=adaptive  0.1788    0.1788      0.0894     0.0715    0.0179     5.96  6.11 µs  15.9 µs    1.84 ×  0.00
      clerk               0.2424    0.2424      0.1212     0.0970    0.0242     8.08  8.29 µs  21.6 µs    2.50 ×
      crowd               0.6969    0.6969      0.3484     0.2788    0.0697     23.2  23.8 µs  62.1 µs    7.19 ×
      floor:via=futex     0.0970    0.0970      0.0485     0.0388    0.0097     3.23  3.31 µs  8.64 µs    1.00 ×
      floor:via=eventfd   0.1242    0.1242      0.0621     0.0497    0.0124     4.14  4.25 µs  11.1 µs    1.28 ×  0.00

      What it costs              µs/call      p50      p99  Of plain     ±
      lift                          5.96  6.11 µs  15.9 µs    1.00 ×
      lift, an AbortSignal each     6.26  6.42 µs  16.7 µs    1.05 ×  0.00
      lift, a timeout each          6.46  6.63 µs  17.3 µs    1.08 ×  0.00
      lift, each throws             9.19  9.43 µs  24.6 µs    1.54 ×  0.00
      lift, each cancelled          7.07  7.25 µs  18.9 µs    1.19 ×  0.00
      lift, each times out         2,020  2.07 ms  5.40 ms         -     -
      A/A noise: bell against itself +0.0 % ± 0.0 %, no difference seen
      the two stamps of a call cost 40 ns, not subtracted
      CpuEvtLoop, CpuWorker and CpuOther, read of each thread, come to 100.0 % of CpuTotal
      each times out: each works 2ms on the worker and is given up after 1ms

    cross-core: a core for each
      Framework            Wall  CpuTotal  CpuEvtLoop  CpuWorker  CpuOther  µs/call      p50      p99  Relative     ±
      bell                1.394     1.394       0.697      0.558     0.139     46.5  47.6 µs   124 µs    1.28 ×
      lift                1.212     1.212       0.606      0.485     0.121     40.4  41.4 µs   108 µs    1.11 ×  0.00
      lift:wait=adaptive  0.600     0.900       0.300      0.588     0.006     20.0  20.5 µs  53.4 µs    0.55 ×  0.01
      clerk               1.515     1.515       0.758      0.606     0.151     50.5  51.8 µs   135 µs    1.39 ×
      crowd               2.000     2.000       1.000      0.800     0.200     66.7  68.4 µs   178 µs    1.83 ×  0.00
      floor:via=futex     1.091     1.091       0.545      0.436     0.109     36.4  37.3 µs  97.2 µs    1.00 ×
      floor:via=eventfd   1.151     1.151       0.576      0.461     0.115     38.4  39.4 µs   103 µs    1.06 ×  0.00
      A/A noise: bell against itself +0.0 % ± 0.0 %, no difference seen
      the two stamps of a call cost 40 ns, not subtracted
      CpuEvtLoop, CpuWorker and CpuOther, read of each thread, come to 99.3 to 100.0 % of CpuTotal
      lift:wait=adaptive: 2.02 × faster than lift across cores, for 1.5 cores of CPU instead of 1.0
      lift:wait=adaptive: quicker than the floor, whose threads sleep until they are woken

      Not counted         Start same-core     Stop  Start cross-core     Stop
      bell                        2.00 ms  1.00 ms           2.00 ms  1.00 ms
      lift                        2.00 ms  1.00 ms           2.00 ms  1.00 ms
      lift:wait=adaptive          2.00 ms  1.00 ms           2.00 ms  1.00 ms
      clerk                       2.00 ms  1.00 ms           2.00 ms  1.00 ms
      crowd                       2.00 ms  1.00 ms           2.00 ms  1.00 ms
      floor:via=futex             2.00 ms  1.00 ms           2.00 ms  1.00 ms
      floor:via=eventfd           2.00 ms  1.00 ms           2.00 ms  1.00 ms
      Start: from opening until the first answer; neither it nor Stop is part of what stands above
      Wall and Cpu: seconds for all calls; CpuTotal is the process's own figure
      Relative: time per call over that of floor:via=futex, above 1 is slower; ±: half of its 95 % interval
      Of plain: time per call over that of the same contender's calls without
    "
  `);
});

test("each table fits a terminal of 80 columns, and names each row again", () => {
  const lines = renderGroup(dispatchGroup(told(usual)), { ...plainStyle, columns: 80 }).split("\n");
  for (const line of lines) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(80);
  expect(lines.filter((line) => line.startsWith("  Framework"))).toHaveLength(4);
  expect(lines.filter((line) => line.startsWith("  lift:wait=adaptive "))).toHaveLength(5);
  expect(lines.join("\n")).toContain("CpuOther");
});

describe("seconds", () => {
  test("are for all calls that were asked for", () => {
    const [section] = told(near).sections;
    const { Wall, CpuTotal, CpuEvtLoop, CpuWorker, CpuOther } = row(section?.calls, "lift");
    // 30,000 calls of 5 µs, 1 % longer in the second round and 2 % in the third.
    expect([Wall, CpuTotal]).toEqual(["0.151", "0.151"]);
    expect([CpuEvtLoop, CpuWorker, CpuOther]).toEqual(["0.076", "0.061", "0.015"]);
  });

  test("are scaled where fewer were measured, which is said", () => {
    const short = called(5_000, { audit: { sent: 5_000, settled: 5_000 } });
    const [section] = told([{ label: "lift", near: short }, ...near.slice(1)]).sections;
    expect(row(section?.calls, "lift")).toMatchObject({ Wall: "0.150", "µs/call": "5.00" });
    expect(section?.notes).toContain(
      "lift: 15,000 of 30,000 calls measured; its seconds are scaled to all of them",
    );
    expect(section?.notes.join()).not.toContain("crowd: ");
  });

  test.each([
    [1e6, "30.300"],
    [5e3, "0.151"],
    [200, "0.00606"],
  ])("have three digits or more where a call takes %d ns", (ns, wall) => {
    const [section] = told([{ label: "lift", near: ns }]).sections;
    expect(row(section?.calls, "lift").Wall).toBe(wall);
  });
});

test("a row of which nothing was measured has no figure and says why", () => {
  const [section] = told([{ label: "lift", near: "crashed" }, ...near.slice(1)]).sections;
  expect(section?.calls[1]).toEqual(["lift", ...Array(10).fill("-")]);
  expect(section?.notes).toContain("! lift: crashed: 3 of 3 visits: SIGSEGV");
});

test("a row that must be read with care is marked, and why stands below", () => {
  const careful = dispatchers.find(({ caveat }) => caveat !== undefined);
  if (careful?.caveat === undefined) throw new Error("there is no caveat to be shown");
  const { id, kind, caveat } = careful;
  const { sections, notes } = told([...near, { label: id, kind, near: 9_000 }]);
  const [section] = sections;
  expect(section?.calls.map(([name]) => name)).toEqual(["Framework", "lift", "crowd", `${id} *`]);
  expect(notes).toContain(`* ${caveat}`);
});

describe("the title", () => {
  test.each([
    [{}, "30,000 calls to each, one at a time"],
    [{ inFlight: 64, count: 1e6 }, "1,000,000 calls to each, 64 in flight"],
    [{ work: { kind: "sqlite" } }, "30,000 calls to each, one at a time, each a query to SQLite"],
    [
      { work: { kind: "spin", spinNs: 5_000 } },
      "30,000 calls to each, one at a time, each works 5us",
    ],
    [
      { work: { kind: "yield" } },
      "30,000 calls to each, one at a time, each gives the core away once",
    ],
    [
      { timeoutEachNs: 5e6, cancelRate: 0.01, throwRate: 0.125 },
      "30,000 calls to each, one at a time, each with a timeout of 5ms, 1 % are cancelled, 12.5 % throw",
    ],
  ] as const)("tells what was done: %j", (setup, title) => {
    expect(told(near, setup).title).toBe(title);
  });
});

test("more than one in flight shows calls a second, one does not", () => {
  expect(told(near).sections[0]?.calls[0]).not.toContain("calls/s");
  const [section] = told(near, { inFlight: 64 }).sections;
  expect(row(section?.calls, "lift")["calls/s"]).toBe("198 k");
});

describe("what completeness costs", () => {
  test("is a row for each case, against the plain row of the same contender", () => {
    const cases = { exception: 10_000, signal: 5_500 };
    const [section] = told([{ label: "lift", near: 5_000, cases }, ...near.slice(1)]).sections;
    expect(section?.cases?.map(([name, , , , ratio]) => [name, ratio])).toEqual([
      ["What it costs", "Of plain"],
      ["lift", "1.00 ×"],
      ["lift, each throws", "2.00 ×"],
      ["lift, an AbortSignal each", "1.10 ×"],
    ]);
    expect(section?.calls.map(([name]) => name)).toEqual(["Framework", "lift", "crowd"]);
  });

  test("has no ratio where the work is another, and says what it is", () => {
    const [section] = told([{ label: "lift", near: 5_000, cases: { expiry: 2e6 } }]).sections;
    expect(row(section?.cases, "lift, each times out")).toMatchObject({
      "µs/call": "2,020",
      "Of plain": "-",
      "±": "-",
    });
    expect(section?.notes.join("\n")).toMatch(/^each times out: each works \S+ .* after \S+$/m);
  });

  test("is no table where no case was measured", () => {
    expect(told(near).sections[0]?.cases).toBeNull();
  });

  test("names the case that went wrong", () => {
    const cases = { timeout: "crashed" } as const;
    const [section] = told([{ label: "lift", near: 5_000, cases }]).sections;
    expect(section?.notes).toContain("! lift (timeout): crashed: 3 of 3 visits: SIGSEGV");
    expect(row(section?.cases, "lift, a timeout each")["µs/call"]).toBe("-");
  });
});

test("how calls ended is told where not all were answered", () => {
  expect(told(near).sections[0]?.endings).toBeNull();
  const endings = { answered: 9_000, threw: 600, cancelled: 300, timedOut: 100 };
  const mixed = called(5_000, { endings });
  const [section] = told([{ label: "lift", near: mixed }, ...near.slice(1)]).sections;
  expect(section?.endings).toEqual([
    ["How calls ended", "Answered", "Threw", "Cancelled", "Timed out"],
    ["lift", "27,000", "1,800", "900", "300"],
    ["crowd", "30,000", "0", "0", "0"],
  ]);
});

describe("a fault line", () => {
  function notes(rest: Parameters<typeof called>[1]): readonly string[] {
    const { sections } = told([{ label: "lift", near: called(5_000, rest) }]);
    return sections[0]?.notes ?? [];
  }

  test("counts calls that went astray", () => {
    const audit = { lost: 1, duplicated: 2, mistaken: 3 };
    expect(notes({ audit })).toContain("! lift: of 30,000 calls 3 lost, 6 duplicated, 9 mistaken");
    expect(notes({}).filter((note) => note.startsWith("!"))).toEqual([]);
  });

  test.each([
    [0.94, true],
    [0.96, false],
    [1.04, false],
    [1.06, true],
  ])("tells that the CPU of all threads is %d of the process's, beyond 5 %%", (share, isTold) => {
    const cost = {
      cpuProcessNs: 1e9,
      cpuLoopNs: 0.5e9,
      cpuWorkerNs: 0.3e9,
      cpuOtherNs: (share - 0.8) * 1e9,
    };
    const sum = "CpuEvtLoop, CpuWorker and CpuOther";
    const why = share < 1 ? "; threads that ended meanwhile are missing in it" : "";
    const fault = `! lift: ${sum} come to ${(100 * share).toFixed(1)} % of CpuTotal${why}`;
    const found = notes({ cost });
    expect(found.includes(fault)).toBe(isTold);
    expect(found).toContain(
      `${sum}, read of each thread, come to ${(100 * share).toFixed(1)} % of CpuTotal`,
    );
  });

  test("says nothing of CPU that the platform cannot tell", () => {
    const found = notes({ cost: { cpuWorkerNs: null } });
    expect(found.join()).not.toContain("Cpu");
  });
});

describe("a note", () => {
  test("tells what the stamps cost, and that not each call has them", () => {
    const rows: CallsRow[] = [
      { label: "lift", near: called(500, { sampledEvery: 16, harnessNs: 51 }) },
      { label: "crowd", kind: "pool", near: called(20_000, { sampledEvery: 2 }) },
    ];
    const [section] = told(rows, { inFlight: 64 }).sections;
    expect(section?.notes).toContain("the two stamps of a call cost 51 ns, not subtracted");
    expect(section?.notes).toContain(
      "p50 and p99 are of one call in up to 16: stamping each would slow them down",
    );
    expect(told(near).sections[0]?.notes.join()).not.toContain("one call in");
  });

  test("does not say that stamps slow down calls that come one at a time", () => {
    const [section] = told([{ label: "lift", near: called(500, { sampledEvery: 3 }) }]).sections;
    expect(section?.notes).toContain(
      "p50 and p99 are of one call in 3: more stamps would tell no more",
    );
  });

  test("tells that rounds differ, where sums and means of them say different things", () => {
    const setup = { inFlight: 64 };
    const disturbed = callsResults(
      [...near, { label: "floor", kind: "floor", near: 2_500 }],
      setup,
    );
    for (const one of disturbed.series) {
      if (one.contender === "lift") one.cost.wallNs *= 1.5;
    }
    const [section] = dispatches(disturbed)[0]?.sections ?? [];
    expect(section?.notes).toContain(
      "lift: rounds differ much; calls/s and Relative count each round alike, Wall and µs/call add them up",
    );
    expect(told(near).sections[0]?.notes.join()).not.toContain("rounds differ");
  });

  test("tells that a pinned pool has one core, where several calls could be done at once", () => {
    const text = "crowd: all threads of a pool share the worker's core here";
    const notesOf = (setup: Partial<DispatchSetup>) => told(near, setup).sections[0]?.notes.join();
    const unpinned = { name: "any", cores: { loopCore: -1, wakerCore: -1 } } as const;
    expect(notesOf({ inFlight: 64 })).toContain(text);
    expect(notesOf({})).not.toContain(text);
    expect(notesOf({ inFlight: 64, placements: [unpinned] })).not.toContain(text);
  });

  test("gives no ratio to calls that throw instead of doing their work", () => {
    const cases = { signal: 6_000, exception: 4_000, cancellation: 4_000 };
    const rows: CallsRow[] = [{ label: "lift", near: 50_000, cases }];
    const [busy] = told(rows, { work: { kind: "spin", spinNs: 45_000 } }).sections;
    const ratioOf = (words: string) => row(busy?.cases, `lift, ${words}`)["Of plain"];
    expect([ratioOf("each throws"), ratioOf("each cancelled")]).toEqual(["-", "-"]);
    expect(ratioOf("an AbortSignal each")).toBe("0.12 ×");
    expect(busy?.notes.join()).toContain("a job that throws does no work");
    const [idle] = told(rows).sections;
    expect(row(idle?.cases, "lift, each throws")["Of plain"]).toBe("0.08 ×");
    expect(idle?.notes.join()).not.toContain("does no work");
  });

  test("tells a fault once, be it that of the cases and the control too", () => {
    const [section] = told([
      { label: "lift", near: "crashed", cases: { signal: "crashed" } },
      { label: "lift", near: "crashed", isControl: true },
      { label: "bell", near: 5_000, cases: { signal: "crashed" } },
    ]).sections;
    const faults = section?.notes.filter((note) => note.startsWith("!"));
    expect(faults).toEqual([
      "! lift: crashed: 3 of 3 visits: SIGSEGV",
      "! bell (signal): crashed: 3 of 3 visits: SIGSEGV",
    ]);
    // And what was never measured is not one time itself.
    expect(row(section?.cases, "lift")["Of plain"]).toBe("-");
  });

  test("tells that few calls have a short warm-up, which the floor has no need of", () => {
    const text = "few calls have a short warm-up, here 13.3 % of a whole one";
    expect(told(near, { count: 3_000 }).sections[0]?.notes.join()).toContain(text);
    expect(told(near).sections[0]?.notes.join()).not.toContain("warm-up");
    const floor = { label: "floor", kind: "floor", near: 4_000 } as const;
    expect(told([floor], { count: 3_000 }).sections[0]?.notes.join()).not.toContain("warm-up");
  });

  test("tells how many calls were answered before they were cancelled", () => {
    const endings = { answered: 3_000, cancelled: 7_000 };
    const cancellation = called(7_000, { endings });
    const [section] = told([{ label: "lift", near: 5_000, cases: { cancellation } }]).sections;
    expect(section?.notes).toContain(
      "lift (cancellation): 30.0 % of the calls were answered before they were cancelled",
    );
    const all = called(7_000, { endings: { answered: 0, cancelled: 10_000 } });
    const [quiet] = told([{ label: "lift", near: 5_000, cases: { cancellation: all } }]).sections;
    expect(quiet?.notes.join()).not.toContain("answered before");
  });

  test("tells the noise of the day by the control, which is no row", () => {
    const rows = [...near, { label: "lift", near: 5_500, isControl: true }];
    const [section] = told(rows).sections;
    expect(section?.calls.map(([name]) => name)).toEqual(["Framework", "lift", "crowd"]);
    expect(section?.notes).toContain("A/A noise: lift against itself +10.0 % ± 0.0 %, slower");
  });

  test("tells what spinning before parking brings and takes, where it brings something", () => {
    const parking = { label: "lift", near: 5_000, far: 40_000 };
    const rows = [parking, { label: "lift:wait=adaptive", near: 5_000, far: spinning(20_000) }];
    const [same, cross] = told(rows).sections;
    expect(same?.notes.join()).not.toContain("adaptive");
    expect(cross?.notes).toContain(
      "lift:wait=adaptive: 2.02 × faster than lift across cores, for 1.5 cores of CPU instead of 1.0",
    );
  });
});

test("what spins without a gain, and takes CPU for it, is told of too", () => {
  const parking = { label: "lift", near: 5_000, far: 40_000 };
  const rows = [parking, { label: "lift:wait=adaptive", near: 5_000, far: spinning(40_400) }];
  const [same, cross] = told(rows).sections;
  expect(same?.notes.join()).not.toContain("adaptive");
  expect(cross?.notes).toContain(
    "lift:wait=adaptive: no gain seen over lift across cores, for 1.5 cores of CPU instead of 1.0",
  );
});

test("what is quicker than the floor has the reason told", () => {
  const floor = { label: "floor:via=futex", kind: "floor", near: 3_000, far: 36_000 } as const;
  const spinner = { label: "lift:wait=adaptive", near: 5_000, far: spinning(20_000) };
  const reason = "quicker than the floor, whose threads sleep until they are woken";
  const [same, cross] = told([spinner, floor]).sections;
  expect(same?.notes.join()).not.toContain(reason);
  expect(cross?.notes).toContain(`lift:wait=adaptive: ${reason}`);
});

test("start and stop stand apart, for each placement", () => {
  expect(told(near).life).toEqual([
    ["Not counted", "Start", "Stop"],
    ["lift", "2.00 ms", "1.00 ms"],
    ["crowd", "2.00 ms", "1.00 ms"],
  ]);
  expect(told(usual).life[0]).toEqual([
    "Not counted",
    "Start same-core",
    "Stop",
    "Start cross-core",
    "Stop",
  ]);
});

test("calls with other numbers in flight are other tables", () => {
  const one = callsResults(near);
  const many = callsResults(near, { inFlight: 64 });
  const both = { ...one, series: [...one.series, ...many.series] };
  expect(dispatches(both).map(({ title }) => title)).toEqual([
    "30,000 calls to each, one at a time",
    "30,000 calls to each, 64 in flight",
  ]);
});

describe("other formats", () => {
  test("text has them after those of wakes; wakes alone have none", () => {
    const wakes = resultsWith([seriesWith({ contender: "pipe", p50sNs: steady(5_000) })]);
    expect(dispatches(wakes)).toEqual([]);
    const both = { ...wakes, series: [...callsResults(near).series, ...wakes.series] };
    const text = renderTables(both);
    expect(text.indexOf("same-core: both threads on one core")).toBe(0);
    expect(text.indexOf("30,000 calls to each")).toBeGreaterThan(0);
  });

  test("Markdown has the same cells and notes", () => {
    const text = renderMarkdown(callsResults(usual));
    expect(text).toContain("### 30,000 calls to each, one at a time");
    expect(text).toContain("#### same-core: loop and worker on one core");
    expect(text).toContain("| Framework | Wall | CpuTotal | CpuEvtLoop | CpuWorker | CpuOther |");
    expect(text).toContain("| lift, each throws |");
    expect(text).toContain("| Not counted | Start same-core | Stop |");
    expect(text).toContain("- A/A noise: bell");
    expect(text).not.toContain("\n\n\n");
    expect(text).not.toMatch(/undefined|NaN/);
  });

  test("CSV has a line for each row, case and control", () => {
    const [header = "", ...lines] = renderCsv(callsResults(usual)).trim().split("\r\n");
    const names = header.split(",");
    const rows = lines.map((line) =>
      Object.fromEntries(line.split(",").map((cell, index) => [names[index], cell])),
    );
    expect(rows).toHaveLength(8 + 8 + 5);
    const exception = rows.find((one) => one.case === "exception");
    expect(exception).toMatchObject({
      scenario: "dispatch",
      contender: "lift",
      placement: "same-core",
      in_flight: "1",
      work: "0",
      calls: "30000",
      answered: "30000",
      mistaken: "0",
      relative_to: "lift",
      start_ns: "2000000",
    });
    expect(Number(exception?.wall_ns)).toBeCloseTo(30_000 * 9_100 * 1.01, 0);
    expect(Number(exception?.cpu_process_ns)).toBe(Number(exception?.wall_ns));
    const lift = rows.find((one) => one.contender === "lift");
    expect(Number(lift?.floor_ratio)).toBeCloseTo(5_900 / 3_200);
    expect(rows.filter((one) => one.control === "a/a")).toHaveLength(2);
  });
});
