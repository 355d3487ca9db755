import { closeSync } from "node:fs";

/** What is read of a child: its extra pipes, and the last lines that it printed. */

const keptLines = 6;

/**
 * Since 1.4 the descriptors of extra pipes belong to whoever reads `stdio` (oven-sh/bun#33828); before, the
 * Subprocess closes them when it is collected.
 */
const ownsExtraPipes = Bun.semver.order(Bun.version, "1.4.0") >= 0;

/** Closes a descriptor of `stdio`, once a stream has been made from it: that reads a copy, and closes no other. */
export function closeExtraPipe(fd: number): void {
  if (ownsExtraPipes) closeSync(fd);
}

/** What happened, followed by the child's last lines. */
export function withLines(what: string, lines: readonly string[]): string {
  return lines.length === 0 ? what : `${what}: ${lines.slice(-keptLines).join(" | ")}`;
}

/** The descriptor of one of a child's extra pipes. */
export function fdOf(pipe: number | null | undefined): number {
  if (typeof pipe !== "number") throw new Error("the child has no pipe for its answers");
  return pipe;
}

/**
 * The text of a stream, until it ends or `ended` says that nothing more will come: a process that a
 * waker left behind may hold the other end open for ever.
 *
 * @param most only so many of the last characters are kept
 */
export async function readUntil(
  stream: ReadableStream<Uint8Array>,
  ended: Promise<void>,
  most = Number.POSITIVE_INFINITY,
): Promise<string> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  const chunks: string[] = [];
  let size = 0;
  let isOver = false;
  void ended.then(() => {
    isOver = true;
    return reader.cancel().catch(() => {});
  });
  while (!isOver) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(decoder.decode(value, { stream: true }));
    size += value.length;
    if (size > 2 * most) {
      const kept = chunks.join("").slice(-most);
      chunks.splice(0, chunks.length, kept);
      size = kept.length;
    }
  }
  return chunks.join("");
}

const mostOutput = 8192;

/** The last lines of a stream, without colours. */
export async function lastLines(
  stream: ReadableStream<Uint8Array>,
  ended: Promise<void>,
): Promise<string[]> {
  return Bun.stripANSI(await readUntil(stream, ended, mostOutput))
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => /[A-Za-z0-9]/.test(line))
    .slice(-keptLines);
}
