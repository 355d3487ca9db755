/** A row of a table; cells are Markdown already, but for the bars in them. */
type Row = readonly string[];

/** A table of GitHub's Markdown, header first. */
export function table([header = [], ...rows]: readonly Row[]): string {
  const line = (row: Row) => `| ${row.map(cell).join(" | ")} |`;
  return [line(header), `| ${header.map(() => "---").join(" | ")} |`, ...rows.map(line)].join("\n");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}

/** Code in a line; a backtick in it would end it. */
export function code(text: string): string {
  return text.includes("`") ? `\`\` ${text} \`\`` : `\`${text}\``;
}

/** A block of code. */
export function fence(language: string, text: string): string {
  return `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;
}

/** What stands in a declaration as a part of a line, as the end of a sentence. */
export function ended(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

/** The same as a sentence of its own. */
export function sentence(text: string): string {
  const first = text.slice(0, 1);
  // A name, such as `fs.read`, begins as it is written.
  const isName = /^[\w`]+[.(`]/.test(text);
  return ended(isName ? text : first.toUpperCase() + text.slice(1));
}

/** A page: its parts with a line between them, and where it is changed. */
export function page(source: string, parts: readonly string[]): string {
  const note = `<!-- Made by \`bun run docs\` from ${source}: change it there. -->`;
  return `${[note, ...parts.filter((part) => part !== "")].join("\n\n")}\n`;
}
