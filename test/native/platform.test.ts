import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { findLibrary } from "../../src/native/library.ts";
import {
  loaderOf,
  ownPlatform,
  type Platform,
  platformName,
  prebuiltPlatforms,
} from "../../src/native/platform.ts";
import { type TemporaryFolder, temporaryFolder, thrownBy } from "../setup/temporary-folder.ts";

/** As much of an ELF file as tells its loader: one program header, and the name behind it. */
function elf(loader: string): string {
  const file = Buffer.alloc(64 + 56);
  file.write("\x7fELF", "latin1");
  file.writeBigUInt64LE(64n, 0x20);
  file.writeUInt16LE(56, 0x36);
  file.writeUInt16LE(1, 0x38);
  file.writeUInt32LE(3, 64);
  file.writeBigUInt64LE(BigInt(file.length), 64 + 8);
  file.writeBigUInt64LE(BigInt(loader.length + 1), 64 + 32);
  return `${file.toString("latin1")}${loader}\0`;
}

function program(folder: TemporaryFolder, loader: string): string {
  return folder.file("bun", elf(loader));
}

describe("the platform's name", () => {
  test("is one that the package has a library for, here too", () => {
    expect(prebuiltPlatforms).toContain(platformName(ownPlatform) as never);
  });

  test("tells musl by the loader that the program asks for", () => {
    using folder = temporaryFolder();
    const name = (loader: string) =>
      platformName({ os: "linux", arch: "arm64", executable: program(folder, loader) });
    expect(name("/lib/ld-musl-aarch64.so.1")).toBe("linux-arm64-musl");
    expect(name("/lib/ld-linux-aarch64.so.1")).toBe("linux-arm64");
  });

  test("is that of glibc where the program has no loader, or cannot be read", () => {
    using folder = temporaryFolder();
    const name = (executable: string) =>
      platformName({ os: "linux", arch: "x64", executable: join(folder.path, executable) });
    folder.file("script", "#!/bin/sh\n");
    expect(name("script")).toBe("linux-x64");
    expect(name("nothing")).toBe("linux-x64");
  });

  test.skipIf(process.platform !== "linux")("reads the loader of a real program", () => {
    expect(loaderOf(process.execPath)).toMatch(/^\/lib.*\/ld-(linux|musl)-.*\.so\.\d$/);
  });
});

describe("the library that is taken", () => {
  const named = process.env.WAKERBENCH_LIBRARY;
  beforeAll(() => {
    delete process.env.WAKERBENCH_LIBRARY;
  });
  afterAll(() => {
    if (named !== undefined) process.env.WAKERBENCH_LIBRARY = named;
  });
  const mac: Platform = { os: "darwin", arch: "arm64", executable: "/bun" };

  test("is the one that was built here, before the one that the package holds", () => {
    using folder = temporaryFolder();
    const held = folder.file("prebuilds/darwin-arm64/libwakerbench.dylib", "held");
    expect(findLibrary(folder.path, mac)).toBe(held);
    const built = folder.file("zig-out/lib/libwakerbench.dylib", "built");
    expect(findLibrary(folder.path, mac)).toBe(built);
  });

  test("is that of the C library in this process", () => {
    using folder = temporaryFolder();
    folder.file("prebuilds/linux-x64/libwakerbench.so", "glibc");
    folder.file("prebuilds/linux-x64-musl/libwakerbench.so", "musl");
    const executable = program(folder, "/lib/ld-musl-x86_64.so.1");
    const found = findLibrary(folder.path, { os: "linux", arch: "x64", executable });
    expect(readFileSync(found, "utf8")).toBe("musl");
  });

  test("on a platform that has none is said to be none, with those that have one", () => {
    using folder = temporaryFolder();
    const thrown = thrownBy(() => findLibrary(folder.path, { ...mac, os: "freebsd" }));
    expect(thrown).toMatchObject({
      code: "LIBRARY_NOT_FOUND",
      message: `wakerbench has no native library for freebsd-arm64, only for ${prebuiltPlatforms.join(", ")}`,
    });
  });

  test("is said to be missing where there should be one", () => {
    using folder = temporaryFolder();
    expect(thrownBy(() => findLibrary(folder.path, mac))).toMatchObject({
      code: "LIBRARY_NOT_FOUND",
      message: "the native library is missing for darwin-arm64",
    });
  });
});
