import { chownSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SQL } from "bun";

const user = "wakerbench";
export const password = "not-to-be-printed";

/** Where PostgreSQL's programs are: on the path, or where Debian and Homebrew put them; null: nowhere. */
export function findPostgres(): string | null {
  const found = Bun.which("initdb");
  if (found !== null) return join(found, "..");
  const places = ["/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt"];
  const directories = places.flatMap((place) =>
    list(place).map((name) => join(place, name, "bin")),
  );
  return directories.findLast((directory) => list(directory).includes("initdb")) ?? null;
}

function list(directory: string): string[] {
  try {
    return readdirSync(directory).toSorted();
  } catch {
    return [];
  }
}

/** A PostgreSQL of one's own, in a directory of its own and on a port of its own; gone at the end. */
export class PostgresServer implements Disposable {
  readonly #programs: string;
  readonly #directory: string;
  readonly #data: string;
  readonly port: number;
  #databases = 0;

  constructor(programs: string) {
    this.#programs = programs;
    this.#directory = mkdtempSync(join(tmpdir(), "wakerbench-postgres-"));
    this.#data = join(this.#directory, "data");
    this.port = freePort();
    const secret = join(this.#directory, "password");
    writeFileSync(secret, password);
    if (isRoot)
      for (const path of [this.#directory, secret]) chownSync(path, idOf("-u"), idOf("-g"));
    const how = ["--auth=scram-sha-256", "--no-sync", "--locale=C", "--encoding=UTF8"];
    this.#run("initdb", [...how, `--username=${user}`, `--pwfile=${secret}`, this.#data]);
    this.start();
  }

  /** One that has nothing in it yet. */
  async createDatabase(): Promise<string> {
    this.#databases += 1;
    const name = `history_${this.#databases}`;
    await using sql = new SQL(this.urlOf("postgres"), { max: 1 });
    await sql.unsafe(`create database ${name}`);
    return this.urlOf(name);
  }

  urlOf(database: string, secret = password): string {
    return `postgres://${user}:${secret}@127.0.0.1:${this.port}/${database}`;
  }

  start(): void {
    const options = [
      `-p ${this.port} -k ${this.#directory}`,
      "-c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=40",
    ];
    const log = join(this.#directory, "log");
    this.#run("pg_ctl", ["start", "--wait", "-D", this.#data, "-l", log, "-o", options.join(" ")]);
  }

  stop(): void {
    this.#run("pg_ctl", ["stop", "--wait", "-D", this.#data, "-m", "immediate"]);
  }

  [Symbol.dispose](): void {
    try {
      this.stop();
    } catch {
      // It was stopped by a test.
    }
    rmSync(this.#directory, { recursive: true, force: true });
  }

  /** PostgreSQL refuses to run as root. */
  #run(program: string, args: readonly string[]): void {
    const before = isRoot ? ["runuser", "-u", "postgres", "--"] : [];
    const command = [...before, join(this.#programs, program), ...args];
    // A server that is left behind would hold a pipe open.
    const output = join(this.#directory, `${program}.out`);
    const { exitCode } = Bun.spawnSync(command, {
      cwd: this.#directory,
      stdio: ["ignore", Bun.file(output), Bun.file(output)],
    });
    if (exitCode !== 0) throw new Error(`${program} ended with ${exitCode}: see ${output}`);
  }
}

const isRoot = process.getuid?.() === 0;

function idOf(flag: "-u" | "-g"): number {
  return Number(Bun.spawnSync(["id", flag, "postgres"]).stdout.toString());
}

function freePort(): number {
  const listener = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const { port } = listener;
  listener.stop(true);
  return port;
}
