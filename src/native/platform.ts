import { closeSync, openSync, readSync } from "node:fs";

/** The machines for which the package holds the library, as folders of prebuilds/; build.zig names them too. */
export const prebuiltPlatforms = [
  "linux-x64",
  "linux-arm64",
  "linux-x64-musl",
  "linux-arm64-musl",
  "darwin-x64",
  "darwin-arm64",
] as const;

/** What decides which library a process can load. */
export type Platform = {
  readonly os: NodeJS.Platform;
  readonly arch: string;
  /** The executable whose C library is in the process. */
  readonly executable: string;
};

/** The platform of this process. */
export const ownPlatform: Platform = {
  os: process.platform,
  arch: process.arch,
  executable: process.execPath,
};

/**
 * `linux-x64`, `linux-x64-musl`: one of `prebuiltPlatforms`, or another that has no library. What counts is the C
 * library of the process, not that of the system: Alpine can run programs of both.
 */
export function platformName({ os, arch, executable }: Platform): string {
  const name = `${os}-${arch}`;
  return os === "linux" && isMusl(executable) ? `${name}-musl` : name;
}

/** Whether a program is linked against musl, by the loader that its header asks the kernel for. */
function isMusl(executable: string): boolean {
  return loaderOf(executable)?.includes("/ld-musl-") ?? false;
}

/**
 * The interpreter of a 64-bit little-endian ELF file (PT_INTERP; elf(5)), as `/lib64/ld-linux-x86-64.so.2`;
 * nothing for what is none or is linked statically.
 */
export function loaderOf(executable: string): string | undefined {
  const header = readStart(executable, 4096);
  if (header.length < 64 || header.toString("latin1", 0, 4) !== "\x7fELF") return undefined;
  const offset = Number(header.readBigUInt64LE(0x20));
  const size = header.readUInt16LE(0x36);
  const count = header.readUInt16LE(0x38);
  for (let at = offset; at < offset + count * size && at + 56 <= header.length; at += size) {
    if (header.readUInt32LE(at) !== ptInterp) continue;
    const start = Number(header.readBigUInt64LE(at + 8));
    const length = Number(header.readBigUInt64LE(at + 32));
    return readStart(executable, start + length).toString("latin1", start, start + length - 1);
  }
  return undefined;
}

const ptInterp = 3;

function readStart(path: string, length: number): Buffer {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch {
    return Buffer.alloc(0);
  }
  try {
    const buffer = Buffer.alloc(length);
    return buffer.subarray(0, readSync(file, buffer, 0, length, 0));
  } finally {
    closeSync(file);
  }
}
