import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { WakerbenchError } from "../../src/errors.ts";
import { machineName, pseudonymOf } from "../../src/results/machine.ts";

const id = "0123456789abcdef0123456789abcdef";
const pseudonym = /^[0-9a-f]{12}$/;
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "wakerbench-machine-"));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

const environment = (named?: string) => ({
  WAKERBENCH_DATA_DIR: join(directory, "data"),
  WAKERBENCH_MACHINE: named,
});

describe("a machine", () => {
  test("has the name that it was given", () => {
    expect(machineName(environment("rack-3/node 7"), () => id)).toBe("rack-3/node 7");
    expect(machineName(environment("n".repeat(100)), () => id)).toHaveLength(100);
    expect(machineName(environment("ł"), () => id)).toBe("ł");
  });

  test.each(["two\nlines", "\x1b[31mred", " blank", "blank ", "\u202Ehidden", "n".repeat(101)])(
    "is not named %j",
    (name) => {
      const naming = () => machineName(environment(name), () => id);
      expect(naming).toThrow(WakerbenchError);
      expect(naming).toThrow("WAKERBENCH_MACHINE");
    },
  );

  test("has a pseudonym made of its id, the same each time, from which the id cannot be told", () => {
    const name = machineName(environment(""), () => id);
    expect(name).toMatch(pseudonym);
    expect(name).toBe(machineName(environment(), () => id));
    expect(id).not.toContain(name as string);
    expect(existsSync(join(directory, "data"))).toBe(false);
  });

  test("has another pseudonym than any other", () => {
    const names = Array.from({ length: 1_000 }, (_, each) => pseudonymOf(`${id}${each}`));
    expect(new Set(names).size).toBe(1_000);
  });

  test("without an id draws a pseudonym and keeps it", () => {
    const name = machineName(environment(), () => null);
    expect(name).toMatch(pseudonym);
    expect(machineName(environment(), () => null)).toBe(name);
    expect(readdirSync(join(directory, "data"))).toEqual(["machine"]);
  });

  test("keeps none in place of a file that is none of ours, and tells none", () => {
    machineName(environment(), () => null);
    const path = join(directory, "data", "machine");
    writeFileSync(path, "something else\n");
    expect(machineName(environment(), () => null)).toBeUndefined();
    expect(readFileSync(path, "utf8")).toBe("something else\n");
  });

  test("has none where none can be kept", () => {
    const file = join(directory, "file");
    writeFileSync(file, "");
    expect(machineName({ WAKERBENCH_DATA_DIR: join(file, "data") }, () => null)).toBeUndefined();
  });
});

test("this machine's name tells neither its host's name nor its id", () => {
  const name = machineName(environment());
  expect(name).toMatch(pseudonym);
  expect(name).not.toContain(hostname());
  if (existsSync("/etc/machine-id")) {
    expect(readFileSync("/etc/machine-id", "utf8")).not.toContain(name as string);
  }
});
