import type { SharedLibrary } from "./shared-library.ts";

/** Names of e_machine (elf(5)) as `process.arch` has them. */
const machines: Readonly<Record<number, string>> = { 62: "x64", 183: "arm64" };

/** Types of sections (elf(5)). */
const sectionTypes = { dynamic: 6, dynamicSymbols: 11, neededVersions: 0x6ffffffe } as const;

const dynamicNeeded = 1;
/** st_info >> 4 of what others see: STB_GLOBAL, STB_WEAK. */
const visibleBindings = new Set([1, 2]);

type Section = {
  readonly type: number;
  readonly bytes: Buffer;
  readonly link: number;
  readonly entrySize: number;
};

/** Reads a 64-bit little-endian ELF file, whose section headers stripping has left. */
export function readElf(file: Buffer): SharedLibrary {
  const sections = readSections(file);
  const of = (type: number) => sections.filter((section) => section.type === type);
  const namesOf = ({ link }: Section) => sections[link]?.bytes ?? Buffer.alloc(0);
  return {
    format: "elf",
    arch: machines[file.readUInt16LE(18)] ?? "unknown",
    exports: of(sectionTypes.dynamicSymbols).flatMap((section) =>
      exportsOf(section, namesOf(section)),
    ),
    needs: of(sectionTypes.dynamic).flatMap((section) => neededOf(section, namesOf(section))),
    neededVersions: of(sectionTypes.neededVersions).flatMap((section) =>
      versionsOf(section.bytes, namesOf(section)),
    ),
    isSigned: false,
  };
}

function readSections(file: Buffer): Section[] {
  const start = Number(file.readBigUInt64LE(0x28));
  const size = file.readUInt16LE(0x3a);
  const count = file.readUInt16LE(0x3c);
  return Array.from({ length: count }, (_, index) => {
    const header = file.subarray(start + index * size, start + (index + 1) * size);
    const offset = Number(header.readBigUInt64LE(24));
    return {
      type: header.readUInt32LE(4),
      bytes: file.subarray(offset, offset + Number(header.readBigUInt64LE(32))),
      link: header.readUInt32LE(40),
      entrySize: Number(header.readBigUInt64LE(56)),
    };
  });
}

function exportsOf({ bytes, entrySize }: Section, names: Buffer): string[] {
  return entries(bytes, entrySize).flatMap((symbol) => {
    const isDefined = symbol.readUInt16LE(6) !== 0;
    const isVisible = visibleBindings.has(symbol.readUInt8(4) >> 4);
    return isDefined && isVisible ? [nameAt(names, symbol.readUInt32LE(0))] : [];
  });
}

function neededOf({ bytes, entrySize }: Section, names: Buffer): string[] {
  return entries(bytes, entrySize).flatMap((entry) =>
    Number(entry.readBigUInt64LE(0)) === dynamicNeeded
      ? [nameAt(names, Number(entry.readBigUInt64LE(8)))]
      : [],
  );
}

/** The versions that are asked of each library: a chain of Verneed, each with its chain of Vernaux. */
function versionsOf(bytes: Buffer, names: Buffer): string[] {
  const versions: string[] = [];
  for (let need = 0, step = 1; step !== 0; need += step) {
    let version = need + bytes.readUInt32LE(need + 8);
    for (let left = bytes.readUInt16LE(need + 2); left > 0; left--) {
      versions.push(nameAt(names, bytes.readUInt32LE(version + 8)));
      version += bytes.readUInt32LE(version + 12);
    }
    step = bytes.readUInt32LE(need + 12);
  }
  return versions;
}

function entries(bytes: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.floor(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
}

function nameAt(names: Buffer, offset: number): string {
  return names.toString("latin1", offset, names.indexOf(0, offset));
}
