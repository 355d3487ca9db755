import { clearScreenDown, cursorTo, moveCursor } from "node:readline";

/** A block of lines on a terminal that is drawn again and again in its place. */
export class LiveBlock implements Disposable {
  readonly #stream: NodeJS.WriteStream;
  #drawnLines = 0;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  /** Draws `text` over what was drawn before. Lines are cut to the terminal's width. */
  draw(text: string): void {
    // Some terminals do not know their size and say 0.
    const columns = this.#stream.columns || 80;
    const rows = this.#stream.rows || 24;
    const lines = text
      .split("\n")
      .slice(0, rows - 1)
      .map((line) => cut(line, columns - 1));
    this.#rewind();
    this.#stream.write(`${lines.join("\n")}\n`);
    this.#drawnLines = lines.length;
  }

  #rewind(): void {
    if (this.#drawnLines === 0) return;
    moveCursor(this.#stream, 0, -this.#drawnLines);
    cursorTo(this.#stream, 0);
    clearScreenDown(this.#stream);
    this.#drawnLines = 0;
  }

  /** Takes the block away. */
  [Symbol.dispose](): void {
    this.#rewind();
  }
}

function cut(line: string, width: number): string {
  if (Bun.stringWidth(line) <= width) return line;
  return `${Bun.stripANSI(line).slice(0, width - 1)}…`;
}
