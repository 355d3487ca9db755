import { printFailure } from "../setup.ts";
import { zigCaches } from "./build.ts";
import { findZig } from "./zig.ts";

/** `bun run zig ARGUMENTS`: the Zig that this project builds with, found or fetched. */
try {
  const { command } = findZig({ log: (line) => console.error(line) });
  const { exitCode } = Bun.spawnSync([...command, ...process.argv.slice(2)], {
    env: { ...process.env, ...zigCaches() },
    stdio: ["inherit", "inherit", "inherit"],
  });
  process.exit(exitCode);
} catch (thrown) {
  printFailure(thrown);
  process.exit(1);
}
