import { describe, expect, test } from "bun:test";
import * as z from "zod";
import { parseParameters } from "../../src/commands/flags.ts";
import { WakerbenchError } from "../../src/errors.ts";
import { fetchers } from "../../src/fetchers/index.ts";
import { fetchPlan } from "../../src/plan/fetch-plan.ts";
import { fetchTarget, urlOf } from "../../src/plan/fetch-target.ts";
import { fetchParameters } from "../../src/scenarios/fetch-parameters.ts";

function parse(values: Readonly<Record<string, string>>) {
  const parameters = parseParameters(fetchParameters(z), { values, positionals: [] });
  fetchPlan.check?.(parameters);
  return parameters;
}

const [first] = fetchers;
const place = { cores: [] };

function jobOf(values: Readonly<Record<string, string>>) {
  if (first === undefined) throw new Error("there is no fetcher");
  return fetchPlan.job(parse(values), first, "", place);
}

function errorOf(act: () => unknown): WakerbenchError {
  try {
    act();
  } catch (error) {
    if (error instanceof WakerbenchError) return error;
  }
  throw new Error("it was taken");
}

describe("requests and chunks", () => {
  test("are a thousand, and a hundred at a time", () => {
    expect(jobOf({})).toMatchObject({ requests: 1_000, chunk: 100, timeoutNs: 10e9 });
  });

  test("a chunk that nobody asked for is no larger than the whole", () => {
    expect(jobOf({ requests: "30" })).toMatchObject({ requests: 30, chunk: 30 });
    expect(jobOf({ requests: "30", chunk: "30" })).toMatchObject({ chunk: 30 });
  });

  test.each([{ requests: "30", chunk: "31" }, { chunk: "1001" }])(
    "%p: a chunk that was asked for is refused where it is larger than the whole",
    (values) => {
      const error = errorOf(() => parse(values));
      expect(error.code).toBe("USAGE");
      expect(error.message).toContain(String(values.chunk));
      expect(error.remedy).toContain(`--requests ${values.chunk}`);
    },
  );

  test.each(["0", "-1", "1.5", "many", "100M"])("--requests %s is wrong usage", (requests) => {
    const error = errorOf(() => parse({ requests }));
    expect(error.message).toBe(
      `--requests: "${requests}" is no whole number from 1 to ${10_000_000}`,
    );
  });
});

describe("the server", () => {
  const nowhere = {};

  test("is one of ours where nobody names one", () => {
    expect(fetchTarget({}, nowhere)).toBeNull();
    expect(fetchTarget({}, { BENCHMARK_SERVER_HOST: "", BENCHMARK_SERVER_PORT: "" })).toBeNull();
  });

  test("is named by flags, which win, or by the environment", () => {
    const environment = { BENCHMARK_SERVER_HOST: "far.example", BENCHMARK_SERVER_PORT: "81" };
    expect(fetchTarget({}, environment)).toEqual({ host: "far.example", port: 81 });
    expect(fetchTarget({ port: 82 }, environment)).toEqual({ host: "far.example", port: 82 });
    expect(fetchTarget({ host: "near" }, environment)).toEqual({ host: "near", port: 81 });
  });

  test("has the port and the address of `wakerbench serve` where only the other is named", () => {
    expect(fetchTarget({ host: "near" }, nowhere)).toEqual({ host: "near", port: 3000 });
    expect(fetchTarget({ port: 82 }, nowhere)).toEqual({ host: "127.0.0.1", port: 82 });
  });

  test("has an address that a program can take", () => {
    expect(urlOf({ host: "near", port: 82 })).toBe("http://near:82/");
    expect(urlOf({ host: "::1", port: 82 })).toBe("http://[::1]:82/");
  });

  test.each(["0", "65536", "http"])("a port %s of the environment is said to be one", (port) => {
    const error = errorOf(() => fetchTarget({}, { BENCHMARK_SERVER_PORT: port }));
    expect(error.message).toBe(`BENCHMARK_SERVER_PORT: "${port}" is no port`);
  });

  test.each(["http://near/", "near:80", "near/path", "a b", "user@near"])(
    "%s is no host",
    (host) => {
      expect(errorOf(() => fetchTarget({ host }, nowhere)).code).toBe("USAGE");
    },
  );
});

test("runs are rounds, and what is made before is dropped", () => {
  const parameters = parse({ warmup: "2", runs: "7" });
  expect(fetchPlan.rounds(parameters)).toBe(7);
  expect(fetchPlan.warmupRounds?.(parameters)).toBe(2);
});
