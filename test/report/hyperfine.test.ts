import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fetchSummary } from "../../src/report/fetch-face.ts";
import { renderHyperfine } from "../../src/report/hyperfine.ts";
import { exportFormats } from "../../src/report/index.ts";
import { isInstalled } from "../cli/program.ts";
import { order, right, serve } from "../fetchers/servers.ts";
import { resultsWith, seriesWith } from "../results/fake-series.ts";
import { resultsOfPrograms, seriesOfPrograms } from "./programs.ts";

// A busy machine takes its time to start so many processes.
setDefaultTimeout(120_000);

const folder = mkdtempSync(join(tmpdir(), "wakerbench-hyperfine-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const hasPython = isInstalled("python3");
const hasHyperfine = isInstalled("hyperfine");
if (!hasHyperfine) {
  console.warn(
    "SKIPPED: hyperfine is not installed: our export is not held against one of its own",
  );
}

/** What hyperfine's scripts make of one command: each figure as written, and as its runs have it. */
type Read = {
  label: string;
  keys: string[];
  runs: number;
  cpu: number;
  exitCodes: number[];
} & Record<"mean" | "stddev" | "median" | "min" | "max", [written: number, ofRuns: number]>;

function read(...paths: string[]): Read[] {
  const script = join(import.meta.dirname, "read-hyperfine.py");
  const { exitCode, stdout, stderr } = Bun.spawnSync(["python3", script, ...paths]);
  expect({ exitCode, stderr: stderr.toString() }).toEqual({ exitCode: 0, stderr: "" });
  return JSON.parse(stdout.toString());
}

function expectConsistent({ mean, stddev, median, min, max, exitCodes, cpu }: Read): void {
  for (const [written, ofRuns] of [mean, stddev, median, min, max]) {
    expect(written / ofRuns).toBeCloseTo(1, 6);
  }
  expect(exitCodes).toEqual([0]);
  expect(cpu).toBeGreaterThan(0);
}

const programs = {
  "threads-reuse": [60, 66, 72, 61],
  "async-for": [40, 42, 44, 50],
  "async-map": [41, "failed", 45, 40],
  "threads-map": ["failed", "failed"],
} as const;

/** Our export of these programs, as a file. */
function exported(): string {
  const path = join(folder, "ours.hyperfine.json");
  writeFileSync(path, renderHyperfine(resultsOfPrograms(programs)));
  return path;
}

describe("the export for hyperfine's tools", () => {
  test("has times in seconds, a result for each method that ran, and all that hyperfine writes", () => {
    const { results } = JSON.parse(readFileSync(exported(), "utf8"));
    expect(results).toHaveLength(3);
    expect(results[0]).toEqual({
      command: "threads-reuse",
      mean: 0.06475,
      stddev: expect.closeTo(0.0055, 4),
      median: 0.0635,
      user: expect.closeTo(0.06475 / 2, 9),
      system: expect.closeTo(0.06475 / 4, 9),
      min: 0.06,
      max: 0.072,
      times: [0.06, 0.066, 0.072, 0.061],
      memory_usage_byte: Array(4).fill(40 * 2 ** 20),
      exit_codes: [0, 0, 0, 0],
      parameters: { requests: "1000", chunk: "100", threads: "4", server: "own" },
    });
    expect(results[2].times).toEqual([0.041, 0.045, 0.04]);
  });

  test("is written for no other scenario", () => {
    const wakes = resultsWith([seriesWith({ contender: "pipe", p50sNs: [5_000, 5_000] })]);
    expect(JSON.parse(renderHyperfine(wakes))).toEqual({ results: [] });
    expect(
      exportFormats.filter((one) => "scenario" in one && one.scenario === "fetch"),
    ).toHaveLength(1);
  });

  test.if(hasPython)("is read by a script that reads hyperfine's", () => {
    const shown = read(exported());
    // By their medians.
    expect(shown.map(({ label }) => label)).toEqual(["async-map", "async-for", "threads-reuse"]);
    expect(shown.map(({ runs }) => runs)).toEqual([3, 4, 4]);
    for (const one of shown) expectConsistent(one);
  });
});

describe.if(hasHyperfine)("beside hyperfine itself", () => {
  function hyperfine(args: readonly string[]): { stdout: string; path: string } {
    const path = join(folder, "theirs.json");
    const command = ["hyperfine", "--style", "basic", "--export-json", path, ...args];
    const { exitCode, stdout, stderr } = Bun.spawnSync(command, { env: process.env });
    expect({ exitCode, stderr: exitCode === 0 ? "" : stderr.toString() }).toEqual({
      exitCode: 0,
      stderr: "",
    });
    return { stdout: stdout.toString(), path };
  }

  test("the summary is the one that it prints of the same runs", () => {
    const commands = ["sleep 0.12", "sleep 0.04", "sleep 0.08"];
    const { stdout, path } = hyperfine(["-N", "--warmup", "1", "--runs", "5", ...commands]);
    const results: { command: string; times: number[] }[] = JSON.parse(
      readFileSync(path, "utf8"),
    ).results;
    const runs = results.map(({ command, times }) => [command, times.map((time) => time * 1e3)]);
    const ours = fetchSummary(seriesOfPrograms(Object.fromEntries(runs)));
    const [, theirs = ""] = stdout.split(/^Summary\n/m);
    // Older versions quote the commands, and all indent the first line.
    expect(ours?.split("\n").map((line) => line.trim())).toEqual(
      theirs
        .trimEnd()
        .split("\n")
        .map((line) => line.replaceAll("'", "").trim()),
    );
  });

  test.if(hasPython)(
    "one script reads both, field by field, of the very same programs",
    async () => {
      using server = serve(right);
      const entry = join(import.meta.dirname, "..", "..", "src", "agent", "fetch.ts");
      const commandOf = (approach: string) => {
        const job = {
          ...order(server.port),
          scenario: "fetch",
          approach,
          parameters: {},
          parentPid: 0,
        };
        return `'${process.execPath}' '${entry}' '${JSON.stringify(job)}' 3>/dev/null`;
      };
      const path = join(folder, "theirs.json");
      // Not Bun.spawnSync: the server answers in this very process.
      const child = Bun.spawn(
        [
          ...[
            "hyperfine",
            "--style",
            "none",
            "--export-json",
            path,
            "--runs",
            "3",
            "--warmup",
            "1",
          ],
          ...[commandOf("async-for"), commandOf("threads-reuse")],
        ],
        { stdout: "ignore", stderr: "ignore" },
      );
      expect(await child.exited).toBe(0);
      const [ours, theirs] = [read(exported()), read(path)];
      expect(theirs).toHaveLength(2);
      for (const one of theirs) {
        expectConsistent(one);
        // Newer versions write the memory, too; parameters stand there where a command has them.
        const others = ["memory_usage_byte", "parameters"];
        const keys = [...new Set([...one.keys, ...others])].toSorted();
        expect(ours[0]?.keys).toEqual(keys);
      }
    },
  );
});
