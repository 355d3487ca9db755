import type { ArgsDef } from "citty";

/** One subcommand: flags in, exit status out, nothing else. */
export type Command = {
  readonly name: string;
  /** One line, for the overview. */
  readonly summary: string;
  /** Positional arguments and flags, in citty's words. */
  readonly args: ArgsDef;
  /** What `--help` shows for these arguments, where it is not the same for all. */
  narrowed?(rawArgs: readonly string[]): Pick<Command, "name" | "summary" | "args">;
  /**
   * @param rawArgs what came after the subcommand's name
   * @returns the exit status
   * @throws WakerbenchError for what the user can mend
   */
  run(rawArgs: readonly string[]): Promise<number>;
};
