import { expect, test } from "bun:test";
import fc from "fast-check";
import { FrameStream, readFrame } from "../../src/wakers/payload.ts";

/** The frame of zig/payload.zig, laid out once more. */
function frameOf(number: number, payloadBytes: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 + payloadBytes));
  view.setUint32(0, number, true);
  const first = (BigInt(number) * 0x9e3779b1n) & 0xffffffffn;
  for (let word = 0; word < payloadBytes / 4; word++) {
    view.setUint32(4 + 4 * word, Number((first + BigInt(word)) & 0xffffffffn), true);
  }
  return new Uint8Array(view.buffer);
}

const anyNumber = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const anySize = fc.constantFrom(0, 8, 64);

test("a frame that came whole gives its number", () => {
  // The bytes of the test beside zig/payload.zig.
  const known = [1, 0, 0, 0, 0xb1, 0x79, 0x37, 0x9e, 0xb2, 0x79, 0x37, 0x9e];
  expect([...frameOf(1, 8)]).toEqual(known);
  fc.assert(
    fc.property(anyNumber, anySize, (number, bytes) => {
      expect(readFrame(new DataView(frameOf(number, bytes).buffer), bytes)).toBe(number);
    }),
  );
});

test("a frame with one wrong bit, one byte more or one less is told", () => {
  fc.assert(
    fc.property(anyNumber, fc.integer({ min: 32, max: 95 }), (number, bit) => {
      const frame = frameOf(number, 8);
      frame[bit >> 3] = (frame[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => readFrame(new DataView(frame.buffer), 8)).toThrow("is broken");
    }),
  );
  const frame = frameOf(3, 8);
  expect(() => readFrame(new DataView(frame.buffer, 0, 11), 8)).toThrow("11 bytes, not 12");
  expect(() => readFrame(new DataView(frame.buffer), 0)).toThrow("12 bytes, not 4");
});

test("a stream of frames is counted and checked, wherever its chunks end", () => {
  const numbers = fc.array(anyNumber, { maxLength: 20 });
  const cuts = fc.array(fc.nat(300), { maxLength: 20 });
  fc.assert(
    fc.property(numbers, anySize, cuts, (sent, bytes, lengths) => {
      const whole = Buffer.concat(sent.map((number) => frameOf(number, bytes)));
      const stream = new FrameStream(bytes);
      let at = 0;
      let count = 0;
      for (const length of [...lengths, whole.length]) {
        count += stream.take(whole.subarray(at, at + length));
        at += length;
      }
      expect(count).toBe(sent.length);
    }),
  );
});

test("a stream that lost a byte is told", () => {
  const whole = Buffer.concat([frameOf(70_001, 8), frameOf(70_002, 8)]);
  const torn = Buffer.concat([whole.subarray(0, 5), whole.subarray(6), frameOf(70_003, 8)]);
  expect(() => new FrameStream(8).take(torn)).toThrow("is broken");
});
