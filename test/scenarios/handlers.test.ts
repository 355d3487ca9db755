import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { handlers } from "../../src/handlers/index.ts";
import { allowedCores } from "../../src/native/placing.ts";
import type { WorkloadMeasurement } from "../../src/scenarios/workload-measurement.ts";
import { medianOf } from "../../src/stats/percentile.ts";
import { controlled, native, visitOf } from "../handlers/controls.ts";

// A busy machine takes its time to start so many processes.
setDefaultTimeout(120_000);

function perRequestNs({ cost, done }: WorkloadMeasurement): number {
  return cost.cpuProcessNs / done;
}

describe.each(handlers.map((handler) => [handler.id, handler] as const))("%s", (_id, handler) => {
  test("answers all that it is asked, and tells what that took", async () => {
    const { audit, counts, cost, done, latencyNs, fault, levels, marks, stages } =
      await visitOf(handler);
    expect(fault).toBeNull();
    expect(done).toBeGreaterThan(0);
    expect(audit).toEqual({ sent: done, received: done, lost: 0, duplicated: 0, mistaken: 0 });
    expect(counts.errors).toBe(0);
    expect(counts.unanswered).toBeLessThanOrEqual(4);
    expect(latencyNs.length).toBeGreaterThan(0);
    const leastNs = { answer: 0, echo: 0, wait: handler.id === "overlapped" ? 1e6 : 3e6 };
    // A timer may be early by less than the millisecond that it is counted in.
    expect(Math.min(...latencyNs)).toBeGreaterThan(leastNs[handler.kind] * 0.66);
    expect(stages).toEqual({});
    expect(cost.wallNs).toBeGreaterThan(0);
    expect(cost.peakRssBytes).toBeGreaterThan(2 ** 20);
    expect(levels.clientBusy).toBeGreaterThan(0);
    expect(levels.serverBusy).toBeGreaterThan(0);
    expect(levels.connected).toBe(4);
    expect(marks).toEqual({ cores: "unpinned" });
  });
});

describe("what is measured of a server, against one whose cost is known", () => {
  test("an answer that is late by a known time reads as late", async () => {
    const sound = await controlled("sound");
    const late = await controlled("late", { waitNs: 20e6 });
    const [soundNs, lateNs] = [sound, late].map(({ latencyNs }) => medianOf(latencyNs) ?? 0);
    expect(lateNs).toBeGreaterThan(19e6);
    expect(lateNs).toBeGreaterThan((soundNs ?? 0) + 10e6);
    // Four connections, each of which has an answer each 20 ms.
    expect(late.done).toBeLessThanOrEqual(4 * (late.cost.wallNs / 19e6 + 1));
  });

  test("what a request spins is CPU of the server, and keeps it busy", async () => {
    const sound = await controlled("sound");
    const spinning = await controlled("spins", { waitNs: 1e6 });
    const moreNs = perRequestNs(spinning) - perRequestNs(sound);
    expect(moreNs / 1e6).toBeGreaterThan(0.5);
    expect(spinning.levels.serverBusy ?? 0).toBeGreaterThan(spinning.levels.clientBusy ?? 1);
    expect(spinning.decidingNs).toBeGreaterThan(sound.decidingNs ?? Number.POSITIVE_INFINITY);
  });

  test("a schedule sends what is due, and counts from when it was due", async () => {
    const open = await controlled("sound", { ratePerSecond: 400, durationNs: 500e6 });
    expect(open.fault).toBeNull();
    expect(open.done).toBeGreaterThan(150);
    expect(open.done).toBeLessThanOrEqual(202);
    expect(open.stages.late).toHaveLength(open.latencyNs.length);
    // The schedule has set how many there are: how soon they are answered decides.
    expect(open.decidingNs).toBe(medianOf(open.latencyNs));
    const late = open.stages.late ?? [];
    expect(open.latencyNs.every((tookNs, index) => tookNs > (late[index] ?? 0))).toBe(true);
  });

  test("a schedule that the server does not keep has no median: its slowest answers never came", async () => {
    const behind = await controlled("late", {
      ratePerSecond: 2_000,
      durationNs: 300e6,
      waitNs: 50e6,
    });
    expect(behind.latencyNs.length).toBeGreaterThan(0);
    expect(behind.counts.unanswered).toBeGreaterThan(100);
    expect(behind.decidingNs).toBeNull();
  });

  test.each([1, 64, 100_000])("an echo of %d bytes is held against what was sent", async (size) => {
    for (const id of ["echo-http", "echo-tcp"]) {
      const handler = handlers.find((one) => one.id === id);
      if (handler === undefined) throw new Error(`no ${id}`);
      const { fault, audit, done } = await visitOf(handler, { payloadBytes: size });
      expect(fault).toBeNull();
      expect(audit.received).toBe(done);
      expect(done).toBeGreaterThan(0);
    }
  });

  test("a server that says anything else than what was sent is no echo", async () => {
    const sound = { id: "sync", kind: "echo", protocol: "http" } as const;
    const { fault, done, audit } = await visitOf(sound);
    expect(done).toBe(0);
    expect(audit.mistaken).toBeGreaterThan(0);
    expect(fault).toMatch(/^(\d+) of \1 requests were answered with garbage or another body$/);
  });
});

