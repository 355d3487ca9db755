import type { TableStyle } from "../table.ts";

/** What a column of a line is, for those who see colours; nobody needs them. */
export type Role = "figure" | "mark" | "faint";

/** One line of a plot, column by column. */
export class Canvas {
  readonly #columns: { glyph: string; role: Role }[];

  /** @param width columns, all blank at first */
  constructor(width: number) {
    this.#columns = Array.from({ length: width }, () => ({ glyph: " ", role: "figure" }));
  }

  /** Puts one glyph from a column to another, both included; what lies outside is left out. */
  fill(from: number, to: number, glyph: string, role: Role = "figure"): void {
    for (let column = Math.max(0, from); column <= to && column < this.#columns.length; column++) {
      this.#columns[column] = { glyph, role };
    }
  }

  /** Puts a text whose characters are one column wide each. */
  write(from: number, text: string, role: Role = "figure"): void {
    for (const [index, glyph] of [...text].entries())
      this.fill(from + index, from + index, glyph, role);
  }

  isBlank(column: number): boolean {
    return this.#columns[column]?.glyph === " ";
  }

  /** The line in the colours of the style, without blanks at its end. */
  render(style: TableStyle): string {
    const end = this.#columns.findLastIndex(({ glyph }) => glyph !== " ");
    const runs: { text: string; role: Role }[] = [];
    for (const { glyph, role } of this.#columns.slice(0, end + 1)) {
      const last = runs.at(-1);
      if (last?.role === role) last.text += glyph;
      else runs.push({ text: glyph, role });
    }
    return runs.map(({ text, role }) => coloured(text, role, style)).join("");
  }
}

function coloured(text: string, role: Role, style: TableStyle): string {
  switch (role) {
    case "mark":
      return style.bold(text);
    case "faint":
      return style.dim(text);
    case "figure":
      return text;
  }
}
