import { afterEach, beforeEach } from "bun:test";
import { join } from "node:path";
import { type TemporaryFolder, temporaryFolder } from "../setup/temporary-folder.ts";

/**
 * Gives each test of a file a data directory of its own, which is not there yet, in a folder that is gone with it.
 *
 * @returns the folder of the test that runs
 */
export function ownDataDirectory(): () => string {
  let folder: TemporaryFolder;
  let named: string | undefined;
  beforeEach(() => {
    folder = temporaryFolder();
    named = process.env.WAKERBENCH_DATA_DIR;
    process.env.WAKERBENCH_DATA_DIR = join(folder.path, "data");
  });
  afterEach(() => {
    if (named === undefined) delete process.env.WAKERBENCH_DATA_DIR;
    else process.env.WAKERBENCH_DATA_DIR = named;
    folder[Symbol.dispose]();
  });
  return () => folder.path;
}
