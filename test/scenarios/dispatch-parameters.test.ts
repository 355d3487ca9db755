import { expect, test } from "bun:test";
import * as z from "zod";
import { dispatchParameters } from "../../src/scenarios/dispatch-parameters.ts";

const schema = dispatchParameters(z);

test.each([
  ["in-flight", "0", '"0" is no whole number from 1 to 4096; write 64'],
  ["in-flight", "1e9", '"1e9" is no whole number from 1 to 4096; write 64'],
  ["count", "5", '"5" is no whole number from 100 to 1000000000; write 500 or 20k'],
  ["timeout-each", "5", '"5" is no duration from 1ms up to 3600s; write 5ms or 2s'],
  ["work", "5", '"5" is no work; write 0, a duration up to 10s, yield or sqlite'],
])("--%s cannot be %s, and what is named instead can be", (name, text, message) => {
  expect(schema.safeParse({ [name]: text }).error?.issues[0]?.message).toBe(message);
  const examples = message.replace(/.*; write /, "").split(/, | or /);
  for (const example of examples.filter((word) => /^\w+$/.test(word))) {
    expect(schema.safeParse({ [name]: example }).success).toBe(true);
  }
});
