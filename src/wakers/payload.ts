const numberBytes = 4;
/** See zig/payload.zig. */
const multiplier = 0x9e3779b1;

/**
 * The number of a wake from its frame (zig/payload.zig), which must be the whole of `frame`.
 *
 * @throws when the frame is of another size or its payload is not what follows from its number
 */
export function readFrame(frame: DataView, payloadBytes: number): number {
  if (frame.byteLength !== numberBytes + payloadBytes) {
    throw new Error(`a wake brought ${frame.byteLength} bytes, not ${numberBytes + payloadBytes}`);
  }
  const number = frame.getUint32(0, true);
  const first = Math.imul(number, multiplier);
  for (let at = numberBytes, word = 0; at < frame.byteLength; at += 4, word++) {
    if (frame.getInt32(at, true) !== ((first + word) | 0)) {
      throw new Error(`the payload of wake ${number} is broken at byte ${at}`);
    }
  }
  return number;
}

/**
 * Reads frames that lie one behind the other, as `readFrame` does, and hands over their numbers.
 *
 * @param frames its place in its buffer is a multiple of four bytes
 * @throws when the payload of one is not what follows from its number
 */
export function readFrames(
  frames: Uint8Array,
  payloadBytes: number,
  hear: (wake: number) => void,
): void {
  const words = new Uint32Array(frames.buffer, frames.byteOffset, frames.byteLength / 4);
  const wordsOfFrame = (numberBytes + payloadBytes) / 4;
  for (let at = 0; at < words.length; at += wordsOfFrame) {
    const number = words[at] ?? 0;
    const first = Math.imul(number, multiplier);
    for (let word = 1; word < wordsOfFrame; word++) {
      if (words[at + word] === (first + word - 1) >>> 0) continue;
      throw new Error(`the payload of wake ${number} is broken at byte ${word * 4}`);
    }
    hear(number);
  }
}

/** Cuts a stream of frames, whose chunks end anywhere, into frames, and checks each. */
export class FrameStream {
  readonly #payloadBytes: number;
  #rest = new Uint8Array(0);

  constructor(payloadBytes: number) {
    this.#payloadBytes = payloadBytes;
  }

  /**
   * Takes a chunk and says how many frames were completed by it.
   *
   * @throws when a frame is broken
   */
  take(chunk: Uint8Array): number {
    const size = numberBytes + this.#payloadBytes;
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const count = Math.floor(bytes.length / size);
    for (let index = 0; index < count; index++) {
      const at = bytes.byteOffset + index * size;
      readFrame(new DataView(bytes.buffer, at, size), this.#payloadBytes);
    }
    this.#rest = bytes.slice(count * size);
    return count;
  }
}
