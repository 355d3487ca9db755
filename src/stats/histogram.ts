import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type Histogram,
  JsHistogram,
} from "hdr-histogram-js";
import type { Counted } from "./density.ts";
import type { Samples } from "./percentile.ts";

const lowestNs = 1;
const highestNs = 60_000_000_000;
const significantDigits = 3;

/**
 * An HDR histogram of the samples, in HdrHistogram's own compressed V2 format as base64, which the
 * tools of every language read (the text is what stands in the last column of a .hlog file).
 *
 * Values are kept to three significant digits between 1 ns and 60 s. Fractions of a nanosecond are
 * rounded to the nearest whole one; what is below 0 is counted at 0 and what is above 60 s at 60 s.
 * So it is for drawing and merging: exact percentiles and the true maximum are in the summary.
 *
 * Source: G. Tene, https://github.com/HdrHistogram/HdrHistogram
 *
 * @param samplesNs nanoseconds, in any order
 * @throws RangeError when a sample is NaN
 */
export function encodeHistogram(samplesNs: Samples): string {
  const histogram = emptyHistogram();
  for (const sampleNs of samplesNs) {
    if (Number.isNaN(sampleNs)) throw new RangeError("a histogram cannot count NaN");
    histogram.recordValue(Math.min(Math.max(Math.round(sampleNs), 0), highestNs));
  }
  return encodeIntoCompressedBase64(histogram);
}

/**
 * Reads what {@link encodeHistogram} or another HdrHistogram wrote. Its values are nanoseconds.
 *
 * @throws Error when the text is not a compressed V2 histogram
 */
export function decodeHistogram(text: string): Histogram {
  return decodeFromCompressedBase64(text);
}

/**
 * Puts histograms together, as if all their samples had been recorded in one.
 *
 * @param texts histograms as {@link encodeHistogram} writes them; of none comes an empty one
 * @throws Error when a text is not a compressed V2 histogram, or has values far above 60 s
 */
export function mergeHistograms(texts: readonly string[]): string {
  return encodeIntoCompressedBase64(merge(texts));
}

/**
 * Every value of some histograms together, with how often it was seen, in ascending order.
 *
 * @param texts histograms as {@link encodeHistogram} writes them
 * @throws Error when a text is not a compressed V2 histogram, or has values far above 60 s
 */
export function countsOf(texts: readonly string[]): Counted[] {
  const merged = merge(texts);
  // What `build` makes without WebAssembly is always one; its interface alone has no way to go through it.
  if (!(merged instanceof JsHistogram)) throw new TypeError("not a histogram in JavaScript");
  const counted: Counted[] = [];
  const each = merged.recordedValuesIterator;
  each.reset();
  while (each.hasNext()) {
    const { valueIteratedTo, countAddedInThisIterationStep } = each.next();
    counted.push({ value: valueIteratedTo, count: countAddedInThisIterationStep });
  }
  return counted;
}

function merge(texts: readonly string[]): Histogram {
  const merged = emptyHistogram();
  for (const text of texts) merged.add(decodeHistogram(text));
  return merged;
}

function emptyHistogram(): Histogram {
  return build({
    lowestDiscernibleValue: lowestNs,
    highestTrackableValue: highestNs,
    numberOfSignificantValueDigits: significantDigits,
    autoResize: false,
  });
}
