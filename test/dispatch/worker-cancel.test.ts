import { expect, test } from "bun:test";
import { channels, codeOf, errorOf, openWorker, turn } from "./worker-fixture.ts";

for (const channel of channels) {
  test(`${channel}: a call that is cancelled before its work is never run`, async () => {
    await using opened = await openWorker({ channel });
    const { worker, countOf, reaches } = opened;
    const aborted = AbortSignal.abort(new Error("never mind"));
    expect((await errorOf(worker.call("counted", [1], { signal: aborted }))).message).toBe(
      "never mind",
    );

    const controller = new AbortController();
    const blocked = new AbortController();
    const block = worker.call("block", [], { signal: blocked.signal });
    await reaches("started", 1);
    const { signal } = controller;
    const calls = [1, 2, 3].map((value) => errorOf(worker.call("counted", [value], { signal })));
    controller.abort(new Error("enough"));
    // They are rejected while the Worker is still blocked: that is where `stopped` is counted.
    expect((await Promise.all(calls)).map(({ message }) => message)).toEqual(
      Array(3).fill("enough"),
    );
    expect(countOf("stopped")).toBe(0);
    blocked.abort();
    expect((await errorOf(block)).name).toBe("AbortError");
    expect(await worker.call("counted", [4])).toBe(4);
    expect(countOf("started")).toBe(2);
    expect(worker.strays).toBe(0);
  });

  test(`${channel}: a job that computes learns from shared memory that it was cancelled`, async () => {
    await using opened = await openWorker({ channel });
    const { worker, countOf, reaches } = opened;
    const controller = new AbortController();
    const call = worker.call("block", [], { signal: controller.signal });
    await reaches("started", 1);
    controller.abort();
    expect((await errorOf(call)).name).toBe("AbortError");
    expect(await worker.call("echo", [1])).toBe(1);
    expect(countOf("stopped")).toBe(1);
  });

  test(`${channel}: an asynchronous job is told by its signal, and what it answers is dropped`, async () => {
    await using opened = await openWorker({ channel });
    const { worker, reaches } = opened;
    const controller = new AbortController();
    const calls = [1, 2, 3].map(() => worker.call("untilAborted", [], controller));
    await reaches("started", 3);
    controller.abort(new Error("enough"));
    for (const call of calls) expect((await errorOf(call)).message).toBe("enough");
    await reaches("told", 3);
    expect(await worker.call("echo", [1])).toBe(1);
    expect(worker.strays).toBe(0);
  });

  test(`${channel}: an asynchronous job is told that was cancelled before it waited for anything`, async () => {
    await using opened = await openWorker({ channel, capacity: 1 });
    const { worker, reaches } = opened;
    const controller = new AbortController();
    const call = worker.call("blockUntilTold", [], controller);
    await reaches("started", 1);
    controller.abort();
    expect((await errorOf(call)).name).toBe("AbortError");
    await reaches("told", 1);
    while ((await codeOf(worker.call("fail", [1]))) === "QUEUE_FULL") await turn();
    expect(await worker.call("echo", [1])).toBe(1);
  });

  test(`${channel}: a call that times out is rejected, and its job is told as if it were cancelled`, async () => {
    await using opened = await openWorker({ channel, timeoutMs: 5 });
    const { worker, countOf } = opened;
    expect((await errorOf(worker.call("wait"))).name).toBe("TimeoutError");
    // On a busy machine a call may time out before its job begins, and nobody is told.
    while (countOf("told") === 0) {
      const call = worker.call("untilAborted", [], { timeoutMs: 20 });
      expect((await errorOf(call)).name).toBe("TimeoutError");
      await turn();
    }
    while (countOf("stopped") === 0) {
      const call = worker.call("block", [], { timeoutMs: 20 });
      expect((await errorOf(call)).name).toBe("TimeoutError");
    }
    expect(await worker.call("echo", [1], { timeoutMs: 60_000 })).toBe(1);
    expect(worker.strays).toBe(0);
  });

  test(`${channel}: a call too many is refused, and one that was cancelled counts until it is over`, async () => {
    await using opened = await openWorker({ channel, capacity: 4 });
    const { worker, reaches } = opened;
    const controller = new AbortController();
    const block = worker.call("block", [], { signal: controller.signal });
    await reaches("started", 1);
    const calls = [1, 2, 3].map((value) => worker.call("echo", [value]));
    expect([worker.waiting, worker.capacity]).toEqual([4, 4]);
    expect(await codeOf(worker.call("echo", [4]))).toBe("QUEUE_FULL");
    expect(worker.waiting).toBe(4);
    controller.abort();
    expect((await errorOf(block)).name).toBe("AbortError");
    expect(await Promise.all(calls)).toEqual([1, 2, 3]);
    const more = [1, 2, 3, 4].map((value) => worker.call("echo", [value]));
    expect(await Promise.all(more)).toEqual([1, 2, 3, 4]);
  });

  test(`${channel}: a job's context outlives its call without meddling with the next`, async () => {
    await using opened = await openWorker({ channel, capacity: 1 });
    const { worker } = opened;
    expect(await worker.call("keepContext")).toBe(false);
    expect(await worker.call("askKept")).toBe(true);
  });
}
