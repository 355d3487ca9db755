import { WakerbenchError } from "../errors.ts";
import type { DispatchParameters } from "./dispatch-parameters.ts";

/**
 * Turns away counts that do not go together: each round makes its share of the calls, and has at least as
 * many as shall be on their way at once.
 *
 * @throws WakerbenchError USAGE
 */
export function rejectDispatchConflicts(parameters: DispatchParameters): void {
  const { count, rounds, "in-flight": inFlight } = parameters;
  const share = Math.floor(count / rounds);
  if (share === 0) {
    throw new WakerbenchError("USAGE", `--rounds ${rounds} is more than --count ${count}`, {
      remedy: "ask for a call in each round at least",
    });
  }
  if (inFlight <= share) return;
  throw new WakerbenchError(
    "USAGE",
    `--in-flight ${inFlight} is more than the ${share} calls of a round`,
    { remedy: `ask for --count ${rounds * inFlight} or more, or for fewer --rounds` },
  );
}

/**
 * Whether the calls are given nothing by the command line. Then what a complete worker can be asked for is
 * measured beside them.
 */
export function isPlain(parameters: DispatchParameters): boolean {
  const timeoutEach = parameters["timeout-each"];
  return (
    timeoutEach === undefined && parameters["cancel-rate"] === 0 && parameters["throw-rate"] === 0
  );
}
