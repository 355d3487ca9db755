import type { ArgsDef } from "citty";
import { type Shell, scriptOf, shells } from "../completion/scripts.ts";
import { WakerbenchError } from "../errors.ts";
import { suggestion } from "../suggestion.ts";
import { print } from "../terminal/output.ts";
import type { Command } from "./command.ts";
import { parseFlags, rejectFurther } from "./flags.ts";
import { summaries } from "./summaries.ts";

/** What the scripts call; it stands in no help, because nobody writes it. */
const request = "complete";

const args: ArgsDef = {
  shell: {
    type: "positional",
    required: true,
    description: shells.join("|"),
  },
};

export const completionCommand: Command = {
  name: "completion",
  summary: summaries.completion,
  args,
  async run(rawArgs) {
    if (rawArgs[0] === request) return answer(rawArgs.slice(rawArgs.indexOf("--") + 1));
    const { positionals } = parseFlags(rawArgs, args);
    rejectFurther("completion", positionals, 1);
    await print(scriptOf(shellCalled(positionals[0])));
    return 0;
  },
};

/** @throws WakerbenchError USAGE */
function shellCalled(name: string | undefined): Shell {
  const shell = shells.find((one) => one === name);
  if (shell !== undefined) return shell;
  const remedy = `write wakerbench completion ${shells.join("|")}`;
  if (name === undefined) {
    throw new WakerbenchError("USAGE", "completion needs the name of a shell", { remedy });
  }
  throw new WakerbenchError("USAGE", `completion: there is no "${name}"`, {
    remedy: suggestion(name, shells) ?? remedy,
  });
}

/** One line for each word that may stand there, with what it is. */
async function answer(words: readonly string[]): Promise<number> {
  // Only here: the registry has this very command.
  const { commands } = await import("./index.ts");
  const { completionsOf } = await import("../completion/complete.ts");
  const offers = completionsOf(words, commands);
  await print(offers.map(({ value, description = "" }) => `${value}\t${description}\n`).join(""));
  return 0;
}
