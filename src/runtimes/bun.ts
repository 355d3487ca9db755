import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { entryPath } from "../entry.ts";
import { WakerbenchError } from "../errors.ts";
import type { Runtime, RuntimeKind } from "./runtime.ts";

const agentPath = entryPath("agent/main");
const fetchPath = entryPath("agent/fetch");
const trialPath = entryPath("agent/trial");

/** Bun: the one that runs this program, or another by the path of its executable. */
export const bun: RuntimeKind = {
  id: "bun",
  summary: "the Bun that runs wakerbench, or another one by the path of its executable",
  accepts: (written) => written === "bun" || written === current().name || written.includes("/"),
  async find(written) {
    if (!written.includes("/")) return current();
    const path = resolve(written);
    return runtimeOf(path, await askVersion(path));
  },
};

function current(): Runtime {
  return runtimeOf(process.execPath, Bun.version);
}

function runtimeOf(executable: string, version: string): Runtime {
  return {
    name: `bun@${version}`,
    agentCommand: [executable, agentPath],
    fetchCommand: [executable, fetchPath],
    trialCommand: [executable, trialPath],
    // A crash is a row of ours; it is not to be uploaded from a user's machine.
    environment: { BUN_ENABLE_CRASH_REPORTING: "0", DO_NOT_TRACK: "1" },
  };
}

async function askVersion(path: string): Promise<string> {
  const remedy = "give the path of a Bun executable: --runtime ./node_modules/bun/bin/bun.exe";
  if (!existsSync(path)) {
    throw new WakerbenchError("RUNTIME_NOT_FOUND", `there is no ${path}`, { remedy });
  }
  try {
    const { exitCode, stdout } = Bun.spawnSync([path, "--version"], { stderr: "ignore" });
    const version = stdout.toString().trim();
    if (exitCode === 0 && /^\d+\.\d+\.\d+/.test(version)) return version;
  } catch {
    // Not executable: said below.
  }
  throw new WakerbenchError("RUNTIME_NOT_FOUND", `${path} is not a Bun`, { remedy });
}
