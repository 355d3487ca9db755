import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zigCaches } from "../../src/native/build.ts";
import { findZig } from "../../src/native/zig.ts";

const root = join(import.meta.dirname, "..", "..");

/** What stands between the two halves of the ring's pairs on one processor. */
export interface Processor {
  readonly target: string;
  readonly fence: RegExp;
  /** A payload's cell is handed over, 32 bits are stored with release; and the fence behind it. */
  readonly publishAndFence: readonly RegExp[];
  /** A cell's tag is looked at: 32 bits are loaded, with acquire. */
  readonly lookAtTag: RegExp;
  /** 64 bits are stored at an offset of the queue, or loaded, or 32 are loaded. */
  readonly store64: (offset: number) => RegExp;
  readonly load64: (offset: number) => RegExp;
  readonly load32: (offset: number) => RegExp;
}

export const processors: readonly Processor[] = [
  {
    target: "aarch64-linux",
    fence: /^dmb ish$/,
    publishAndFence: [/^stlr w/, /^dmb ish$/],
    lookAtTag: /^ldap?r w/,
    store64: (offset) => new RegExp(`^str x\\w+, \\[x\\d+, #${offset}\\]`),
    load64: (offset) => new RegExp(`^ldr x\\w+, \\[x\\d+, #${offset}\\]`),
    load32: (offset) => new RegExp(`^ldr w\\w+, \\[x\\d+, #${offset}\\]`),
  },
  {
    target: "x86_64-linux",
    // Intel's manual, volume 3, 9.2.5: locked instructions have a total order with all accesses.
    fence: /^lock or dword ptr \[rsp\], 0$/,
    // An exchange with memory is locked, and so is both.
    publishAndFence: [/^xchg dword ptr \[.*\], \w+$/],
    lookAtTag: /^(mov|cmp) \w+, dword ptr \[/,
    store64: (offset) => new RegExp(`^mov qword ptr \\[r\\w+ \\+ ${offset}\\], r`),
    load64: (offset) => new RegExp(`^(mov|cmp) \\w+, qword ptr \\[r\\w+ \\+ ${offset}\\]$`),
    load32: (offset) => new RegExp(`^(mov|cmp) \\w+, dword ptr \\[r\\w+ \\+ ${offset}\\]$`),
  },
];

/** What the compiler made of zig/ring_machine_code.zig: each function's instructions, one a line. */
export interface MachineCode {
  readonly functions: ReadonlyMap<string, readonly string[]>;
  /** Where a word lies in the queue, in bytes. */
  offset(word: string): number;
}

/** Compiles for a processor, as the library is compiled. */
export function compileFor({ target }: Processor): MachineCode {
  const folder = mkdtempSync(join(tmpdir(), "wakerbench-machine-code-"));
  try {
    const path = join(folder, "ring.s");
    const { command } = findZig();
    const { exitCode, stderr } = Bun.spawnSync(
      [
        ...[...command, "build-obj", "-target", target, "-O", "ReleaseFast", "-fstrip", "-lc"],
        ...["-fno-emit-bin", `-femit-asm=${path}`, join(root, "zig", "ring_machine_code.zig")],
      ],
      { cwd: folder, env: { ...process.env, ...zigCaches() } },
    );
    if (exitCode !== 0) throw new Error(stderr.toString());
    return parse(readFileSync(path, "utf8"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function parse(assembly: string): MachineCode {
  const functions = new Map<string, string[]>();
  const words = new Map<string, number>();
  let name = "";
  for (const line of assembly.split("\n")) {
    const label = /^"?(?:\.L)?ring_machine_code\.(\w+)"?:/.exec(line)?.[1];
    if (label !== undefined) name = label;
    const word = /^\s*\.(?:word|long)\s+(\d+)/.exec(line)?.[1];
    if (word !== undefined) words.set(name, Number(word));
    const instruction =
      line
        .split(/\/\/|#(?!-?\d)/, 1)[0]
        ?.trim()
        .replace(/\s+/g, " ") ?? "";
    if (!line.startsWith("\t") || instruction === "" || instruction.startsWith(".")) continue;
    const body = functions.get(name) ?? [];
    body.push(instruction);
    functions.set(name, body);
  }
  return {
    functions,
    offset(word) {
      const offset = words.get(`ring_offset_${word}`);
      if (offset === undefined) throw new Error(`no offset of ${word} in the machine code`);
      return offset;
    },
  };
}

/** Whether an instruction reads or writes memory, or goes elsewhere. */
function matters(instruction: string): boolean {
  return /\[|^b\b|^b\.|^bl|^cb|^tb|^j|^call|^ret|^dmb|^lock/.test(instruction);
}

/** The instructions before or behind one that read or write memory or go elsewhere, nearest first. */
export function neighbours(
  code: readonly string[],
  at: number,
  direction: "before" | "behind",
): string[] {
  const side = direction === "behind" ? code.slice(at + 1) : code.slice(0, at).reverse();
  return side.filter(matters);
}
