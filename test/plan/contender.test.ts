import { expect, test } from "bun:test";
import fc from "fast-check";
import { WakerbenchError } from "../../src/errors.ts";
import { parseContender } from "../../src/plan/contender.ts";

const fixed = { seed: 1 };

const cases: [
  name: string,
  runtime: string | null,
  waker: string,
  parameters: Record<string, string>,
][] = [
  ["callback", null, "callback", {}],
  ["bun/callback", "bun", "callback", {}],
  ["bun@1.3.14/callback", "bun@1.3.14", "callback", {}],
  ["node@22/napi:mode=fast", "node@22", "napi", { mode: "fast" }],
  ["ring:doorbell=eventfd", null, "ring", { doorbell: "eventfd" }],
  ["ring:doorbell=eventfd:slots=64", null, "ring", { doorbell: "eventfd", slots: "64" }],
  ["ring:doorbell=", null, "ring", { doorbell: "" }],
  ["ring:a=b=c", null, "ring", { a: "b=c" }],
  ["./my-waker.ts", null, "./my-waker.ts", {}],
  ["./my-waker.ts:via=pipe", null, "./my-waker.ts", { via: "pipe" }],
  ["C:\\work\\my-waker.ts", null, "C:\\work\\my-waker.ts", {}],
  ["./odd:name.ts", null, "./odd:name.ts", {}],
  ["./odd:name.ts:via=pipe", null, "./odd:name.ts", { via: "pipe" }],
  ["../bun/my-waker.ts", null, "../bun/my-waker.ts", {}],
  ["bun/./my-waker.ts", "bun", "./my-waker.ts", {}],
  ["bunny/waker.ts", null, "bunny/waker.ts", {}],
];

test.each(cases)("%s is taken apart", (name, runtime, waker, parameters) => {
  expect(parseContender(name)).toEqual({ name, runtime, waker, parameters });
});

test.each(["", ":", ":a=b", "bun/:a=b"])("%j names no waker", (name) => {
  expect(() => parseContender(name)).toThrow(WakerbenchError);
});

test("what is put together is taken apart the same", () => {
  const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
  const version = fc.stringMatching(/^\d{1,2}(\.\d{1,2}){0,2}$/);
  const runtime = fc.option(
    fc.oneof(
      fc.constantFrom("bun", "node", "deno", "python"),
      version.map((text) => `bun@${text}`),
    ),
  );
  const setting = fc.stringMatching(/^[A-Za-z0-9./_-]{0,8}$/);
  const parameters = fc.dictionary(word, setting, { maxKeys: 4, noNullPrototype: true });
  fc.assert(
    fc.property(runtime, word, parameters, (where, waker, settings) => {
      const written = Object.entries(settings).map(([key, text]) => `:${key}=${text}`);
      const name = `${where === null ? "" : `${where}/`}${waker}${written.join("")}`;
      expect(parseContender(name)).toEqual({ name, runtime: where, waker, parameters: settings });
    }),
    fixed,
  );
});
