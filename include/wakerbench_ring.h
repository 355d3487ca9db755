/*
 * The native side of a ring of wakerbench/ring: a bounded queue that any thread of yours pushes into,
 * and that JavaScript hears.
 *
 *     const ring = new Ring({ payload: "u32" });    // TypeScript
 *     mine.symbols.mine_start(ring.pointer);
 *     for await (const item of ring) console.log(item);
 *
 *     void mine_start(wakerbench_ring *ring) {      // your library, which links nothing
 *       if (ring->abi != WAKERBENCH_RING_ABI) return;
 *       ...
 *     }
 *     uint32_t item = 7;                            // on any thread of yours
 *     if (ring->push(ring, &item) == WAKERBENCH_RING_CLOSED) ring->release(ring);
 *
 * Life: a ring has holders. JavaScript is one, your library is the other: it has one hold from the
 * moment it is given the pointer, and must let it go once, with `release`, after its last push. A
 * thread that shall outlive that takes a hold of its own first, with `retain`. As long as you hold the
 * ring you may push, also after JavaScript has closed it: the push returns WAKERBENCH_RING_CLOSED.
 *
 * All functions may be called from any thread, several at once, but not from a signal handler. What
 * one thread pushes arrives in the order in which it pushed.
 */
#ifndef WAKERBENCH_RING_H
#define WAKERBENCH_RING_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Raised when something below changes its meaning or its place. */
#define WAKERBENCH_RING_ABI 1

/* What `push` returns. */
enum {
  /* The item is in the ring, and JavaScript will hear it. */
  WAKERBENCH_RING_OK = 0,
  /* The ring is full and was made with whenFull: "fail", or would block the thread that runs its
   * JavaScript. The item is still yours. */
  WAKERBENCH_RING_FULL = 1,
  /* The ring is full and was made with whenFull: "drop". The item is lost, and was counted. */
  WAKERBENCH_RING_DROPPED = 2,
  /* JavaScript has closed the ring: it takes nothing any more. Let it go. */
  WAKERBENCH_RING_CLOSED = 3
};

typedef struct wakerbench_ring wakerbench_ring;
struct wakerbench_ring {
  /* WAKERBENCH_RING_ABI of the library that made the ring: refuse to work when it is not yours. */
  uint32_t abi;
  /* How many bytes of `payload` a push copies: 4 for "u32" and "i32", 8 for "f64" and "u64", else the
   * number that the ring was made with. Refuse to work when it is not what you push. */
  uint32_t payload_bytes;
  /* Copies `payload_bytes` bytes from `payload`, which need not be aligned, and rings when JavaScript
   * sleeps. With whenFull: "block" it sleeps while the ring is full; not so on the thread that runs its
   * JavaScript, which would wait for itself and gets WAKERBENCH_RING_FULL. */
  int32_t (*push)(wakerbench_ring *ring, const void *payload);
  /* Takes one more hold of the ring. */
  void (*retain)(wakerbench_ring *ring);
  /* Lets one hold go. After the last one the memory is gone: do not look at the ring again. */
  void (*release)(wakerbench_ring *ring);
};

#ifdef __cplusplus
}
#endif

#endif
