import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, lstatSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import packageJson from "../../package.json" with { type: "json" };
import { builtLibraryPath } from "../../src/native/library.ts";
import { resultsJsonSchema, schemaPath } from "../../src/results/publish-schema.ts";
import { briefly, isInstalled, keptFiles, resultsOf, Sandbox } from "./program.ts";

// A busy machine takes its time to start so many processes.
setDefaultTimeout(60_000);

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox[Symbol.dispose]());

const compare = ["compare", "pipe", "callback", ...briefly];
/** After the tables and the verdict, which may be that too little was measured. */
const ending = "\n\nWhen to use each\n";
const hasFullDevice = existsSync("/dev/full");

describe("stdout", () => {
  test("gets tables and a verdict, stderr gets plan and warnings", async () => {
    const { status, stdout, stderr } = await sandbox.run(compare);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^ {2}pipe .*1\.00 ×/m);
    expect(stdout).toMatch(/^ {2}callback .* ×/m);
    expect(stdout).toContain(ending);
    expect(stdout).not.toContain("warning");
    expect(stderr).toMatch(/^wake: 2 contenders × 1 placement × 3 rounds .*seed 1/);
    expect(stdout + stderr).not.toContain("\u001b");
  });

  test("gets JSON that the schema accepts, and nothing else", async () => {
    const ended = await sandbox.run([...compare, "--format", "json"]);
    expect(ended.status).toBe(0);
    const results = resultsOf(ended);
    expect(results).toEqual(sandbox.latest());
    expect(results).toMatchObject({
      seed: 1,
      partial: false,
      command: [...compare, "--format", "json"],
    });
    const rows = results.series.map(({ contender, params }) => [contender, params.control]);
    expect(rows).toEqual([
      ["pipe", undefined],
      ["callback", undefined],
      ["pipe", "a/a"],
    ]);
    for (const { status, audit, rounds, summary } of results.series) {
      expect(status).toBe("ok");
      expect(rounds).toHaveLength(3);
      expect(audit).toMatchObject({ sent: 60, lost: 0, duplicated: 0 });
      expect(summary.count + audit.early + audit.unparked).toBe(60);
    }
  });

  test("gets CSV and Markdown when asked", async () => {
    const csv = await sandbox.run([...compare, "--format", "csv"]);
    expect(csv.stdout).toMatch(/^scenario,contender,.*\r\nwake,pipe,/);
    const markdown = await sandbox.run([...compare, "--format=markdown"]);
    expect(markdown.stdout).toMatch(/^### any.*\n\n\| Approach \|.*\n\| :-- \|.*\n\| pipe \|/);
  });

  test.each(["head -c 100", "true"])("may go to `%s`, which stops reading", async (reader) => {
    const line = `W ${compare.join(" ")} -q --format json | ${reader}; exit "\${PIPESTATUS[0]}"`;
    const { status, stderr } = await sandbox.shell(line);
    expect(stderr).toBe("");
    expect(status).toBe(0);
    expect(sandbox.latest().series).toHaveLength(3);
  });

  test.if(hasFullDevice)(
    "on a full disk is an error in one line, and the run is kept",
    async () => {
      const { status, stderr } = await sandbox.shell(`W ${compare.join(" ")} -q >/dev/full`);
      expect(stderr).toMatch(/^error: stdout: ENOSPC.*\n {2}try: .+\n$/);
      expect(status).toBe(1);
      expect(sandbox.latest().series).toHaveLength(3);
    },
  );
});

test("--quiet leaves stderr empty", async () => {
  const { status, stdout, stderr } = await sandbox.run([...compare, "--quiet"]);
  expect(stderr).toBe("");
  expect(stdout).toContain(ending);
  expect(status).toBe(0);
});

test("a seed that was drawn is told, and is in the results", async () => {
  const unseeded = compare.slice(0, -2);
  const ended = await sandbox.run([...unseeded, "--format", "json"]);
  const { seed } = resultsOf(ended);
  expect(ended.stderr).toContain(`(seed ${seed})`);
});

