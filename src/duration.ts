const nsPerUnit = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, m: 60e9 } as const;

/** Parses `200us`, `5ms`, `2s`, `1.5s` into nanoseconds; null when it is none. */
export function parseDurationNs(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m)$/.exec(text.trim());
  if (match === null) return null;
  const factor = nsPerUnit[match[2] as keyof typeof nsPerUnit];
  return Math.round(Number(match[1]) * factor);
}

/** Parses a whole number, `20k` or `1M`; null when it is none. */
export function parseCount(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)([kM]?)$/.exec(text.trim());
  if (match === null) return null;
  const factor = match[2] === "k" ? 1e3 : match[2] === "M" ? 1e6 : 1;
  const written = Number(match[1]) * factor;
  const count = Math.round(written);
  // 1.001 · 1000 is 1000.9999999999999 in binary.
  return Math.abs(count - written) <= written * Number.EPSILON ? count : null;
}

/** Nanoseconds as a person writes them: `100us`, `1.5s`. */
export function formatDuration(durationNs: number): string {
  for (const unit of ["s", "ms", "us"] as const) {
    const amount = durationNs / nsPerUnit[unit];
    if (amount >= 1) return `${Number(amount.toPrecision(3))}${unit}`;
  }
  return `${durationNs}ns`;
}

/** A time to wait, as a person says it: `20 s`, `1 min 50 s`, `12 min`. Never less than a second. */
export function formatSpan(durationNs: number): string {
  const seconds = Math.max(1, Math.round(durationNs / 1e9));
  if (seconds < 90) return `${seconds} s`;
  const tens = Math.round(seconds / 10) * 10;
  const minutes = Math.floor(tens / 60);
  return minutes >= 10 || tens % 60 === 0 ? `${minutes} min` : `${minutes} min ${tens % 60} s`;
}
