import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { builtLibraryPath } from "../../src/native/library.ts";
import { type Results, resultsSchema } from "../../src/results/schema.ts";
import { undocumentedKeys } from "../docs/documented-keys.ts";

const root = join(import.meta.dirname, "..", "..");
export const programPath = join(root, "src", "cli.ts");
export const launcherPath = join(root, "bin", "wakerbench");

/** A measurement that is real and takes half a second. The seed comes last. */
export const briefly =
  "--no-contention --rounds 3 --wakes 20 --warmup-wakes 2 --placement any --seed 1".split(" ");

/** What a run leaves in its {@link Sandbox} that exports nothing. */
export const keptFiles = ["data/history.sqlite", "data/results/latest.json"] as const;

export type Ended = {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
};

/** The path of a waker's file that is made for tests. */
export function fixture(name: string): string {
  return join(import.meta.dirname, "fixtures", `${name}.ts`);
}

/** A home of its own for the program, removed at the end. */
export class Sandbox implements Disposable {
  readonly directory = mkdtempSync(join(tmpdir(), "wakerbench-cli-"));
  readonly dataDirectory = join(this.directory, "data");
  readonly latestPath = join(this.dataDirectory, "results", "latest.json");

  /** A path in it. */
  path(...parts: string[]): string {
    return join(this.directory, ...parts);
  }

  makeDirectory(name: string): string {
    mkdirSync(this.path(name), { recursive: true });
    return this.path(name);
  }

  /** Neither colours nor the user's own data leak in; NODE_ENV=test of `bun test` stays. */
  environment(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
    const { PATH = "", NODE_ENV = "test" } = process.env;
    return {
      PATH,
      NODE_ENV,
      TERM: "xterm-256color",
      HOME: this.directory,
      WAKERBENCH_DATA_DIR: this.dataDirectory,
      WAKERBENCH_LIBRARY: builtLibraryPath,
      ...extra,
    };
  }

  start(args: readonly string[], options: StartOptions = {}) {
    const { environment = {}, before = [] } = options;
    return Bun.spawn([...before, process.execPath, programPath, ...args], {
      cwd: this.directory,
      env: this.environment(environment),
      stdio: ["ignore", "pipe", "pipe"],
      detached: options.detached ?? false,
    });
  }

  async run(args: readonly string[], options: StartOptions = {}): Promise<Ended> {
    return ended(this.start(args, options));
  }

  /** Runs a line of bash, in which "$W" is the program. */
  async shell(line: string): Promise<Ended> {
    const program = `W() { "${process.execPath}" "${programPath}" "$@"; }`;
    const shell = Bun.spawn(["bash", "-c", `${program}; ${line}`], {
      cwd: this.directory,
      env: this.environment(),
      stdio: ["ignore", "pipe", "pipe"],
    });
    return ended(shell);
  }

  latest(): Results {
    return parseResults(readFileSync(this.latestPath, "utf8"));
  }

  /** Every file in it, sorted, relative to it; without what Bun itself keeps in a home. */
  files(): string[] {
    return readdirSync(this.directory, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name).slice(this.directory.length + 1))
      .filter((name) => !name.startsWith(".bun"))
      .toSorted();
  }

  [Symbol.dispose](): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

export type StartOptions = {
  readonly environment?: Readonly<Record<string, string>>;
  /** What stands before the program on the command line: `taskset -c 0`. */
  readonly before?: readonly string[];
  /** In a process group of its own. */
  readonly detached?: boolean;
};

type Started = Bun.Subprocess<"ignore", "pipe", "pipe">;

/** Waits for the end and for all that was written. */
export async function ended(started: Started): Promise<Ended> {
  const [stdout, stderr, status] = await Promise.all([
    started.stdout.text(),
    started.stderr.text(),
    started.exited,
  ]);
  return { status: started.signalCode === null ? status : null, stdout, stderr };
}

/** The results that went to stdout as JSON. */
export function resultsOf({ stdout }: Ended): Results {
  return parseResults(stdout);
}

/** What the program wrote is what its schema and its reference say. */
function parseResults(text: string): Results {
  const results = resultsSchema.parse(JSON.parse(text));
  const strange = undocumentedKeys(results);
  if (strange.length > 0) {
    throw new Error(`src/docs/results-words.ts has no words for ${strange.join(", ")}`);
  }
  return results;
}

export function isInstalled(program: string): boolean {
  return Bun.which(program) !== null;
}
