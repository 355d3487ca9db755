import { homedir } from "node:os";
import { join } from "node:path";

/** The user's data directory for wakerbench (XDG base directories; Application Support on macOS). */
export function dataDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  const named = environment.WAKERBENCH_DATA_DIR;
  if (named !== undefined && named !== "") return named;
  if (process.platform === "darwin") {
    return join(homedir(), "Library", "Application Support", "wakerbench");
  }
  const base = environment.XDG_DATA_HOME;
  if (base?.startsWith("/")) return join(base, "wakerbench");
  return join(homedir(), ".local", "share", "wakerbench");
}
