import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TemporaryFolder, temporaryFolder } from "../setup/temporary-folder.ts";
import { bareMachine, run, tarball, version } from "./tarball.ts";

// Packages come from the registry, and measurements from a machine that may be busy.
setDefaultTimeout(240_000);

const node = Bun.which("npx");

describe.skipIf(tarball === undefined)("the package, in an empty folder", () => {
  let folder: TemporaryFolder;
  let machine: ReturnType<typeof bareMachine>;
  beforeAll(() => {
    folder = temporaryFolder();
    machine = bareMachine(folder, { bun: true });
  });
  afterAll(() => folder[Symbol.dispose]());

  test("bunx runs it, and measures without Zig", () => {
    const cmd = ["bun", "x", "-p", `${tarball}`, "wakerbench", "compare", "--quick", "--seed", "1"];
    const ended = run(cmd, machine.work, machine.env);
    expect(ended).toMatchObject({ exitCode: 0 });
    expect(ended.stdout).toContain("Under contention");
    expect(ended.stdout).toContain("When to use each");
    expect(readdirSync(machine.work)).toEqual([]);
  });

  test("a global install of Bun has the command", () => {
    expect(run(["bun", "add", "-g", `${tarball}`], machine.work, machine.env).exitCode).toBe(0);
    const program = join(machine.home, ".bun", "bin", "wakerbench");
    expect(run([program, "--version"], machine.work, machine.env).stdout).toBe(`${version}\n`);
  });

  test.skipIf(node === null)("npx and a global install of npm have the same command", () => {
    const npx = ["npx", "-y", "-p", `${tarball}`, "wakerbench", "--version"];
    expect(run(npx, machine.work, machine.env).stdout).toBe(`${version}\n`);
    const prefix = join(folder.path, "a prefix");
    const install = ["npm", "install", "-g", "--prefix", prefix, `${tarball}`];
    expect(run(install, machine.work, machine.env)).toMatchObject({ exitCode: 0 });
    const program = join(prefix, "bin", "wakerbench");
    expect(run([program, "--version"], machine.work, machine.env).stdout).toBe(`${version}\n`);

    // The same command where there is no Bun.
    const { env } = bareMachine(folder, { bun: false });
    const homeless = { ...env, HOME: join(folder.path, "another home") };
    expect(run([program, "compare"], machine.work, homeless)).toEqual({
      exitCode: 127,
      stdout: "",
      stderr: "error: wakerbench needs Bun: npm install -g bun, or see https://bun.sh\n",
    });
  });

  describe("as a dependency", () => {
    let project: string;
    beforeAll(() => {
      project = join(folder.path, "project");
      folder.file("project/package.json", '{ "type": "module" }');
      expect(run(["bun", "add", `${tarball}`], project, machine.env)).toMatchObject({
        exitCode: 0,
      });
    });

    const wakerbench = (...args: readonly string[]) =>
      run([join(project, "node_modules", ".bin", "wakerbench"), ...args], project, {
        ...machine.env,
        WAKERBENCH_DATA_DIR: join(folder.path, "data"),
      });

    /** How each contender of a run ended. */
    const statusesOf = (words: string) => {
      const { stdout, stderr } = wakerbench(...words.split(" "), "--seed", "1", "--format", "json");
      const { series = [] } = JSON.parse(stdout || "{}");
      const statuses = Object.fromEntries(
        series.map((one: Record<string, string>) => [one.contender, one.status]),
      );
      return { statuses, stderr, stdout };
    };

    test.each([
      [
        "compare --no-contention --rounds 3 --wakes 20 --warmup-wakes 2 --placement any",
        "callback pipe eventfd napi ring worker worker-inline message-port broadcast-channel atomics executor",
      ],
      ["run burst --threads 2 --rounds 3 --flood 20ms", "callback ring worker"],
      [
        "run dispatch --count 100 --rounds 3 --placement any",
        "callback ring post-message message-port atomics floor:via=futex",
      ],
      ["run spawn --tasks 200 --repetitions 3", "promises workers"],
      ["run io --operations 4 --repetitions 3", "promises workers"],
      ["run cancel --quick", "promises workers"],
      [
        "run mixed --workers 40 --operations 5 --burn 100us --share 10 --repetitions 3",
        "promises:burn=thread promises:burn=worker",
      ],
      [
        "run handlers --duration 600ms --rounds 3 --connections 4 --wait 1ms",
        "sync worker native-ring native-server-sync",
      ],
      ["run fetch -r 40 -c 10 --warmup 1 --runs 3", "async-map threads-reuse threads-recreate"],
    ])("%s", (flags, contenders) => {
      const { statuses, stderr } = statusesOf(`${flags} ${contenders}`);
      for (const contender of contenders.split(" ")) {
        expect({ contender, stderr, status: statuses[contender] }).toMatchObject({
          contender,
          status: "ok",
        });
      }
    });

    test("a contender whose package nobody has installed is a row that says so", () => {
      const flags = "--count 100 --rounds 3 --placement any";
      const { statuses, stdout } = statusesOf(`run dispatch ${flags} piscina callback`);
      expect(statuses).toMatchObject({ piscina: "unsupported", callback: "ok" });
      expect(stdout).toContain("the package piscina cannot be loaded");
    });

    test("a waker of one's own is written with what the package exports, and measured", () => {
      writeFileSync(
        join(project, "mine.ts"),
        `import { Mailbox, type Waker } from "wakerbench/waker";
         import { JSCallback } from "bun:ffi";
         export const waker: Waker = {
           id: "mine", title: "Mine", summary: "a callback",
           traits: { kind: "message", payload: "a number", coalesces: false, keepsAlive: false, native: true, platforms: ["linux", "darwin"] },
           advice: { when: "it is tried", against: "nothing", code: "" },
           open({ native, seam }) {
             const mailbox = new Mailbox();
             const heard = new JSCallback((seq: number) => mailbox.deliver(seq), { args: ["u32"], returns: "void", threadsafe: true });
             const doorbell = native.symbols.wb_callback_open(seam, heard.ptr!);
             const alive = setInterval(() => {}, 1 << 30);
             return { wait: () => mailbox.wait(), close() { clearInterval(alive); native.symbols.wb_callback_close(doorbell); heard.close(); } };
           },
         };`,
      );
      const flags = "--no-contention --rounds 3 --wakes 20 --warmup-wakes 2 --placement any";
      expect(statusesOf(`compare ./mine.ts pipe ${flags}`)).toMatchObject({
        statuses: { "./mine.ts": "ok", pipe: "ok" },
      });
    });

    test("a ring of the package is heard, in a program of one's own", () => {
      writeFileSync(
        join(project, "ring.ts"),
        `import { Ring } from "wakerbench/ring";
         import { compare } from "wakerbench";
         using ring = new Ring({ payload: "u32" });
         console.log(typeof ring.pointer, typeof compare);`,
      );
      expect(run(["bun", "ring.ts"], project, machine.env)).toMatchObject({
        exitCode: 0,
        stdout: "number function\n",
      });
    });

    test("the last results are reported, also as a page and as pictures", () => {
      const args = ["report", "latest", "--export", "page.html", "--export", "out/"];
      expect(wakerbench(...args)).toMatchObject({ exitCode: 0 });
      expect(readFileSync(join(project, "page.html"), "utf8")).toMatch(/^<!doctype html>/i);
      const pictures = readdirSync(join(project, "out"), { recursive: true })
        .map(String)
        .filter((name) => name.endsWith(".png"));
      expect(pictures.length).toBeGreaterThan(0);
      for (const name of pictures) {
        const start = readFileSync(join(project, "out", name)).subarray(0, 8);
        expect(start.toString("latin1")).toBe("\x89PNG\r\n\x1a\n");
      }
    });

    test("a picture that nothing can draw here is told before anything is measured", () => {
      const parts = join(project, "node_modules", "@resvg");
      renameSync(parts, `${parts}-away`);
      expect(wakerbench("compare", "--export", "a.png")).toEqual({
        exitCode: 2,
        stdout: "",
        stderr: expect.stringMatching(
          /^error: --export a\.png: .*@resvg\/resvg-js\n {2}try: .*\n$/,
        ),
      });
      renameSync(`${parts}-away`, parts);
    });

    test("what needs no measurement works", () => {
      expect(wakerbench("list", "wakers", "callback").stdout).toContain("threadsafe: true");
      expect(wakerbench("doctor").exitCode).toBe(0);
      expect(wakerbench("probe", "callback", "pipe").stdout).toContain("callback");
      expect(wakerbench("completion", "bash").stdout).toContain("complete");
      expect(wakerbench("history", "list").stdout).toContain("spawn");

      expect(wakerbench("diff", "latest", "latest")).toMatchObject({ exitCode: 0 });
      expect(existsSync(join(project, "zig-out"))).toBe(false);
    });
  });
});
