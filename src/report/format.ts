/** Nanoseconds as people read them: `850 ns`, `4.71 µs`, `1.33 ms`; `-` for what is withheld. */
export function formatLatency(latencyNs: number | null): string {
  if (latencyNs === null) return "-";
  // Rounded before the unit is chosen: 999.6 ns is 1.00 µs, not 1000 ns.
  const roundedNs = Number(latencyNs.toPrecision(3));
  const size = Math.abs(roundedNs);
  if (size >= 1e9) return `${digits(roundedNs / 1e9)} s`;
  if (size >= 1e6) return `${digits(roundedNs / 1e6)} ms`;
  if (size >= 1e3) return `${digits(roundedNs / 1e3)} µs`;
  return `${Math.round(roundedNs)} ns`;
}

/** Three significant digits, never in exponents. */
function digits(amount: number): string {
  const size = Math.abs(amount);
  if (size >= 100) return amount.toFixed(0);
  return amount.toFixed(size >= 10 ? 1 : 2);
}

export function formatRatio(ratio: number): string {
  return `${ratio.toFixed(2)} ×`;
}

/** `1,234` */
export function formatCount(count: number): string {
  return count.toLocaleString("en-US");
}

/** `1 wake`, `2 wakes` */
export function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** Two spaces before each line that is not empty. */
export function indent(text: string): string {
  return text.replace(/^(?=.)/gm, "  ");
}
