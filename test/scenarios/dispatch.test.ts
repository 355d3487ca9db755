import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { checkParameters, withDefaults } from "../../src/approaches/parameters.ts";
import { dispatcherCatalogue } from "../../src/dispatchers/find.ts";
import { floor } from "../../src/dispatchers/floor.ts";
import { postMessage } from "../../src/dispatchers/post-message.ts";
import { ring } from "../../src/dispatchers/ring.ts";
import { findLibrary, loadLibrary } from "../../src/native/library.ts";
import { parseContender } from "../../src/plan/contender.ts";
import { dispatch } from "../../src/scenarios/dispatch.ts";
import { DispatchSession } from "../../src/scenarios/dispatch-session.ts";
import { faultyDispatcher, visitHere } from "./calls.ts";

setDefaultTimeout(120_000);

const sound = faultyDispatcher({});
const allAnswered = { threw: 0, cancelled: 0, timedOut: 0 };
const nothingWrong = { lost: 0, duplicated: 0, mistaken: 0 };

describe("the audit of calls, against a dispatcher whose faults are known", () => {
  test("finds nothing where there is nothing to be found", async () => {
    const { audit, endings, fault, callNs } = await visitHere(sound);
    expect(audit).toEqual({ sent: 1_000, settled: 1_000, ...nothingWrong });
    expect(endings).toEqual({ answered: 1_000, ...allAnswered });
    expect(fault).toBeNull();
    expect(callNs).toHaveLength(1_000);
  });

  test("a call that is never answered is lost, and ends the visit", async () => {
    const { audit, endings, fault } = await visitHere(faultyDispatcher({ loseEvery: 100 }));
    expect(audit).toMatchObject({ ...nothingWrong, lost: 1 });
    expect(audit.settled).toBe(audit.sent - 1);
    // Those before the hundredth call of all, of which some belonged to the warm-up.
    expect(audit.settled).toBeWithin(1, 100);
    expect(endings.answered).toBe(audit.settled);
    expect(fault).toBe("1 calls were never answered");
  });

  test("of many calls on their way all that are not answered are lost", async () => {
    const lossy = faultyDispatcher({ loseEvery: 100 });
    const { audit } = await visitHere(lossy, { inFlight: 8 });
    expect(audit.lost).toBe(8);
    expect(audit.sent - audit.settled).toBe(8);
  });

  test("an answer with another's number is a mistake", async () => {
    const { audit, endings } = await visitHere(faultyDispatcher({ mistakeEvery: 100 }));
    expect(audit).toEqual({ sent: 1_000, settled: 1_000, ...nothingWrong, mistaken: 10 });
    expect(endings.answered).toBe(990);
  });

  test("a second answer is counted, though the promise hides it", async () => {
    const { audit } = await visitHere(faultyDispatcher({ repeatEvery: 100 }));
    expect(audit).toEqual({ sent: 1_000, settled: 1_000, ...nothingWrong, duplicated: 10 });
  });

  test("an error that no job threw ends the visit", async () => {
    const { audit, endings, fault } = await visitHere(faultyDispatcher({ diesAt: 500 }));
    expect(fault).toBe("call 500 was rejected: the worker has died");
    expect(audit).toMatchObject({ lost: 0, mistaken: 1 });
    expect(endings.answered).toBe(audit.settled - 1);
  });

  test("a worker that does not close is a fault, and keeps its calls", async () => {
    const { audit, fault } = await visitHere(faultyDispatcher({ neverCloses: true }));
    expect(fault).toBe("it had not closed after 10 s");
    expect(audit).toMatchObject({ settled: 1_000 });
  });
});

describe("a real worker", () => {
  test.each([
    ["native", ring, 50_000],
    ["Bun", postMessage, 20_000],
  ] as const)(
    "(%s) settles every call once, however it is to end",
    async (_, dispatcher, calls) => {
      const { audit, endings, fault } = await visitHere(dispatcher, {
        parameters: withDefaults(dispatcher, {}),
        calls,
        inFlight: 16,
        signals: true,
        cancelRate: 0.3,
        throwRate: 0.3,
        timeoutEachNs: 2e6,
      });
      expect(fault).toBeNull();
      expect(audit).toEqual({ sent: calls, settled: calls, ...nothingWrong });
      expect(endings.cancelled).toBeGreaterThan(0);
      expect(endings.threw).toBeGreaterThan(0);
      expect(endings.answered).toBeGreaterThan(0);
      const ended = Object.values(endings).reduce((sum, count) => sum + count, 0);
      expect(ended).toBe(calls);
    },
  );

  test("is told by the same seed to throw in the same calls", async () => {
    const throws = { calls: 2_000, throwRate: 0.2 };
    const first = await visitHere(postMessage, { ...throws, seed: 7 });
    expect(first.endings.threw).toBeGreaterThan(0);
    expect((await visitHere(postMessage, { ...throws, seed: 7 })).endings).toEqual(first.endings);
    expect((await visitHere(postMessage, { ...throws, seed: 8 })).endings).not.toEqual(
      first.endings,
    );
  });

  test("that has signals and timeouts which nobody needs answers all the same", async () => {
    const asked = { signals: true, timeoutEachNs: 60e9 };
    const { audit, endings } = await visitHere(postMessage, asked);
    expect(audit).toEqual({ sent: 1_000, settled: 1_000, ...nothingWrong });
    expect(endings).toEqual({ answered: 1_000, ...allAnswered });
  });

  test("whose work outlasts the timeout does not answer in time", async () => {
    const { endings, audit } = await visitHere(postMessage, {
      calls: 20,
      warmupCalls: 2,
      timeoutEachNs: 1e6,
      work: { kind: "spin", spinNs: 20e6 },
    });
    expect(endings.timedOut).toBeGreaterThan(0);
    expect(audit).toEqual({ sent: 20, settled: 20, ...nothingWrong });
  });

  test("takes the time of its work, and starts and stops outside of it", async () => {
    const spinNs = 200_000;
    const visit = { calls: 100, work: { kind: "spin", spinNs } } as const;
    const { callNs, cost, startNs, stopNs, harnessNs } = await visitHere(postMessage, visit);
    expect(Math.min(...callNs)).toBeGreaterThanOrEqual(spinNs);
    expect(cost.wallNs).toBeGreaterThanOrEqual(100 * spinNs);
    expect(startNs).toBeGreaterThan(0);
    expect(stopNs).toBeGreaterThan(0);
    expect(harnessNs).toBeGreaterThan(0);
  });
});

