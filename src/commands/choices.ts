/** What a flag or a word may be, and what it means: `idle|busy: what …` is how declarations write a choice. */
export type Choices = { readonly choices: readonly string[]; readonly meaning: string };

/** Words with bars between them, up to a colon, a semicolon or a parenthesis; what follows is the meaning. */
const written = /^([^\s|:;]+(?:\|[^\s|:;]+)+)(?:[:;] | (?=\()|$)(.*)$/s;

/**
 * Reads a choice from the front of its description: help, documentation and completion take it from there, so
 * it is written once.
 *
 * @returns no choices where the description begins with none
 */
export function splitChoices(description: string): Choices {
  const [, choices, meaning = ""] = written.exec(description) ?? [];
  if (choices === undefined) return { choices: [], meaning: description };
  return { choices: choices.split("|"), meaning };
}
