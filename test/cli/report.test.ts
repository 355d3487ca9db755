import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { chartsOf } from "../../src/report/charts/index.ts";
import { exportFormats, formats } from "../../src/report/index.ts";
import { resultsWith, seriesWith, steady } from "../results/fake-series.ts";
import { Sandbox } from "./program.ts";

// A busy machine takes its time to start so many processes.
setDefaultTimeout(60_000);

const results = resultsWith([
  seriesWith({ contender: "pipe", p50sNs: steady(5_000) }),
  seriesWith({ contender: "callback", p50sNs: steady(3_000) }),
]);

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
  writeFileSync(sandbox.path("saved.json"), JSON.stringify(results));
});
afterEach(() => sandbox[Symbol.dispose]());

const read = (...parts: string[]) => readFileSync(sandbox.path(...parts), "utf8");

describe("report", () => {
  test("prints the tables and the verdict of a file as the command did that measured", async () => {
    const { status, stdout, stderr } = await sandbox.run(["report", "saved.json"]);
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("same-core: both threads on one core");
    expect(stdout).toContain("Use callback: 1.67 × faster than pipe on one core.");
    expect(stdout).toContain("When to use each");
  });

  test("takes the last run, and says what to do where there is none", async () => {
    const none = await sandbox.run(["report"]);
    expect(none.status).toBe(2);
    expect(none.stderr).toMatch(
      /^error: no run is kept yet: .*latest\.json\n {2}try: measure first/,
    );
    sandbox.makeDirectory("data/results");
    writeFileSync(sandbox.latestPath, JSON.stringify(results));
    const last = await sandbox.run(["report", "--format", "csv"]);
    expect(last.stdout).toStartWith("scenario,contender,");
    expect(last.status).toBe(0);
  });

  test("writes each file that is named, says so, and then prints nothing that was not asked for", async () => {
    const flags = ["--export", "a.md", "--export", "b.json"];
    const { status, stdout, stderr } = await sandbox.run(["report", "saved.json", ...flags]);
    expect([status, stdout, stderr]).toEqual([0, "", "wrote a.md\nwrote b.json\n"]);
    expect(read("a.md")).toContain("| pipe |");
    expect(JSON.parse(read("b.json"))).toEqual(results);
    const both = await sandbox.run([
      "report",
      "saved.json",
      "--export",
      "c.csv",
      "--format",
      "csv",
    ]);
    expect(both.stdout).toBe(read("c.csv"));
  });

  test("prints what a CI service reads, and says which row it has to do without", async () => {
    const crashed = { status: "crashed", error: "SIGSEGV" } as const;
    const signal = seriesWith({ contender: "signal", p50sNs: [], rest: crashed });
    const faulty = { ...results, partial: true, series: [...results.series, signal] };
    writeFileSync(sandbox.path("faulty.json"), JSON.stringify(faulty));
    const flags = ["--format", "bencher", "--export", "ci.github-smaller.json"];
    const { status, stdout, stderr } = await sandbox.run(["report", "faulty.json", ...flags]);
    expect(status).toBe(0);
    const [pipe] = results.series;
    expect(JSON.parse(stdout)["wake/same-core/pipe"].latency.value).toBe(pipe?.summary.p50Ns);
    expect(JSON.parse(read("ci.github-smaller.json"))[0].name).toBe("wake/same-core/pipe latency");
    const missing = "left out, because nothing was measured: wake/same-core/signal (crashed)";
    expect(stderr).toContain(`warning: stdout: ${missing}\n`);
    expect(stderr).toContain(`warning: ci.github-smaller.json: ${missing}\n`);
    expect(stderr).toContain("these results are partial");
  });

  test("draws plots into a pipe only when they are asked for", async () => {
    const environment = { LANG: "C.UTF-8", COLUMNS: "70" };
    const usual = await sandbox.run(["report", "saved.json"], { environment });
    expect(usual.stdout).not.toContain("latency of a wake");
    const flags = ["saved.json", "--plot", "unicode"];
    const { stdout } = await sandbox.run(["report", ...flags], { environment });
    expect(stdout).toContain("same-core: latency of a wake, logarithmic");
    expect(stdout.split("\n").filter((line) => line.includes("┃")).length).toBeGreaterThan(2);
  });

  test("writes the whole report into a directory, which it makes", async () => {
    const { status } = await sandbox.run(["report", "saved.json", "--export", "new/deep/"]);
    expect(status).toBe(0);
    expect(JSON.parse(read("new", "deep", "results.json"))).toEqual(results);
    expect(read("new", "deep", "report.md")).toContain("| pipe |");
    expect(read("new", "deep", "results.csv")).toStartWith("scenario,contender,");
    expect(read("new", "deep", "report.html")).toStartWith("<!doctype html>");
    for (const { id } of chartsOf(results)) {
      expect(read("new", "deep", `${id}.svg`)).toStartWith("<svg ");
      expect(read("new", "deep", `${id}.png`)).toContain("PNG");
    }
  });

  test("draws one chart, on the ground and as wide as is asked for", async () => {
    const chart = "--chart wake-distribution-same-core --scheme dark --width 400".split(" ");
    const files = ["--export", "a.svg", "--export", "a.png", "--export", "a.html"];
    const { status, stderr } = await sandbox.run(["report", "saved.json", ...chart, ...files]);
    expect([status, stderr]).toEqual([0, "wrote a.svg\nwrote a.png\nwrote a.html\n"]);
    expect(read("a.svg")).toMatch(/^<svg [^>]*width="400"/);
    expect(read("a.html")).toStartWith("<!doctype html>");
    const png = readFileSync(sandbox.path("a.png"));
    expect(png.subarray(1, 4).toString()).toBe("PNG");
    // Two pixels of the picture for each of the drawing.
    expect(png.readUInt32BE(16)).toBe(800);
  });

  test("says which charts there are where another is asked for", async () => {
    const args = ["report", "saved.json", "--export", "a.svg", "--chart", "wake-het"];
    const { status, stderr } = await sandbox.run(args);
    expect(status).toBe(2);
    expect(stderr).toContain("did you mean wake-heat?");
  });

  test("draws no picture of nothing, and writes the rest", async () => {
    writeFileSync(sandbox.path("empty.json"), JSON.stringify(resultsWith([])));
    const files = ["--export", "a.png", "--export", "b.html"];
    const { status, stderr } = await sandbox.run(["report", "empty.json", ...files]);
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^wrote b\.html\nerror: --export a\.png: there is no chart.*\n {2}try: /,
    );
  });

  test("shows the page by BROWSER, and keeps it where the user's reports are", async () => {
    const environment = { BROWSER: "cp %s shown.html" };
    const args = ["report", "saved.json", "--open"];
    const { status, stdout, stderr } = await sandbox.run(args, { environment });
    expect([status, stdout]).toEqual([0, ""]);
    const kept = sandbox.path("data", "reports", "2026-01-02T03-04-05.678Z.html");
    expect(stderr).toBe(`report: ${kept}\n`);
    expect(read("shown.html")).toBe(readFileSync(kept, "utf8"));
  });

  test("says where the page is when there is no browser", async () => {
    const environment = { BROWSER: "/nowhere/browser" };
    const { status, stderr } = await sandbox.run(["report", "saved.json", "--open"], {
      environment,
    });
    expect(status).toBe(0);
    expect(stderr).toMatch(/^report: .*\.html\nwarning: no browser could be started\n/);
  });

  test("takes a directory that is there for one also without its slash", async () => {
    sandbox.makeDirectory("there");
    expect((await sandbox.run(["report", "saved.json", "--export", "there"])).status).toBe(0);
    expect(JSON.parse(read("there", "results.json"))).toEqual(results);
  });

  test("tells in one line what is wrong with a file", async () => {
    writeFileSync(sandbox.path("broken.json"), "{");
    writeFileSync(sandbox.path("other.json"), "{}");
    for (const name of ["broken.json", "other.json"]) {
      const { status, stdout, stderr } = await sandbox.run(["report", name]);
      expect([status, stdout]).toEqual([2, ""]);
      expect(stderr).toMatch(new RegExp(`^error: ${name} .+\n {2}try: .+\n$`));
    }
  });
});

test("no two formats have the same name or ending", () => {
  const ids = exportFormats.map(({ id }) => id);
  const endings = exportFormats.flatMap(({ extensions }) => extensions);
  expect(new Set(ids).size).toBe(ids.length);
  expect(new Set(endings).size).toBe(endings.length);
  for (const format of formats) expect(exportFormats).toContain(format);
});
