/**
 * Runs a program of the fixtures to its end.
 *
 * @param modes its arguments; the last one is the mode that it is told by
 * @returns the mode, what the program printed, and its exit code
 */
export async function livesOf(program: string, ...modes: [...string[], string]): Promise<string> {
  const child = Bun.spawn([process.execPath, program, ...modes], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr, exitCode] = await Promise.all([
    child.stdout.text(),
    child.stderr.text(),
    child.exited,
  ]);
  return `${modes.at(-1)}: ${stdout}${stderr}${exitCode}`;
}
