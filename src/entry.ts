import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

// Setting up imports this before packages are installed: built-ins only.

/**
 * The folder that package.json is in. Files of the bundle are folders deep or not, as its builder splits them;
 * in a program that was itself bundled, it is that program's folder.
 */
export const packageRoot = findRoot(import.meta.dirname);

/** Whether this runs from the sources: the package has a bundle of them alone. */
const fromSources = import.meta.path.endsWith(".ts");

/**
 * The file that another process or a Worker starts with, in a checkout and in the package.
 *
 * @param name its path under src without extension, as `wakers/worker-thread`; src/package/bundle.ts makes an
 *   entry of the bundle of each
 */
export function entryPath(name: string): string {
  const folder = join(packageRoot, fromSources ? "src" : "dist");
  return join(folder, `${name}.${fromSources ? "ts" : "js"}`);
}

/** As `entryPath`, for `new Worker`. */
export function entryUrl(name: string): URL {
  return pathToFileURL(entryPath(name));
}

/**
 * A file that the builder of the bundle lays into it (src/package/bundle.ts), which the sources have from elsewhere.
 *
 * @returns its path; nothing where the sources run
 */
export function bundledPath(name: string): string | undefined {
  return fromSources ? undefined : join(packageRoot, "dist", name);
}

function findRoot(from: string): string {
  if (existsSync(join(from, "package.json"))) return from;
  const above = dirname(from);
  return above === from ? import.meta.dirname : findRoot(above);
}