test("run wake measures the same as compare", async () => {
  const flags = compare.slice(1).filter((flag) => flag !== "--no-contention");
  const ended = await sandbox.run(["run", "wake", ...flags, "--format", "json"]);
  expect(resultsOf(ended).series.map(({ contender }) => contender)).toEqual([
    "pipe",
    "callback",
    "pipe",
  ]);
});

test("--samples keeps every sample beside the results", async () => {
  const ended = await sandbox.run([...compare, "--samples", "raw/here", "--format", "json"]);
  for (const { samplesFile = "", summary, rounds } of resultsOf(ended).series) {
    const { roundsNs } = JSON.parse(readFileSync(sandbox.path(samplesFile), "utf8"));
    expect(roundsNs.map(({ length }: number[]) => length)).toEqual(
      rounds.map((round) => round.summary.count),
    );
    expect(Math.max(...roundsNs.flat())).toBe(summary.maxNs ?? 0);
  }
  expect(sandbox.files().filter((file) => file.startsWith("raw"))).toHaveLength(3);
});

describe("--export", () => {
  test("writes each file that is named, and no other", async () => {
    const exports = ["a.json", "b.csv", "c.md", "d.txt", "e.JSON"];
    const flags = exports.flatMap((name) => ["--export", name]);
    const { status, stdout } = await sandbox.run([...compare, ...flags]);
    expect(status).toBe(0);
    expect(sandbox.files()).toEqual([...exports, ...keptFiles].toSorted());
    const read = (name: string) => readFileSync(sandbox.path(name), "utf8");
    expect(JSON.parse(read("a.json"))).toEqual(sandbox.latest());
    expect(read("e.JSON")).toBe(read("a.json"));
    expect(read("b.csv").split("\r\n")).toHaveLength(5);
    expect(read("c.md")).toContain("| pipe |");
    expect(stdout).toContain(read("d.txt").trimEnd());
  });

  test("writes through a symbolic link, which stays one", async () => {
    sandbox.makeDirectory("elsewhere");
    writeFileSync(sandbox.path("elsewhere", "old.json"), "old");
    symlinkSync("elsewhere/old.json", sandbox.path("link.json"));
    symlinkSync(sandbox.path("elsewhere", "new.json"), sandbox.path("dangling.json"));
    const flags = ["--export", "link.json", "--export", "dangling.json"];
    expect((await sandbox.run([...compare, ...flags])).status).toBe(0);
    for (const [link, target] of [
      ["link.json", "old.json"],
      ["dangling.json", "new.json"],
    ] as const) {
      expect(lstatSync(sandbox.path(link)).isSymbolicLink()).toBe(true);
      const written = readFileSync(sandbox.path("elsewhere", target), "utf8");
      expect(JSON.parse(written)).toEqual(sandbox.latest());
    }
    expect(sandbox.files()).toHaveLength(4 + keptFiles.length);
  });

  test.if(hasFullDevice)("to a full disk costs the file and nothing else", async () => {
    symlinkSync("/dev/full", sandbox.path("full.json"));
    const flags = ["-q", "--export", "full.json", "--export", "fine.csv"];
    const { status, stdout, stderr } = await sandbox.run([...compare, ...flags]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^error: --export full\.json: ENOSPC.*\n {2}try: .*latest\.json.*\n$/);
    expect(stdout).toContain(ending);
    expect(sandbox.latest().partial).toBe(false);
    expect(sandbox.files()).toEqual([...keptFiles, "fine.csv", "full.json"]);
    expect(lstatSync("/dev/full").isCharacterDevice()).toBe(true);
  });

  const canMount = process.platform === "linux" && process.getuid?.() === 0 && mountsHere();
  test.if(canMount)("to a disk without room leaves no half of a file", async () => {
    const disk = sandbox.makeDirectory("disk");
    const mounted = Bun.spawnSync(["mount", "-t", "tmpfs", "-o", "size=4k", "none", disk]);
    expect(mounted.exitCode).toBe(0);
    try {
      const { status, stderr } = await sandbox.run([...compare, "-q", "--export", "disk/a.json"]);
      expect(status).toBe(1);
      expect(stderr).toMatch(/^error: --export disk\/a\.json: ENOSPC/);
      expect(sandbox.files()).toEqual([...keptFiles]);
    } finally {
      Bun.spawnSync(["umount", disk]);
    }
  });

  test("a name that is wrong is told before anything is measured", async () => {
    const { stderr } = await sandbox.run([...compare, "--export", "missing/a.json"]);
    expect(stderr).toStartWith("error: ");
    expect(stderr).toContain("try: mkdir -p missing");
    expect(sandbox.files()).toEqual([]);
  });
});

