import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

/** A licence, and what some licences want to be passed on with it. */
const licenceFile = /^(licen[cs]es?\/.*|(licen[cs]e|notice|copying)[^/]*)$/i;

/**
 * The licences of all that is packed and not ours, as one text: they ask to go wherever the code goes.
 *
 * @param names the packages, in any order
 * @throws Error when a package has none
 */
export function thirdPartyLicences(root: string, names: Iterable<string>): string {
  const parts = [...new Set(names)].sort().map((name) => licenceOf(root, name));
  return `${["This package holds parts of others, under these licences.", ...parts].join(`\n\n${"-".repeat(80)}\n\n`)}\n`;
}

function licenceOf(root: string, name: string): string {
  const folder = join(root, "node_modules", name);
  const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  // Some have a folder of them, for what is not theirs.
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((path) => licenceFile.test(path))
    .sort();
  const texts =
    files.length > 0
      ? files.map((file) => readFileSync(join(folder, file), "utf8").trim())
      : [standardText(root, name, license)];
  return [`${name} ${version} (${license})`, ...texts].join("\n\n");
}

/** The terms themselves, for a package that only names them. ECharts brings those of Apache. */
function standardText(root: string, name: string, license: string): string {
  const apache = readFileSync(join(root, "node_modules", "echarts", "LICENSE"), "utf8");
  const end = "END OF TERMS AND CONDITIONS";
  if (license === "Apache-2.0" && apache.includes(end)) {
    return `${apache.slice(0, apache.indexOf(end)).trim()}\n\n   ${end}`;
  }
  throw new Error(`${name} has no licence that could be packed`);
}

/** The package that a file under node_modules belongs to; nothing for one of ours. */
export function packageOf(file: string): string | undefined {
  return /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*\/node_modules\/)/.exec(file)?.[1];
}
