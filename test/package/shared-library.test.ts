import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { findLibrary } from "../../src/native/library.ts";
import { ownPlatform, platformName } from "../../src/native/platform.ts";
import { faultsOf } from "../../src/package/prebuilds.ts";
import { readSharedLibrary, type SharedLibrary } from "../../src/package/shared-library.ts";

const path = findLibrary();
const library = readSharedLibrary(readFileSync(path));
const platform = platformName(ownPlatform);

/** A library that could be shipped for this platform, whatever the one that was built here needs. */
const sound: SharedLibrary = {
  ...library,
  neededVersions: process.platform === "darwin" ? ["macOS_13.0"] : ["GLIBC_2.17"],
};

test("what is built exports what JavaScript declares, and nothing else", () => {
  expect(faultsOf(platform, sound)).toEqual([]);
});

test.skipIf(Bun.which("nm") === null || process.platform !== "linux")(
  "the exports of a library are those that nm lists",
  () => {
    const { stdout } = Bun.spawnSync(["nm", "-D", "--defined-only", "-j", path]);
    const listed = stdout.toString().trim().split("\n");
    expect(library.exports.toSorted()).toEqual(listed.toSorted());
  },
);

test.skipIf(Bun.which("readelf") === null || process.platform !== "linux")(
  "what a library needs is what readelf lists",
  () => {
    const { stdout } = Bun.spawnSync(["readelf", "--wide", "-d", "-V", path]);
    const listed = stdout.toString();
    const needs = [...listed.matchAll(/\(NEEDED\) .*\[(.*)\]/g)].map(([, name]) => name);
    const versions = [...listed.matchAll(/Name: (\S+) +Flags/g)].map(([, name]) => name);
    expect(library.needs).toEqual(needs as string[]);
    expect(library.neededVersions).toEqual(versions as string[]);
    expect(versions.length).toBeGreaterThan(0);
  },
);

test("each fault of a library is found", () => {
  const [first = "", ...others] = library.exports;
  const broken: [Partial<SharedLibrary>, RegExp][] = [
    [{ arch: "mips" }, /^is .* for mips$/],
    [{ exports: others }, new RegExp(`^does not export ${first}$`)],
    [{ exports: [...library.exports, "malloc"] }, /^exports malloc, which nobody declares$/],
    [{ needs: [...library.needs, "libstdc++.so.6"] }, /^needs libstdc\+\+\.so\.6$/],
    [{ neededVersions: ["GLIBC_2.17", "GLIBC_2.34"] }, /^needs GLIBC_2\.34$/],
    [{ neededVersions: ["GLIBC_3.0"] }, /^needs GLIBC_3\.0$/],
    [{ neededVersions: ["macOS_14.2"] }, /^needs macOS_14\.2$/],
    [{ neededVersions: ["GLIBCXX_2.1"] }, /^needs GLIBCXX_2\.1$/],
    [{ neededVersions: [] }, /^says of no version that it needs it$/],
  ];
  for (const [change, fault] of broken) {
    const faults = faultsOf(platform, { ...sound, ...change });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(fault);
  }
});

test("a library for arm64 of macOS has to be signed", () => {
  const mac: SharedLibrary = {
    ...sound,
    format: "mach-o",
    arch: "arm64",
    exports: [...sound.exports, "__dso_handle"],
    needs: ["/usr/lib/libSystem.B.dylib"],
    neededVersions: ["macOS_13.0"],
  };
  expect(faultsOf("darwin-arm64", { ...mac, isSigned: true })).toEqual([]);
  expect(faultsOf("darwin-arm64", { ...mac, isSigned: false })).toEqual(["is not signed"]);
});

test("what is no shared library is refused", () => {
  expect(() => readSharedLibrary(Buffer.from("#!/bin/sh\n"))).toThrow("neither a 64-bit ELF");
});
