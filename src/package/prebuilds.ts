import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { libraryFileName } from "../native/library.ts";
import { prebuiltPlatforms } from "../native/platform.ts";
import { symbols } from "../native/symbols.ts";
import { readSharedLibrary, type SharedLibrary } from "./shared-library.ts";

/** What is exported beside the functions that `bun:ffi` declares: Node-API's entry, and a control of the tests. */
const otherExports = ["napi_register_module_v1", "wb_control_flood"];

/** What the linker exports from each library for macOS, of its own accord. */
const linkerExports = new Set(["_mh_dylib_header", "__dso_handle"]);

/** A library that has grown beyond it holds something that was not meant to be in it. */
const sizeMaxBytes = 400_000;

/** What may be loaded with it: the C library in its parts, and on macOS the system's. */
const allowedNeeds: Readonly<Record<string, readonly string[]>> = {
  "linux-x64": ["libc.so.6", "libpthread.so.0", "libdl.so.2", "ld-linux-x86-64.so.2"],
  "linux-arm64": ["libc.so.6", "libpthread.so.0", "libdl.so.2", "ld-linux-aarch64.so.1"],
  "linux-x64-musl": ["libc.so"],
  "linux-arm64-musl": ["libc.so"],
  "darwin-x64": ["/usr/lib/libSystem.B.dylib"],
  "darwin-arm64": ["/usr/lib/libSystem.B.dylib"],
};

/** The C library and the system that it must run on. */
const versionMax: Readonly<Record<string, readonly [major: number, minor: number]>> = {
  GLIBC: [2, 17],
  macOS: [13, 0],
};

/** The file of a platform's library, in the folder of the package. */
export function prebuiltPath(root: string, platform: string): string {
  const os = platform.startsWith("darwin") ? "darwin" : "linux";
  return join(root, "prebuilds", platform, libraryFileName(os));
}

/** What is wrong with the libraries of all platforms, a sentence each; nothing when they can be shipped. */
export function faultsOfPrebuilds(root: string): string[] {
  return prebuiltPlatforms.flatMap((platform) => {
    const path = prebuiltPath(root, platform);
    if (!existsSync(path)) return [`${path} is missing`];
    const file = readFileSync(path);
    const faults = faultsOf(platform, readSharedLibrary(file));
    if (file.length > sizeMaxBytes) faults.push(`has ${file.length} bytes, over ${sizeMaxBytes}`);
    return faults.map((fault) => `${path} ${fault}`);
  });
}

/** What is wrong with the library of one platform, as the ends of sentences. */
export function faultsOf(platform: string, library: SharedLibrary): string[] {
  const [os, arch] = platform.split("-");
  const faults: string[] = [];
  if (library.format !== (os === "darwin" ? "mach-o" : "elf") || library.arch !== arch) {
    faults.push(`is ${library.format} for ${library.arch}`);
  }
  const wanted = new Set([...Object.keys(symbols), ...otherExports]);
  const exported = new Set(library.exports);
  const missing = [...wanted.difference(exported)];
  const ofLinker = os === "darwin" ? linkerExports : new Set<string>();
  const surplus = [...exported.difference(wanted).difference(ofLinker)];
  if (missing.length > 0) faults.push(`does not export ${missing.join(", ")}`);
  if (surplus.length > 0) faults.push(`exports ${surplus.join(", ")}, which nobody declares`);
  const strange = library.needs.filter((name) => !allowedNeeds[platform]?.includes(name));
  if (strange.length > 0) faults.push(`needs ${strange.join(", ")}`);
  const recent = library.neededVersions.filter((version) => !isOldEnough(version));
  if (recent.length > 0) faults.push(`needs ${recent.join(", ")}`);
  // What names no version is loaded anywhere, or is the library of another platform.
  const versioned = !platform.endsWith("-musl");
  if (versioned !== library.neededVersions.length > 0) {
    faults.push(versioned ? "says of no version that it needs it" : "needs versions");
  }
  if (platform === "darwin-arm64" && !library.isSigned) faults.push("is not signed");
  return faults;
}

function isOldEnough(version: string): boolean {
  const [, name = "", major, minor] = /^(\w+)_(\d+)\.(\d+)/.exec(version) ?? [];
  const [majorMax, minorMax] = versionMax[name] ?? [0, 0];
  return Number(major) < majorMax || (Number(major) === majorMax && Number(minor) <= minorMax);
}
