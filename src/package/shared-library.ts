import { readElf } from "./elf.ts";
import { readMachO } from "./mach-o.ts";

/** What a shared library says of itself. */
export type SharedLibrary = {
  readonly format: "elf" | "mach-o";
  /** As `process.arch`. */
  readonly arch: string;
  /** The names that others can look up in it. */
  readonly exports: readonly string[];
  /** The libraries that are loaded with it. */
  readonly needs: readonly string[];
  /** As `GLIBC_2.17`, `macOS_13.0`. */
  readonly neededVersions: readonly string[];
  /** Whether it has a signature, without which macOS loads none on arm64. */
  readonly isSigned: boolean;
};

/** @throws Error when it is neither a 64-bit ELF file nor a 64-bit Mach-O file */
export function readSharedLibrary(file: Buffer): SharedLibrary {
  if (file.toString("latin1", 0, 4) === "\x7fELF" && file[4] === 2) return readElf(file);
  if (file.readUInt32LE(0) === 0xfeedfacf) return readMachO(file);
  throw new Error("neither a 64-bit ELF file nor a 64-bit Mach-O file");
}
