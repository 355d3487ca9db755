/*
 * The native side of a dedicated thread of wakerbench/dispatch: JavaScript calls it and awaits the
 * answer, your functions run on it, one call after the other.
 *
 *     static void job(void *user, wakerbench_call *call) {          // your library, which links nothing
 *       (void)user;
 *       call->answer_number(call, call->number * 2);
 *     }
 *     static const wakerbench_work work = {WAKERBENCH_WORKER_ABI, 0, NULL, NULL, job, NULL};
 *     const wakerbench_work *mine_work(void) { return &work; }      // C++: extern "C"
 *
 *     const thread = new DedicatedThread<number>({ work: mine.symbols.mine_work() });   // TypeScript
 *     console.log(await thread.call(21));
 *
 * A job that neither answers nor fails answers with undefined. One that answers or fails more than once is
 * taken at its last word. All functions below are called on the worker's own thread, and a call's functions
 * must be called there too, before the job returns.
 */
#ifndef WAKERBENCH_WORKER_H
#define WAKERBENCH_WORKER_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Raised when something below changes its meaning or its place. */
#define WAKERBENCH_WORKER_ABI 1

/* One call, as JavaScript sent it. Valid until the job returns. */
typedef struct wakerbench_call wakerbench_call;
struct wakerbench_call {
  /* WAKERBENCH_WORKER_ABI of the library that made the call. */
  uint32_t abi;
  /* What the call asks for, in your own numbering: `call({ kind: 3, … })`. 0 when it was not given. */
  uint32_t kind;
  /* 0 when it was not given. */
  double number;
  /* A copy of what was sent; NULL when there are none. */
  const uint8_t *bytes;
  size_t byte_count;
  /* The promise is resolved with a number. */
  void (*answer_number)(wakerbench_call *call, double number);
  /* The promise is resolved with a copy of these bytes, made here. Returns 0, or -1 when there is no
   * memory: nothing is answered then. */
  int32_t (*answer_bytes)(wakerbench_call *call, const void *bytes, size_t byte_count);
  /* The promise is rejected with a JobError of this name, message and stack, UTF-8, copied here. NULL:
   * "Error", "" and no stack. */
  void (*fail)(wakerbench_call *call, const char *name, const char *message, const char *stack);
  /* 1 when the call was cancelled or has timed out since the job began: nobody awaits its answer any more,
   * and the job may as well return. Cheap: ask often in long work. */
  int32_t (*is_cancelled)(const wakerbench_call *call);
};

/* What a worker does. Copied when it is opened; what `user` points to must live until it is closed. */
typedef struct wakerbench_work wakerbench_work;
struct wakerbench_work {
  /* WAKERBENCH_WORKER_ABI. */
  uint32_t abi;
  /* 0. */
  uint32_t reserved;
  void *user;
  /* Called first, on the worker's thread: what belongs to one thread (a database connection) is opened
   * here. What it returns is the `user` of all that follows. When it calls `fail` the worker ends, and every
   * call is rejected. NULL: nothing is to be opened, and `user` stays. */
  void *(*start)(void *user, wakerbench_call *starting);
  /* Called for each call that was not cancelled before its turn. */
  void (*job)(void *user, wakerbench_call *call);
  /* Called last, on the worker's thread, unless `start` failed. NULL: nothing is to be closed. */
  void (*stop)(void *user);
};

#ifdef __cplusplus
}
#endif

#endif
