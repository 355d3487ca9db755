/*
 * The native half of a library that has a thread of its own, and calls a JSCallback from it. The
 * thread asks wakerbench for each wake, so that it rings only when JavaScript waits.
 */
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

#include "../../include/wakerbench.h"

/* A JSCallback made with `threadsafe: true`. */
typedef void (*done_callback)(uint32_t item);

typedef struct {
  wakerbench_seam *seam;
  done_callback done;
  pthread_t thread;
} own_thread;

/* In your library the thread takes work from a queue; here a wake is the work. */
static void *run(void *argument) {
  own_thread *own = argument;
  wakerbench_seam *seam = own->seam;
  int64_t wake;
  while ((wake = seam->next(seam)) >= 0) {
    seam->stamp(seam, (uint32_t)wake);
    own->done((uint32_t)wake);
  }
  return NULL;
}

/* Starts the thread. Null when the seam is another one than was compiled against, or no memory or
 * thread is left. */
own_thread *own_thread_open(wakerbench_seam *seam, done_callback done) {
  own_thread *own;
  if (seam->abi != WAKERBENCH_SEAM_ABI) return NULL;
  own = malloc(sizeof *own);
  if (own == NULL) return NULL;
  own->seam = seam;
  own->done = done;
  if (pthread_create(&own->thread, NULL, run, own) != 0) {
    free(own);
    return NULL;
  }
  return own;
}

/* Waits for the thread, which leaves when `next` says so: wakerbench has told it before it closes a
 * waker. */
void own_thread_close(own_thread *own) {
  pthread_join(own->thread, NULL);
  free(own);
}