describe("stamps", () => {
  test("are given to few of the calls that overlap, and cost next to nothing", async () => {
    const calls = 20_000;
    const visit = await visitHere(sound, { calls, warmupCalls: 2_000, inFlight: 64 });
    const { sampledEvery, callNs, harnessNs, cost } = visit;
    expect(callNs).toHaveLength(Math.ceil(calls / sampledEvery));
    const stampsNs = callNs.length * harnessNs;
    expect(stampsNs / cost.wallNs).toBeLessThan(0.1);
  });

  test("are given to calls of each place among those that are sent together", () => {
    using session = new DispatchSession(loadLibrary(findLibrary()), 2 ** 20);
    for (const inFlight of [3, 15, 45, 64, 99, 1_000]) {
      for (let calls = 2 ** 17; calls < 2 ** 23; calls += 2 ** 17) {
        const every = session.sampledEvery(calls, inFlight, 1_000);
        expect(every * 2 ** 17).toBeGreaterThanOrEqual(calls);
        const places = new Set(Array.from({ length: inFlight }, (_, n) => (n * every) % inFlight));
        expect(places.size).toBe(inFlight);
      }
    }
  });

  test("are given to each call that is alone on its way", async () => {
    const { sampledEvery, callNs } = await visitHere(sound, { calls: 300 });
    expect(sampledEvery).toBe(1);
    expect(callNs).toHaveLength(300);
  });
});

describe("the floor", () => {
  for (const via of ["futex", "eventfd"]) {
    test.skipIf(via === "eventfd" && process.platform !== "linux")(
      `answers every call by ${via}, one and many at once`,
      async () => {
        for (const inFlight of [1, 64]) {
          const visit = { parameters: { via }, inFlight, calls: 5_000 };
          const { audit, endings, callNs } = await visitHere(floor, visit);
          expect(audit).toEqual({ sent: 5_000, settled: 5_000, ...nothingWrong });
          expect(endings).toEqual({ answered: 5_000, ...allAnswered });
          expect(Math.min(...callNs)).toBeGreaterThan(0);
        }
      },
    );
  }

  test("does the same work", async () => {
    const spinNs = 100_000;
    for (const kind of ["spin", "yield"] as const) {
      const work = kind === "spin" ? { kind, spinNs } : { kind };
      const { callNs } = await visitHere(floor, { parameters: { via: "futex" }, calls: 50, work });
      if (kind === "spin") expect(Math.min(...callNs)).toBeGreaterThanOrEqual(spinNs);
    }
  });
});

test("each default contender is one of the catalogue, with parameters that it knows", async () => {
  for (const name of dispatch.defaultContenders) {
    const { waker, parameters } = parseContender(name);
    checkParameters(await dispatcherCatalogue.find(waker), parameters, false);
  }
  expect(dispatch.defaultContenders.length).toBeGreaterThan(0);
});

describe.skipIf(process.platform !== "linux")("the CPU of a visit, in a process of its own", () => {
  test("is that of the process when all threads are added, and not without the worker's", async () => {
    const { cost, without } = await alone("cpu");
    const sum = cost.cpuLoopNs + cost.cpuWorkerNs + cost.cpuOtherNs;
    expect(sum / cost.cpuProcessNs).toBeWithin(0.95, 1.05);
    // The worker spins all the time: the sum without it is far too small.
    expect((sum - cost.cpuWorkerNs) / cost.cpuProcessNs).toBeLessThan(0.7);
    // Asked about no thread in particular, all of it is the others'.
    expect(without.cpuWorkerNs).toBe(0);
    expect(without.cpuOtherNs).toBe(cost.cpuWorkerNs + cost.cpuOtherNs);
  });

  test("a worker that leaves its core fails the visit", async () => {
    expect(await alone("misplaced")).toEqual({
      code: "PLACEMENT_MISMATCH",
      message: expect.stringMatching(/same-core did not hold: the worker thread is/),
    });
  });
});

async function alone(what: string) {
  const fixture = join(import.meta.dirname, "fixtures", "visit-alone.ts");
  const child = Bun.spawn([process.execPath, fixture, what], { stdout: "pipe", stderr: "inherit" });
  const [text] = await Promise.all([child.stdout.text(), child.exited]);
  return JSON.parse(text);
}
