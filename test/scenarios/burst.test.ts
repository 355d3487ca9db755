import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { readWithBun } from "../../src/agent/reader.ts";
import { visit } from "../../src/runner/agent-process.ts";
import { bun } from "../../src/runtimes/bun.ts";
import { burst } from "../../src/scenarios/burst.ts";
import type { BurstJob } from "../../src/scenarios/burst-job.ts";
import type { BurstMeasurement } from "../../src/scenarios/burst-measurement.ts";
import { callback } from "../../src/wakers/callback.ts";
import { executor } from "../../src/wakers/executor.ts";
import { floor } from "../../src/wakers/floor.ts";
import { pipe } from "../../src/wakers/pipe.ts";
import type { Waker } from "../../src/wakers/waker.ts";
import { floodThrough, floodUntil, jobOf, native } from "./flood.ts";

setDefaultTimeout(120_000);

/** One visit, as an agent makes it. */
async function visitHere(waker: Waker, job: BurstJob): Promise<BurstMeasurement> {
  const [measurement] = await burst.visit({ job, approach: waker, native, read: readWithBun });
  if (measurement?.scenario !== "burst") throw new Error("no measurement");
  return measurement;
}

function visitUntilHeard(waker: Waker, job: Partial<BurstJob> = {}): Promise<BurstMeasurement> {
  return floodUntil(
    (floodNs) => visitHere(waker, jobOf({ ...job, floodNs })),
    ({ audit, notifyNs }) => audit.received > 0 && notifyNs.length > 0,
  );
}

/** `callback`, whose handler does more than to count. */
function callbackWith(before: () => void): Waker {
  return {
    ...callback,
    async open(context) {
      const inner = await callback.open(context);
      return {
        ...inner,
        listen: (hear) =>
          inner.listen?.((message) => {
            before();
            hear(message);
          }),
      };
    },
  };
}

describe("the audit of a flood, against a bell whose faults are known", () => {
  test("every hundredth wake that is not rung is lost, and nothing else is", async () => {
    const { measurement, faults } = await floodUntil(
      (floodNs) =>
        floodThrough(callback, jobOf({ producers: "spin", floodNs }), { loseEvery: 100 }),
      ({ faults }) => faults.dropped > 0,
    );
    const { sent, received, lost, duplicated, reordered } = measurement.audit;
    expect(faults.dropped).toBeGreaterThan(0);
    expect(lost).toBe(faults.dropped);
    expect(received).toBe(sent - faults.dropped);
    expect({ duplicated, reordered }).toEqual({ duplicated: 0, reordered: 0 });
    expect(measurement.fault).toBeNull();
  });

  test("every tenth wake that is rung twice is a duplicate", async () => {
    const { measurement, faults } = await floodUntil(
      (floodNs) => floodThrough(callback, jobOf({ floodNs }), { duplicateEvery: 10 }),
      ({ faults }) => faults.doubled > 0,
    );
    const { sent, received, lost, duplicated, reordered } = measurement.audit;
    expect(faults.doubled).toBeGreaterThan(0);
    expect(duplicated).toBe(faults.doubled);
    expect({ received, lost, reordered }).toEqual({ received: sent, lost: 0, reordered: 0 });
  });

  test("every tenth wake that changes places with the next is reordered", async () => {
    const { measurement, faults } = await floodUntil(
      (floodNs) => floodThrough(callback, jobOf({ floodNs }), { swapEvery: 10 }),
      ({ faults }) => faults.swapped > 0,
    );
    const { sent, received, lost, duplicated, reordered } = measurement.audit;
    expect(faults.swapped).toBeGreaterThan(0);
    expect(reordered).toBe(faults.swapped);
    expect(lost).toBe(faults.held);
    expect(received).toBe(sent - faults.held);
    expect(duplicated).toBe(0);
  });

  test("all faults at once, from 64 threads that spin, are counted one by one", async () => {
    const job = jobOf({ threads: 64, producers: "spin" });
    const order = { loseEvery: 7, duplicateEvery: 5, swapEvery: 3 };
    const { measurement, faults } = await floodThrough(callback, job, order);
    const { sent, received, lost, duplicated, reordered } = measurement.audit;
    expect({ lost, duplicated, received }).toEqual({
      lost: faults.dropped + faults.held,
      duplicated: faults.doubled,
      received: sent - faults.dropped - faults.held,
    });
    expect(reordered).toBe(faults.swapped);
  });
});