/** Containers mostly may not mount, even as root. */
function mountsHere(): boolean {
  if (!isInstalled("mount") || !isInstalled("umount")) return false;
  using trial = new Sandbox();
  const disk = trial.makeDirectory("disk");
  if (Bun.spawnSync(["mount", "-t", "tmpfs", "none", disk]).exitCode !== 0) return false;
  return Bun.spawnSync(["umount", disk]).exitCode === 0;
}

test("a data directory that cannot be written costs a warning, not the run", async () => {
  writeFileSync(sandbox.path("file"), "");
  const environment = { WAKERBENCH_DATA_DIR: join(sandbox.path("file"), "below") };
  const { status, stdout, stderr } = await sandbox.run(compare, { environment });
  expect(status).toBe(0);
  expect(stdout).toContain(ending);
  expect(stderr).toMatch(/^warning: the run could not be kept.*\n {4}try: .*WAKERBENCH_DATA_DIR/m);
  expect(stderr).toContain("the run is not in the history");
  expect(stderr).not.toContain("it is kept as latest");
  const quiet = await sandbox.run([...compare, "-q"], { environment });
  expect(quiet).toMatchObject({ status: 0, stderr: "" });
});

test("the published schema is the one that the results are checked against", () => {
  expect(readFileSync(schemaPath, "utf8")).toBe(resultsJsonSchema());
});

test("the published schema leaves room for what a later version adds", () => {
  expect(resultsJsonSchema()).not.toMatch(/"additionalProperties": false/);
});

describe("the native library", () => {
  test("that is none ends the run with a remedy", async () => {
    const library = sandbox.path("libtext.so");
    writeFileSync(library, "this is no library\n");
    const environment = { WAKERBENCH_LIBRARY: library };
    const { status, stdout, stderr } = await sandbox.run(compare, { environment });
    expect(status).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toMatch(
      /^error: .*libtext\.so cannot be loaded on .+\n {2}try: unset WAKERBENCH_LIBRARY.*\n$/,
    );
  });

  test("of another version ends the run with a remedy", async () => {
    const library = sandbox.path("libold.so");
    const built = readFileSync(builtLibraryPath).toString("latin1");
    const old = built.replaceAll(`${packageJson.version}\0`, "0.0.9\0");
    expect(old).not.toBe(built);
    writeFileSync(library, old, "latin1");
    const environment = { WAKERBENCH_LIBRARY: library };
    const { status, stdout, stderr } = await sandbox.run(compare, { environment });
    expect(status).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toMatch(
      /^error: .*libold\.so is of version 0\.0\.9, .*\n {2}try: unset WAKERBENCH_LIBRARY.*\n$/,
    );
  });

  test("that is not there ends the run with a remedy", async () => {
    const environment = { WAKERBENCH_LIBRARY: sandbox.path("missing.so") };
    const { status, stderr } = await sandbox.run(compare, { environment });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^error: WAKERBENCH_LIBRARY names no file: .+\n {2}try: .+\n$/);
  });
});
