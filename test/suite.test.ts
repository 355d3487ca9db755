import { describe, expect, test } from "bun:test";
import packageJson from "../package.json" with { type: "json" };
import type { PreparedComparison } from "../src/compare.ts";
import { parseDurationNs } from "../src/duration.ts";
import { WakerbenchError } from "../src/errors.ts";
import { suite } from "../src/index.ts";
import type { Part } from "../src/parts/part.ts";
import { unwatched } from "../src/parts/part.ts";
import { renderSuite } from "../src/report/suite-text.ts";
import { plainStyle } from "../src/report/table.ts";
import { type Results, resultsSchema } from "../src/results/schema.ts";
import { measureSuite } from "../src/suite.ts";
import { askSuite, suiteScenarios, suiteTime } from "../src/suite-request.ts";
import { checkResumable, checkVersion } from "../src/suite-resume.ts";
import { resultsWith, seriesWith, steady } from "./results/fake-series.ts";

const { environment } = resultsWith([]);

/** A scenario that measures nothing but what it is told to have measured. */
function partOf(scenario: string, measure: () => Promise<void> | void = () => {}): Part {
  return {
    scenario,
    subjects: [],
    options: { rounds: 3, seldom: undefined },
    measured: {},
    forecast: () => ({ work: "nothing", durationNs: 1e9 }),
    async measure() {
      await measure();
      const rest = { scenario };
      return [
        { series: seriesWith({ contender: "pipe", p50sNs: steady(5_000), rest }), samples: {} },
      ];
    },
  };
}

function preparedOf(parts: readonly Part[]): PreparedComparison {
  const { wake, burst, dispatch, workloads } = askSuite([], { isQuick: true, timeNs: 1e9 });
  const options = {
    ...{ wake, burst, dispatch, workloads },
    ...{ contenders: [], runtimes: ["bun"], seed: 7, relativeTo: null, timeNs: 1e9 },
    ...{ samplesDirectory: null, command: ["suite"] },
  };
  return { options, parts, environment };
}

type Told = { readonly begun: string[]; readonly kept: Results[] };

async function run(
  parts: readonly Part[],
  { signal = new AbortController().signal, earlier = null as Results | null } = {},
) {
  const told: Told = { begun: [], kept: [] };
  const watcher = {
    visits: unwatched,
    begin: ({ scenario }: Part) => void told.begun.push(scenario),
    // As a file would have it.
    keep: (results: Results) => void told.kept.push(asWritten(results)),
  };
  const results = await measureSuite(preparedOf(parts), watcher, signal, earlier);
  return { ...told, results: asWritten(results) };
}

function asWritten(results: Results): Results {
  return resultsSchema.parse(JSON.parse(JSON.stringify(results)));
}

const statusesOf = ({ scenarios = [] }: Results) =>
  scenarios.map(({ id, status }) => `${id} ${status}`);

describe("a suite", () => {
  test("is kept before the first scenario and after each, partial until the last is whole", async () => {
    const { begun, kept, results } = await run([partOf("wake"), partOf("spawn")]);
    expect(begun).toEqual(["wake", "spawn"]);
    expect(kept.map(({ partial, series }) => [partial, series.length])).toEqual([
      [true, 0],
      [true, 1],
      [true, 2],
    ]);
    expect(results.partial).toBe(false);
    expect(statusesOf(results)).toEqual(["wake whole", "spawn whole"]);
    expect(Object.keys(results.options)).toEqual(["wake", "spawn"]);
    expect(Object.keys(kept[0]?.options ?? {})).toEqual(["wake", "spawn"]);
  });

  test("goes on when a scenario fails, and says which one and why", async () => {
    const broken = partOf("fetch", () => {
      throw new WakerbenchError("PORT_TAKEN", "port 80 is taken", { remedy: "name another" });
    });
    const { results } = await run([partOf("wake"), broken, partOf("spawn")]);
    expect(statusesOf(results)).toEqual(["wake whole", "fetch failed", "spawn whole"]);
    expect(results.partial).toBe(false);
    const failure = results.environment.warnings.find(({ code }) => code === "SCENARIO_FAILED");
    expect(failure?.message).toBe("fetch could not be measured: port 80 is taken");
    expect(failure?.remedy).toBe("name another");
    const text = renderSuite(results, { wakers: [], dispatchers: [] }, plainStyle);
    expect(text).toMatch(/^ {2}fetch +could not be measured: port 80 is taken$/m);
  });

  test("that is interrupted says which scenario was cut, and begins no other", async () => {
    const controller = new AbortController();
    const cut = partOf("burst", () => controller.abort());
    const parts = [partOf("wake"), cut, partOf("spawn")];
    const { begun, results } = await run(parts, { signal: controller.signal });
    expect(begun).toEqual(["wake", "burst"]);
    expect(results.partial).toBe(true);
    expect(statusesOf(results)).toEqual(["wake whole", "burst cut"]);
  });
});

