import { describe, expect, test } from "bun:test";
import { accessSync, constants, readFileSync } from "node:fs";
import { join } from "node:path";
import packageJson from "../../package.json" with { type: "json" };
import { packageRoot } from "../../src/entry.ts";

type Step = { readonly uses?: string; readonly run?: string; readonly env?: object };
type Workflow = {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly "runs-on": string;
        readonly "timeout-minutes": number;
        readonly permissions?: Readonly<Record<string, string>>;
        readonly strategy?: { readonly matrix: { readonly os: readonly string[] } };
        readonly steps: readonly Step[];
      }
    >
  >;
};

function read(name: string): Workflow {
  const path = join(packageRoot, ".github", "workflows", `${name}.yml`);
  return Bun.YAML.parse(readFileSync(path, "utf8")) as Workflow;
}

const workflows = { ci: read("ci"), release: read("release") };
const stepsOf = ({ jobs }: Workflow) => Object.values(jobs).flatMap(({ steps }) => steps);
const commandsOf = (workflow: Workflow) => stepsOf(workflow).flatMap(({ run }) => run ?? []);

describe.each(["ci", "release"] as const)("the workflow %s", (name) => {
  const workflow = workflows[name];

  test("runs only what is there", () => {
    for (const command of commandsOf(workflow)) {
      for (const [, script] of command.matchAll(/bun@\S+ run (\S+)/g)) {
        expect(Object.keys(packageJson.scripts)).toContain(`${script}`);
      }
      const [program = ""] = command.split(" ");
      if (program.startsWith(".")) accessSync(join(packageRoot, program), constants.X_OK);
    }
    expect(commandsOf(workflow)).toContain(".ci/run");
  });

  test("uses actions of GitHub alone, of a version that is named", () => {
    for (const { uses } of stepsOf(workflow)) {
      if (uses !== undefined) expect(uses).toMatch(/^actions\/[a-z-]+@(v\d+|[0-9a-f]{40})$/);
    }
  });

  test("ends by itself, and uses the Bun that the project is made with", () => {
    for (const job of Object.values(workflow.jobs)) {
      expect(job["timeout-minutes"]).toBeLessThanOrEqual(60);
    }
    for (const command of commandsOf(workflow)) {
      for (const [, wanted] of command.matchAll(/bun@(\S+)/g)) {
        expect(wanted).toBe(packageJson.devDependencies["bun-types"]);
      }
    }
  });
});

test("every change is checked on Linux and macOS, by a job that may only read", () => {
  const { on, permissions, jobs } = workflows.ci;
  expect(Object.keys(on).sort()).toEqual(["pull_request", "push"]);
  expect(permissions).toEqual({ contents: "read" });
  const systems = Object.values(jobs).flatMap(({ strategy }) => strategy?.matrix.os ?? []);
  for (const system of [/^ubuntu-[\d.]+$/, /^ubuntu-.*-arm$/, /^macos-/]) {
    expect(systems).toContainEqual(expect.stringMatching(system));
  }
});

test("a release is of the tagged version, checked before it is published, with provenance", () => {
  const { on, permissions } = workflows.release;
  expect(on).toEqual({ push: { tags: ["v*"] } });
  expect(permissions).toEqual({});
  const commands = commandsOf(workflows.release);
  const position = (text: string) => commands.findIndex((command) => command.includes(text));
  const order = ["GITHUB_REF_NAME", ".ci/run", "run package", "npm publish", "gh release"];
  const positions = order.map(position);
  expect(positions).toEqual(positions.toSorted((one, other) => one - other));
  expect(positions[0]).toBeGreaterThanOrEqual(0);
  expect(commands[position("npm publish")]).toContain("--provenance");
  expect(packageJson.scripts.package).toContain(".cache/package/wakerbench.tgz");
});

test("the library that is built has the version of the package", () => {
  const manifest = readFileSync(join(packageRoot, "build.zig.zon"), "utf8");
  expect(/\.version = "(.*)"/.exec(manifest)?.[1]).toBe(packageJson.version);
});
