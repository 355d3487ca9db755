import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundledPath } from "../../entry.ts";

/** What pictures are written with: plain and bold. */
export const fontNames = ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"] as const;

/** The files of that font. The one place that knows where they lie. */
export function fontFiles(): string[] {
  return fontNames.map((name) => bundledPath(`fonts/${name}`) ?? installedFont(name));
}

/** The package's own file. */
export function installedFont(name: string): string {
  const manifest = fileURLToPath(import.meta.resolve("dejavu-fonts-ttf/package.json"));
  return join(dirname(manifest), "ttf", name);
}
