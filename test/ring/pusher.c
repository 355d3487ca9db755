/*
 * Threads that push into a ring as a user's library does, for the tests: all through the header.
 *
 * An item begins with a u32 where there is room for one: thread << 20 | number. Every byte behind it
 * is the low byte of the number plus the byte's position.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../../include/wakerbench_ring.h"

typedef struct pusher pusher;

typedef struct {
  pusher *owner;
  uint32_t index;
  pthread_t thread;
} one;

struct pusher {
  wakerbench_ring *ring;
  uint32_t threads;
  uint32_t each;
  uint32_t pause_us;
  atomic_uint running;
  /* How a thread that has made its pushes shall end, and what it sleeps on until it is told. */
  enum { WAIT, LEAVE, TRY_AGAIN } ending;
  pthread_mutex_t mutex;
  pthread_cond_t told;
  atomic_ulong results[4];
  one ones[];
};

static void fill(uint8_t *item, uint32_t bytes, uint32_t thread, uint32_t number) {
  uint32_t head = thread << 20 | number;
  for (uint32_t at = 0; at < bytes; at++) item[at] = (uint8_t)(number + at);
  memcpy(item, &head, bytes < 4 ? bytes : 4);
}

static void pause_for(uint32_t us) {
  struct timespec length = {0, (long)us * 1000};
  if (us > 0) nanosleep(&length, NULL);
}

static int await_ending(pusher *self) {
  pthread_mutex_lock(&self->mutex);
  while (self->ending == WAIT) pthread_cond_wait(&self->told, &self->mutex);
  pthread_mutex_unlock(&self->mutex);
  return self->ending;
}

static void *run(void *argument) {
  one *self = argument;
  pusher *owner = self->owner;
  wakerbench_ring *ring = owner->ring;
  uint8_t item[4096];
  int32_t result = WAKERBENCH_RING_OK;
  for (uint32_t number = 0; number < owner->each && result != WAKERBENCH_RING_CLOSED; number++) {
    fill(item, ring->payload_bytes, self->index, number);
    result = ring->push(ring, item);
    atomic_fetch_add(&owner->results[result], 1);
    pause_for(owner->pause_us);
  }
  atomic_fetch_sub(&owner->running, 1);
  if (await_ending(owner) == TRY_AGAIN) {
    fill(item, ring->payload_bytes, self->index, owner->each);
    atomic_fetch_add(&owner->results[ring->push(ring, item)], 1);
  }
  ring->release(ring);
  return NULL;
}

/* Starts `threads` threads that push `each` items each, or until the ring is closed. Takes over the
 * native hold. */
pusher *pusher_start(wakerbench_ring *ring, uint32_t threads, uint32_t each, uint32_t pause_us) {
  pusher *self = calloc(1, sizeof *self + threads * sizeof(one));
  if (self == NULL) abort();
  self->ring = ring;
  self->threads = threads;
  self->each = each;
  self->pause_us = pause_us;
  atomic_store(&self->running, threads);
  pthread_mutex_init(&self->mutex, NULL);
  pthread_cond_init(&self->told, NULL);
  for (uint32_t index = 0; index < threads; index++) {
    ring->retain(ring);
    self->ones[index] = (one){self, index, 0};
    if (pthread_create(&self->ones[index].thread, NULL, run, &self->ones[index]) != 0) abort();
  }
  ring->release(ring);
  return self;
}

/* How many threads have not made all their pushes. */
uint32_t pusher_running(pusher *self) { return atomic_load(&self->running); }

/* Waits for the threads, after one last push of each when `tries_again`; writes how often a push
 * returned OK, FULL, DROPPED and CLOSED, and frees. */
void pusher_join(pusher *self, uint32_t tries_again, double *results) {
  pthread_mutex_lock(&self->mutex);
  self->ending = tries_again ? TRY_AGAIN : LEAVE;
  pthread_cond_broadcast(&self->told);
  pthread_mutex_unlock(&self->mutex);
  for (uint32_t index = 0; index < self->threads; index++) {
    pthread_join(self->ones[index].thread, NULL);
  }
  for (int code = 0; code < 4; code++) results[code] = (double)atomic_load(&self->results[code]);
  pthread_cond_destroy(&self->told);
  pthread_mutex_destroy(&self->mutex);
  free(self);
}

/* One push on the calling thread. */
int32_t push_one(wakerbench_ring *ring, const void *payload) { return ring->push(ring, payload); }

/* Lets the native hold go. */
void let_go(wakerbench_ring *ring) { ring->release(ring); }
