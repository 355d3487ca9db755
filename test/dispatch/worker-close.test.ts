import { expect, test } from "bun:test";
import { DedicatedWorker } from "../../src/dispatch.ts";
import type { jobs as stoppingJobs } from "./fixtures/stop-throws.ts";
import { channels, codeOf, errorOf, fixture, openWorker } from "./worker-fixture.ts";

for (const channel of channels) {
  test(`${channel}: closing answers what waits, runs stop once, and refuses what comes after`, async () => {
    const { worker, countOf } = await openWorker({ channel });
    const calls = [1, 2, 3].flatMap((value) => [
      worker.call("later", [value]),
      worker.call("echo", [value]),
    ]);
    expect(await codeOf(worker.close({ pending: "later" as "drain" }))).toBe("DISPATCH_OPTION_BAD");
    const closing = worker.close();
    expect(await codeOf(worker.call("echo", [4]))).toBe("WORKER_CLOSED");
    expect(await Promise.all(calls)).toEqual([1, 1, 2, 2, 3, 3]);
    await closing;
    await worker.closed;
    await worker.close();
    expect(countOf("stopped")).toBe(1);
    expect(worker.waiting).toBe(0);
    expect(await codeOf(worker.call("echo", [5]))).toBe("WORKER_CLOSED");
  });

  test(`${channel}: closing waits for a job whose call was cancelled`, async () => {
    const { worker, countOf, reaches } = await openWorker({ channel });
    const controller = new AbortController();
    const call = worker.call("tidyAfterAbort", [], controller);
    await reaches("started", 1);
    controller.abort();
    expect((await errorOf(call)).name).toBe("AbortError");
    await worker.close();
    expect([countOf("finished"), countOf("stopped")]).toEqual([1, 1]);
  });

  test.each(["forever", "park"] as const)(
    `${channel}: closing can reject what waits, and ends a job that never would: %s`,
    async (job) => {
      const { worker, countOf, reaches } = await openWorker({ channel });
      const calls = [worker.call(job), worker.call("echo", [1]), worker.call("wait")].map(codeOf);
      await reaches("started", 1);
      const closing = worker.close({ pending: "reject" });
      expect(await Promise.all(calls)).toEqual(Array(3).fill("WORKER_CLOSED"));
      await closing;
      expect(countOf("stopped")).toBe(0);
      expect(worker.waiting).toBe(0);
    },
  );

  test(`${channel}: what a first close would have drained a second can reject`, async () => {
    const { worker, reaches } = await openWorker({ channel });
    const call = codeOf(worker.call("wait"));
    await reaches("started", 1);
    const draining = worker.close();
    await worker.close({ pending: "reject" });
    expect(await call).toBe("WORKER_CLOSED");
    await draining;
  });

  test(`${channel}: leaving the scope of an await using closes in order`, async () => {
    let last: Promise<unknown>;
    {
      await using worker = new DedicatedWorker<{ later(value: number): Promise<number> }>(
        fixture("jobs"),
        { channel },
      );
      last = worker.call("later", [8]);
    }
    expect(await last).toBe(8);
  });

  test(`${channel}: closing at once, before the module is loaded, closes in order`, async () => {
    const worker = new DedicatedWorker(fixture("jobs"), { channel });
    await worker.close();
    const other = new DedicatedWorker(fixture("jobs"), { channel });
    await other.close({ pending: "reject" });
  });

  test(`${channel}: what stop throws is what close is rejected with`, async () => {
    const worker = new DedicatedWorker<typeof stoppingJobs>(fixture("stop-throws"), { channel });
    expect(await worker.call("echo", [1])).toBe(1);
    const error = await errorOf(worker.close());
    expect([error.name, error.message]).toEqual(["TypeError", "cannot stop"]);
    await worker.closed;
  });
}
