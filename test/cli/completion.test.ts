import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, writeFileSync } from "node:fs";
import { isInstalled, programPath, Sandbox } from "./program.ts";

// A busy machine takes its time to start so many processes.
setDefaultTimeout(60_000);

const sandbox = new Sandbox();
afterAll(() => sandbox[Symbol.dispose]());
// What the scripts find on the path, as an installed command would be.
const bin = sandbox.makeDirectory("bin");
writeFileSync(`${bin}/wakerbench`, `#!/bin/sh\nexec "${process.execPath}" "${programPath}" "$@"\n`);
chmodSync(`${bin}/wakerbench`, 0o755);

/** Lines as they stand before the cursor, and what the last word of each must be completed with. */
const lines: readonly [line: string, values: readonly string[]][] = [
  ["wakerbench comp", ["compare", "completion"]],
  ["wakerbench run ", ["wake", "burst", "dispatch"]],
  ["wakerbench run wake --placement ", ["each", "same-core", "cross-core", "any"]],
  ["wakerbench run wake --placement=cr", ["--placement=cross-core"]],
  ["wakerbench compare ring:doorbell=e", ["ring:doorbell=eventfd"]],
  ["wakerbench completion ", ["bash", "zsh", "fish"]],
  ["wakerbench report b", ["bin/"]],
];

/** Each shell prints what it would put in the place of the last word, a line each, then an empty one. */
const drivers = {
  // The script is read twice, as by a shell that is started within another.
  bash: [
    ["bash", "--norc", "--noprofile", "-c"],
    `eval "$(wakerbench completion bash)"; eval "$(wakerbench completion bash)"
    [[ $(complete -p wakerbench) == *"-F _wakerbench wakerbench" ]] || exit 9
    for line in "$@"; do
      COMP_LINE=$line COMP_POINT=\${#line}; _wakerbench; printf '%s\\n' "\${COMPREPLY[@]}" ""
    done`,
  ],
  zsh: [
    ["zsh", "-f", "-c"],
    `compdef() { registered="$*" }
    _describe() { local name=$4; for one in "\${(@P)name}"; do print -r -- "\${\${one//\\\\:/}%%:*}"; done }
    eval "$(wakerbench completion zsh)"
    [[ $registered == "_wakerbench wakerbench" ]] || exit 9
    for line in "$@"; do
      words=("\${(@s: :)line}"); CURRENT=\${#words}; PREFIX=$words[-1]; _wakerbench; print
    done`,
  ],
  fish: [
    ["fish", "--no-config", "-c"],
    `wakerbench completion fish | source
    for line in $argv
      complete -C "$line" | string replace -r '\\t.*' ''
      echo
    end`,
  ],
} as const;

for (const [shell, [command, script]] of Object.entries(drivers)) {
  if (!isInstalled(shell)) console.warn(`SKIPPED: ${shell} is not installed: completion untested`);
  test.skipIf(!isInstalled(shell))(`${shell} completes what the program offers`, () => {
    const typed = lines.map(([line]) => line);
    // What follows -c in bash and zsh is $0.
    const zeroth = shell === "fish" ? [] : ["shell"];
    const child = Bun.spawnSync([...command, script, ...zeroth, ...typed], {
      cwd: sandbox.directory,
      env: sandbox.environment({ PATH: `${bin}:${process.env.PATH}` }),
    });
    expect([child.exitCode, child.stderr.toString()]).toEqual([0, ""]);
    const answers = child.stdout.toString().split("\n\n");
    for (const [index, [line, values]] of lines.entries()) {
      const found = (answers[index] ?? "").split("\n").filter((value) => value !== "");
      const kept = shell === "bash" ? (/[^ ]*[:=]/.exec(line)?.[0] ?? "") : "";
      // zsh's colons were taken out by the driver, which cannot tell them from the description's.
      const wanted = values.map((value) => value.slice(kept.length));
      expect({ line, found }).toEqual({
        line,
        found: expect.arrayContaining(shell === "zsh" ? wanted.map(withoutColons) : wanted),
      });
    }
  });
}

function withoutColons(value: string): string {
  return value.replaceAll(":", "");
}

describe("completion", () => {
  test("asks for the name of a shell, and knows a misspelt one", async () => {
    const none = await sandbox.run(["completion"]);
    expect([none.status, none.stdout]).toEqual([2, ""]);
    expect(none.stderr).toContain("try: write wakerbench completion bash|zsh|fish");
    expect((await sandbox.run(["completion", "fishh"])).stderr).toContain("did you mean fish?");
  });

  test("answers nothing, and quietly, where nothing fits", async () => {
    const { status, stdout, stderr } = await sandbox.run([
      "completion",
      "complete",
      "--",
      "qqq",
      "",
    ]);
    expect([status, stdout, stderr]).toEqual([0, "", ""]);
  });
});
