import { ask, type Reply } from "./ask.ts";

/** In the environment of a program it has Bun send past any proxy, which would be measured in the server's place. */
export const directly = { NO_PROXY: "*", no_proxy: "*" } as const;

/** One request from this process, whose environment stays what it was: Bun reads it when the request begins. */
export function askDirectly(url: string, timeoutMs: number, signal: AbortSignal): Promise<Reply> {
  const names = Object.keys(directly);
  const before = names.map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, directly);
  try {
    return ask(url, timeoutMs, signal);
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}
