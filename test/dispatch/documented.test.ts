import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "..", "..");
const page = await Bun.file(join(root, "docs", "worker.md")).text();

/** The blocks of the page in a language, in their order. */
function blocksOf(language: string): string[] {
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms"))].map(
    ([, block = ""]) => block,
  );
}

/** A folder in which `wakerbench` is installed, as a reader has it. */
function openProject() {
  const folder = mkdtempSync(join(tmpdir(), "wakerbench-documented-"));
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(root, join(folder, "node_modules", "wakerbench"));
  // What is installed has a bundle; here it is the sources that are asked.
  const paths = { "wakerbench/*": [join(root, "src", "*.ts")] };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: { paths } }));
  return {
    write: (name: string, content: string) => writeFileSync(join(folder, name), content),
    path: (name: string) => join(folder, name),
    run(...cmd: string[]) {
      const { exitCode, stdout, stderr } = Bun.spawnSync(cmd, { cwd: folder, stderr: "pipe" });
      return { exitCode, stdout: stdout.toString(), stderr: stderr.toString() };
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

const [library = "", ...otherLibraries] = blocksOf("c");
const [program = "", jobs = "", caller = "", ...otherPrograms] = blocksOf("ts");
const cc = Bun.which("cc");
if (cc === null) console.warn("SKIPPED: docs/worker.md is not compiled: there is no cc here");

test("every program of docs/worker.md is tried here", () => {
  expect({ otherLibraries, otherPrograms }).toEqual({ otherLibraries: [], otherPrograms: [] });
});

test.skipIf(cc === null)("the library of docs/worker.md is built and called as it says", () => {
  using project = openProject();
  const [build = ""] = blocksOf("sh");
  project.write("mine.c", library);
  project.write("main.ts", program);
  const strict = `CFLAGS="-std=c99 -Wall -Wextra -pedantic -Werror"; ${build.replace("cc ", "cc $CFLAGS ")}`;
  expect(project.run("sh", "-c", strict)).toEqual({ exitCode: 0, stdout: "", stderr: "" });
  expect(project.run(process.execPath, "main.ts")).toEqual({
    exitCode: 0,
    stdout: "42 1000000\n",
    stderr: "",
  });
});

test.skipIf(Bun.which("c++") === null)("the library of docs/worker.md is C++ as well", () => {
  using project = openProject();
  project.write("mine.cpp", library);
  const flags = ["-std=c++17", "-Wall", "-Wextra", "-pedantic", "-Werror", "-fsyntax-only"];
  const include = join(root, "include");
  expect(project.run("c++", ...flags, "-I", include, "mine.cpp").stderr).toBe("");
});

test("the Worker of docs/worker.md is called as it says", () => {
  using project = openProject();
  project.write("jobs.ts", jobs);
  project.write(
    "main.ts",
    `${caller}console.log(titles, await worker.call("countVowels", ["queue"]));`,
  );
  {
    using database = new Database(project.path("films.db"));
    database.run("create table films (title text, year integer)");
    database.run("insert into films values ('Solaris', 1972), ('Stalker', 1979), ('2001', 1968)");
  }
  expect(project.run(process.execPath, "main.ts")).toEqual({
    exitCode: 0,
    stdout: '[ "2001" ] 4\n',
    stderr: "",
  });
});
