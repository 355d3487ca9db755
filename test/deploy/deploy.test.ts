import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import packageJson from "../../package.json" with { type: "json" };
import { commands } from "../../src/commands/index.ts";

const root = join(import.meta.dirname, "..", "..");
const read = (...path: readonly string[]) => readFileSync(join(root, ...path), "utf8");

/** The part of a Job that decides where it runs, with what, and what is left of it. */
const jobSchema = z.object({
  apiVersion: z.literal("batch/v1"),
  kind: z.literal("Job"),
  metadata: z.object({
    generateName: z.string().regex(/^[a-z-]+-$/),
    annotations: z.record(z.string(), z.string()),
  }),
  spec: z.object({
    backoffLimit: z.literal(0),
    activeDeadlineSeconds: z.int().positive(),
    ttlSecondsAfterFinished: z.int().positive(),
    template: z.object({
      metadata: z.object({ labels: z.record(z.string(), z.string()) }),
      spec: z.object({
        restartPolicy: z.literal("Never"),
        automountServiceAccountToken: z.literal(false),
        affinity: z.object({
          nodeAffinity: z.object({
            requiredDuringSchedulingIgnoredDuringExecution: z.object({
              nodeSelectorTerms: z.tuple([
                z.object({
                  matchFields: z.tuple([
                    z.object({
                      key: z.literal("metadata.name"),
                      operator: z.literal("In"),
                      values: z.tuple([z.string()]),
                    }),
                  ]),
                }),
              ]),
            }),
          }),
          podAntiAffinity: z.object({
            requiredDuringSchedulingIgnoredDuringExecution: z.tuple([
              z.object({
                labelSelector: z.object({ matchLabels: z.record(z.string(), z.string()) }),
                topologyKey: z.literal("kubernetes.io/hostname"),
              }),
            ]),
          }),
        }),
        securityContext: z.object({ runAsNonRoot: z.literal(true), runAsUser: z.int().positive() }),
        containers: z.tuple([
          z.object({
            image: z.string(),
            args: z.array(z.string()),
            env: z.array(
              z.object({ name: z.string(), valueFrom: z.record(z.string(), z.unknown()) }),
            ),
            resources: z.object({
              requests: z.record(z.string(), z.string()),
              limits: z.record(z.string(), z.string()),
            }),
            volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string() })),
          }),
        ]),
        volumes: z.array(z.object({ name: z.string(), emptyDir: z.object({}) })),
      }),
    }),
  }),
});

type Job = z.infer<typeof jobSchema>;

function render(nodes: readonly string[], environment: Record<string, string> = {}) {
  const { PATH = "" } = process.env;
  const command = ["sh", join(root, "deploy", "render.sh"), ...nodes];
  const { exitCode, stdout, stderr } = Bun.spawnSync(command, { env: { PATH, ...environment } });
  return { status: exitCode, stdout: stdout.toString(), stderr: stderr.toString() };
}

function jobsOf(nodes: readonly string[], environment?: Record<string, string>): Job[] {
  const { status, stdout, stderr } = render(nodes, environment);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const parsed: unknown = Bun.YAML.parse(stdout);
  return (Array.isArray(parsed) ? parsed : [parsed]).map((job) => jobSchema.parse(job));
}

function nodeOf({ spec }: Job): string {
  const { nodeAffinity } = spec.template.spec.affinity;
  const [term] = nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms;
  return term.matchFields[0].values[0];
}

function containerOf({ spec }: Job) {
  return spec.template.spec.containers[0];
}

const nodes = ["ip-10-0-1-17.eu-central-1.compute.internal", "rack3-node7", "n"];

