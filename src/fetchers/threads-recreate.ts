import { byChunks } from "./chunks.ts";
import type { Fetcher } from "./fetcher.ts";
import { FetchPool } from "./pool.ts";

/** A pool for each chunk. */
export const threadsRecreate: Fetcher = {
  id: "threads-recreate",
  title: "Workers, a new pool for each chunk",
  summary: "a pool of Workers is made for each chunk, and ended when its last answer is there",
  advice: {
    when: "hardly ever: once in a program, for work that needs cores besides its requests",
    against:
      "each chunk pays for the start of all Workers, tens of milliseconds, before its first request leaves",
    code: `// thread.ts
export default async function textOf(url: string) {
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(\`\${url}: \${response.status}\`);
  return response.text(); // and here what takes a core: parsing, hashing, an image
}

// main.ts
import { Piscina } from "piscina";
export async function textsOf(urls: readonly string[], chunk = 100) {
  const texts: string[] = [];
  for (let first = 0; first < urls.length; first += chunk) {
    // Made and ended for each chunk: take it out of the loop, and this is threads-reuse.
    const filename = import.meta.resolve("./thread.ts");
    const pool = new Piscina({ filename, concurrentTasksPerWorker: 25 });
    const asked = urls.slice(first, first + chunk).map((url) => pool.run(url));
    texts.push(...(await Promise.all(asked)));
    await pool.destroy();
  }
  return texts;
}`,
  },
  run: (order) => byChunks(order, () => new FetchPool(order)),
};
