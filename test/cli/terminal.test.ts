import { afterEach, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { agentsOf, canSeeProcesses } from "./processes.ts";
import { briefly, programPath, Sandbox } from "./program.ts";

// A busy machine takes its time to start so many processes.
setDefaultTimeout(60_000);

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox[Symbol.dispose]());

const compare = ["compare", "pipe", "callback"];
const escapeCode = "\u001b";
/** "select graphic rendition": colours, bold, dim. */
const colours = new RegExp(`${escapeCode}\\[[0-9;]*m`);

/** Runs the program on a terminal of its own, and hands on all that it has drawn, as it comes. */
function onTerminal(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  see: (drawn: string, terminal: Bun.Terminal) => void = () => {},
) {
  const decoder = new TextDecoder();
  const screen = { drawn: "" };
  const child = Bun.spawn([process.execPath, programPath, ...args], {
    cwd: sandbox.directory,
    env: sandbox.environment(environment),
    terminal: {
      cols: 100,
      rows: 40,
      data(terminal, bytes) {
        screen.drawn += decoder.decode(bytes, { stream: true });
        see(screen.drawn, terminal);
      },
    },
  });
  return { child, screen };
}

test("a terminal gets a live table that gives way to the results", async () => {
  const { child, screen } = onTerminal([...compare, ...briefly]);
  expect(await child.exited).toBe(0);
  expect(screen.drawn).toContain("p50 so far");
  expect(screen.drawn).toContain("9 of 9 visits");
  expect(screen.drawn).toMatch(colours);
  // Each table is drawn over the one before it, and the last is taken away.
  const drawings = screen.drawn.split("p50 so far").length - 1;
  expect(screen.drawn.split(`${escapeCode}[0J`).length - 1).toBe(drawings);
  const rest = Bun.stripANSI(screen.drawn.slice(screen.drawn.lastIndexOf(`${escapeCode}[0J`)));
  expect(rest).toMatch(/^ {2}pipe .*1\.00 ×/m);
  expect(rest).not.toContain("visits");
  // Below its table.
  expect(rest).toMatch(/ 1\.00 ×[\s\S]*any: latency of a wake, logarithmic/);
});

test("the floods' live table takes the place of that of single wakes", async () => {
  const flags = "--rounds 1 --wakes 10 --placement any --threads 2 --time 1s --seed 1".split(" ");
  const { child, screen } = onTerminal([...compare, ...flags]);
  expect(await child.exited).toBe(0);
  const wakes = screen.drawn.lastIndexOf("p50 so far");
  const floods = screen.drawn.indexOf("wakes/s so far");
  expect(wakes).toBeGreaterThan(0);
  expect(floods).toBeGreaterThan(wakes);
  expect(screen.drawn.slice(wakes, floods)).toContain(`${escapeCode}[0J`);
  expect(screen.drawn).toMatch(/\d of \d+ floods/);
  const rest = Bun.stripANSI(screen.drawn.slice(screen.drawn.lastIndexOf(`${escapeCode}[0J`)));
  expect(rest).toContain("Under contention");
  expect(rest).not.toContain("so far");
});

test("calls have a live table, and tables within the terminal's columns", async () => {
  const flags = "--count 200 --rounds 2 --seed 1 floor:via=futex floor:via=eventfd".split(" ");
  const { child, screen } = onTerminal(["run", "dispatch", "--placement", "any", ...flags]);
  expect(await child.exited).toBe(0);
  expect(screen.drawn).toContain("µs/call so far");
  const [, ...last] = screen.drawn.split(`${escapeCode}[0J`);
  const rest = Bun.stripANSI(last.at(-1) ?? "");
  expect(rest).toContain("200 calls to each, one at a time");
  expect(rest).not.toContain("so far");
  const cells = rest.split("\r\n").filter((line) => /^ {2}(Framework|floor:)/.test(line));
  // Too wide for one: the rows' names stand in both.
  expect(cells.filter((line) => line.includes("Framework"))).toHaveLength(2);
  for (const line of cells) expect(line.length).toBeLessThanOrEqual(100);
});

test("NO_COLOR keeps the live table and takes its colours", async () => {
  const { child, screen } = onTerminal([...compare, ...briefly], { NO_COLOR: "1" });
  expect(await child.exited).toBe(0);
  expect(screen.drawn).toContain("p50 so far");
  expect(screen.drawn).not.toMatch(colours);
});

test.each([
  ["--quiet", [...briefly, "--quiet"], {}],
  ["TERM=dumb", briefly, { TERM: "dumb" }],
])("with %s nothing is drawn twice", async (_, flags, environment) => {
  const { child, screen } = onTerminal([...compare, ...flags], environment);
  expect(await child.exited).toBe(0);
  expect(screen.drawn).not.toContain("p50 so far");
  expect(screen.drawn).not.toContain(`${escapeCode}[0J`);
});

test("help on a terminal has colours, and none with NO_COLOR", async () => {
  const coloured = onTerminal(["--help"]);
  const plain = onTerminal(["--help"], { NO_COLOR: "1" });
  await Promise.all([coloured.child.exited, plain.child.exited]);
  expect(coloured.screen.drawn).toMatch(colours);
  expect(plain.screen.drawn).not.toMatch(colours);
  expect(Bun.stripANSI(coloured.screen.drawn)).toBe(plain.screen.drawn);
});

test("a terminal that goes away ends the run with status 129, and the results are kept", async () => {
  const endless = "--rounds 1000 --wakes 20 --warmup-wakes 2 --placement any --seed 1".split(" ");
  const { child } = onTerminal([...compare, ...endless], {}, (drawn, terminal) => {
    if (/\b6 of 3,000 visits/.test(drawn) && !terminal.closed) terminal.close();
  });
  expect(await child.exited).toBe(129);
  const { partial, series } = sandbox.latest();
  expect(partial).toBe(true);
  expect(series.every(({ summary }) => summary.count > 0)).toBe(true);
  if (canSeeProcesses) expect(agentsOf(child.pid)).toEqual([]);
});

test("Ctrl-C on a terminal ends the run with status 130 and the table so far", async () => {
  const endless = "--rounds 1000 --wakes 20 --warmup-wakes 2 --placement any --seed 1".split(" ");
  let isPressed = false;
  const { child, screen } = onTerminal([...compare, ...endless], {}, (drawn, terminal) => {
    if (isPressed || !/\b9 of 3,000 visits/.test(drawn)) return;
    isPressed = true;
    terminal.write("\u0003");
  });
  expect(await child.exited).toBe(130);
  const rest = screen.drawn.slice(screen.drawn.lastIndexOf(`${escapeCode}[0J`));
  expect(rest).toContain("interrupted");
  expect(Bun.stripANSI(rest)).toMatch(/^ {2}pipe +\d/m);
  expect(sandbox.latest().series.map(({ error }) => error)).toEqual([null, null, null]);
});
