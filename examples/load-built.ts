import { dlopen, type FFIFunction, type Library, suffix } from "bun:ffi";
import { existsSync } from "node:fs";
import { join } from "node:path";

/**
 * Loads the library that `build.sh` puts beside an example's TypeScript.
 *
 * @param folder the example's folder, which is named like its library
 * @throws when it has not been built; the message says how
 */
export function loadBuilt<Symbols extends Record<string, FFIFunction>>(
  folder: string,
  name: string,
  symbols: Symbols,
): Library<Symbols> {
  const fileName = `lib${name}.${suffix}`;
  const path = join(folder, fileName);
  if (!existsSync(path)) {
    throw new Error(`${fileName} is not built: run \`sh ${join(folder, "build.sh")}\``);
  }
  return dlopen(path, symbols);
}
