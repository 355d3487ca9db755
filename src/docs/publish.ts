import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { ProbeReport } from "../probe/report.ts";
import { madeFolders, madePages } from "./pages.ts";
import { matrixOf, matrixPath } from "./support-matrix.ts";

/**
 * `bun run docs` writes the pages that are made from declarations. `bun run docs MATRIX.json` first takes over a
 * support matrix that `wakerbench probe --export MATRIX.json` wrote; the pages then need a second run.
 */
async function publish(matrix: string | undefined): Promise<void> {
  const root = join(import.meta.dirname, "..", "..");
  if (matrix !== undefined) {
    await Bun.write(matrixPath, matrixOf((await Bun.file(matrix).json()) as ProbeReport));
    console.log("took over the support matrix; run it once more to write the pages");
    return;
  }
  const pages = madePages();
  for (const folder of madeFolders) {
    for (const name of readdirSync(join(root, folder))) {
      if (!pages.has(`${folder}/${name}`)) rmSync(join(root, folder, name));
    }
  }
  for (const [path, text] of pages) await Bun.write(join(root, path), text);
  console.log(`${pages.size} pages`);
}

await publish(process.argv[2]);
