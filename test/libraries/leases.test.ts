import { expect, test } from "bun:test";
import { countLeases, giveBackLease, makeLeases, takeLease } from "../../src/libraries/leases.ts";

test("a lease that was taken and given back once is settled", () => {
  const leases = makeLeases(3);
  for (const slot of [0, 2]) {
    takeLease(leases, slot);
    giveBackLease(leases, slot);
  }
  expect(countLeases(leases)).toEqual({ givenBack: 2, settled: 2 });
});

test("what goes wrong twice does not cancel out", () => {
  const leases = makeLeases(5);
  // Given back without having been taken, and again; taken twice; taken and kept.
  giveBackLease(leases, 0);
  giveBackLease(leases, 0);
  takeLease(leases, 1);
  takeLease(leases, 1);
  giveBackLease(leases, 1);
  giveBackLease(leases, 1);
  takeLease(leases, 2);
  takeLease(leases, 3);
  giveBackLease(leases, 3);
  expect(countLeases(leases)).toEqual({ givenBack: 5, settled: 1 });
});

test("other threads see them", async () => {
  const leases = makeLeases(1);
  const source = `
    const { takeLease, giveBackLease } = await import(${JSON.stringify(import.meta.resolve("../../src/libraries/leases.ts"))});
    self.onmessage = ({ data }) => { takeLease(data, 0); giveBackLease(data, 0); postMessage("done"); };
    postMessage("ready");
  `;
  const worker = new Worker(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
  try {
    await heard(worker);
    worker.postMessage(leases);
    await heard(worker);
    expect(countLeases(leases)).toEqual({ givenBack: 1, settled: 1 });
  } finally {
    worker.terminate();
  }
});

function heard(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.onmessage = () => resolve();
    worker.onerror = ({ message }) => reject(new Error(message));
  });
}
