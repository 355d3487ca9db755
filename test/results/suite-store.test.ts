import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { WakerbenchError } from "../../src/errors.ts";
import { readResults } from "../../src/results/store.ts";
import {
  keepSuite,
  readUnfinishedSuite,
  SuiteLock,
  setUnfinishedAside,
  suitePath,
} from "../../src/results/suite-store.ts";
import { resultsWith, seriesWith, steady } from "./fake-series.ts";
import { ownDataDirectory } from "./own-data-directory.ts";

const directory = ownDataDirectory();

const lockPath = () => join(dirname(suitePath()), "suite.lock");

/** The code of what was thrown; its message must be one line. */
function refusalOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(WakerbenchError);
    expect((error as WakerbenchError).message).not.toContain("\n");
    return (error as WakerbenchError).code;
  }
  return "none";
}

function leaveLock(text: string): void {
  mkdirSync(dirname(lockPath()), { recursive: true });
  writeFileSync(lockPath(), text);
}

describe("the lock of a suite", () => {
  test("is one program's at a time, and free when it is given back", () => {
    {
      using _first = SuiteLock.take();
      expect(refusalOf(() => SuiteLock.take())).toBe("SUITE_RUNNING");
    }
    expect(existsSync(lockPath())).toBe(false);
    using _second = SuiteLock.take();
    expect(existsSync(lockPath())).toBe(true);
  });

  test("of a program that is gone is nobody's", async () => {
    const gone = Bun.spawn(["true"]);
    await gone.exited;
    leaveLock(JSON.stringify({ pid: gone.pid, bornAt: "1" }));
    using _lock = SuiteLock.take();
    expect(JSON.parse(readFileSync(lockPath(), "utf8")).pid).toBe(process.pid);
  });

  test.if(process.platform === "linux")(
    "of a program whose number is another's by now is nobody's",
    () => {
      leaveLock(JSON.stringify({ pid: process.pid, bornAt: "1" }));
      using _lock = SuiteLock.take();
      expect(JSON.parse(readFileSync(lockPath(), "utf8")).bornAt).not.toBe("1");
    },
  );

  test("of a program that was killed while it wrote is nobody's", () => {
    leaveLock('{"pid":');
    using _lock = SuiteLock.take();
    expect(JSON.parse(readFileSync(lockPath(), "utf8")).pid).toBe(process.pid);
  });

  test("cannot be had where nothing can be written", () => {
    writeFileSync(join(directory(), "data"), "a file");
    expect(refusalOf(() => SuiteLock.take())).toBe("EXPORT_FAILED");
  });
});

describe("the last suite", () => {
  const begun = { startedAt: "2026-01-01T00:00:00.000Z", durationMs: 1, error: null };
  const suite = (status: "whole" | "cut" | "failed", partial: boolean) => ({
    ...resultsWith([]),
    partial,
    scenarios: [{ id: "wake", status, ...begun }],
  });

  const codeOf = (reading: Promise<unknown>) =>
    reading.then(
      () => "none",
      (error: WakerbenchError) => error.code,
    );

  test("is none where none was begun", async () => {
    expect(await codeOf(readUnfinishedSuite())).toBe("RESUME_IMPOSSIBLE");
  });

  test.each([
    ["was interrupted in a scenario", suite("cut", true)],
    ["was killed between two scenarios", suite("whole", true)],
    ["has a scenario that failed", suite("failed", false)],
  ])("is gone on with when it %s", async (_, results) => {
    mkdirSync(dirname(suitePath()), { recursive: true });
    keepSuite(results);
    expect(await readUnfinishedSuite()).toEqual(results);
  });

  test("is set aside for another one when there is something to be lost", async () => {
    mkdirSync(dirname(suitePath()), { recursive: true });
    expect(await setUnfinishedAside()).toBeNull();
    keepSuite(suite("cut", true));
    expect(await setUnfinishedAside()).toBeNull();
    const series = [seriesWith({ contender: "pipe", p50sNs: steady(5_000) })];
    keepSuite({ ...suite("cut", true), series });
    const aside = await setUnfinishedAside();
    expect(existsSync(suitePath())).toBe(false);
    expect((await readResults(aside ?? "")).series).toEqual(series);
    keepSuite({ ...suite("whole", false), series });
    expect(await setUnfinishedAside()).toBeNull();
    expect(existsSync(suitePath())).toBe(true);
  });

  test("is not gone on with when it is whole", async () => {
    mkdirSync(dirname(suitePath()), { recursive: true });
    keepSuite(suite("whole", false));
    expect(await codeOf(readUnfinishedSuite())).toBe("RESUME_IMPOSSIBLE");
  });
});
