import type { Results } from "../results/schema.ts";

/** The results file itself. */
export function renderJson(results: Results): string {
  return `${JSON.stringify(results, null, 2)}\n`;
}
