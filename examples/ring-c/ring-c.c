/*
 * A library with threads of its own that pushes what they find into a ring. It links nothing: all it
 * knows of the ring is the header.
 */
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

#include "../../include/wakerbench_ring.h"

/* What is pushed: 16 bytes, read by main.ts. */
typedef struct {
  uint32_t worker;
  uint32_t number;
  double square;
} result;

typedef struct {
  wakerbench_ring *ring;
  uint32_t index;
  uint32_t results;
} worker;

static void *run(void *argument) {
  worker self = *(worker *)argument;
  free(argument);
  for (uint32_t number = 0; number < self.results; number++) {
    result found = {self.index, number, (double)number * number};
    /* Sleeps while the ring is full; CLOSED when JavaScript wants no more. */
    if (self.ring->push(self.ring, &found) != WAKERBENCH_RING_OK) break;
  }
  /* The last use of the ring by this thread. */
  self.ring->release(self.ring);
  return NULL;
}

/* Starts a thread with a hold of the ring of its own. Returns 0, or -1 when there is none left. */
static int start_one(wakerbench_ring *ring, uint32_t index, uint32_t results) {
  pthread_t thread;
  worker *argument = malloc(sizeof *argument);
  if (argument == NULL) return -1;
  *argument = (worker){ring, index, results};
  ring->retain(ring);
  if (pthread_create(&thread, NULL, run, argument) != 0) {
    ring->release(ring);
    free(argument);
    return -1;
  }
  /* Nobody waits for it: it may outlive the ring's JavaScript. */
  pthread_detach(thread);
  return 0;
}

/* Starts `workers` threads that push `results` results each. It is given the library's hold of the
 * ring. Returns how many threads were started, or -1 when the ring is another one than this was
 * compiled for. */
int32_t ring_c_start(wakerbench_ring *ring, uint32_t workers, uint32_t results) {
  uint32_t started = 0;
  if (ring->abi != WAKERBENCH_RING_ABI) return -1;
  if (ring->payload_bytes == sizeof(result)) {
    while (started < workers && start_one(ring, started, results) == 0) started++;
  }
  /* The threads have their own holds: that of the library is not needed any more. */
  ring->release(ring);
  return (int32_t)started;
}
