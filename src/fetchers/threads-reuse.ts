import { byChunks } from "./chunks.ts";
import type { Fetcher } from "./fetcher.ts";
import { FetchPool } from "./pool.ts";

/** One pool, a chunk at a time. */
export const threadsReuse: Fetcher = {
  id: "threads-reuse",
  title: "Workers, one pool chunk by chunk",
  summary: "one pool of Workers makes the requests of a chunk, then those of the next",
  advice: {
    when: "what is done with each answer takes a core (parsing, hashing, images), and chunks are how it comes",
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
// A Worker has a loop: it can wait for many answers at once.
const pool = new Piscina({ filename, concurrentTasksPerWorker: 25 });

export async function textsOf(urls: readonly string[], chunk = 100) {
  const texts: string[] = [];
  for (let first = 0; first < urls.length; first += chunk) {
    const asked = urls.slice(first, first + chunk).map((url) => pool.run(url));
    texts.push(...(await Promise.all(asked)));
  }
  return texts;
}`,
  },
  async run(order) {
    await using pool = new FetchPool(order);
    const { send } = pool;
    return await byChunks(order, () => ({ send, async [Symbol.asyncDispose]() {} }));
  },
};