describe("the Jobs of a cluster", () => {
  test("are one for each node, on that node and no other, and named as it is", () => {
    const jobs = jobsOf(nodes);
    expect(jobs.map(nodeOf)).toEqual(nodes);
    expect(jobs.map(({ metadata }) => metadata.annotations["wakerbench/node"])).toEqual(nodes);
    for (const job of jobs) {
      const { env } = containerOf(job);
      expect(env).toContainEqual({
        name: "WAKERBENCH_MACHINE",
        valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } },
      });
    }
  });

  test("get whole cores that are theirs alone, as many as are asked for", () => {
    for (const [cpus, jobs] of [
      ["2", jobsOf(nodes)],
      ["8", jobsOf(nodes, { WAKERBENCH_CPUS: "8" })],
    ] as const) {
      for (const job of jobs) {
        const { requests, limits } = containerOf(job).resources;
        expect(requests.cpu).toBe(cpus);
        expect(limits).toEqual(requests);
        expect(requests.memory).toBeDefined();
      }
    }
  });

  test("keep away from one another by a label that they have", () => {
    for (const { spec } of jobsOf(nodes)) {
      const { metadata, spec: pod } = spec.template;
      const [term] = pod.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution;
      expect(metadata.labels).toMatchObject(term.labelSelector.matchLabels);
    }
  });

  test("run the image that is named, with words that the program takes, and write to what is mounted", () => {
    const image = "registry.example:5000/team/wakerbench@sha256:0123";
    const [job] = jobsOf(["n"], { WAKERBENCH_IMAGE: image });
    if (job === undefined) throw new Error("there is no job");
    const { args, volumeMounts, ...container } = containerOf(job);
    expect(container.image).toBe(image);
    const [name, ...flags] = args;
    const command = commands.find((one) => one.name === name);
    for (const flag of flags.filter((word) => word.startsWith("--"))) {
      expect(Object.keys(command?.args ?? {})).toContain(flag.slice(2));
    }
    const { volumes } = job.spec.template.spec;
    expect(volumeMounts.map((mount) => mount.name)).toEqual(volumes.map((volume) => volume.name));
    expect(volumeMounts.map(({ mountPath }) => mountPath)).toContain("/data");
  });

  test("have the database from the secret that docs/fleet.md makes", () => {
    const [job] = jobsOf(["n"]);
    const secret = { name: "wakerbench-history", key: "url" };
    expect(job === undefined ? [] : containerOf(job).env).toContainEqual({
      name: "WAKERBENCH_HISTORY",
      valueFrom: { secretKeyRef: secret },
    });
    expect(read("docs", "fleet.md")).toContain(
      `secret generic ${secret.name} --from-literal=${secret.key}=`,
    );
  });

  test.each([["Node"], ['n"]\n'], ["-n"], ["two words"], ["a|b"], [""]])(
    "are not made for %j, which is no node",
    (node) => {
      const { status, stdout, stderr } = render(["fine", node]);
      expect(status).toBe(2);
      expect(stdout).toBe("");
      expect(stderr).toStartWith("error: this is no name of a node");
    },
  );

  test.each([
    { WAKERBENCH_CPUS: "1.5" },
    { WAKERBENCH_CPUS: "0" },
    { WAKERBENCH_IMAGE: "a b" },
    { WAKERBENCH_IMAGE: "a\nb" },
  ])("are not made with %j", (environment) => {
    const { status, stdout, stderr } = render(["n"], environment);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toStartWith("error: WAKERBENCH_");
  });
});

describe("the template itself", () => {
  test("is a Job, with the version that the image of this checkout has", () => {
    const job = jobSchema.parse(Bun.YAML.parse(read("deploy", "job.yaml")));
    expect(nodeOf(job)).toBe("NODE");
    expect(containerOf(job).image).toBe(`wakerbench:${packageJson.version}`);
    expect(read("deploy", "render.sh")).toContain(`wakerbench:${packageJson.version}`);
  });
});

describe("the Dockerfile", () => {
  const text = read("deploy", "Dockerfile");
  const lines = text.replaceAll("\\\n", " ").split("\n");

  test("has the Bun that the project is built with", () => {
    expect(text).toContain(`ARG BUN_VERSION=${/bun = "([\d.]+)"/.exec(read("mise.toml"))?.[1]}\n`);
    for (const line of lines.filter((each) => each.startsWith("FROM "))) {
      expect(line).toMatch(/^FROM oven\/bun:\$\{BUN_VERSION\}-/);
    }
  });

  test("copies what is there: the checkout, and what an earlier stage has packed", () => {
    const copies = lines
      .filter((line) => line.startsWith("COPY "))
      .map((line) => line.split(/\s+/).slice(1));
    expect(copies).toEqual([
      [".", "."],
      ["--from=package", "/tmp/wakerbench.tgz", "/tmp/wakerbench.tgz"],
    ]);
    expect(text).toContain("bun pm pack --quiet --filename /tmp/wakerbench.tgz");
    const ignored = read("deploy", "Dockerfile.dockerignore")
      .split("\n")
      .filter((line) => /^[^#]/.test(line));
    const needed = [
      "src",
      "zig",
      "bin",
      "include",
      "schema",
      "package.json",
      "bun.lock",
      "build.zig",
      "LICENSE",
    ];
    for (const path of needed) {
      expect(existsSync(join(root, path))).toBe(true);
      expect(ignored).not.toContain(path);
    }
  });

  test("ends as a user that is not root, in a directory that is that user's", () => {
    expect(lines.filter((line) => /^(USER|WORKDIR) /.test(line)).slice(-2)).toEqual([
      "WORKDIR /data",
      "USER 1000:1000",
    ]);
    expect(text).toContain("chown 1000:1000 /data");
    expect(text).toContain("WAKERBENCH_DATA_DIR=/data");
  });
});
