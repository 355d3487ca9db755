import { dlopen } from "bun:ffi";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import packageJson from "../../package.json" with { type: "json" };
import { messageOf, WakerbenchError } from "../errors.ts";
import { symbols } from "./symbols.ts";

/** The loaded shared library. */
export type Native = ReturnType<typeof open>;

const root = join(import.meta.dirname, "..", "..");

/** The library's file name on a platform. */
export function libraryFileName(platform: NodeJS.Platform = process.platform): string {
  return platform === "darwin" ? "libwakerbench.dylib" : "libwakerbench.so";
}

/** Where a build of this checkout puts the library. */
export const builtLibraryPath = join(root, "zig-out", "lib", libraryFileName());

/**
 * Finds the shared library: `$WAKERBENCH_LIBRARY`, else the one built here.
 *
 * @throws WakerbenchError LIBRARY_NOT_FOUND
 */
export function findLibrary(): string {
  const named = process.env.WAKERBENCH_LIBRARY;
  if (named !== undefined && named !== "") {
    if (existsSync(named)) return resolve(named);
    throw new WakerbenchError("LIBRARY_NOT_FOUND", `WAKERBENCH_LIBRARY names no file: ${named}`, {
      remedy: "unset it, or let it name a libwakerbench of this version",
    });
  }
  if (existsSync(builtLibraryPath)) return builtLibraryPath;
  throw new WakerbenchError(
    "LIBRARY_NOT_FOUND",
    `the native library is missing for ${process.platform}-${process.arch}`,
    { remedy: "run `bun run build` in the checkout of wakerbench" },
  );
}

/**
 * Loads the library and checks that it is of this version.
 *
 * @throws WakerbenchError LIBRARY_NOT_FOUND, LIBRARY_WRONG_PLATFORM, LIBRARY_WRONG_VERSION
 */
export function loadLibrary(path: string): Native {
  const native = open(path);
  const version = String(native.symbols.wb_version());
  if (version === packageJson.version) return native;
  throw new WakerbenchError(
    "LIBRARY_WRONG_VERSION",
    `${path} is of version ${version}, but this is wakerbench ${packageJson.version}`,
    { remedy: "rebuild it with `bun run build`, or unset WAKERBENCH_LIBRARY" },
  );
}

function open(path: string) {
  try {
    return dlopen(path, symbols);
  } catch (cause) {
    // Asked afterwards: a bare name may be found where the system looks for libraries.
    if (!existsSync(path)) {
      throw new WakerbenchError("LIBRARY_NOT_FOUND", `there is no library ${path}`, {
        remedy: "name a libwakerbench of this version, or none: then the one built here is taken",
      });
    }
    throw new WakerbenchError(
      "LIBRARY_WRONG_PLATFORM",
      `${path} cannot be loaded on ${process.platform}-${process.arch}: ${messageOf(cause)}`,
      { remedy: "rebuild it here with `bun run build`, or unset WAKERBENCH_LIBRARY", cause },
    );
  }
}
