import { expect, test } from "bun:test";
import { dispatcherCatalogue } from "../../src/dispatchers/find.ts";

test("every native waker is a way to be answered, and a slip of the pen finds it", async () => {
  expect((await dispatcherCatalogue.find("eventfd")).id).toBe("eventfd");
  await expect(dispatcherCatalogue.find("evntfd")).rejects.toMatchObject({
    remedy: "did you mean eventfd?",
  });
});

test.each(["executor", "pigeon"])("%s is none, and where others are is said", async (name) => {
  await expect(dispatcherCatalogue.find(name)).rejects.toMatchObject({
    code: "UNKNOWN_CONTENDER",
    remedy: expect.stringMatching(/ring, .*; and the native ones of `wakerbench list wakers`$/),
  });
});
