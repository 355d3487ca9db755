import { headerPath, testHeader } from "../headers.ts";

const header = headerPath("wakerbench_ring.h");

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

testHeader(source);
