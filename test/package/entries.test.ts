import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { entryPath, packageRoot } from "../../src/entry.ts";
import { bundleEntries } from "../../src/package/bundle.ts";

const sources = [...new Bun.Glob("**/*.ts").scanSync(join(packageRoot, "src"))];

/** What the sources start processes and Workers with, by name. */
async function namedEntries(): Promise<string[]> {
  const texts = await Promise.all(
    sources.map((path) => Bun.file(join(packageRoot, "src", path)).text()),
  );
  return texts.flatMap((text) =>
    [...text.matchAll(/\bentry(?:Path|Url)\("([^"]+)"\)/g)].map(([, name = ""]) => name),
  );
}

test("whatever is started by its name is there, in the sources and in the bundle", async () => {
  const named = await namedEntries();
  expect(named).toContain("agent/main");
  expect(named).toContain("wakers/worker-thread");
  const bundled = bundleEntries();
  for (const name of named) {
    expect(existsSync(entryPath(name)), name).toBe(true);
    expect(bundled).toContain(name);
  }
});

test("every entry of the bundle is a file of the sources", () => {
  for (const entry of bundleEntries()) expect(sources).toContain(`${entry}.ts`);
});
