import { describe, expect, test } from "bun:test";
import {
  compileFor,
  type MachineCode,
  neighbours,
  type Processor,
  processors,
} from "./assembly.ts";

// The model (zig/ring_model) shows that two pairs of "write, full fence, read" are enough and that
// neither fence can be missing. This shows that the compilers' code has both, in these places.

const timeoutMs = 300_000;

/** Where instructions match, at least once. */
function allOf(code: readonly string[], pattern: RegExp): number[] {
  const found = code.flatMap((instruction, at) => (pattern.test(instruction) ? [at] : []));
  expect(found, `${pattern} in\n${code.join("\n")}`).not.toBeEmpty();
  return found;
}

function body(code: MachineCode, name: string): readonly string[] {
  return code.functions.get(name) ?? [];
}

/** Publish, fence, look at `awaited`: nothing but the fence touches memory in between. */
function producerIsFenced(processor: Processor, code: MachineCode, push: string): boolean {
  const instructions = body(code, push);
  const look = processor.load64(code.offset("awaited"));
  return allOf(instructions, look).every((at) => {
    const before = neighbours(instructions, at, "before");
    return processor.publishAndFence
      .toReversed()
      .every((pattern, nth) => pattern.test(before[nth] ?? ""));
  });
}

/** Store `awaited`, fence, look at the cell: the fence comes at once, the look before any other. */
function consumerIsFenced(processor: Processor, code: MachineCode, drain: string): boolean {
  const instructions = body(code, drain);
  const sleeps = processor.store64(code.offset("awaited"));
  return allOf(instructions, sleeps).every((at) => {
    const [fence, ...behind] = neighbours(instructions, at, "behind");
    const stores = (instruction: string) => /^(st|mov \w+ ptr \[)/.test(instruction);
    const look = behind.find((next) => processor.lookAtTag.test(next) || stores(next));
    return processor.fence.test(fence ?? "") && processor.lookAtTag.test(look ?? "");
  });
}

/** Make room, fence, look for sleepers. */
function roomIsFenced(processor: Processor, code: MachineCode, drain: string): boolean {
  const instructions = body(code, drain);
  return allOf(instructions, processor.load32(code.offset("sleepers"))).every((at) =>
    processor.fence.test(neighbours(instructions, at, "before")[0] ?? ""),
  );
}

describe.each(processors.map((processor) => [processor.target, processor] as const))(
  "machine code for %s",
  (_, processor) => {
    test(
      "has a full fence between each word that is written and the one that is read behind it",
      () => {
        const code = compileFor(processor);
        expect(producerIsFenced(processor, code, "ring_push")).toBe(true);
        expect(consumerIsFenced(processor, code, "ring_drain")).toBe(true);
        expect(roomIsFenced(processor, code, "ring_drain")).toBe(true);
        // The control: the same code over a memory whose fence does nothing is told apart.
        expect(producerIsFenced(processor, code, "unfenced_push")).toBe(false);
        expect(consumerIsFenced(processor, code, "unfenced_drain")).toBe(false);
        expect(roomIsFenced(processor, code, "unfenced_drain")).toBe(false);
      },
      timeoutMs,
    );
  },
);
