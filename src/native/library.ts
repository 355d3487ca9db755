import { dlopen } from "bun:ffi";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import packageJson from "../../package.json" with { type: "json" };
import { packageRoot } from "../entry.ts";
import { messageOf, WakerbenchError } from "../errors.ts";
import { ownPlatform, platformName, prebuiltPlatforms } from "./platform.ts";
import { symbols } from "./symbols.ts";

/** The loaded shared library. */
export type Native = ReturnType<typeof open>;

/** The library's file name on a platform. */
export function libraryFileName(platform: NodeJS.Platform = process.platform): string {
  return platform === "darwin" ? "libwakerbench.dylib" : "libwakerbench.so";
}

/** Where a build of this checkout puts the library. */
export const builtLibraryPath = join(packageRoot, "zig-out", "lib", libraryFileName());

/** What a user does where the library is not fit: the package has it, a checkout builds it. */
const rebuild = existsSync(join(packageRoot, "build.zig"))
  ? "run `bun run build` in the checkout of wakerbench"
  : "install wakerbench again, or let WAKERBENCH_LIBRARY name a libwakerbench of this version";

/**
 * Finds the shared library: `$WAKERBENCH_LIBRARY`, else the one built in this checkout, else the one that the package
 * holds for this platform.
 *
 * @throws WakerbenchError LIBRARY_NOT_FOUND
 */
export function findLibrary(root = packageRoot, platform = ownPlatform): string {
  const named = process.env.WAKERBENCH_LIBRARY;
  if (named !== undefined && named !== "") {
    if (existsSync(named)) return resolve(named);
    throw new WakerbenchError("LIBRARY_NOT_FOUND", `WAKERBENCH_LIBRARY names no file: ${named}`, {
      remedy: "unset it, or let it name a libwakerbench of this version",
    });
  }
  const fileName = libraryFileName(platform.os);
  const built = join(root, "zig-out", "lib", fileName);
  if (existsSync(built)) return built;
  const name = platformName(platform);
  const prebuilt = join(root, "prebuilds", name, fileName);
  if (existsSync(prebuilt)) return prebuilt;
  const platforms: readonly string[] = prebuiltPlatforms;
  throw new WakerbenchError(
    "LIBRARY_NOT_FOUND",
    platforms.includes(name)
      ? `the native library is missing for ${name}`
      : `wakerbench has no native library for ${name}, only for ${platforms.join(", ")}`,
    { remedy: rebuild },
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
    { remedy: `unset WAKERBENCH_LIBRARY, or ${rebuild}` },
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
      { remedy: `unset WAKERBENCH_LIBRARY, or ${rebuild}`, cause },
    );
  }
}
