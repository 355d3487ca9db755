import { mkdirSync, realpathSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import packageJson from "../../package.json" with { type: "json" };
import type { TemporaryFolder } from "../setup/temporary-folder.ts";

/** What `bun run package` has packed: it takes a minute, so only that command and CI try it. */
export const tarball = process.env.WAKERBENCH_TARBALL
  ? resolve(process.env.WAKERBENCH_TARBALL)
  : undefined;
if (tarball === undefined) {
  console.warn("SKIPPED: the packed package is not tried; `bun run package` packs and tries it");
}

export const { version } = packageJson;

/** What a command printed, and how it ended. */
export type Ended = { readonly exitCode: number; readonly stdout: string; readonly stderr: string };

/** Runs a command to its end. */
export function run(cmd: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Ended {
  const { exitCode, stdout, stderr } = Bun.spawnSync([...cmd], { cwd, env, stdin: "ignore" });
  return { exitCode, stdout: stdout.toString(), stderr: stderr.toString() };
}

/** The package as it lies in the tarball. */
export function unpack(folder: TemporaryFolder): string {
  const { exitCode, stderr } = run(["tar", "-xzf", `${tarball}`], folder.path, process.env);
  if (exitCode !== 0) throw new Error(stderr);
  return join(folder.path, "package");
}

/** All that a launcher and the installers need of a system; neither Zig nor Python is among it. */
const tools = ["sh", "env", "readlink", "uname", "node", "npm", "npx"];

/** A machine on which nothing is set up: an empty home, and a PATH of a few tools with or without Bun. */
export function bareMachine(folder: TemporaryFolder, { bun }: { readonly bun: boolean }) {
  const bin = join(folder.path, bun ? "bin" : "bin-without-bun");
  const home = join(folder.path, "home");
  const work = join(folder.path, "an empty folder");
  for (const path of [bin, home, work]) mkdirSync(path, { recursive: true });
  for (const tool of tools) {
    const found = Bun.which(tool);
    if (found !== null) symlinkSync(realpathSync(found), join(bin, tool));
  }
  if (bun) symlinkSync(realpathSync(process.execPath), join(bin, "bun"));
  const { WAKERBENCH_LIBRARY: _, BUN_INSTALL: __, npm_execpath: ___, ...rest } = process.env;
  // Whatever finds the registry stays: certificates, proxies.
  const env = { ...rest, PATH: bin, HOME: home, NODE_ENV: "", NO_COLOR: "1" };
  return { env, home, work };
}
