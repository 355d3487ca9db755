import { mapped } from "./chunks.ts";
import type { Fetcher } from "./fetcher.ts";
import { FetchPool } from "./pool.ts";

/** One pool, with a limit. */
export const threadsMap: Fetcher = {
  id: "threads-map",
  title: "Workers, one pool mapped with a limit",
  summary: "all requests are handed to one pool of Workers, the next as soon as one is answered",
  advice: {
    when: "what is done with each answer takes a core and unlike times: no Worker waits for another",
    against:
      "for the requests alone: fetch does not block the loop, Workers cost their start and two messages each",
    code: `// thread.ts
export default async function textOf(url: string) {
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(\`\${url}: \${response.status}\`);
  return response.text(); // and here what takes a core: parsing, hashing, an image
}

// main.ts
import { Piscina } from "piscina";
const filename = import.meta.resolve("./thread.ts");
// 4 Workers with 25 requests each: at most 100 on their way, the others wait in the pool's queue.
const pool = new Piscina({
  filename,
  minThreads: 4,
  maxThreads: 4,
  concurrentTasksPerWorker: 25,
});

export function textsOf(urls: readonly string[]): Promise<string[]> {
  return Promise.all(urls.map((url) => pool.run(url)));
}`,
  },
  async run(order) {
    await using pool = new FetchPool(order);
    return await mapped(order, pool.send);
  },
};
