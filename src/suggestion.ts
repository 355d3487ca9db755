import { closest, distance } from "fastest-levenshtein";

/** "did you mean …?" when a known word is close to what was written, else null. */
export function suggestion(written: string, known: readonly string[], prefix = ""): string | null {
  if (known.length === 0 || written === "") return null;
  const nearest = closest(written, known);
  const allowed = Math.max(1, Math.floor(written.length / 3));
  return distance(written, nearest) <= allowed ? `did you mean ${prefix}${nearest}?` : null;
}
