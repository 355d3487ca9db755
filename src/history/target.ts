import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { WakerbenchError } from "../errors.ts";
import { dataDirectory } from "../results/data-directory.ts";

/** Where runs are kept. */
export type HistoryTarget =
  | { readonly kind: "sqlite"; readonly path: string }
  | { readonly kind: "postgres"; readonly url: string };

const remedy =
  "write postgres://USER:PASSWORD@HOST/DATABASE, or the path of a SQLite file; unset it for a file of your own";

/**
 * Where runs are kept: what WAKERBENCH_HISTORY names, else a file in the data directory.
 *
 * @throws WakerbenchError USAGE: WAKERBENCH_HISTORY names nothing of the kind; its text, which may hold a
 *   password, is not in the message
 */
export function historyTarget(environment: NodeJS.ProcessEnv = process.env): HistoryTarget {
  const written = environment.WAKERBENCH_HISTORY;
  if (written === undefined || written === "") {
    return { kind: "sqlite", path: join(dataDirectory(environment), "history.sqlite") };
  }
  const [, scheme] = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//.exec(written) ?? [];
  if (scheme === undefined) return { kind: "sqlite", path: checkPath(written) };
  if (scheme === "postgres" || scheme === "postgresql") return checkUrl(written);
  if (scheme === "sqlite")
    return { kind: "sqlite", path: checkPath(written.slice("sqlite://".length)) };
  if (scheme === "file") return { kind: "sqlite", path: pathOfFileUrl(written) };
  throw unfit(`keeps no history in ${scheme}://`);
}

/** A path, and nothing that only SQLite would take for something else. */
function checkPath(path: string): string {
  if (path === "" || path.includes("\0")) throw unfit("names no file");
  // `host:5432/database`, whose scheme was forgotten, would become a file, and the fleet's runs would be nowhere.
  if (/^[^/.][^/]*[@:]/.test(path)) throw unfit("is neither a URL nor a path");
  return path;
}

function pathOfFileUrl(written: string): string {
  try {
    return checkPath(fileURLToPath(written));
  } catch {
    throw unfit("names no file");
  }
}

function checkUrl(written: string): HistoryTarget {
  const url = URL.parse(written);
  if (url === null || url.hostname === "") throw unfit("is no URL of a database");
  return { kind: "postgres", url: written };
}

function unfit(what: string): WakerbenchError {
  return new WakerbenchError("USAGE", `WAKERBENCH_HISTORY ${what}`, { remedy });
}

/** What to call it in a message: without user and password. */
export function describeTarget(target: HistoryTarget): string {
  if (target.kind === "sqlite") return target.path;
  const { host, pathname } = new URL(target.url);
  return `postgres://${host}${pathname}`;
}

/** The text without what is secret in a target: some errors of a database repeat what they were given. */
export function withoutSecrets(text: string, target: HistoryTarget): string {
  if (target.kind === "sqlite") return text;
  const { password, searchParams } = new URL(target.url);
  const secrets = [target.url, password, decode(password), searchParams.get("password") ?? ""];
  return secrets
    .filter((secret) => secret !== "")
    .reduce((all, secret) => all.replaceAll(secret, "***"), text);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