describe("a flood", () => {
  test("of callbacks is heard whole, in order, once", async () => {
    const measurement = await visitUntilHeard(callback, { producers: "spin" });
    const { sent, ...audit } = measurement.audit;
    expect(sent).toBeGreaterThan(0);
    expect(audit).toEqual({
      received: sent,
      lost: 0,
      duplicated: 0,
      reordered: 0,
      coalesced: 0,
      refused: 0,
    });
    expect(measurement.delivered).toBeLessThanOrEqual(sent);
    expect(measurement.entries).toBe(sent);
    expect(measurement.floodNs).toBeGreaterThanOrEqual(50e6);
    expect(measurement.fault).toBeNull();
  });

  test("of a doorbell is heard whole, and rings that share an entry are coalesced", async () => {
    const measurement = await floodUntil(
      (floodNs) => visitHere(pipe, jobOf({ producers: "spin", floodNs })),
      ({ audit }) => audit.coalesced > 0,
    );
    const { sent, received, lost, duplicated, coalesced } = measurement.audit;
    expect({ received, lost, duplicated }).toEqual({ received: sent, lost: 0, duplicated: 0 });
    expect(coalesced).toBeGreaterThan(0);
    expect(measurement.entries).toBeLessThanOrEqual(received);
  });

  test("samples notifies of every thread, and its CPU time is part of the process's", async () => {
    const { notifyNs, cost, floodNs } = await visitUntilHeard(callback);
    expect(notifyNs.length).toBeGreaterThan(0);
    for (const durationNs of notifyNs) expect(durationNs).toBeGreaterThan(0);
    expect(cost.wallNs).toBeGreaterThanOrEqual(floodNs);
    expect(cost.cpuProducersNs).toBeGreaterThan(0);
    const threadsNs = cost.cpuLoopNs + (cost.cpuProducersNs ?? 0);
    expect(threadsNs).toBeLessThanOrEqual(cost.cpuProcessNs);
  });

  test("from 256 threads begins and ends, and all of it is heard", async () => {
    const { audit, fault } = await visitHere(callback, jobOf({ threads: 256 }));
    expect(audit).toMatchObject({ received: audit.sent, lost: 0, duplicated: 0, reordered: 0 });
    expect(fault).toBeNull();
  });

  test("delivers no faster than its handler, which takes 50 µs, allows", async () => {
    const handlerNs = 50_000;
    const slow = callbackWith(() => {
      const endNs = Bun.nanoseconds() + handlerNs;
      while (Bun.nanoseconds() < endNs);
    });
    const measurement = await visitUntilHeard(slow, { gapNs: 20_000 });
    const { delivered, floodNs, audit } = measurement;
    expect(audit.received).toBeGreaterThan(0);
    expect((delivered - 1) * handlerNs).toBeLessThanOrEqual(floodNs);
    expect(audit).toMatchObject({ received: audit.sent, lost: 0 });
  });

  test("whose loop is held up for 30 ms makes the timer late by that, at every tick of it", async () => {
    const heldMs = 30;
    let wakes = 0;
    // Without a warm-up; one wake of the flood holds the loop up.
    const holding = callbackWith(() => {
      if (++wakes === 10) Bun.sleepSync(heldMs);
    });
    const { lateNs } = await floodUntil(
      (floodNs) => {
        wakes = 0;
        return visitHere(holding, jobOf({ warmupFloodNs: 0, floodNs: 2 * floodNs }));
      },
      () => wakes > 10,
    );
    expect(wakes).toBeGreaterThan(10);
    expect(Math.max(...lateNs)).toBeGreaterThanOrEqual((heldMs - 2) * 1e6);
    const late = lateNs.filter((oneNs) => oneNs >= 1e6);
    expect(late.length).toBeGreaterThanOrEqual(heldMs - 3);
  });

  test("of the floor is taken out whole and in order, without JavaScript", async () => {
    for (const payloadBytes of [0, 64]) {
      const job = { producers: "spin", threads: 8, payloadBytes } as const;
      const { audit, entries, fault } = await visitUntilHeard(floor, job);
      expect(audit).toMatchObject({ received: audit.sent, lost: 0, duplicated: 0, reordered: 0 });
      expect(audit.received).toBeGreaterThan(0);
      expect(entries).toBeLessThanOrEqual(audit.received);
      expect(fault).toBeNull();
    }
  });

  test("without a waker is the control: threads and a timer, nothing sent or heard", async () => {
    for (const producers of ["spin", "sleep"] as const) {
      const control = await floodUntil(
        (floodNs) => visitHere(callback, jobOf({ isControl: true, producers, floodNs })),
        ({ notifyNs }) => notifyNs.length > 0,
      );
      expect(control).toMatchObject({ delivered: 0, entries: 0, settleNs: 0, fault: null });
      expect(control.audit).toMatchObject({ sent: 0, received: 0, lost: 0, duplicated: 0 });
      expect(control.notifyNs.length).toBeGreaterThan(0);
      expect(control.lateNs.length).toBeGreaterThan(0);
    }
  });

  test("of a bell that never rings says that it does not wake", async () => {
    const { measurement } = await floodUntil(
      (floodNs) => floodThrough(callback, jobOf({ floodNs }), { loseEvery: 1 }),
      ({ faults }) => faults.dropped > 0,
    );
    const { sent, received, lost } = measurement.audit;
    expect({ received, lost }).toEqual({ received: 0, lost: sent });
    expect(measurement.fault).toContain("does not wake");
  });
});

