import { ask } from "./ask.ts";
import { byChunks } from "./chunks.ts";
import type { Fetcher } from "./fetcher.ts";

/** Promises, a chunk at a time. */
export const asyncFor: Fetcher = {
  id: "async-for",
  title: "Promises, chunk by chunk",
  summary: "the loop starts the requests of a chunk and awaits them all, then those of the next",
  advice: {
    when: "a few requests that belong together, or pages of a list: a loop, Promise.all, and nothing else",
    against:
      "the slowest answer of a chunk holds up the next one; where times differ much async-map is faster",
    code: `export async function textsOf(urls: readonly string[], chunk = 100) {
  const texts: string[] = [];
  for (let first = 0; first < urls.length; first += chunk) {
    const asked = urls.slice(first, first + chunk).map(textOf);
    texts.push(...(await Promise.all(asked)));
  }
  return texts;
}

async function textOf(url: string) {
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(\`\${url}: \${response.status}\`);
  return response.text();
}`,
  },
  run(order) {
    const send = () => ask(order.url, order.timeoutNs / 1e6);
    return byChunks(order, () => ({ send, async [Symbol.asyncDispose]() {} }));
  },
};
