import { describe, expect, test } from "bun:test";
import * as z from "zod";
import type { Handler } from "../../src/handlers/handler.ts";
import { handlers } from "../../src/handlers/index.ts";
import { handlersPlan } from "../../src/plan/handlers-plan.ts";
import { handlersParameters } from "../../src/scenarios/handlers-parameters.ts";

const schema = handlersParameters(z);

function named(id: string): Handler {
  const found = handlers.find((handler) => handler.id === id);
  if (found === undefined) throw new Error(`no handler ${id}`);
  return found;
}

function jobOf(flags: Readonly<Record<string, string>>, cores: readonly number[] = []) {
  return handlersPlan.job(schema.parse(flags), named("sync"), "", { cores });
}

describe("cores of a load", () => {
  const rows: [allowed: number[], serverCores: number[], clientCore: number][] = [
    [[], [], -1],
    [[3], [], -1],
    [[0, 1], [0], 1],
    [[2, 3, 6, 7], [2, 3, 6], 7],
  ];
  test.each(rows)(
    "of %j the server gets %j, and the client %d",
    (cores, serverCores, clientCore) => {
      expect(jobOf({}, cores)).toMatchObject({ serverCores, clientCore });
    },
  );
});

test("no schedule counts beyond the 32 bits that it has", () => {
  const [rate, duration] = ["1M", "3600s"];
  const parameters = schema.parse({ rate, duration, rounds: "1" });
  expect((Number(parameters.rate) * parameters.duration) / 1e9).toBeLessThan(0.9 * 2 ** 32);
  expect(schema.safeParse({ rate: "1001k" }).success).toBe(false);
});

test("an error about a duration names only such as would be taken", () => {
  const messageOf = (duration: string) =>
    schema.safeParse({ duration }).error?.issues.map(({ message }) => message);
  expect(messageOf("1ms")).toEqual(['"1ms" is no duration from 10ms up to 3600s; write 2s']);
});

describe("the time of a load", () => {
  test("is shared by the rounds, each with a warm-up of no more than a quarter of a second", () => {
    expect(jobOf({})).toMatchObject({ durationNs: 1e9, warmupNs: 250e6 });
    expect(jobOf(handlersPlan.quick)).toMatchObject({ durationNs: 250e6, warmupNs: 125e6 });
    expect(jobOf({ duration: "10ms", rounds: "1000" })).toMatchObject({ warmupNs: 20e6 });
    expect(jobOf({ duration: "1m", rounds: "1" })).toMatchObject({ warmupNs: 250e6 });
  });

  test("is all that a visit is expected to take, but for starting two processes", () => {
    const parameters = schema.parse({});
    const expectedNs = handlersPlan.expectedNs(parameters, named("sync"), "");
    expect(expectedNs).toBeGreaterThan(1.25e9);
    expect(expectedNs).toBeLessThan(1.5e9);
  });
});

describe("tables of handlers", () => {
  const tableOf = (id: string, flags: Readonly<Record<string, string>>) =>
    handlersPlan.tableOf(schema.parse(flags), named(id), "");

  test("hold what does the same", () => {
    const tables = Map.groupBy(handlers, ({ id }) => tableOf(id, {}));
    expect([...tables.keys()].toSorted()).toEqual(["answer", "echo", "wait"]);
    expect(tables.get("wait")?.map(({ id }) => id)).toEqual([
      "sequential",
      "overlapped",
      "sync-blocking",
    ]);
  });

  test("never hold a closed and an open loop", () => {
    for (const { id } of handlers) {
      expect(tableOf(id, { rate: "1k" })).not.toBe(tableOf(id, {}));
    }
  });

  test("say in their params what was done, and nothing that was not", () => {
    const parameters = schema.parse({ rate: "1k" });
    expect(handlersPlan.params(parameters, named("sync"), "")).toEqual({
      connections: 32,
      durationNs: 5e9,
      ratePerSecond: 1_000,
    });
    const closed = schema.parse({});
    expect(handlersPlan.params(closed, named("echo-tcp"), "")).toMatchObject({ payloadBytes: 64 });
    expect(handlersPlan.params(closed, named("overlapped"), "")).toMatchObject({ waitNs: 10e6 });
  });
});

describe("flags of handlers", () => {
  test.each([
    { connections: "0" },
    { connections: "5000" },
    { duration: "1ms" },
    { rate: "0" },
    { payload: "0" },
    { wait: "100us" },
    { rounds: "0" },
  ])("%j is out of bounds", (flags) => {
    expect(schema.safeParse(flags).success).toBe(false);
  });
});