describe("what cannot be flooded says so", () => {
  test("a waker that is not native", async () => {
    await expect(visitHere(executor, jobOf())).rejects.toMatchObject({ code: "UNSUPPORTED" });
  });

  test("a waker that binds no notify function", async () => {
    const own: Waker = {
      ...callback,
      id: "own-thread",
      open: () => ({ wait: () => new Promise(() => {}), close() {} }),
    };
    await expect(visitHere(own, jobOf())).rejects.toMatchObject({ code: "UNSUPPORTED" });
  });

  test("a waker that cannot carry the payload", async () => {
    const job = jobOf({ payloadBytes: 64 });
    await expect(visitHere(executor, job)).rejects.toMatchObject({ code: "UNSUPPORTED" });
    await expect(visitHere(callback, job)).rejects.toMatchObject({
      code: "UNSUPPORTED",
      remedy: "--payload 0",
    });
  });

  test("a waker whose stream ends in the flood", async () => {
    const ending: Waker = {
      ...pipe,
      async open(context) {
        const { listen: _, ...inner } = await pipe.open(context);
        return { ...inner, wait: async () => ({ done: true, value: undefined }) };
      },
    };
    await expect(visitHere(ending, jobOf())).rejects.toThrow("stream of wakes ended");
  });
});

test("an agent is told a flood and answers it, as the runner sees", async () => {
  const runtime = await bun.find("bun");
  const job = jobOf({ approach: "pipe", threads: 8 });
  const outcome = await visit(runtime, job, 60_000, new AbortController().signal);
  expect(outcome).toMatchObject({ status: "ok", measurements: [{ scenario: "burst" }] });
});

test("a user's own waker file is flooded like a built-in one", async () => {
  const runtime = await bun.find("bun");
  const waker = join(import.meta.dirname, "..", "cli", "fixtures", "sound.ts");
  const outcome = await visit(
    runtime,
    jobOf({ approach: waker }),
    60_000,
    new AbortController().signal,
  );
  expect(outcome).toMatchObject({ status: "ok", measurements: [{ audit: { lost: 0 } }] });
});
