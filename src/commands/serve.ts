import { networkInterfaces } from "node:os";
import type { ArgsDef } from "citty";
import { parseDurationNs } from "../duration.ts";
import { WakerbenchError } from "../errors.ts";
import type { Handler } from "../handlers/handler.ts";
import type { Command } from "./command.ts";
import { type GivenFlags, parseFlags, rejectFurther } from "./flags.ts";
import { summaries } from "./summaries.ts";

const mostPort = 65_535;
const longestWaitMs = 60_000;

const args: ArgsDef = {
  handler: {
    type: "string",
    default: "sync",
    description: "what answers: one of `wakerbench list handlers`",
  },
  host: {
    type: "string",
    default: "127.0.0.1",
    description: "address to listen at; 0.0.0.0: every network of this machine",
  },
  port: { type: "string", default: "3000", description: "port to listen on; 0: a free one" },
  wait: {
    type: "string",
    default: "10ms",
    description: "each of the three waits of sync-blocking, sequential and overlapped",
  },
};

export const serveCommand: Command = {
  name: "serve",
  summary: summaries.serve,
  args,
  async run(rawArgs) {
    const flags = parseServeFlags(parseFlags(rawArgs, args));
    // Only here: help needs neither the handlers nor the native library.
    const { handlerCatalogue } = await import("../handlers/find.ts");
    const handler = await handlerCatalogue.find(flags.handler);
    const { Interrupt } = await import("../terminal/interrupt.ts");
    using interrupt = new Interrupt();
    const open = await openHere(handler, flags);
    try {
      const { print } = await import("../terminal/output.ts");
      await print(`${lineOf(handler, flags.hostname, open.port)}\n`);
      await untilAborted(interrupt.signal);
    } finally {
      await open.close();
    }
    return 0;
  },
};

type ServeFlags = {
  readonly handler: string;
  readonly hostname: string;
  readonly port: number;
  readonly waitMs: number;
};

/** @throws WakerbenchError USAGE */
function parseServeFlags({ values, positionals }: GivenFlags): ServeFlags {
  rejectFurther("serve", positionals, 0);
  const port = String(values.port ?? "3000");
  if (!/^\d{1,5}$/.test(port) || Number(port) > mostPort) {
    throw new WakerbenchError("USAGE", `--port: "${port}" is no port from 0 to ${mostPort}`, {
      remedy: "write 3000, or 0 for a free one",
    });
  }
  const wait = String(values.wait ?? "10ms");
  const waitMs = (parseDurationNs(wait) ?? Number.NaN) / 1e6;
  if (!(waitMs <= longestWaitMs)) {
    throw new WakerbenchError("USAGE", `--wait: "${wait}" is no duration up to 60s`, {
      remedy: "write 10ms",
    });
  }
  const handler = String(values.handler ?? "sync");
  // As it stands in a URL, an IPv6 address has brackets.
  const hostname = String(values.host ?? "127.0.0.1").replace(/^\[(.*)\]$/, "$1");
  return { handler, hostname, port: Number(port), waitMs };
}

async function openHere(handler: Handler, { hostname, port, waitMs }: ServeFlags) {
  const { ensureLibrary, isCheckout } = await import("../native/build.ts");
  const { findLibrary, loadLibrary } = await import("../native/library.ts");
  const { messages } = await import("../terminal/output.ts");
  const { withDefaults } = await import("../approaches/parameters.ts");
  const { readWithBun } = await import("../agent/reader.ts");
  const { resolveHost } = await import("../load/resolve.ts");
  // Bun.serve says of a name that has no address whatever errno happens to be.
  const address = await resolveHost(hostname);
  if (isCheckout()) ensureLibrary({ log: (line) => messages.log(line) });
  const libraryPath = findLibrary();
  const native = loadLibrary(libraryPath);
  const parameters = withDefaults(handler, {});
  return handler.open({
    native,
    libraryPath,
    hostname: address,
    port,
    waitMs,
    parameters,
    read: readWithBun,
  });
}

/** Where it listens, and what to run there against it. */
function lineOf({ id, kind, protocol }: Handler, hostname: string, port: number): string {
  const isEverywhere = hostname === "0.0.0.0" || hostname === "::";
  const host = isEverywhere ? outwardAddress() : hostname;
  const isHereAlone = /^(localhost|127\.|::1$)/.test(host);
  const bracketed = host.includes(":") ? `[${host}]` : host;
  const where = `${id} listens at ${protocol}://${bracketed}:${port}${protocol === "http" ? "/" : ""}`;
  // What sends back what it got has nothing for a client that only asks.
  if (kind === "echo") return where;
  const command = `wakerbench run fetch --host ${host} --port ${port}`;
  return isHereAlone
    ? `${where}, for this machine alone (--host 0.0.0.0: for others): ${command}`
    : `${where}; on the other machine: ${command}`;
}

/** The first address by which others may reach this machine; its own where there is none. */
function outwardAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const outward = all.find(({ internal, family }) => !internal && family === "IPv4");
  return outward?.address ?? "127.0.0.1";
}

function untilAborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) resolve();
  else signal.addEventListener("abort", () => resolve(), { once: true });
  return promise;
}
