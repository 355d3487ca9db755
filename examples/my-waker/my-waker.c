/*
 * The native half of a waker that sends messages: a socketpair(2) whose other end JavaScript holds.
 * Each wake is one number of four bytes, little endian.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../include/wakerbench.h"

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0 /* macOS: SO_NOSIGPIPE instead. */
#endif

typedef struct {
  wakerbench_seam *seam;
  int native_fd;
  int javascript_fd;
} my_waker;

/*
 * Rings: called by wakerbench's thread. In your library this is where a thread of yours has
 * finished. The socket blocks, so a reader that is behind holds the thread back and nothing is lost.
 */
static void notify(void *user, uint32_t wake) {
  my_waker *waker = user;
  const uint8_t frame[4] = {
      (uint8_t)wake,
      (uint8_t)(wake >> 8),
      (uint8_t)(wake >> 16),
      (uint8_t)(wake >> 24),
  };
  size_t sent = 0;
  waker->seam->stamp(waker->seam, wake);
  while (sent < sizeof frame) {
    ssize_t count = send(waker->native_fd, frame + sent, sizeof frame - sent, MSG_NOSIGNAL);
    if (count > 0) sent += (size_t)count;
    else if (errno != EINTR) return; /* JavaScript has closed its end. */
  }
}

static void prepare(my_waker *waker) {
  fcntl(waker->native_fd, F_SETFD, FD_CLOEXEC);
  fcntl(waker->javascript_fd, F_SETFD, FD_CLOEXEC);
  /* The event loop must not be held up by a read: only its end is non-blocking. */
  fcntl(waker->javascript_fd, F_SETFL, O_NONBLOCK);
#ifdef SO_NOSIGPIPE
  int yes = 1;
  setsockopt(waker->native_fd, SOL_SOCKET, SO_NOSIGPIPE, &yes, sizeof yes);
#endif
}

/* Makes the socketpair and binds it to the seam. Null when the seam is another one than was compiled
 * against, or no memory or descriptor is left. */
my_waker *my_waker_open(wakerbench_seam *seam) {
  int fds[2];
  my_waker *waker;
  if (seam->abi != WAKERBENCH_SEAM_ABI) return NULL;
  waker = malloc(sizeof *waker);
  if (waker == NULL) return NULL;
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) != 0) {
    free(waker);
    return NULL;
  }
  *waker = (my_waker){.seam = seam, .native_fd = fds[0], .javascript_fd = fds[1]};
  prepare(waker);
  seam->bind(seam, notify, waker);
  return waker;
}

/* The end that JavaScript reads. It belongs to JavaScript, which closes it. */
int32_t my_waker_fd(const my_waker *waker) { return waker->javascript_fd; }

/* Closes the end that rings. */
void my_waker_close(my_waker *waker) {
  close(waker->native_fd);
  free(waker);
}
