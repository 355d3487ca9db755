import { copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../entry.ts";
import { fontNames, installedFont } from "../report/charts/font.ts";
import { bundleClient, clientFile } from "../report/page/client-script.ts";
import { packageOf, thirdPartyLicences } from "./licences.ts";
import { writeTypes } from "./types.ts";

/** What others import: package.json exports them, and they have types. */
const faces = ["index", "ring", "dispatch", "waker"];

/** What a process starts with: see src/entry.ts. */
const programs = ["cli", "agent/main", "agent/trial", "agent/server", "agent/fetch"];

/** What Workers start with is found by its name: a new one need not be told here. */
const threads = "{burners,dispatchers,fetchers,libraries,wakers}/*-thread.ts";

/** What is no part of the package: whoever wants it installs it, and is told so where it is missing. */
const external = ["@resvg/resvg-js", "effect", "effection", "piscina", "tinypool"];

/** zod's messages in fifty languages are a tenth of the package; ours are English. */
const withoutLocales: Bun.BunPlugin = {
  name: "without zod's locales",
  setup(build) {
    const contents = 'export { default as en } from "./en.js";';
    build.onLoad({ filter: /\/zod\/v4\/locales\/index\.js$/ }, () => ({ contents, loader: "js" }));
  },
};

/** Every entry of the bundle, as a path under src without extension. */
export function bundleEntries(root: string = packageRoot): string[] {
  const found = [...new Bun.Glob(threads).scanSync(join(root, "src"))].sort();
  return [...faces, ...programs, ...found.map((path) => path.replace(/\.ts$/, ""))];
}

/**
 * Makes dist/: the bundle, whose entries have the paths that they have under src, its types, and what it reads.
 *
 * @throws AggregateError what the bundler says; Error when types or a licence are missing
 */
export async function makeBundle(root: string = packageRoot): Promise<void> {
  const out = join(root, "dist");
  rmSync(out, { recursive: true, force: true });
  const { metafile } = await Bun.build({
    entrypoints: bundleEntries(root).map((entry) => join(root, "src", `${entry}.ts`)),
    root: join(root, "src"),
    outdir: out,
    target: "bun",
    external,
    plugins: [withoutLocales],
    // Help loads a tenth of it, and an agent only what it measures.
    splitting: true,
    // Names stay, so that a stack tells where it was.
    minify: { whitespace: true, syntax: true, identifiers: true, keepNames: true },
    naming: { entry: "[dir]/[name].[ext]", chunk: "chunks/[name]-[hash].[ext]" },
    metafile: true,
  });
  writeTypes(root, faces, join(out, "types"));
  mkdirSync(join(out, "fonts"));
  for (const name of fontNames) copyFileSync(installedFont(name), join(out, "fonts", name));
  writeFileSync(join(out, clientFile), await bundleClient(root));
  const licences = thirdPartyLicences(root, [...packagesIn(metafile), "dejavu-fonts-ttf"]);
  writeFileSync(join(out, "THIRD_PARTY_LICENCES.txt"), licences);
}

/** The packages of which some code came into the bundle. */
function packagesIn(metafile: Bun.BuildMetafile | undefined): string[] {
  const outputs = Object.values(metafile?.outputs ?? {});
  const packages = outputs.flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) =>
      bytesInOutput > 0 ? (packageOf(file) ?? []) : [],
    ),
  );
  if (packages.length === 0) throw new Error("the bundler does not say what it has bundled");
  return packages;
}

if (import.meta.main) await makeBundle();
