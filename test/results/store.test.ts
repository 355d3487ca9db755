import { describe, expect, test } from "bun:test";
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { WakerbenchError } from "../../src/errors.ts";
import { dataDirectory } from "../../src/results/data-directory.ts";
import { keepLatest, latestPath, readResults, writeWhole } from "../../src/results/store.ts";
import { resultsWith, seriesWith, steady } from "./fake-series.ts";
import { ownDataDirectory } from "./own-data-directory.ts";

const results = resultsWith([seriesWith({ contender: "pipe", p50sNs: steady(5_000) })]);
const directory = ownDataDirectory();

async function refusal(path: string): Promise<WakerbenchError> {
  const error = await readResults(path).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof WakerbenchError) return error;
  throw new Error("it was read");
}

describe("latest", () => {
  test("names the run that was kept last", async () => {
    keepLatest({ ...results, seed: 1 });
    expect(keepLatest({ ...results, seed: 2 })).toBe(latestPath());
    expect(await readResults("latest")).toEqual({ ...results, seed: 2 });
    expect(await readResults(latestPath())).toEqual({ ...results, seed: 2 });
    expect(readdirSync(join(directory(), "data", "results"))).toEqual(["latest.json"]);
  });

  test("is an error with a remedy before the first run", async () => {
    const { code, remedy } = await refusal("latest");
    expect(code).toBe("RESULTS_BAD");
    expect(remedy).toContain("measure first");
  });
});

describe("the data directory", () => {
  test("is the one that is named, else the one of XDG, else the usual one", () => {
    expect(dataDirectory({ WAKERBENCH_DATA_DIR: "/a", XDG_DATA_HOME: "/b" })).toBe("/a");
    if (process.platform === "darwin") return;
    expect(dataDirectory({ WAKERBENCH_DATA_DIR: "", XDG_DATA_HOME: "/b" })).toBe("/b/wakerbench");
    expect(dataDirectory({ XDG_DATA_HOME: "not/absolute" })).toEndWith(".local/share/wakerbench");
    expect(dataDirectory({})).toEndWith(".local/share/wakerbench");
  });
});

const whole = JSON.stringify(results);
const bad: [what: string, text: string, reason: RegExp][] = [
  ["is empty", "", /cannot be read/],
  ["is cut off", whole.slice(0, whole.length / 2), /cannot be read/],
  ["is no JSON", "not\nJSON\n", /cannot be read/],
  ["is no results file", '{"name": "other"}', /schemaVersion/],
  ["is a list", "[]", /no results file: \S/],
  [
    "is of a later schema",
    JSON.stringify({ ...results, schemaVersion: 2 }),
    /by a newer wakerbench/,
  ],
  ["is of no schema", JSON.stringify({ ...results, schemaVersion: 0 }), /file: schemaVersion/],
  ["has a wrong series", JSON.stringify({ ...results, series: [{}] }), /series\.0\./],
];

test.each(bad)("a file that %s is refused in one line with a remedy", async (_, text, reason) => {
  const path = join(directory(), "results.json");
  writeFileSync(path, text);
  const { code, message, remedy } = await refusal(path);
  expect(code).toBe("RESULTS_BAD");
  expect(message).toStartWith(path);
  expect(message).toMatch(reason);
  expect(message).not.toContain("\n");
  expect(message.length).toBeLessThan(path.length + 200);
  expect(remedy).not.toBe("");
});

test("a directory is refused", async () => {
  expect((await refusal(directory())).code).toBe("RESULTS_BAD");
});

test("what a later version adds does not keep a file from being read", async () => {
  const path = join(directory(), "results.json");
  writeFileSync(path, JSON.stringify({ ...results, weather: "fine" }));
  expect(await readResults(path)).toEqual(results);
});

describe("a file that is written whole", () => {
  const read = (...parts: string[]) => readFileSync(join(directory(), ...parts), "utf8");

  test("takes the place of the one before it", () => {
    const path = join(directory(), "file");
    writeWhole(path, "longer than the next");
    writeWhole(path, "next");
    expect(read("file")).toBe("next");
    expect(readdirSync(directory())).toEqual(["file"]);
  });

  test("is the one that a chain of links leads to", () => {
    mkdirSync(join(directory(), "below"));
    symlinkSync("below/middle", join(directory(), "first"));
    symlinkSync("last", join(directory(), "below", "middle"));
    writeWhole(join(directory(), "first"), "one");
    writeWhole(join(directory(), "first"), "two");
    expect(read("below", "last")).toBe("two");
    expect(lstatSync(join(directory(), "first")).isSymbolicLink()).toBe(true);
    expect(lstatSync(join(directory(), "below", "middle")).isSymbolicLink()).toBe(true);
    expect(readdirSync(join(directory(), "below")).toSorted()).toEqual(["last", "middle"]);
  });

  test("is refused when its links lead round and round", () => {
    symlinkSync("two", join(directory(), "one"));
    symlinkSync("one", join(directory(), "two"));
    expect(() => writeWhole(join(directory(), "one"), "text")).toThrow();
  });

  test("leaves nothing behind where it cannot be written", () => {
    mkdirSync(join(directory(), "taken"));
    expect(() => writeWhole(join(directory(), "taken"), "text")).toThrow();
    expect(() => writeWhole(join(directory(), "missing", "file"), "text")).toThrow();
    expect(readdirSync(directory())).toEqual(["taken"]);
  });

  test("goes to a device as it is", () => {
    writeWhole("/dev/null", "text");
    expect(lstatSync("/dev/null").isCharacterDevice()).toBe(true);
  });
});
