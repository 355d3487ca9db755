/** What `wb_fd_open` makes, by the numbers of zig/channel.zig. */
export const channelKinds = { pipe: 0, eventfd: 1, socketpair: 2, blockingPipe: 3 } as const;
