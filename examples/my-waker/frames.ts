const frameBytes = 4;

/**
 * Cuts a byte stream into numbers of four bytes, little endian. A stream keeps no borders: a chunk
 * may hold several numbers and end in the middle of one.
 *
 * @param deliver called with each number, in order
 * @returns what is to be called with each chunk
 */
export function readFrames(deliver: (frame: number) => void): (chunk: Uint8Array) => void {
  const begun = new Uint8Array(frameBytes);
  const begunView = new DataView(begun.buffer);
  let begunBytes = 0;
  return (chunk) => {
    let offset = 0;
    if (begunBytes > 0) {
      offset = Math.min(frameBytes - begunBytes, chunk.length);
      begun.set(chunk.subarray(0, offset), begunBytes);
      begunBytes += offset;
      if (begunBytes < frameBytes) return;
      begunBytes = 0;
      deliver(begunView.getUint32(0, true));
    }
    const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    for (; offset + frameBytes <= chunk.length; offset += frameBytes) {
      deliver(view.getUint32(offset, true));
    }
    begun.set(chunk.subarray(offset));
    begunBytes = chunk.length - offset;
  };
}
