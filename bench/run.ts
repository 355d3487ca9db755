import { join } from "node:path";
import { type BenchRequest, benchNames, parseRequest } from "./request.ts";

const usage = `bun bench/run.ts [NAME…] [-- FLAG…]

Runs \`wakerbench compare\` and then every bench of the pieces, each in a process of its own.
NAME   only these: ${benchNames.join(", ")}
FLAG   handed to compare, e.g. -- --quick

Exit status: that of the first that failed.`;

/** The process that is one bench. */
function commandOf(name: string, compareFlags: readonly string[]): string[] {
  if (name === "compare") {
    const program = join(import.meta.dirname, "..", "src", "cli.ts");
    return [process.execPath, program, "compare", ...compareFlags];
  }
  return [process.execPath, join(import.meta.dirname, `${name}.ts`)];
}

/** Runs one after the other. Resolves with the exit status of the first that failed, else 0. */
async function runAll(request: BenchRequest): Promise<number> {
  let interrupted = false;
  // Ctrl-C reaches the child too, which prints what it has; this process must outlive it.
  process.on("SIGINT", () => {
    interrupted = true;
  });
  let status = 0;
  for (const name of request.names) {
    if (request.names.length > 1) console.error(`\n── ${name} ──\n`);
    const child = Bun.spawn(commandOf(name, request.compareFlags), {
      stdio: ["inherit", "inherit", "inherit"],
    });
    const childStatus = await child.exited;
    if (interrupted) return 130;
    if (status === 0) status = childStatus;
  }
  return status;
}

const request = parseRequest(process.argv.slice(2));
if ("fault" in request) {
  console.error(`error: ${request.fault}`);
  process.exit(2);
}
if (request.help) console.log(usage);
else process.exitCode = await runAll(request);