describe("faults of a server", () => {
  test("each hundredth answer that is wrong is counted", async () => {
    const { fault, audit, counts, done } = await controlled("mistaken");
    expect(done).toBeGreaterThan(0);
    expect(audit.mistaken).toBe(counts.errorsGarbage ?? 0);
    const share = audit.mistaken / audit.sent;
    // Some are under way when the measured part begins and ends.
    const slack = 6 / audit.sent;
    expect(Math.abs(share - 0.01)).toBeLessThanOrEqual(slack);
    expect(fault).toBe(
      `${audit.mistaken} of ${audit.sent} requests were answered with garbage or another body`,
    );
  });

  test("each tenth answer that is a 500 is counted", async () => {
    const { fault, audit, counts } = await controlled("fails");
    expect(Math.abs(audit.mistaken / audit.sent - 0.1)).toBeLessThanOrEqual(6 / audit.sent);
    expect(counts).toMatchObject({ errors: audit.mistaken, errorsStatus: audit.mistaken });
    expect(fault).toBe(`${audit.mistaken} of ${audit.sent} requests had another status than 200`);
  });

  test("one that ends under load is named with how it ended, and what it said", async () => {
    const { fault } = await controlled("exits");
    expect(fault).toBe("the server died under load: exit code 3: the cupboard is bare");
  });

  test("one that crashes under load is named with its signal", async () => {
    const { fault } = await controlled("crashes");
    // Bun before 1.4 ends itself by another one, once it has reported the crash.
    expect(fault).toMatch(/^the server died under load: SIG(SEGV|ILL)/);
  });

  test("one that never answers is given up when the time is over", async () => {
    const { fault, done, decidingNs, counts } = await controlled("silent");
    expect({ done, decidingNs }).toEqual({ done: 0, decidingNs: null });
    expect(counts.unanswered).toBe(4);
    expect(fault).toBe("nothing was answered: 4 requests were under way when the time was over");
  });

  test("one that cuts connections off, or says what is no HTTP, is told so", async () => {
    const cut = await controlled("resets");
    expect(cut.fault).toMatch(
      /(\d+) of \1 requests ended with a connection that was closed or reset/,
    );
    const raving = await controlled("raves");
    expect(raving.fault).toMatch(/(\d+) of \1 requests were answered with garbage or another body/);
    expect([cut.done, raving.done]).toEqual([0, 0]);
  });

  const cores = [...allowedCores(native)];
  test.if(cores.length > 1)("one whose thread leaves its cores is no row of theirs", async () => {
    const placed = { serverCores: cores.slice(0, 1), clientCore: cores.at(-1) ?? 0 };
    const sound = await controlled("sound", placed);
    expect(sound.fault).toBeNull();
    expect(sound.marks.cores).toBe(`client on core ${cores.at(-1)}, server on ${cores[0]}`);
    const { fault } = await controlled("strays", placed);
    // With those that it made since.
    expect(fault).toMatch(/^[1-9]\d* of the server's threads ran on other cores than its own$/);
  });

  test("more connections than there are descriptors are refused with a remedy", async () => {
    // What is left of a limit that this process already has.
    const script = `ulimit -n 64; exec "$0" "$1"`;
    const fixture = new URL("../handlers/fixtures/many-connections.ts", import.meta.url).pathname;
    const child = Bun.spawn(["bash", "-c", script, process.execPath, fixture], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    expect(JSON.parse(await child.stdout.text())).toStartWith(
      "no descriptor was left for some of 200 connections; ask for fewer with --connections",
    );
    expect(await child.exited).toBe(0);
  });
});
