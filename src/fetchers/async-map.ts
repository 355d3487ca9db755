import { ask } from "./ask.ts";
import { mapped } from "./chunks.ts";
import type { Fetcher } from "./fetcher.ts";

/** Promises with a limit. */
export const asyncMap: Fetcher = {
  id: "async-map",
  title: "Promises, mapped with a limit",
  summary: "the loop keeps as many requests on their way as the limit allows",
  advice: {
    when: "many requests whose answers take unlike times: no answer waits for another one",
    against:
      "a few lines more than a loop over chunks, and nothing gained where all answers take as long",
    code: `export async function textsOf(urls: readonly string[], limit = 100) {
  const texts: string[] = [];
  const left = urls.entries(); // shared by all lanes: each takes the next one
  const lane = async () => {
    for (const [index, url] of left) texts[index] = await textOf(url);
  };
  await Promise.all(Array.from({ length: limit }, lane));
  return texts;
}

async function textOf(url: string) {
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(\`\${url}: \${response.status}\`);
  return response.text();
}`,
  },
  run: (order) => mapped(order, () => ask(order.url, order.timeoutNs / 1e6)),
};
