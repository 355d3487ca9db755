/*
 * Loads a libwakerbench and uses it as a library of a user's does, on a machine that Bun itself need not run on:
 *
 *     use-library LIBRARY VERSION
 *
 * Four threads push into a ring that is too small for them, so that they sleep for room (a futex); the ring rings an
 * eventfd when this thread waits for it. Every item must come, in the order of its thread.
 */
#include <dlfcn.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../include/wakerbench_ring.h"

enum { THREADS = 4, EACH = 20000, THREAD_SHIFT = 20, EVENTFD = 1, LOST_AFTER_MS = 20000 };

static void *library;

static void fail(const char *what) {
  fprintf(stderr, "%s\n", what);
  exit(1);
}

static void *find(const char *name) {
  void *symbol = dlsym(library, name);
  if (symbol == NULL) fail(name);
  return symbol;
}

#define FUNCTION(returned, name, ...) returned (*name)(__VA_ARGS__) = (returned(*)(__VA_ARGS__))find(#name)

int main(int count, char **words) {
  if (count != 3) fail("use-library LIBRARY VERSION");
  library = dlopen(words[1], RTLD_NOW);
  if (library == NULL) fail(dlerror());

  FUNCTION(const char *, wb_version, void);
  if (strcmp(wb_version(), words[2]) != 0) fail("another version");
  FUNCTION(uint64_t, wb_now_ns, void);
  const uint64_t began_ns = wb_now_ns();

  FUNCTION(wakerbench_ring *, wb_ring_open, const uint32_t *);
  FUNCTION(void *, wb_ring_bell, wakerbench_ring *);
  FUNCTION(void *, wb_fd_open, void *, uint32_t);
  FUNCTION(int32_t, wb_fd_read_fd, void *);
  FUNCTION(void *, wb_ring_pusher_start, wakerbench_ring *, uint32_t, uint32_t, uint64_t);
  FUNCTION(void, wb_ring_pusher_join, void *, double *);
  FUNCTION(int32_t, wb_ring_drain, wakerbench_ring *, uint32_t *, uint32_t);
  FUNCTION(void, wb_ring_free, wakerbench_ring *);

  const uint32_t config[4] = {64, sizeof(uint32_t), 0, 0};
  wakerbench_ring *ring = wb_ring_open(config);
  if (ring == NULL || ring->abi != WAKERBENCH_RING_ABI) fail("no ring");
  void *doorbell = wb_fd_open(wb_ring_bell(ring), EVENTFD);
  if (doorbell == NULL) fail("no eventfd");
  void *pusher = wb_ring_pusher_start(ring, THREADS, EACH, 0);
  if (pusher == NULL) fail("no threads");

  uint32_t next[THREADS] = {0};
  uint32_t items[32];
  struct pollfd bell = {.fd = wb_fd_read_fd(doorbell), .events = POLLIN};
  for (uint32_t taken = 0; taken < THREADS * EACH;) {
    const int32_t drained = wb_ring_drain(ring, items, 32);
    const uint32_t got = drained < 0 ? -1 - drained : drained;
    for (uint32_t at = 0; at < got; at++) {
      const uint32_t thread = items[at] >> THREAD_SHIFT;
      if (thread >= THREADS) fail("an item that nobody pushed");
      if ((items[at] & ((1u << THREAD_SHIFT) - 1)) != next[thread]++) fail("out of order");
    }
    taken += got;
    if (drained >= 0 || taken == THREADS * EACH) continue;
    uint64_t rings;
    if (poll(&bell, 1, LOST_AFTER_MS) != 1) fail("a wake was lost");
    if (read(bell.fd, &rings, sizeof rings) != sizeof rings) fail("the eventfd cannot be read");
  }
  double codes[4];
  wb_ring_pusher_join(pusher, codes);
  if (codes[0] != THREADS * EACH) fail("pushes that did not succeed");
  wb_ring_free(ring);
  if (wb_now_ns() <= began_ns) fail("a clock that stands still");
  puts("used");
  return 0;
}
