import { join } from "node:path";

/** The folder of the examples. */
export const examplesFolder = join(import.meta.dirname, "..", "..", "examples");

function hasPythonZig(): boolean {
  if (Bun.which("python3") === null) return false;
  return Bun.spawnSync(["python3", "-m", "ziglang", "version"]).exitCode === 0;
}

/** Whether anything here can compile C, in the order in which examples/build.sh looks. */
export const hasCompiler: boolean =
  Boolean(process.env.CC) || Boolean(Bun.which("cc") ?? Bun.which("zig")) || hasPythonZig();

if (!hasCompiler) {
  console.warn(
    "SKIPPED: the examples are not tested, for there is neither a C compiler nor zig here",
  );
}

/**
 * Builds an example with its one command.
 *
 * @throws with what the compiler said
 */
export function buildExample(name: string): void {
  const script = join(examplesFolder, name, "build.sh");
  const { exitCode, stderr } = Bun.spawnSync(["sh", script]);
  if (exitCode !== 0) throw new Error(`${script} ended with ${exitCode}: ${stderr}`);
}
