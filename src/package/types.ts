import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/** Packages whose types ours are made of, and where they lie in node_modules. */
const packages: Readonly<Record<string, string>> = { zod: "zod/index.d.ts" };

/** What whoever imports us has the types of: Bun's own, and Node's. */
const given = /^(bun:|node:|bun$)/;

/** A line of a declaration that imports: not an example in a comment. */
const importing = /^(?!\s*(?:\/?\*|\/\/)).*?\b(?:from|import\(?|require\()\s*"[^"]+".*$/gm;
const specifier = /(\b(?:from|import\(?|require\()\s*)"([^"]+)"/g;

/**
 * Writes the declarations of the package's entries, and of nothing that these do not need: also those of packages that
 * are bundled, for nobody installs them.
 *
 * @param root the checkout
 * @param entries paths under src without extension, as `ring`
 * @param out the folder that gets `ring.d.ts`
 * @throws Error when the compiler fails, or a package is needed that is not bundled
 */
export function writeTypes(root: string, entries: readonly string[], out: string): void {
  const emitted = join(root, ".cache", "types");
  rmSync(emitted, { recursive: true, force: true });
  emit(root, entries, emitted);
  const places = { root, emitted, out, written: new Set<string>() };
  for (const entry of entries) copy(places, join(emitted, `${entry}.d.ts`));
}

type Places = {
  readonly root: string;
  readonly emitted: string;
  readonly out: string;
  /** Whatever has been copied: declarations import one another in circles. */
  readonly written: Set<string>;
};

function emit(root: string, entries: readonly string[], emitted: string): void {
  mkdirSync(emitted, { recursive: true });
  const config = {
    extends: join(root, "tsconfig.json"),
    compilerOptions: {
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      outDir: emitted,
      rootDir: join(root, "src"),
      typeRoots: [join(root, "node_modules")],
    },
    include: [],
    files: entries.map((entry) => join(root, "src", `${entry}.ts`)),
  };
  const project = join(emitted, "tsconfig.json");
  writeFileSync(project, JSON.stringify(config));
  const compiler = join(root, "node_modules", ".bin", "tsc");
  const { success, stdout } = Bun.spawnSync([process.execPath, compiler, "-p", project]);
  if (!success) throw new Error(`the types cannot be made: ${stdout.toString().trim()}`);
}

function copy(places: Places, file: string): void {
  if (places.written.has(file)) return;
  places.written.add(file);
  const target = targetOf(places, file);
  const rewritten = (whole: string, before: string, named: string) => {
    if (given.test(named)) return whole;
    const found = resolve(places, file, named);
    copy(places, found);
    const path = relative(dirname(target), targetOf(places, found)).replace(/\.d\.ts$/, ".js");
    return `${before}"${path.startsWith(".") ? path : `./${path}`}"`;
  };
  const source = readFileSync(file, "utf8");
  const text = source.replace(importing, (line) => line.replace(specifier, rewritten));
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text);
}

/** Ours keep their paths; those of packages lie beside them, by the package's name. */
function targetOf({ root, emitted, out }: Places, file: string): string {
  const modules = join(root, "node_modules");
  const [from, to] = file.startsWith(modules) ? [modules, join(out, "packages")] : [emitted, out];
  return join(to, relative(from, file));
}

/** @throws Error when the file that is meant is not there, or is of a package that is not bundled */
function resolve({ root }: Places, importer: string, named: string): string {
  const inPackage = packages[named];
  if (inPackage !== undefined) return join(root, "node_modules", inPackage);
  const base = join(dirname(importer), named.replace(/\.(ts|js)$/, ""));
  const found = [`${base}.d.ts`, join(base, "index.d.ts")].find((path) => existsSync(path));
  if (named.startsWith(".") && found !== undefined) return found;
  throw new Error(`${importer} imports ${named}, whose types are not packed`);
}
