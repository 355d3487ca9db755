import { packageRoot } from "../entry.ts";
import { zigCaches } from "../native/build.ts";
import { findZig } from "../native/zig.ts";
import { installPackages, printFailure } from "../setup.ts";

// A fresh clone is packed by `bun pm pack` alone: what needs packages is imported when they are there.

function log(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Builds the libraries of all platforms. @throws Error when there is no Zig, or it fails */
function buildPrebuilds(): void {
  const { command } = findZig({ log });
  log("building the native library for all platforms");
  const { success } = Bun.spawnSync([...command, "build", "prebuilds"], {
    cwd: packageRoot,
    env: { ...process.env, ...zigCaches() },
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (!success) throw new Error("Zig could not build the library for all platforms");
}

/** Makes all that is packed beside the sources. @throws Error when it may not be shipped as it is */
async function prepack(): Promise<void> {
  installPackages({ log });
  const { makeBundle } = await import("./bundle.ts");
  log("bundling");
  await makeBundle();
  buildPrebuilds();
  const { faultsOfPrebuilds } = await import("./prebuilds.ts");
  const faults = faultsOfPrebuilds(packageRoot);
  if (faults.length > 0) throw new Error(faults.join("; "));
}

try {
  await prepack();
} catch (thrown) {
  printFailure(thrown);
  process.exitCode = 1;
}
