import { createHmac, randomUUID } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { WakerbenchError } from "../errors.ts";
import { dataDirectory } from "./data-directory.ts";

/**
 * What the pseudonym is the machine's for: the same machine has another one in every other program. machine-id(5)
 * asks for this, since the id itself is a secret; sd_id128_get_machine_app_specific(3) derives it the same way.
 */
const appId = "wakerbench: pseudonym of a machine";

/** 48 bits: among a thousand machines two are alike once in half a billion fleets. */
const pseudonymDigits = 12;
const longestName = 100;

/**
 * By which the runs of one machine are known: the name in WAKERBENCH_MACHINE, else a pseudonym that is made of
 * the machine's id, else, where it has none (a container), one that is drawn and kept in the data directory.
 * Neither the id nor the host's name can be told from it. Undefined where none can be had.
 *
 * @throws WakerbenchError USAGE: WAKERBENCH_MACHINE is no name
 */
export function machineName(
  environment: NodeJS.ProcessEnv = process.env,
  readId: () => string | null = machineId,
): string | undefined {
  const named = environment.WAKERBENCH_MACHINE;
  if (named !== undefined && named !== "") return checkName(named);
  const id = readId();
  return id === null ? keptPseudonym(dataDirectory(environment)) : pseudonymOf(id);
}

/** Printable, so that a table can show it, and no longer than it has room for. */
function checkName(name: string): string {
  if (
    /^[^\p{C}\p{Z}]([^\p{C}\p{Zl}\p{Zp}]*[^\p{C}\p{Z}])?$/u.test(name) &&
    name.length <= longestName
  )
    return name;
  throw new WakerbenchError("USAGE", "WAKERBENCH_MACHINE is no name for a machine", {
    remedy: `give it up to ${longestName} printable characters, such as rack-3-node-7`,
  });
}

/** @param id any text that is this machine's alone */
export function pseudonymOf(id: string): string {
  return createHmac("sha256", id).update(appId).digest("hex").slice(0, pseudonymDigits);
}

/** The id of the operating system's installation or of the hardware; null where there is none. */
function machineId(): string | null {
  if (process.platform === "darwin") return platformUuid();
  for (const path of ["/etc/machine-id", "/var/lib/dbus/machine-id"]) {
    const id = readText(path);
    // An image that has not been booted yet says "uninitialized", or nothing.
    if (id !== null && /^[0-9a-f]{32}$/.test(id)) return id;
  }
  return null;
}

/** What ioreg(8) says of the mainboard; it takes some ten milliseconds. */
function platformUuid(): string | null {
  try {
    const { stdout } = Bun.spawnSync(["/usr/sbin/ioreg", "-rd1", "-c", "IOPlatformExpertDevice"], {
      stdio: ["ignore", "pipe", "ignore"],
      timeout: 2_000,
    });
    return /"IOPlatformUUID" = "([0-9A-F-]{36})"/.exec(stdout.toString())?.[1] ?? null;
  } catch {
    return null;
  }
}

/** Drawn at the first run. Of two that run first at once one draws for both. */
function keptPseudonym(directory: string): string | undefined {
  const path = join(directory, "machine");
  const kept = readPseudonym(path);
  if (kept !== undefined) return kept;
  try {
    mkdirSync(directory, { recursive: true });
    putIfAbsent(path, `${pseudonymOf(randomUUID())}\n`);
  } catch {
    // Taken by now, or it cannot be written: what there is decides.
  }
  return readPseudonym(path);
}

/** @throws the error of the file system, also where there is such a file by now */
function putIfAbsent(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, text);
  try {
    // Unlike rename(2), link(2) leaves alone what another one has put there meanwhile.
    linkSync(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
  }
}

function readPseudonym(path: string): string | undefined {
  const text = readText(path);
  return text !== null && /^[0-9a-f]{12}$/.test(text) ? text : undefined;
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return null;
  }
}
