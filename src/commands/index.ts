import type { Command } from "./command.ts";
import { compareCommand } from "./compare.ts";
import { completionCommand } from "./completion.ts";
import { diffCommand } from "./diff.ts";
import { doctorCommand } from "./doctor.ts";
import { historyCommand } from "./history.ts";
import { listCommand } from "./list.ts";
import { probeCommand } from "./probe.ts";
import { reportCommand } from "./report.ts";
import { runCommand } from "./run.ts";
import { serveCommand } from "./serve.ts";
import { suiteCommand } from "./suite.ts";

/** Every subcommand, in the order of their summaries. */
export const commands: readonly Command[] = [
  compareCommand,
  runCommand,
  suiteCommand,
  diffCommand,
  probeCommand,
  reportCommand,
  listCommand,
  historyCommand,
  serveCommand,
  doctorCommand,
  completionCommand,
];
