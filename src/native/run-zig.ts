import { findZig } from "./zig.ts";
import { printFailure } from "../setup.ts";

/** `bun run zig ARGUMENTS`: the Zig that this project builds with, found or fetched. */
try {
  const { command } = findZig({ log: (line) => console.error(line) });
  const { exitCode } = Bun.spawnSync([...command, ...process.argv.slice(2)], {
    stdio: ["inherit", "inherit", "inherit"],
  });
  process.exit(exitCode);
} catch (thrown) {
  printFailure(thrown);
  process.exit(1);
}
