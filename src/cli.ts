import { defineCommand, renderUsage } from "citty";
import packageJson from "../package.json" with { type: "json" };
import type { Command } from "./commands/command.ts";
import { summaries } from "./commands/summaries.ts";
import { messageOf, WakerbenchError } from "./errors.ts";
import { suggestion } from "./suggestion.ts";
import {
  messages,
  print,
  reportError,
  surviveBrokenOutput,
  wantsColour,
} from "./terminal/output.ts";

const usageStatus = 2;
const usageCodes = new Set([
  "USAGE",
  "UNKNOWN_CONTENDER",
  "WAKER_FILE_BAD",
  "PLACEMENT_IMPOSSIBLE",
  "RUNTIME_NOT_FOUND",
  "EXPORT_FAILED",
  "ADDRESS_BAD",
  "RESULTS_BAD",
  "RUN_UNKNOWN",
  "RESUME_IMPOSSIBLE",
  "NOT_COMPARABLE",
]);

const examples = `wakerbench ${packageJson.version}: which way should a native thread wake Bun's event loop?

  wakerbench compare                           the usual wakers, on this machine
  wakerbench compare ./my-waker.ts callback    your own against the quickest
  wakerbench list wakers callback              one waker in full, with its code

wakerbench --help lists everything.
`;

const program = defineCommand({
  meta: {
    name: "wakerbench",
    version: packageJson.version,
    description: "Which way should a native thread wake Bun's event loop?",
  },
  subCommands: Object.fromEntries(
    Object.entries(summaries).map(([name, summary]) => [
      name,
      cittyOf({ name, summary, args: {} }),
    ]),
  ),
});

function cittyOf({ name, summary, args }: Pick<Command, "name" | "summary" | "args">) {
  return defineCommand({ meta: { name, description: summary }, args });
}

/** citty colours its help wherever it goes; a pipe gets plain text. */
async function printUsage(usage: string): Promise<void> {
  const text = wantsColour(process.stdout) ? usage : Bun.stripANSI(usage);
  await print(`${text.replace(/[ \t]+$/gm, "")}\n`);
}

/** Runs the command line and returns the exit status. */
async function main(rawArgs: readonly string[]): Promise<number> {
  const [name, ...rest] = rawArgs;
  if (name === undefined) {
    await print(examples);
    return 0;
  }
  if (name === "--help" || name === "-h" || name === "help") {
    await printUsage(await renderUsage(program));
    return 0;
  }
  if (name === "--version" || name === "-v") {
    await print(`${packageJson.version}\n`);
    return 0;
  }
  const { commands } = await import("./commands/index.ts");
  const command = commands.find((one) => one.name === name);
  if (command === undefined) {
    const names = Object.keys(summaries);
    const what = name.startsWith("-") ? "flag" : "command";
    throw new WakerbenchError("USAGE", `unknown ${what} ${name}`, {
      remedy: suggestion(name, names) ?? `there are: ${names.join(", ")}; see --help`,
    });
  }
  const end = rest.indexOf("--");
  const own = end === -1 ? rest : rest.slice(0, end);
  if (own.includes("--help") || own.includes("-h")) {
    await printUsage(await renderUsage(cittyOf(command.narrowed?.(own) ?? command), program));
    return 0;
  }
  return command.run(rest);
}

/** What nobody has foreseen is a defect of ours, but for what the machine has too little of. */
function remedyOf(error: unknown): string {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return code === "EMFILE" || code === "ENFILE"
    ? "allow more descriptors with `ulimit -n 1024`"
    : "this is a defect of wakerbench; WAKERBENCH_DEBUG=1 shows where";
}

surviveBrokenOutput();
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof WakerbenchError) {
    reportError(error);
    process.exitCode = usageCodes.has(error.code) ? usageStatus : 1;
  } else {
    messages.log(`error: ${messageOf(error)}`);
    messages.log(`  try: ${remedyOf(error)}`);
    if (process.env.WAKERBENCH_DEBUG === "1") console.error(error);
    process.exitCode = 1;
  }
}
process.exit();
