import { beforeAll, describe, expect, test } from "bun:test";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readWithBun } from "../../src/agent/reader.ts";
import { findLibrary, loadLibrary } from "../../src/native/library.ts";
import type { VisitOutcome } from "../../src/runner/agent-process.ts";
import type { WakeMeasurement } from "../../src/scenarios/measurement.ts";
import { wake } from "../../src/scenarios/wake.ts";
import { findWaker } from "../../src/wakers/find.ts";
import { jobOf, placements, visitInAgent, visitWakes } from "./agent-visit.ts";
import { buildExample, examplesFolder, hasCompiler } from "./compiler.ts";

const examples = ["my-waker", "own-thread"];
const visitTimeoutMs = 30_000;

function pathOf(example: string): string {
  return join(examplesFolder, example, `${example}.ts`);
}

function expectAllHeard(outcome: VisitOutcome<WakeMeasurement>): void {
  expect(outcome).toMatchObject({ status: "ok" });
  const measurement = outcome.measurements[0];
  expect(measurement?.fault).toBeNull();
  expect(measurement?.counters).toMatchObject({
    sent: visitWakes,
    received: visitWakes,
    lost: 0,
    duplicated: 0,
    reordered: 0,
    foreign: 0,
    unstamped: 0,
  });
}

describe.skipIf(!hasCompiler).each(examples)("the example %s", (example) => {
  beforeAll(() => buildExample(example), 120_000);

  test.each(placements())(
    "hears every wake once and in order, placed %s",
    async (placement, cores) => {
      expectAllHeard(await visitInAgent({ waker: pathOf(example), placement, cores }));
    },
    visitTimeoutMs,
  );

  test(
    "stamps the first line of JavaScript when stages are asked for",
    async () => {
      const outcome = await visitInAgent({ waker: pathOf(example), stages: true });
      expectAllHeard(outcome);
      const { wakeNs = [], enterNs = [] } = outcome.measurements[0] ?? {};
      expect(enterNs.length).toBeGreaterThan(0);
      expect(enterNs.length).toBe(wakeNs.length);
      expect(enterNs.every((enteredNs, index) => enteredNs <= (wakeNs[index] ?? 0))).toBeTrue();
    },
    visitTimeoutMs,
  );

  test.skipIf(process.platform !== "linux")(
    "gives back its descriptors and threads when it is closed",
    async () => {
      const native = loadLibrary(findLibrary());
      const waker = await findWaker(pathOf(example));
      const job = { ...jobOf({ waker: pathOf(example) }), wakes: 5, warmupWakes: 0 };
      const measure = () => wake.visit({ job, approach: waker, native, read: readWithBun });
      const count = (what: "fd" | "task") => readdirSync(`/proc/self/${what}`).length;
      for (let visits = 0; visits < 3; visits++) await measure();
      const before = { fds: count("fd"), threads: count("task") };
      const visits = 20;
      for (let done = 0; done < visits; done++) await measure();
      // One leak a visit would be 20; the runtime may open one or two of its own meanwhile.
      expect(count("fd") - before.fds).toBeLessThan(visits / 2);
      expect(count("task") - before.threads).toBeLessThan(visits / 2);
    },
    visitTimeoutMs,
  );

  test(
    "says with which command to build it when its library is missing",
    async () => {
      const root = mkdtempSync(join(tmpdir(), "wakerbench-example-"));
      try {
        copyWithoutLibraries(root);
        const folder = join(root, "examples", example);
        const outcome = await visitInAgent({ waker: join(folder, `${example}.ts`) });
        expect(outcome.status).toBe("failed");
        const error = outcome.status === "failed" ? outcome.error : "";
        expect(error).toContain(`lib${example}.`);
        expect(error).toContain(`is not built: run \`sh ${join(folder, "build.sh")}\``);
        expect(error).not.toContain("\n");
      } finally {
        rmSync(root, { recursive: true });
      }
    },
    visitTimeoutMs,
  );
});

/** A clone in which nothing has been built. */
function copyWithoutLibraries(root: string): void {
  mkdirSync(join(root, "examples"));
  cpSync(examplesFolder, join(root, "examples"), {
    recursive: true,
    filter: (path) => !/\.(so|dylib)$/.test(path),
  });
  symlinkSync(join(examplesFolder, "..", "src"), join(root, "src"));
}

describe.skipIf(!hasCompiler)("a waker with a thread of its own", () => {
  beforeAll(() => buildExample("own-thread"), 120_000);

  test(
    "is refused where each wake shall have a new thread",
    async () => {
      const outcome = await visitInAgent({ waker: pathOf("own-thread"), spawn: "per-wake" });
      expect(outcome.status).toBe("unsupported");
      expect(outcome).toMatchObject({ error: expect.stringContaining("its own thread") });
    },
    visitTimeoutMs,
  );
});

describe.skipIf(!hasCompiler)("a waker that binds its notify", () => {
  beforeAll(() => buildExample("my-waker"), 120_000);

  test(
    "is measured where each wake has a new thread",
    async () => {
      expectAllHeard(await visitInAgent({ waker: pathOf("my-waker"), spawn: "per-wake" }));
    },
    visitTimeoutMs,
  );
});
