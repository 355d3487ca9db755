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

/** A rate or an amount with three digits: `1.72 M`, `850 k`, `12`; `-` for what there is none of. */
export function formatAmount(amount: number | null): string {
  if (amount === null) return "-";
  const rounded = Number(amount.toPrecision(3));
  if (rounded >= 1e9) return `${digits(rounded / 1e9)} G`;
  if (rounded >= 1e6) return `${digits(rounded / 1e6)} M`;
  if (rounded >= 1e3) return `${digits(rounded / 1e3)} k`;
  return Number.isInteger(rounded) ? String(rounded) : digits(rounded);
}

/** Bytes as people read them, in powers of 1,024: `512 KB`, `12.3 MB`. */
export function formatBytes(bytes: number | null): string {
  if (bytes === null) return "-";
  if (bytes >= 2 ** 30) return `${digits(bytes / 2 ** 30)} GB`;
  if (bytes >= 2 ** 20) return `${digits(bytes / 2 ** 20)} MB`;
  return `${Math.round(bytes / 2 ** 10)} KB`;
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

/** Nanoseconds as microseconds with three digits and no unit: `0.331`, `5.90`, `31.2`, `1,204`. */
export function formatMicros(timeNs: number | null): string {
  if (timeNs === null) return "-";
  const micros = Number((timeNs / 1e3).toPrecision(3));
  if (micros >= 100) return formatCount(Math.round(timeNs / 1e3));
  if (micros >= 10) return micros.toFixed(1);
  return micros.toFixed(micros >= 1 ? 2 : 3);
}

/** A ratio as it stands in a sentence: `17 ×`, `1.9 ×`, and where that would be `1.0 ×`, `1.04 ×`. */
export function formatTimes(ratio: number): string {
  const digits = ratio >= 9.95 ? 0 : ratio < 1.1 ? 2 : 1;
  return `${ratio.toFixed(digits)} ×`;
}

/** The text in lines of at most `room` columns, except for words that are longer. */
export function wrap(text: string, room: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > room) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
