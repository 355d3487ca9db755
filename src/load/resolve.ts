import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { WakerbenchError } from "../errors.ts";

/**
 * The address of a host, which is one already, or a name: its first IPv4 address, for servers that listen
 * on those alone, else its first one.
 *
 * @throws WakerbenchError HOST_UNKNOWN
 */
export async function resolveHost(host: string): Promise<string> {
  if (isIP(host) !== 0) return host;
  const found = await lookup(host, { all: true }).catch(() => []);
  const chosen = found.find(({ family }) => family === 4) ?? found[0];
  if (chosen !== undefined) return chosen.address;
  throw new WakerbenchError("HOST_UNKNOWN", `the host ${host} has no address here`, {
    remedy: "look at its spelling and at the network, or name its IP address",
  });
}
