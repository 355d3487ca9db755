import { WakerbenchError } from "../errors.ts";
import { runtimeKinds } from "./index.ts";
import type { Runtime } from "./runtime.ts";

/**
 * A runtime by what was written after `--runtime` or before a contender's slash.
 *
 * @throws WakerbenchError RUNTIME_NOT_FOUND
 */
export async function findRuntime(written: string): Promise<Runtime> {
  const kind = runtimeKinds.find(({ accepts }) => accepts(written));
  if (kind !== undefined) return kind.find(written);
  throw new WakerbenchError("RUNTIME_NOT_FOUND", `there is no runtime "${written}"`, {
    remedy: "see `wakerbench list runtimes`",
  });
}
