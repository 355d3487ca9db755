import { styleText } from "node:util";
import { createConsola } from "consola";
import { messageOf, WakerbenchError } from "../errors.ts";
import type { TableStyle } from "../report/table.ts";

/** Everything that is no result goes to stderr: progress, warnings, hints. */
export const messages = createConsola({
  level: 3,
  stdout: process.stderr,
  stderr: process.stderr,
  reporters: [{ log: ({ args }) => void process.stderr.write(`${args.join(" ")}\n`) }],
});

/** Colours where `stream` is a terminal that wants them; NO_COLOR and FORCE_COLOR are honoured. */
export function styleFor(stream: NodeJS.WriteStream): TableStyle {
  const isOn = wantsColour(stream);
  const style = (format: Parameters<typeof styleText>[0]) => (text: string) =>
    isOn ? styleText(format, text, { validateStream: false }) : text;
  // Some terminals do not know their size and say 0.
  const columns = isTerminal(stream) && stream.columns > 0 ? stream.columns : undefined;
  return { bold: style("bold"), dim: style("dim"), warn: style("yellow"), columns };
}

/** Whether escape codes are welcome on a stream. */
export function wantsColour(stream: NodeJS.WriteStream): boolean {
  const { NO_COLOR, FORCE_COLOR } = process.env;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== "") return FORCE_COLOR !== "0";
  if (NO_COLOR !== undefined && NO_COLOR !== "") return false;
  return isTerminal(stream);
}

/** Whether a stream is a terminal on which a block of lines can be drawn again and again. */
export function isTerminal(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY === true && process.env.TERM !== "dumb";
}

/** What a reader leaves behind that went away: of a pipe, of a terminal. */
const goneCodes = new Set(["EPIPE", "EIO"]);

/**
 * Writes to stdout and waits until it is out. A reader that went away (`| head`) is no error: the
 * results are kept all the same.
 *
 * @throws WakerbenchError OUTPUT_FAILED, where a file is the reader and its disk is full
 */
export async function print(text: string): Promise<void> {
  const cause = await new Promise<NodeJS.ErrnoException | null | undefined>((resolve) => {
    process.stdout.write(text, resolve);
  });
  if (cause == null || goneCodes.has(cause.code ?? "")) return;
  throw new WakerbenchError("OUTPUT_FAILED", `stdout: ${messageOf(cause)}`, {
    remedy: "write to where there is room",
    cause,
  });
}

/** A terminal or pipe that goes away must not end the run. */
export function surviveBrokenOutput(): void {
  process.stdout.on("error", () => {});
  process.stderr.on("error", () => {});
}

/** One line that says what is wrong, one that says what to do. */
export function reportError(error: WakerbenchError): void {
  messages.log(`error: ${messageOf(error)}`);
  messages.log(`  try: ${error.remedy}`);
  if (process.env.WAKERBENCH_DEBUG === "1") messages.log(error.stack ?? "");
}
