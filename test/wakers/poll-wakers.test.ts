import { describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Settings } from "../../src/approaches/approach.ts";
import { percentile, sortedSamples } from "../../src/stats/percentile.ts";
import { placements, visitInAgent } from "../examples/agent-visit.ts";

setDefaultTimeout(60_000);

const wakes = 40;
const polled: [waker: string, parameters: Settings][] = [
  ["poll-immediate", {}],
  ["poll-timer", { period: "1ms" }],
  ["poll-timer", { period: "8ms" }],
  ["poll-timer", { period: "16ms" }],
];

describe.each(polled)("%s %j", (waker, parameters) => {
  test.each(placements())("sees every wake once, placed %s", async (placement, cores) => {
    const outcome = await visitInAgent({ waker, parameters, wakes, placement, cores });
    expect(outcome).toMatchObject({ status: "ok" });
    const [measured] = outcome.measurements;
    expect(measured?.counters).toMatchObject({ sent: wakes, received: wakes, lost: 0 });
    expect(measured?.counters).toMatchObject({ duplicated: 0, early: 0 });
    expect(measured?.wakeNs).toHaveLength(wakes);
  });
});

test.skipIf(process.platform !== "linux")(
  "wakes of a loop that looks in every turn find it awake, and count all the same",
  async () => {
    const outcome = await visitInAgent({ waker: "poll-immediate" });
    const [measured] = outcome.measurements;
    expect(measured?.parkingProved).toBe(true);
    expect(measured?.counters.unparked).toBeGreaterThan(0);
    expect(measured?.wakeNs).toHaveLength(measured?.counters.received ?? 0);
  },
);

test("a longer period makes a later wake", async () => {
  const medianOf = async (period: string, gapNs: number) => {
    const request = { waker: "poll-timer", parameters: { period }, wakes, gapNs };
    const { measurements } = await visitInAgent(request);
    return percentile(sortedSamples([...(measurements[0]?.wakeNs ?? [])]), 0.5);
  };
  expect(await medianOf("16ms", 16e6)).toBeGreaterThan(2 * (await medianOf("1ms", 1e6)));
});

test("without a period that is written the default is taken", async () => {
  const { measurements } = await visitInAgent({ waker: "poll-timer", wakes: 5 });
  expect(measurements[0]?.parameters).toEqual({ period: "1ms" });
});
