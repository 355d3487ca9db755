import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compare, probe } from "../../src/index.ts";

setDefaultTimeout(300_000);

const version = "1.3.14";
const root = join(import.meta.dirname, "..", "..");
const folder = join(root, ".cache", "runtimes", `bun-${version}`);
const binaryPackage = `@oven/bun-${process.platform}-${process.arch}`;
const executable = join(folder, "node_modules", binaryPackage, "bin", "bun");

/** The Bun that the npm package `bun` would put here, or null when it cannot be fetched. */
function fetchOldBun(): string | null {
  if (existsSync(executable)) return executable;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), "{}");
  const { exitCode } = Bun.spawnSync([process.execPath, "add", `${binaryPackage}@${version}`], {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
  });
  return exitCode === 0 && existsSync(executable) ? executable : null;
}

const oldBun = fetchOldBun();
if (oldBun === null)
  console.error(`SKIPPED: Bun ${version} could not be fetched; its crash is not tested`);

test.skipIf(oldBun === null)(
  "a Bun that crashes under a flood of callbacks is a row, and the others are intact",
  async () => {
    const flood = join(root, "test", "controls", "flood.ts");
    const results = await compare({
      contenders: [flood, "pipe", "floor"],
      runtimes: ["bun", oldBun ?? ""],
      parameters: { rounds: "3", wakes: "50", placement: "any" },
      seed: 1,
    });
    const rows = results.series.filter(({ params }) => params.control === undefined);
    const crashed = rows.filter(({ status }) => status !== "ok");
    expect(crashed.map(({ runtime, waker, status }) => ({ runtime, waker, status }))).toEqual([
      { runtime: `bun@${version}`, waker: "flood", status: "crashed" },
    ]);
    expect(crashed[0]?.error).toMatch(/SIG(SEGV|ILL|ABRT|TRAP|BUS)/);
    for (const { audit } of rows.filter(({ status }) => status === "ok")) {
      expect(audit).toMatchObject({ sent: 150, received: 150, lost: 0, duplicated: 0 });
    }
    const pipes = rows.filter(({ waker }) => waker === "pipe").map(({ runtime }) => runtime);
    expect(pipes.toSorted()).toEqual([`bun@${version}`, `bun@${Bun.version}`].toSorted());
  },
);

const mostProbes = 5;

/** A flood crashes it nearly always, and not always: where other programs keep the threads from meeting it may survive. */
async function probeUntilCrash(wakers: readonly string[]) {
  for (let probes = 1; ; probes++) {
    const { runtimes } = await probe({ wakers, runtimes: [oldBun ?? ""] });
    expect(runtimes.map(({ runtime }) => runtime)).toEqual([`bun@${version}`]);
    const cells = (runtimes[0]?.wakers ?? []).map((waker) => waker.cells);
    if (cells[0]?.flood.verdict === "crash" || probes === mostProbes) return cells;
  }
}

test.skipIf(oldBun === null)(
  "probe finds what crashes an older Bun, and what works there all the same",
  async () => {
    const [callback, uvAsync, pipe] = await probeUntilCrash(["callback", "uv-async", "pipe"]);
    expect(callback?.wake.verdict).toBe("works");
    expect(callback?.flood).toMatchObject({
      verdict: "crash",
      text: expect.stringMatching(/^SIG/),
    });
    expect(callback?.returnValue.text).not.toBe("kept");
    expect(uvAsync?.wake).toMatchObject({ verdict: "crash", text: expect.stringMatching(/^SIG/) });
    expect(pipe?.flood.verdict).toBe("works");
  },
);
