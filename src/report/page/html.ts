/** Markup: what is in it has been escaped or is ours. Made by `html`, and by `markup` of what is markup already. */
export class Html {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

type Part = Html | string | number | null | readonly Part[];

/**
 * A template whose parts are escaped unless they are markup themselves; lists are joined, null is nothing. What a
 * user, a file or an agent wrote gets into a page only through this.
 */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(strings.map((text, index) => `${text}${written(parts[index] ?? null)}`).join(""));
}

/** Markup that was made elsewhere, by us. */
export function markup(text: string): Html {
  return new Html(text);
}

function written(part: Part): string {
  if (part === null) return "";
  if (part instanceof Html) return part.toString();
  if (typeof part === "object") return part.map(written).join("");
  return escapeText(String(part));
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text that is safe in an element and in a quoted attribute. */
function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? "");
}

/** Words in which code stands between backticks, as the advice of approaches has it. */
export function words(text: string): Html {
  const parts = text.split("`");
  return html`${parts.map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))}`;
}

/** JSON that is safe in a script element: nothing in it can end that element or begin a comment. */
export function scriptJson(value: unknown): Html {
  return new Html(JSON.stringify(value).replaceAll("<", "\\u003c"));
}
