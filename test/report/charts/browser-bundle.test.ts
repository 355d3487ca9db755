import { expect, test } from "bun:test";

/** A page carries all of it, and is to stay under 2 MB with everything else. */
const mostBytes = 700_000;

test("what draws charts can be bundled for a browser, and stays small", async () => {
  const { outputs, success } = await Bun.build({
    entrypoints: [new URL("browser-entry.ts", import.meta.url).pathname],
    target: "browser",
    minify: true,
  });
  expect(success).toBe(true);
  const texts = await Promise.all(outputs.map((output) => output.text()));
  expect(texts.join("").length).toBeGreaterThan(10_000);
  expect(texts.join("").length).toBeLessThan(mostBytes);
  expect(texts.join("")).not.toMatch(/from\s*"(node|bun):/);
}, 60_000);
