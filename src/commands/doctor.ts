import { ensureLibrary, isCheckout } from "../native/build.ts";
import { findLibrary, loadLibrary } from "../native/library.ts";
import { describeEnvironment } from "../results/environment.ts";
import { messages, print, styleFor } from "../terminal/output.ts";
import type { Command } from "./command.ts";
import { parseFlags, rejectFurther } from "./flags.ts";
import { summaries } from "./summaries.ts";

export const doctorCommand: Command = {
  name: "doctor",
  summary: summaries.doctor,
  args: {},
  async run(rawArgs) {
    rejectFurther("doctor", parseFlags(rawArgs, doctorCommand.args).positionals, 0);
    if (isCheckout()) ensureLibrary({ log: (line) => messages.log(line) });
    const { warnings, ...facts } = describeEnvironment(loadLibrary(findLibrary()));
    const style = styleFor(process.stdout);
    const lines = Object.entries(facts).map(
      ([name, fact]) => `  ${name.padEnd(18)} ${fact ?? "cannot be told here"}`,
    );
    const found = warnings.flatMap(({ message, remedy }) => [
      style.warn(`  ! ${message}`),
      `    try: ${remedy}`,
    ]);
    const verdict = found.length === 0 ? ["  nothing found that would spoil a measurement"] : found;
    await print([style.bold("This machine"), ...lines, "", ...verdict, ""].join("\n"));
    return 0;
  },
};
