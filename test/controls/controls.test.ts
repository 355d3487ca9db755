import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { compare, type Results, type Series } from "../../src/index.ts";
import { findLibrary, loadLibrary } from "../../src/native/library.ts";
import { allowedCores } from "../../src/native/placing.ts";

setDefaultTimeout(120_000);

const control = join(import.meta.dirname, "control.ts");
const canPin = allowedCores(loadLibrary(findLibrary())).length > 0;
const canCross = allowedCores(loadLibrary(findLibrary())).length > 1;
const few = {
  rounds: "4",
  wakes: "100",
  "warmup-wakes": "10",
  placement: canPin ? "same-core" : "any",
};

function seriesOf(results: Results, contender: string): Series {
  const found = results.series.find(
    (series) => series.contender === contender && series.params.control === undefined,
  );
  if (found === undefined) throw new Error(`no row ${contender}`);
  return found;
}

describe("a control with a fault of known size is read as what it is", () => {
  test("a delay of 1 ms in each wake reads between 1.0 and 1.1 ms more at p50", async () => {
    const delayed = `${control}:delayNs=1000000`;
    const results = await compare({ contenders: ["callback", delayed], parameters: few, seed: 1 });
    const slower = seriesOf(results, delayed);
    const addedNs =
      (slower.summary.p50Ns ?? 0) - (seriesOf(results, "callback").summary.p50Ns ?? 0);
    expect(slower.status).toBe("ok");
    expect(addedNs).toBeGreaterThanOrEqual(1.0e6);
    expect(addedNs).toBeLessThanOrEqual(1.1e6);
    expect(slower.relative?.verdict).toBe("slower");
  });

  test("a waker that loses every hundredth wake is marked with the exact count", async () => {
    const lossy = `${control}:loseEvery=100`;
    const parameters = { ...few, rounds: "2", wakes: "500", "warmup-wakes": "0" };
    const missing = await compare({
      contenders: [lossy],
      parameters: { ...parameters, "warmup-wakes": "1" },
      seed: 2,
    });
    const { audit, summary, status } = seriesOf(missing, lossy);
    expect(status).toBe("ok");
    expect(audit).toMatchObject({ sent: 1000, received: 990, lost: 10, duplicated: 0 });
    expect(summary.count).toBe(990 - audit.unparked - audit.early);
  });

  test("a waker that rings every hundredth wake twice is marked with the exact count", async () => {
    const doubled = `${control}:duplicateEvery=100`;
    const parameters = { ...few, rounds: "2", wakes: "500", "warmup-wakes": "1" };
    const results = await compare({ contenders: [doubled], parameters, seed: 3 });
    const { audit } = seriesOf(results, doubled);
    expect(audit).toMatchObject({ sent: 1000, received: 1000, lost: 0 });
    // The double of the very last wake may come when nobody listens any more.
    expect(audit.duplicated).toBeGreaterThanOrEqual(8);
    expect(audit.duplicated).toBeLessThanOrEqual(10);
  });

  test("a waker that never rings ends as failed, not as a hang", async () => {
    const dead = `${control}:loseEvery=1`;
    const parameters = { ...few, rounds: "1" };
    const results = await compare({ contenders: [dead, "pipe"], parameters, seed: 4 });
    expect(seriesOf(results, dead).status).toBe("failed");
    expect(seriesOf(results, dead).error).toContain("not heard");
    expect(seriesOf(results, "pipe").status).toBe("ok");
  });
});

describe("the harness proves what it claims", () => {
  test("a loop that is kept from parking is counted as unparked and left out", async () => {
    const awake = join(import.meta.dirname, "awake.ts");
    const parameters = { ...few, placement: "any" };
    const results = await compare({ contenders: [awake], parameters, seed: 5 });
    const { audit, summary } = seriesOf(results, awake);
    if (process.platform !== "linux") return;
    expect(audit.unparked).toBeGreaterThan(0.9 * audit.sent);
    expect(summary.count).toBe(audit.received - audit.unparked);
  });

  test.skipIf(!canCross)("a Worker on the wrong core fails the visit by its mask", async () => {
    const cores = allowedCores(loadLibrary(findLibrary()));
    const misplaced = `${join(import.meta.dirname, "misplaced.ts")}:core=${cores[0]}`;
    const parameters = { ...few, rounds: "1" };
    const results = await compare({ contenders: [misplaced, "worker"], parameters, seed: 6 });
    const { status, error } = seriesOf(results, misplaced);
    expect(status).toBe("failed");
    expect(error).toContain("stand-in for the waker thread is on core");
    expect(seriesOf(results, "worker").status).toBe("ok");
  });

  test("the procfs witness agrees with the switches of the loop thread", async () => {
    const results = await compare({ contenders: ["callback", "pipe"], parameters: few, seed: 7 });
    for (const { extra } of results.series) {
      if (Number(extra.parkingChecked) === 0) continue;
      expect(Number(extra.parkingDisagreed)).toBeLessThanOrEqual(
        0.2 * Number(extra.parkingChecked),
      );
    }
  });

  test("two stamps cost at most a tenth of the quickest wake", async () => {
    const results = await compare({ contenders: ["callback", "pipe"], parameters: few, seed: 8 });
    for (const { harnessNs, summary } of results.series) {
      expect(harnessNs).toBeGreaterThan(0);
      expect(harnessNs ?? 0).toBeLessThan(0.1 * (summary.p50Ns ?? 0));
    }
  });

  test("stages add up: enter and resume make the wake", async () => {
    const parameters = { ...few, stages: true };
    const results = await compare({ contenders: ["callback"], parameters, seed: 9 });
    const { stages, summary } = seriesOf(results, "callback");
    const sum = (stages.enter?.meanNs ?? 0) + (stages.resume?.meanNs ?? 0);
    expect(sum / (summary.meanNs ?? 1)).toBeCloseTo(1, 5);
  });

  test("a new thread for each wake shows what its creation costs", async () => {
    const parameters = { ...few, spawn: "per-wake" };
    const results = await compare({ contenders: ["callback", "floor"], parameters, seed: 10 });
    const { stages, audit } = seriesOf(results, "callback");
    expect(audit).toMatchObject({ sent: 400, received: 400, lost: 0 });
    expect(stages.spawn?.count).toBe(400 - audit.unparked);
    expect(stages.spawn?.minNs).toBeGreaterThan(0);
  });
});
