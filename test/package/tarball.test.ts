import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { faultsOfPrebuilds } from "../../src/package/prebuilds.ts";
import { type TemporaryFolder, temporaryFolder } from "../setup/temporary-folder.ts";
import { run, tarball, unpack, version } from "./tarball.ts";

setDefaultTimeout(120_000);

/** Of all files, unpacked. */
const sizeMaxBytes = 6_000_000;

/** A program in which every face of the package is imported. */
const consumer = `
import { compare, readResults, type Results, WakerbenchError } from "wakerbench";
import { DedicatedThread, DedicatedWorker, type DedicatedThreadOptions } from "wakerbench/dispatch";
import { Ring } from "wakerbench/ring";
import { Mailbox, type Waker } from "wakerbench/waker";

const results: Results = await readResults("latest");
const p50: number | null | undefined = results.series[0]?.summary?.p50Ns;
const ring = new Ring({ payload: "u64" });
ring.onItem((item: bigint) => console.log(item, p50));
// @ts-expect-error: the types are there, and not any
const wrong: string = results.series.length;
// @ts-expect-error: items of this ring are bigints
ring.onItem((item: number) => console.log(item, wrong));
export type { DedicatedThreadOptions, Waker };
export { compare, DedicatedThread, DedicatedWorker, Mailbox, WakerbenchError };
`;

describe.skipIf(tarball === undefined)("the packed package", () => {
  let folder: TemporaryFolder;
  let root: string;
  beforeAll(() => {
    folder = temporaryFolder();
    root = unpack(folder);
  });
  afterAll(() => folder[Symbol.dispose]());

  const files = () =>
    readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));

  test("is below 6 MB", () => {
    const sizeBytes = files().reduce((sum, path) => sum + statSync(path).size, 0);
    console.log(`the package has ${(sizeBytes / 1e6).toFixed(2)} MB in ${files().length} files`);
    expect(sizeBytes).toBeLessThan(sizeMaxBytes);
  });

  test("holds what is used and what must go with it, and no sources", () => {
    expect(readdirSync(root).sort()).toEqual([
      "CHANGELOG.md",
      "LICENSE",
      "README.md",
      "bin",
      "dist",
      "include",
      "package.json",
      "prebuilds",
      "schema",
    ]);
    expect(files().filter((path) => path.endsWith(".ts") && !path.endsWith(".d.ts"))).toEqual([]);
  });

  test("depends on nothing but what draws pictures, and that need not be there", () => {
    const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    expect(manifest.dependencies).toBeUndefined();
    expect(manifest.peerDependencies).toBeUndefined();
    expect(Object.keys(manifest.optionalDependencies)).toEqual(["@resvg/resvg-js"]);
    expect(manifest.version).toBe(version);
  });

  test("says whose parts it holds, with their licences", () => {
    const text = readFileSync(join(root, "dist", "THIRD_PARTY_LICENCES.txt"), "utf8");
    for (const name of ["zod", "citty", "consola", "hdr-histogram-js", "dejavu-fonts-ttf"]) {
      expect(text).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(`, "m"));
    }
    expect(text).toContain("Permission is hereby granted");
  });

  test("has libraries that can be shipped, for every platform", () => {
    expect(faultsOfPrebuilds(root)).toEqual([]);
  });

  test("has nothing that publint objects to", async () => {
    const bytes = readFileSync(`${tarball}`);
    const { messages, pkg } = await publint({
      pack: { tarball: new Uint8Array(bytes).buffer },
      strict: true,
    });
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
  });

  test.each(["bundler", "nodenext"])(
    "has types that TypeScript finds by %s",
    (moduleResolution) => {
      const project = join(folder.path, moduleResolution);
      const module = moduleResolution === "bundler" ? "Preserve" : "NodeNext";
      const compilerOptions = {
        ...{ target: "ESNext", module, moduleResolution, strict: true, noEmit: true },
        types: ["bun-types"],
        typeRoots: [join(import.meta.dirname, "..", "..", "node_modules")],
        // Ours are looked into as well.
        skipLibCheck: false,
        skipDefaultLibCheck: true,
        paths: {
          "bun-types": [join(import.meta.dirname, "..", "..", "node_modules", "bun-types")],
        },
      };
      folder.file(`${moduleResolution}/tsconfig.json`, JSON.stringify({ compilerOptions }));
      folder.file(`${moduleResolution}/package.json`, '{ "type": "module" }');
      folder.file(`${moduleResolution}/main.ts`, consumer);
      run(["mkdir", "-p", "node_modules"], project, process.env);
      run(["cp", "-r", root, "node_modules/wakerbench"], project, process.env);
      const compiler = join(import.meta.dirname, "..", "..", "node_modules", ".bin", "tsc");
      const { stdout } = run([process.execPath, compiler, "-p", "."], project, process.env);
      // What is said of bun-types and of the library of JavaScript is not about us.
      expect(
        stdout.split("\n").filter((line) => /^(main|node_modules\/wakerbench)/.test(line)),
      ).toEqual([]);
      expect(existsSync(join(project, "node_modules", "wakerbench", "dist", "index.js"))).toBe(
        true,
      );
    },
  );
});
