import { expect, test } from "bun:test";
import { plotStyleFor } from "../../src/terminal/plot-style.ts";

const terminal = { isTTY: true, columns: 100 };
const pipe = { isTTY: false, columns: 0 };
const utf8 = { LANG: "en_US.UTF-8", TERM: "xterm" };

test("a terminal gets plots by itself, a pipe only when they are asked for", () => {
  expect(plotStyleFor("auto", terminal, utf8)).toEqual({ columns: 100, charset: "unicode" });
  expect(plotStyleFor("off", terminal, utf8)).toBeUndefined();
  expect(plotStyleFor("auto", pipe, utf8)).toBeUndefined();
  expect(plotStyleFor("ascii", pipe, utf8)).toEqual({ columns: 80, charset: "ascii" });
  expect(plotStyleFor("unicode", pipe, { COLUMNS: "60" })).toEqual({
    columns: 60,
    charset: "unicode",
  });
});

test("a terminal that is too narrow gets none, and one that does not know its size is a usual one", () => {
  expect(plotStyleFor("auto", { isTTY: true, columns: 39 }, utf8)).toBeUndefined();
  expect(plotStyleFor("auto", { isTTY: true, columns: 0 }, utf8)?.columns).toBe(80);
});

test.each([
  [{ LC_ALL: "C", LC_CTYPE: "C.UTF-8", LANG: "C.UTF-8" }, "ascii"],
  [{ LC_ALL: "", LC_CTYPE: "de_DE.utf8", LANG: "C" }, "unicode"],
  [{ LC_CTYPE: "C", LANG: "en_US.UTF-8" }, "ascii"],
  [{ LANG: "en_US.UTF-8" }, "unicode"],
  [{ LANG: "en_US.UTF-8", TERM: "dumb" }, "ascii"],
  [{}, "ascii"],
] as const)("the locale of %j shows %s", (environment, charset) => {
  expect(plotStyleFor("auto", terminal, environment)?.charset).toBe(charset);
});
