/*
 * The seam between wakerbench and the native half of your waker.
 *
 * wakerbench compare ./my-waker.ts callback
 *
 * Your TypeScript file hands `context.seam` to your library. There are two ways to go on.
 *
 * 1. Ring when asked: call `seam->bind(seam, notify, user)` once. The harness then calls
 *    `notify(user, wake)` from its own thread, which it has placed on the waker's core.
 *
 * 2. Ring from a thread of your own: let it run
 *
 *        int64_t wake;
 *        while ((wake = seam->next(seam)) >= 0) {
 *            seam->stamp(seam, (uint32_t)wake);
 *            ring_my_doorbell((uint32_t)wake);
 *        }
 *
 * Either way call `stamp` immediately before you ring: the time from there to the awaiting
 * JavaScript is what is measured. All functions may be called from any thread until your waker's
 * close() has returned.
 */
#ifndef WAKERBENCH_H
#define WAKERBENCH_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define WAKERBENCH_SEAM_ABI 1

/* Rings the doorbell for the wake numbered `wake`, after calling `stamp`. */
typedef void (*wakerbench_notify)(void *user, uint32_t wake);

typedef struct wakerbench_seam wakerbench_seam;
struct wakerbench_seam {
  /* WAKERBENCH_SEAM_ABI of the harness: refuse to work when it differs from yours. */
  uint32_t abi;
  uint32_t reserved;
  /* Registers the function that rings. Call it before your waker's open() returns. */
  void (*bind)(wakerbench_seam *seam, wakerbench_notify notify, void *user);
  /* Takes the stamp of a wake, in nanoseconds of the monotonic clock. The first one counts. */
  void (*stamp)(wakerbench_seam *seam, uint32_t wake);
  /* Sleeps until JavaScript waits, spends the gap, returns the wake's number (with --rate: when the
   * next wake is due, heard or not); -1: leave now. The first call of a thread places it on the
   * waker's core. */
  int64_t (*next)(wakerbench_seam *seam);
};

#ifdef __cplusplus
}
#endif

#endif
