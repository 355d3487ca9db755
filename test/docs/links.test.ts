import { expect, test } from "bun:test";
import { existsSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { pagePaths, proseOf, readPage, root } from "./repository.ts";

/** The names by which GitHub links to the headings of a page. */
function anchorsOf(path: string): Set<string> {
  const page = readPage(path).replace(/^(```+)[^\n]*\n.*?^\1$/gms, "");
  const found = new Map<string, number>();
  const anchors = new Set<string>();
  for (const [, heading = ""] of page.matchAll(/^#{1,6} +(.+?) *#*$/gm)) {
    const text = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
    const slug = text.replace(/[^\p{L}\p{N}\p{M} _-]/gu, "").replaceAll(" ", "-");
    const before = found.get(slug) ?? 0;
    found.set(slug, before + 1);
    anchors.add(before === 0 ? slug : `${slug}-${before}`);
  }
  return anchors;
}

/** Where a page links to within the repository: links, pictures, and those of HTML. */
function linksOf(path: string): string[] {
  const prose = proseOf(readPage(path));
  const written = [
    ...prose.matchAll(/\]\(([^)\s]+)(?: "[^"]*")?\)/g),
    ...prose.matchAll(/(?:src|srcset|href)="([^"]+)"/g),
  ];
  return written.map(([, link = ""]) => link).filter((link) => !/^[a-z]+:/.test(link));
}

test.each(pagePaths)("every link of %s leads somewhere", (path) => {
  const broken = linksOf(path).filter((link) => {
    const [file = "", anchor] = link.split("#");
    const target = file === "" ? path : relative(root, join(root, dirname(path), file));
    if (!existsSync(join(root, target))) return true;
    if (anchor === undefined) return false;
    return statSync(join(root, target)).isDirectory() || !anchorsOf(target).has(anchor);
  });
  expect(broken).toEqual([]);
});

test("every page of docs is reached from README.md", () => {
  const reached = new Set(["README.md"]);
  for (const path of reached) {
    for (const link of linksOf(path)) {
      const target = relative(root, join(root, dirname(path), link.split("#")[0] ?? ""));
      if (pagePaths.includes(target)) reached.add(target);
    }
  }
  expect(pagePaths.filter((path) => path.startsWith("docs/") && !reached.has(path))).toEqual([]);
});
