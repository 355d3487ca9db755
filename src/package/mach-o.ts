import type { SharedLibrary } from "./shared-library.ts";

/** Names of cputype (mach/machine.h) as `process.arch` has them. */
const machines: Readonly<Record<number, string>> = { 16777223: "x64", 16777228: "arm64" };

/** Load commands (mach-o/loader.h). */
const commands = {
  loadDylib: 0xc,
  codeSignature: 0x1d,
  dyldInfoOnly: 0x80000022,
  buildVersion: 0x32,
  exportsTrie: 0x80000033,
} as const;

type Command = { readonly kind: number; readonly bytes: Buffer };

/** Reads a thin 64-bit Mach-O file. Its exports are those of the trie, which is what dyld looks them up in. */
export function readMachO(file: Buffer): SharedLibrary {
  const all = readCommands(file);
  const of = (kind: number) => all.filter((command) => command.kind === kind);
  const tries = [
    ...of(commands.dyldInfoOnly).map(({ bytes }) => rangeAt(file, bytes, 40)),
    ...of(commands.exportsTrie).map(({ bytes }) => rangeAt(file, bytes, 8)),
  ];
  return {
    format: "mach-o",
    arch: machines[file.readUInt32LE(4)] ?? "unknown",
    // C's names begin with an underscore here.
    exports: tries.flatMap((trie) => namesOf(trie)).map((name) => name.replace(/^_/, "")),
    needs: of(commands.loadDylib).map(({ bytes }) => textAt(bytes, bytes.readUInt32LE(8))),
    neededVersions: of(commands.buildVersion).map(({ bytes }) => macOs(bytes.readUInt32LE(12))),
    isSigned: of(commands.codeSignature).length > 0,
  };
}

function readCommands(file: Buffer): Command[] {
  const found: Command[] = [];
  let at = 32;
  for (let left = file.readUInt32LE(16); left > 0; left--) {
    const size = file.readUInt32LE(at + 4);
    found.push({ kind: file.readUInt32LE(at), bytes: file.subarray(at, at + size) });
    at += size;
  }
  return found;
}

/** A part of the file whose offset and size stand in a command. */
function rangeAt(file: Buffer, command: Buffer, at: number): Buffer {
  const offset = command.readUInt32LE(at);
  return file.subarray(offset, offset + command.readUInt32LE(at + 4));
}

/** `minos`, as 13.0: 16 bits, 8 and 8. */
function macOs(version: number): string {
  return `macOS_${version >>> 16}.${(version >>> 8) & 0xff}`;
}

/**
 * The names in an export trie: a node has the size of what is exported here, if anything is, then its children, each
 * with the letters on the way to it and its offset.
 */
function namesOf(trie: Buffer, node = 0, prefix = ""): string[] {
  if (node >= trie.length) return [];
  const terminal = unsigned(trie, node);
  let at = terminal.next + terminal.number;
  const names = terminal.number > 0 ? [prefix] : [];
  for (let left = trie.readUInt8(at++); left > 0; left--) {
    const letters = textAt(trie, at);
    const child = unsigned(trie, at + letters.length + 1);
    at = child.next;
    names.push(...namesOf(trie, child.number, prefix + letters));
  }
  return names;
}

/** A ULEB128 number, and where it ends. */
function unsigned(
  bytes: Buffer,
  start: number,
): { readonly number: number; readonly next: number } {
  let number = 0;
  for (let next = start, shift = 1; ; shift *= 128) {
    const byte = bytes.readUInt8(next++);
    number += (byte & 0x7f) * shift;
    if (byte < 0x80) return { number, next };
  }
}

function textAt(bytes: Buffer, offset: number): string {
  return bytes.toString("latin1", offset, bytes.indexOf(0, offset));
}
