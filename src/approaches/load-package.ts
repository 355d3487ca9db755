import { WakerbenchError } from "../errors.ts";

/**
 * The module of a package that a contender is, and that is no part of wakerbench's own bundle.
 *
 * @throws WakerbenchError UNSUPPORTED
 */
export async function loadPackage<Module>(
  name: string,
  load: () => Promise<Module>,
): Promise<Module> {
  try {
    return await load();
  } catch (cause) {
    throw new WakerbenchError("UNSUPPORTED", `the package ${name} cannot be loaded`, {
      remedy: `install it: bun add --dev ${name}`,
      cause,
    });
  }
}
