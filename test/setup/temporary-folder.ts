import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A folder of its own for a test, which is gone when the test ends. */
export interface TemporaryFolder extends Disposable {
  readonly path: string;
  /** Writes a file, with the folders above it, and returns its path. */
  file(name: string, content: string): string;
  /** Writes an executable `sh` script and returns its path. */
  program(name: string, body: string): string;
}

export function temporaryFolder(): TemporaryFolder {
  const path = realpathSync(mkdtempSync(join(tmpdir(), "wakerbench-test-")));
  const write = (name: string, content: string, mode: number) => {
    const target = join(path, name);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content, { mode });
    return target;
  };
  return {
    path,
    file: (name, content) => write(name, content, 0o644),
    // What a script itself needs is not on the PATH of the test.
    program: (name, body) => write(name, `#!/bin/sh\nPATH=/usr/bin:/bin\n${body}\n`, 0o755),
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** What a call threw; a failure of the test when it threw nothing. */
export function thrownBy(call: () => unknown): unknown {
  try {
    call();
  } catch (thrown) {
    return thrown;
  }
  throw new Error("nothing was thrown");
}
