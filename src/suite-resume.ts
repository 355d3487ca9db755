import packageJson from "../package.json" with { type: "json" };
import type { PreparedComparison } from "./compare.ts";
import { WakerbenchError } from "./errors.ts";
import type { Environment, Results } from "./results/schema.ts";

/** What of a machine must be the same in both sittings, in words. */
const facts: Readonly<Partial<Record<keyof Environment, string>>> = {
  machine: "machine",
  runtime: "runtime",
  cpu: "CPU",
  cores: "number of cores",
  arch: "architecture",
  os: "system",
  kernel: "kernel",
  governor: "CPU governor",
};

/**
 * Another version may have other flags and other defaults.
 *
 * @throws WakerbenchError RESUME_IMPOSSIBLE
 */
export function checkVersion({ tool }: Results): void {
  if (tool.version === packageJson.version) return;
  throw impossible(
    `the suite was begun by wakerbench ${tool.version}, this is ${packageJson.version}`,
  );
}

/**
 * Figures of two machines, runtimes or sets of options are not those of one run.
 *
 * @throws WakerbenchError RESUME_IMPOSSIBLE
 */
export function checkResumable(earlier: Results, prepared: PreparedComparison): void {
  const difference =
    differentMachine(earlier, prepared) ??
    differentRuntime(earlier, prepared) ??
    differentOptions(earlier, prepared);
  if (difference !== null) throw impossible(difference);
}

function impossible(difference: string): WakerbenchError {
  return new WakerbenchError("RESUME_IMPOSSIBLE", `--resume: ${difference}`, {
    remedy: "leave out --resume: the suite begins anew",
  });
}

function differentMachine(
  { environment: then }: Results,
  { environment: now }: PreparedComparison,
): string | null {
  for (const [fact, name] of Object.entries(facts)) {
    const [before, after] = [then[fact as keyof Environment], now[fact as keyof Environment]];
    if (before === after) continue;
    return `the suite was begun with another ${name}: ${before ?? "none"}, here ${after ?? "none"}`;
  }
  return null;
}

function differentRuntime({ series }: Results, { parts }: PreparedComparison): string | null {
  const here = new Set(parts.flatMap((part) => part.subjects.map(({ runtime }) => runtime.name)));
  const gone = series.find(({ runtime }) => !here.has(runtime));
  if (gone === undefined) return null;
  return `the suite was begun with ${gone.runtime}, here is ${[...here].join(", ")}`;
}

function differentOptions({ options }: Results, { parts }: PreparedComparison): string | null {
  const now = Object.fromEntries(parts.map((part) => [part.scenario, part.options]));
  // As a file has them: without what is undefined.
  const written = JSON.parse(JSON.stringify(now));
  const scenario = [...new Set([...Object.keys(options), ...Object.keys(written)])].find(
    (id) => !Bun.deepEquals(options[id], written[id]),
  );
  return scenario === undefined ? null : `the suite was begun with other options of ${scenario}`;
}
