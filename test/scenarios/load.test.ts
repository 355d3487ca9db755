import { expect, test } from "bun:test";
import { scenarios } from "../../src/scenarios/index.ts";
import { loadScenario } from "../../src/scenarios/load.ts";

test.each(scenarios.map((scenario) => [scenario.id, scenario] as const))(
  "an agent's %s is the one that is listed",
  async (id, scenario) => {
    expect(await loadScenario(id)).toBe(scenario);
  },
);
