import { expect, test } from "bun:test";
import { join } from "node:path";

const header = join(import.meta.dirname, "..", "..", "include", "wakerbench_ring.h");

/** The layout that zig/ring.zig, and every library that was compiled before, relies on. */
const source = `
#include "${header}"
#include <stddef.h>
#define IS(name, expression) typedef char name[(expression) ? 1 : -1]
IS(abi_first, offsetof(struct wakerbench_ring, abi) == 0 && WAKERBENCH_RING_ABI == 1);
IS(payload_bytes_next, offsetof(struct wakerbench_ring, payload_bytes) == 4);
IS(push_next, offsetof(struct wakerbench_ring, push) == 8);
IS(retain_next, offsetof(struct wakerbench_ring, retain) == 8 + sizeof(void *));
IS(release_next, offsetof(struct wakerbench_ring, release) == 8 + 2 * sizeof(void *));
IS(codes, WAKERBENCH_RING_OK == 0 && WAKERBENCH_RING_FULL == 1 && WAKERBENCH_RING_DROPPED == 2 &&
          WAKERBENCH_RING_CLOSED == 3);
int use(wakerbench_ring *ring, const void *payload);
int use(wakerbench_ring *ring, const void *payload) {
  if (ring->push(ring, payload) != WAKERBENCH_RING_CLOSED) return 0;
  ring->release(ring);
  return 1;
}
`;

const dialects = [
  ["cc", "c99", "c"],
  ["cc", "c11", "c"],
  ["c++", "c++11", "c++"],
  ["c++", "c++20", "c++"],
] as const;

for (const [name, standard, language] of dialects) {
  const compiler = Bun.which(name);
  if (compiler === null) {
    console.warn(`SKIPPED: the header is not tested with ${standard}: there is no ${name} here`);
  }
  test.skipIf(compiler === null)(`the header is clean and laid out as agreed, ${standard}`, () => {
    const flags = [`-std=${standard}`, "-Wall", "-Wextra", "-pedantic", "-Werror", "-fsyntax-only"];
    const { exitCode, stderr } = Bun.spawnSync([compiler ?? "", ...flags, "-x", language, "-"], {
      stdin: Buffer.from(source),
      stderr: "pipe",
    });
    expect({ exitCode, stderr: stderr.toString() }).toEqual({ exitCode: 0, stderr: "" });
  });
}
