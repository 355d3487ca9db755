import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { bundledPath, packageRoot } from "../../entry.ts";

let script: Promise<string> | null = null;

/** The script of the page, as text that can stand in a script element. Made once a process. */
export function clientScript(): Promise<string> {
  // The package has no sources to bundle: src/package/bundle.ts wrote down what `bundleClient` gave it.
  const bundled = bundledPath(clientFile);
  script ??= bundled === undefined ? bundleClient() : readFile(bundled, "utf8");
  return script;
}

/** Under dist/ of the published package. */
export const clientFile = "page-client.js";

/**
 * Bundles the script of the page for browsers: ECharts' parts, what draws our charts, and what calls it.
 *
 * @throws AggregateError of the bundler, when a module cannot be found
 */
export async function bundleClient(root: string = packageRoot): Promise<string> {
  const built = await Bun.build({
    entrypoints: [join(root, "src", "report", "page", "client.ts")],
    target: "browser",
    format: "esm",
    minify: true,
    // ECharts asks for it and leaves out what only its developers need.
    define: { "process.env.NODE_ENV": '"production"' },
  });
  const text = (await built.outputs[0]?.text()) ?? "";
  // In the text of a script element these would end it.
  return text.replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--");
}
