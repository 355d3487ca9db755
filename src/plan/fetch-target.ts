import { isIPv6 } from "node:net";
import { parseCount } from "../duration.ts";
import { WakerbenchError } from "../errors.ts";
import type { FetchParameters } from "../scenarios/fetch-parameters.ts";

/** The server of a run that is there already. */
export type FetchTarget = { readonly host: string; readonly port: number };

/** Where `wakerbench serve` listens when it is told nothing else. */
const usual: FetchTarget = { host: "127.0.0.1", port: 3000 };

/**
 * What the flags name, else the environment; null: neither names a server, and one of ours is started.
 *
 * @throws WakerbenchError USAGE
 */
export function fetchTarget(
  { host, port }: Pick<FetchParameters, "host" | "port">,
  environment: Readonly<Record<string, string | undefined>>,
): FetchTarget | null {
  // What is set to nothing is not set.
  const namedHost = host ?? (environment.BENCHMARK_SERVER_HOST || undefined);
  const namedPort = port ?? portOf(environment.BENCHMARK_SERVER_PORT || undefined);
  if (namedHost === undefined && namedPort === undefined) return null;
  if (namedHost !== undefined) rejectUrl(namedHost);
  return { host: namedHost ?? usual.host, port: namedPort ?? usual.port };
}

export function urlOf({ host, port }: FetchTarget): string {
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}/`;
}

function portOf(written: string | undefined): number | undefined {
  if (written === undefined) return undefined;
  const port = parseCount(written);
  if (port !== null && port >= 1 && port <= 65_535) return port;
  throw new WakerbenchError("USAGE", `BENCHMARK_SERVER_PORT: "${written}" is no port`, {
    remedy: "set it to a whole number from 1 to 65535, or write --port",
  });
}

function rejectUrl(host: string): void {
  if (isIPv6(host) || /^[^\s/:?#@[\]]+$/.test(host)) return;
  throw new WakerbenchError("USAGE", `"${host}" is no name and no address of a host`, {
    remedy: "write --host example.org --port 3000, without http:// and path",
  });
}
