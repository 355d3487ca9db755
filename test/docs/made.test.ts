import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { madeFolders, madePages } from "../../src/docs/pages.ts";
import { wakers } from "../../src/wakers/index.ts";
import { readPage, root } from "./repository.ts";

const pages = madePages();

test("the pages that are made from declarations say what these say now; if not: bun run docs", () => {
  const stale = [...pages].filter(([path, text]) => readPage(path) !== text);
  expect(stale.map(([path]) => path)).toEqual([]);
});

test("no page stays of what is declared no more; if one does: bun run docs", () => {
  const lying = madeFolders.flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => `${folder}/${name}`),
  );
  expect(lying.filter((path) => !pages.has(path))).toEqual([]);
});

test("a waker's page has its code, its advice and what the probe found of it", () => {
  for (const { id, advice } of wakers) {
    const page = pages.get(`docs/wakers/${id}.md`) ?? "";
    expect(page).toContain(advice.code);
    expect(page).toContain(advice.when);
    if (id !== "floor") expect(page).toContain("| One wake | works |");
  }
});
