import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const copied = [
  ...["src", "zig", "build.zig", "build.zig.zon", "package.json", "bin", "zig-out"],
  "tsconfig.json",
];

/** A copy of the sources, to which a test adds what CONTRIBUTING.md shows; removed at the end. */
export class SourceCopy implements Disposable {
  readonly #directory = mkdtempSync(join(tmpdir(), "wakerbench-sources-"));

  constructor() {
    for (const name of copied) {
      cpSync(join(root, name), join(this.#directory, name), { recursive: true });
    }
    symlinkSync(join(root, "node_modules"), join(this.#directory, "node_modules"));
  }

  /** Writes the worked example of CONTRIBUTING.md in which `text` stands. */
  addExample(path: string, text: string): void {
    const page = readFileSync(join(root, "CONTRIBUTING.md"), "utf8");
    const blocks = [...page.matchAll(/```ts\n(.*?)```/gs)].map(([, code = ""]) => code);
    const file = blocks.find((code) => code.includes(text));
    if (file === undefined) throw new Error(`there is no example with ${text}`);
    writeFileSync(join(this.#directory, path), file);
  }

  /**
   * Names the export of `./FILE.ts` first in a registry.
   *
   * @param list how the list of the registry begins
   */
  register(registry: string, file: string, name: string, list: string): void {
    const path = join(this.#directory, registry);
    const text = readFileSync(path, "utf8");
    if (!text.includes(list)) throw new Error(`${registry} has no ${list}`);
    const imported = `import { ${name} } from "./${file}.ts";\n`;
    writeFileSync(path, imported + text.replace(list, `${list}${name}, `));
  }

  /** What the compiler says of these files of the copy. */
  check(files: string) {
    const config = { extends: "./tsconfig.json", include: [files] };
    writeFileSync(join(this.#directory, "tsconfig.check.json"), JSON.stringify(config));
    return this.#run(join(root, "node_modules", ".bin", "tsc"), "-p", "tsconfig.check.json");
  }

  /** Runs the copy's own program. */
  wakerbench(...args: string[]) {
    return this.#run(process.execPath, join(this.#directory, "src", "cli.ts"), ...args);
  }

  #run(...cmd: string[]) {
    const { exitCode, stdout, stderr } = Bun.spawnSync(cmd, {
      cwd: this.#directory,
      env: { ...process.env, WAKERBENCH_DATA_DIR: join(this.#directory, "data") },
    });
    return { exitCode, stdout: stdout.toString(), stderr: stderr.toString() };
  }

  [Symbol.dispose](): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
