import { messageOf, WakerbenchError } from "../errors.ts";

/** Where a server is to listen. */
export type Place = { readonly hostname: string; readonly port: number };

/**
 * Why a server cannot listen where it should, in words that a user can do something with.
 *
 * @returns WakerbenchError PORT_TAKEN, ADDRESS_BAD; anything else as it was thrown
 */
export function listenError(thrown: unknown, { hostname, port }: Place): unknown {
  if (!(thrown instanceof Error)) return thrown;
  const { code } = thrown as Error & { code?: string };
  // Bun before 1.4 calls every failure that; a free port is never taken.
  if (code === "EADDRINUSE" && port !== 0) {
    return new WakerbenchError("PORT_TAKEN", `port ${port} of ${hostname} is taken`, {
      remedy: "name another with --port, or --port 0 for a free one",
      cause: thrown,
    });
  }
  if (code === "EACCES" || code === "EPERM") {
    return new WakerbenchError("ADDRESS_BAD", `port ${port} of ${hostname} may not be opened`, {
      remedy: "name one above 1023 with --port",
      cause: thrown,
    });
  }
  // Bun gives the errors of names no code at times.
  const codes = ["EADDRNOTAVAIL", "EADDRINUSE", "ENOTFOUND", undefined];
  if (!codes.includes(code)) return thrown;
  const why = code === "ENOTFOUND" ? "it cannot be resolved" : "it is no address of this machine";
  return new WakerbenchError("ADDRESS_BAD", `cannot listen at ${hostname}: ${why}`, {
    remedy: "use 127.0.0.1 for this machine alone, 0.0.0.0 for every network it is in",
    cause: messageOf(thrown),
  });
}