describe("a suite that is resumed", () => {
  test("measures what was cut, failed or not begun, and keeps the rest, in the old order", async () => {
    const failing = partOf("burst", () => {
      throw new Error("it broke");
    });
    const controller = new AbortController();
    const cut = partOf("spawn", () => controller.abort());
    const first = [partOf("wake"), failing, partOf("dispatch"), cut, partOf("io")];
    const { results: earlier } = await run(first, { signal: controller.signal });
    expect(statusesOf(earlier)).toEqual([
      "wake whole",
      "burst failed",
      "dispatch whole",
      "spawn cut",
    ]);

    const again = ["wake", "burst", "dispatch", "spawn", "io"].map((id) => partOf(id));
    const { begun, kept, results } = await run(again, { earlier });
    expect(begun).toEqual(["burst", "spawn", "io"]);
    // What was whole is in the file from its first moment on.
    expect(kept[0]?.series.map(({ scenario }) => scenario)).toEqual(["wake", "dispatch"]);
    expect(statusesOf(results)).toEqual(again.map(({ scenario }) => `${scenario} whole`));
    expect(results.series.map(({ scenario }) => scenario)).toEqual(
      again.map(({ scenario }) => scenario),
    );
    expect(results.startedAt).toBe(earlier.startedAt);
    expect(results.durationMs).toBeGreaterThanOrEqual(earlier.durationMs);
    expect(results.environment.warnings.map(({ code }) => code)).not.toContain("SCENARIO_FAILED");
  });

  const begun = async () => (await run([partOf("wake")])).results;
  const here = preparedOf([partOf("wake")]);

  test("is taken for the same run when it is one", async () => {
    // A runtime that no contender has is another one: this machine's is that of the series.
    const { series: _none, ...rest } = await begun();
    expect(() => checkResumable({ ...rest, series: [] }, here)).not.toThrow();
    expect(() => checkVersion({ ...rest, series: [] })).not.toThrow();
  });

  test.each<[string, (results: Results) => Results, string]>([
    [
      "machine",
      (results) => ({ ...results, environment: { ...environment, cpu: "another" } }),
      "begun with another CPU: another, here",
    ],
    ["runtime", (results) => results, "begun with bun@1.4.5, here is"],
    [
      "option",
      (results) => ({ ...results, series: [], options: { wake: { rounds: 4 } } }),
      "begun with other options of wake",
    ],
    [
      "set of scenarios",
      (results) => ({ ...results, series: [], options: { ...results.options, io: {} } }),
      "begun with other options of io",
    ],
  ])("is refused on another %s", async (_, change, message) => {
    const earlier = change(await begun());
    expect(() => checkResumable(earlier, here)).toThrow(message);
  });

  test("is refused by another version", async () => {
    const results = await begun();
    const other = { ...results, tool: { ...results.tool, version: "0.0.0" } };
    expect(() => checkVersion(other)).toThrow(
      `begun by wakerbench 0.0.0, this is ${packageJson.version}`,
    );
  });
});

test("a suite asks for every scenario, and for less of each when it shall be quick", () => {
  const ask = (isQuick: boolean) => {
    const timeNs = parseDurationNs(isQuick ? suiteTime.quick : suiteTime.usual) ?? 0;
    return askSuite(suiteScenarios, { isQuick, timeNs });
  };
  const [usual, quick] = [ask(false), ask(true)];
  for (const { wake, burst, dispatch, workloads } of [usual, quick]) {
    const single = [wake, burst, dispatch].filter((one) => one !== null);
    expect(single.length + workloads.length).toBe(suiteScenarios.length);
  }
  expect(quick.dispatch?.count).toBeLessThan(usual.dispatch?.count ?? 0);
  expect(quick.burst?.threads.length).toBeLessThan(usual.burst?.threads.length ?? 0);
  for (const [index, { id, parameters }] of quick.workloads.entries()) {
    expect(usual.workloads[index]?.id).toBe(id);
    expect(usual.workloads[index]?.parameters).not.toEqual(parameters);
  }
});

test("a script gets the suite as it grows, and may end it", async () => {
  const controller = new AbortController();
  const kept: Results[] = [];
  const results = await suite({
    scenarios: ["cancel", "spawn"],
    quick: true,
    seed: 3,
    signal: controller.signal,
    keep(soFar) {
      kept.push(soFar);
      controller.abort();
    },
  });
  expect(kept).toHaveLength(1);
  expect(results).toMatchObject({ partial: true, seed: 3, command: ["suite"], series: [] });
  // Whatever order they are named in.
  expect(Object.keys(results.options)).toEqual(["spawn", "cancel"]);
  expect(results.options.spawn?.tasks).toBe(2_000);
});

test("a script that names no scenario is told so", async () => {
  const asked = suite({ scenarios: ["wke" as "wake"] });
  await expect(asked).rejects.toMatchObject({ code: "USAGE", remedy: "did you mean wake?" });
});
