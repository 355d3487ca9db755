import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { messageOf } from "../errors.ts";
import { dataDirectory } from "../results/data-directory.ts";
import type { Results } from "../results/schema.ts";
import { writeWhole } from "../results/store.ts";
import { messages } from "./output.ts";

/**
 * Keeps the page of a run among the user's reports; the same run has the same file.
 *
 * @returns its path
 * @throws the error of the file system
 */
export async function keepPage(results: Results): Promise<string> {
  const { renderPage } = await import("../report/page/page.ts");
  const name = `${results.startedAt.replaceAll(":", "-")}.html`;
  const path = join(dataDirectory(), "reports", name);
  const page = await renderPage(results);
  mkdirSync(dirname(path), { recursive: true });
  writeWhole(path, page);
  return path;
}

/** Keeps the page, says where, and shows it in a browser where there is one. It never fails the run. */
export async function showReport(results: Results): Promise<void> {
  try {
    const path = await keepPage(results);
    messages.log(`report: ${path}`);
    const browser = browserCommand(path);
    if (browser === null || !(await started(browser))) {
      messages.log("warning: no browser could be started");
      messages.log("    try: open that file yourself, or name a browser in BROWSER");
    }
  } catch (error) {
    messages.log(`warning: the report could not be shown: ${messageOf(error)}`);
    messages.log(
      "    try: set WAKERBENCH_DATA_DIR to a directory that can be written, or give --export report.html",
    );
  }
}

/**
 * What shows a file: BROWSER as other programs read it (the first of a list with colons, `%s` is the file), else
 * what the desktop has.
 */
export function browserCommand(
  path: string,
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): readonly string[] | null {
  const [named = ""] = (environment.BROWSER ?? "").split(":");
  const words = named.split(" ").filter((word) => word !== "");
  if (words.length > 0) {
    const isPlaced = words.some((word) => word.includes("%s"));
    return isPlaced ? words.map((word) => word.replaceAll("%s", path)) : [...words, path];
  }
  if (platform === "darwin") return ["open", path];
  // Without a display xdg-open would start a browser of the terminal, over what was printed.
  const hasDisplay = (environment.DISPLAY ?? environment.WAYLAND_DISPLAY ?? "") !== "";
  return hasDisplay ? ["xdg-open", path] : null;
}

/** How long a command may take to say that it cannot; a browser that was not running stays for hours. */
const patienceMs = 3_000;

async function started(command: readonly string[]): Promise<boolean> {
  const [program = ""] = command;
  if (Bun.which(program) === null) return false;
  const child = Bun.spawn([...command], { stdio: ["ignore", "ignore", "ignore"], detached: true });
  child.unref();
  const patience = Promise.withResolvers<0>();
  const timer = setTimeout(() => patience.resolve(0), patienceMs);
  const status = await Promise.race([child.exited, patience.promise]);
  clearTimeout(timer);
  return status === 0;
}
