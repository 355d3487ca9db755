import { expect, test } from "bun:test";
import fc from "fast-check";
import { readFrames } from "../../examples/my-waker/frames.ts";

function framesOf(chunks: readonly Uint8Array[]): number[] {
  const heard: number[] = [];
  const read = readFrames((frame) => heard.push(frame));
  for (const chunk of chunks) read(chunk);
  return heard;
}

function encode(numbers: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * numbers.length);
  const view = new DataView(bytes.buffer);
  for (const [index, number] of numbers.entries()) view.setUint32(4 * index, number, true);
  return bytes;
}

test("numbers come out whole and in order, wherever the stream is cut", () => {
  const number = fc.integer({ min: 0, max: 2 ** 32 - 1 });
  const sizes = fc.array(fc.integer({ min: 0, max: 11 }), { minLength: 1 });
  fc.assert(
    fc.property(fc.array(number), sizes, (numbers, chunkSizes) => {
      const bytes = encode(numbers);
      const chunks: Uint8Array[] = [];
      let offset = 0;
      for (const size of chunkSizes) {
        chunks.push(bytes.subarray(offset, offset + size));
        offset += size;
      }
      chunks.push(bytes.subarray(offset));
      expect(framesOf(chunks)).toEqual(numbers);
    }),
  );
});

test("a number that is not complete is kept back", () => {
  expect(framesOf([encode([1, 2]).subarray(0, 7)])).toEqual([1]);
});
