import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { type Ended, fixture, isInstalled, Sandbox } from "./program.ts";

// A busy machine takes its time to start so many processes.
setDefaultTimeout(60_000);

const sandbox = new Sandbox();
afterAll(() => sandbox[Symbol.dispose]());
sandbox.makeDirectory("taken.json");

/** One line that says what is wrong, one that says what to do, and no more. */
function expectUsageError({ status, stdout, stderr }: Ended): void {
  expect(stdout).toBe("");
  expect(stderr).toMatch(/^error: .+\n {2}try: .+\n$/);
  expect(status).toBe(2);
}

const suggestions: [line: string, remedy: string][] = [
  ["compar", "did you mean compare?"],
  ["--hepl", "--help"],
  ["compare pip", "did you mean pipe?"],
  ["compare callback wroker", "did you mean worker?"],
  ["compare poll-timer:perod=1ms", "did you mean period?"],
  ["compare poll-timer:period=2ms", "write period=1ms|8ms|16ms"],
  ["compare --wake 20", "did you mean --wakes?"],
  ["compare --colour", "see --help"],
  ["compare --placement crosscore", "did you mean cross-core?"],
  ["compare --loop idl", "did you mean idle?"],
  ["compare --format jsn", "did you mean json?"],
  ["compare --plot asci", "did you mean ascii?"],
  ["compare --relative-to floor pipe", "name one of: pipe"],
  ["list waker", "did you mean wakers?"],
  ["list wakers calback", "did you mean callback?"],
  ["run wak", "did you mean wake?"],
  ["run", "write wakerbench run wake"],
  ["run bust", "did you mean burst?"],
  ["run burst --producers slep", "did you mean sleep?"],
  ["run burst --thread 8", "did you mean --threads?"],
  ["run wake --threads 8", "see --help"],
  ["suite io", "write wakerbench suite --only io"],
  ["suite pipe", "write wakerbench run wake pipe"],
  ["suite --only wake,handlrs", "did you mean handlers?"],
  ["suite --resume", "begin one with `wakerbench suite`"],
];

test.each(suggestions)("%s: %s", async (line, remedy) => {
  const ended = await sandbox.run(line.split(" "));
  expectUsageError(ended);
  expect(ended.stderr).toContain(remedy);
});

const wrongs: [line: string, named: string][] = [
  ["run warp", "warp"],
  ["suite --skip wake,burst,dispatch,spawn,io,cancel,mixed,handlers,fetch", "--skip"],
  ["list constructor", "constructor"],
  ["list wakers toString", "toString"],
  ["list wakers pipe callback", "callback"],
  ["doctor cpu", "cpu"],
  ["compare ./missing.ts", "missing.ts"],
  ["compare nodee/pipe", "nodee/pipe"],
  ["compare deno/pipe", "deno"],
  ["compare pipe:size=1", '"size"'],
  ["compare floor:via=pipe", '"via"'],
  ["compare :x=1", ":x=1"],
  ["compare --runtime /missing/bun", "/missing/bun"],
  ["compare --runtime /dev/null", "/dev/null"],
  ["compare --wakes", "--wakes"],
  ["compare --wakes=", "--wakes"],
  ["compare --export --quiet", "--export"],
  ["compare --no-wakes", "--no-wakes"],
  ["compare --quiet=yes", "--quiet"],
  ["compare --wakes 0", "--wakes"],
  ["compare --wakes -5", "--wakes"],
  ["compare --wakes=-5", "--wakes"],
  ["compare --wakes 1.5", "--wakes"],
  ["compare --wakes 1e99", "--wakes"],
  ["compare --wakes 2M", "--wakes"],
  ["compare --wakes abc", "--wakes"],
  ["compare --wakes 20K", "--wakes"],
  ["compare --rounds 0", "--rounds"],
  ["compare --warmup-wakes x", "--warmup-wakes"],
  ["compare --threads 0", "--threads"],
  ["compare --threads 5000", "--threads"],
  ["compare --threads a", "--threads"],
  ["compare --threads 1,,8", "--threads"],
  ["compare --flood 1s", "--flood"],
  ["compare --threads 8 --no-contention", "--no-contention"],
  ["run burst --threads 1,2,x", "--threads"],
  ["run burst --flood 0ms", "--flood"],
  ["run burst --rounds 0", "--rounds"],
  ["run burst --payload 9", "--payload"],
  ["run burst --wakes 20", "--wakes"],
  ["run burst nodee/pipe", "nodee/pipe"],
  ["compare --gap 5", "--gap"],
  ["compare --gap 20s", "--gap"],
  ["compare --gap 5sec", "--gap"],
  ["compare --rate 0", "--rate"],
  ["compare --rate 2M", "--rate"],
  ["compare --rate 5/s", "--rate"],
  ["compare --rate 5k --gap 100us", "--gap"],
  ["compare --rate 5k --before work", "--before"],
  ["compare --rate 5k --spawn per-wake", "--spawn"],
  ["compare --rate 5k --stages", "--stages"],
  ["compare --seed x", "--seed"],
  ["compare --seed 4294967296", "--seed"],
  ["compare --time 0.1s", "--time"],
  ["compare --time 30", "--time"],
  ["compare --placement both", "--placement"],
  ["compare --format html", "--format"],
  ["compare --export results", "--export"],
  ["compare --export results.pdf", "--export"],
  ["compare --export /dev/null/all/", "/dev/null/all/"],
  ["report missing.json", "missing.json"],
  ["report latest other.json", "other.json"],
  ["report --format pdf", "--format"],
  ["report --scheme blue", "--scheme"],
  ["report --width 12", "--width"],
  ["compare --export missing/results.json", "missing"],
  ["compare --export taken.json", "directory"],
  ["compare --samples /proc/missing", "--samples"],
];

