import { readFileSync } from "node:fs";
import { join } from "node:path";

export const root = join(import.meta.dirname, "..", "..");

/** Every Markdown page of the repository, by its path in it. */
export const pagePaths: readonly string[] = [
  "README.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  ...["docs", "examples", "deploy"].flatMap((folder) => [
    ...new Bun.Glob(`${folder}/**/*.md`).scanSync({ cwd: root }),
  ]),
].toSorted();

export function readPage(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

/** The blocks of code of a page in one language, without their fences. */
export function blocksOf(page: string, language: string): string[] {
  const fenced = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms");
  return [...page.matchAll(fenced)].map(([, text = ""]) => text);
}

/** A page without its code, in lines and in blocks. */
export function proseOf(page: string): string {
  return page.replace(/^(```+)[^\n]*\n.*?^\1$/gms, "").replace(/`[^`\n]*`/g, "");
}
