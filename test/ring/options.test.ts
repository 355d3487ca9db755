import { expect, test } from "bun:test";
import { Ring, type RingOptions, type RingPayload, WakerbenchError } from "../../src/ring.ts";

/** The error that options are refused with, as JavaScript would give them. */
function refusal(options: unknown): WakerbenchError {
  try {
    new Ring(options as RingOptions<RingPayload>).close();
  } catch (thrown) {
    if (thrown instanceof WakerbenchError) return thrown;
    throw thrown;
  }
  throw new Error("it was not refused");
}

test.each([
  [undefined, "a ring is made with options"],
  [{}, "payload undefined is no type of a ring"],
  [{ payload: "u16" }, 'payload "u16" is no type of a ring'],
  [{ payload: "toString" }, 'payload "toString" is no type of a ring'],
  [{ payload: 0 }, "payload 0 is no type of a ring"],
  [{ payload: 4097 }, "payload 4097 is no type of a ring"],
  [{ payload: 1.5 }, "payload 1.5 is no type of a ring"],
  [{ payload: "u32", capacity: 1 }, "capacity 1 is no power of two from 2 to 16777216"],
  [{ payload: "u32", capacity: 100 }, "capacity 100 is no power of two from 2 to 16777216"],
  [
    { payload: "u32", capacity: 2 ** 25 },
    "capacity 33554432 is no power of two from 2 to 16777216",
  ],
  [{ payload: "u32", whenFull: "wait" }, 'whenFull "wait" is unknown'],
  [{ payload: "u32", doorbell: "bell" }, 'doorbell "bell" is unknown'],
  [{ payload: "u32", budgetMs: 0 }, "budgetMs 0 is no number of milliseconds up to 1000"],
  [{ payload: "u32", budgetMs: NaN }, "budgetMs NaN is no number of milliseconds up to 1000"],
  [{ payload: "u32", capactiy: 4 }, 'a ring has no option "capactiy"'],
])("%j is refused in one line", (options, message) => {
  const error = refusal(options);
  expect(error.code).toBe("RING_OPTION_BAD");
  expect(error.message).toBe(message);
  expect(error.remedy).not.toBe("");
});

test("a library that is not there is named", () => {
  const error = refusal({ payload: "u32", library: "/nowhere/libwakerbench.so" });
  expect(error.message).toContain("/nowhere/libwakerbench.so");
});

test("the type of an item follows from the payload", () => {
  using words = new Ring({ payload: "u32" });
  using wide = new Ring({ payload: "u64" });
  using bytes = new Ring({ payload: 5 });
  words.onItem((item) => item satisfies number);
  words.onBatch((items) => items satisfies Uint32Array);
  wide.onItem((item) => item satisfies bigint);
  bytes.onItem((item) => item satisfies Uint8Array);
  expect(words.pushed + wide.pushed + bytes.pushed).toBe(0);
});
