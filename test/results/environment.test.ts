import { expect, test } from "bun:test";
import os from "node:os";
import { findLibrary, loadLibrary } from "../../src/native/library.ts";
import { describeEnvironment } from "../../src/results/environment.ts";
import { environmentSchema } from "../../src/results/schema.ts";

const environment = describeEnvironment(loadLibrary(findLibrary()));

test("the facts of the machine are those of the schema, each of them told or null", () => {
  expect(environmentSchema.strict().parse(environment)).toEqual(environment);
  for (const fact of Object.values(environment)) expect(fact).not.toBe("");
});

test("they are the machine's own", () => {
  expect(environment).toMatchObject({
    runtime: `bun@${Bun.version}`,
    arch: process.arch,
    kernel: os.release(),
    cores: os.availableParallelism(),
  });
  expect(environment.clockResolutionNs).toBeGreaterThan(0);
  expect(environment.zig).toMatch(/^\d+\.\d+\.\d+/);
});

test("each warning has a code of its own, a reason and a remedy on one line each", () => {
  const codes = environment.warnings.map(({ code }) => code);
  expect(new Set(codes).size).toBe(codes.length);
  for (const { code, message, remedy } of environment.warnings) {
    expect(code).toMatch(/^[A-Z_]+$/);
    expect(message).toMatch(/^.+$/);
    expect(remedy).toMatch(/^.+$/);
  }
});

test("one core and a virtual machine are warned about where they are", () => {
  const codes = environment.warnings.map(({ code }) => code);
  expect(codes.includes("ONE_CORE")).toBe(environment.cores < 2);
  expect(codes.includes("VIRTUAL_MACHINE")).toBe(environment.virtualised !== null);
});
