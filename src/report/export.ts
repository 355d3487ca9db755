import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { messageOf, WakerbenchError } from "../errors.ts";
import type { Results } from "../results/schema.ts";
import { writeWhole } from "../results/store.ts";
import { type ChartView, type ExportFormat, type FileFormat, usualView } from "./index.ts";

/** What became of an export. A failure is of what was asked for, a warning of what came with it. */
export type Exported = {
  readonly failures: readonly string[];
  readonly warnings: readonly string[];
};

/**
 * Writes what one `--export` names. A failure is told and not thrown: what was measured is kept, whatever
 * becomes of its export.
 *
 * @param remedy what to do where the file system refuses
 */
export async function exportTo(
  { path, format }: { readonly path: string; readonly format: ExportFormat },
  results: Results,
  remedy: string,
  view: ChartView = usualView,
): Promise<Exported> {
  try {
    if (!("renderAll" in format)) {
      writeWhole(path, await format.render(results, view));
      return { failures: [], warnings: told(path, (await format.warningsOf?.(results)) ?? []) };
    }
    const { files, warnings } = await format.renderAll(results, view);
    mkdirSync(path, { recursive: true });
    for (const [name, content] of Object.entries(files)) writeWhole(join(path, name), content);
    return { failures: [], warnings: told(path, warnings) };
  } catch (error) {
    const failures = [
      `error: --export ${path}: ${messageOf(error)}`,
      `  try: ${remedyOf(error, remedy)}`,
    ];
    return { failures, warnings: [] };
  }
}

/** @param room what to do where the file system refuses, whose errors have a code */
function remedyOf(error: unknown, room: string): string {
  if (error instanceof WakerbenchError) return error.remedy;
  const isSystem = error instanceof Error && "code" in error;
  return isSystem ? room : "this is a defect of wakerbench; another format may work";
}

/**
 * Asked before anything is measured: ten minutes of a suite are not to end in what was known at their start.
 *
 * @throws WakerbenchError EXPORT_FAILED of the first `--export` that cannot be written here
 */
export async function mustBePossible(
  exports: readonly { readonly path: string; readonly format: ExportFormat }[],
): Promise<void> {
  for (const { path, format } of exports) {
    if ("renderAll" in format) continue;
    await format.mustBePossible?.().catch((cause: unknown) => {
      if (!(cause instanceof WakerbenchError)) throw cause;
      const { message, remedy } = cause;
      throw new WakerbenchError("EXPORT_FAILED", `--export ${path}: ${message}`, { remedy, cause });
    });
  }
}

/** The same of what goes to stdout. */
export async function warningsOfPrinted(
  format: FileFormat,
  results: Results,
): Promise<readonly string[]> {
  return told("stdout", (await format.warningsOf?.(results)) ?? []);
}

function told(path: string, warnings: readonly string[]): readonly string[] {
  return warnings.map((warning) => `warning: ${path}: ${warning}`);
}