test.each(wrongs)("%s is wrong usage", async (line, named) => {
  const ended = await sandbox.run(line.split(" "));
  expectUsageError(ended);
  expect(ended.stderr.split("\n")[0]).toContain(named);
});

test("a name with a line break is told on one line", async () => {
  expectUsageError(await sandbox.run(["one\ntwo"]));
  expectUsageError(await sandbox.run(["compare", "--wakes", "one\ntwo"]));
});

test.each([
  ["exports-nothing", "exports no `waker`"],
  ["wrong-kind", "traits.kind"],
  ["wrong-parameter", "`default`"],
])("a waker's file that %s is turned away: %s", async (name, reason) => {
  const ended = await sandbox.run(["compare", fixture(name)]);
  expectUsageError(ended);
  expect(ended.stderr).toContain(reason);
});

test("a waker's file with a mistake in its syntax is turned away", async () => {
  await Bun.write(sandbox.path("mistake.ts"), "export const waker = {");
  const ended = await sandbox.run(["compare", "./mistake.ts"]);
  expectUsageError(ended);
  expect(ended.stderr).toContain("mistake.ts");
});

test("nothing is measured or kept when the usage is wrong", () => {
  expect(sandbox.files().filter((file) => file.startsWith("data"))).toEqual([]);
});

test("WAKERBENCH_DEBUG=1 shows where an error came from", async () => {
  const ended = await sandbox.run(["compar"], { environment: { WAKERBENCH_DEBUG: "1" } });
  expect(ended.status).toBe(2);
  expect(ended.stderr).toMatch(/^ +at .*cli\.ts/m);
});

/** The first core that this process may use. */
function someCore(): string {
  const status = readFileSync("/proc/self/status", "utf8");
  return /^Cpus_allowed_list:\s*(\d+)/m.exec(status)?.[1] ?? "0";
}

const canBind = process.platform === "linux" && isInstalled("taskset");
const brief = "--no-contention --rounds 1 --wakes 20 --warmup-wakes 2".split(" ");

test.if(canBind)("cross-core on one core is wrong usage, with a remedy", async () => {
  const before = ["taskset", "-c", someCore()];
  const args = ["compare", "pipe", "--placement", "cross-core", ...brief];
  const ended = await sandbox.run(args, { before });
  expectUsageError(ended);
  expect(ended.stderr).toContain("--placement any");
});

test.if(canBind)("each goes on with same-core alone on one core", async () => {
  const before = ["taskset", "-c", someCore()];
  const args = ["compare", "pipe", "--placement", "each", "--format", "csv", ...brief];
  const ended = await sandbox.run(args, { before });
  expect(ended.status).toBe(0);
  expect(ended.stdout).toContain(",same-core,");
  expect(ended.stdout).not.toContain(",cross-core,");
});
