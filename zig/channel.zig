//! File descriptors that carry a wake inside one process: pipe(2), eventfd(2) and socketpair(2).

const builtin = @import("builtin");
const std = @import("std");

pub const Kind = enum(u32) {
    pipe = 0,
    eventfd = 1,
    socketpair = 2,
    /// A pipe whose reading end blocks: for a thread that has nothing to do but read.
    blocking_pipe = 3,
    _,
};

extern "c" fn pipe(fds: *[2]c_int) c_int;
extern "c" fn eventfd(initial: c_uint, flags: c_int) c_int;
extern "c" fn socketpair(domain: c_int, kind: c_int, protocol: c_int, fds: *[2]c_int) c_int;
extern "c" fn fcntl(fd: c_int, command: c_int, ...) c_int;
extern "c" fn close(fd: c_int) c_int;
extern "c" fn write(fd: c_int, buffer: *const anyopaque, size: usize) isize;
extern "c" fn read(fd: c_int, buffer: *anyopaque, size: usize) isize;

const set_descriptor_flags = 2;
const set_status_flags = 4;
const close_on_exec = 1;
const unix_domain = 1;
const stream_kind = 1;
const non_blocking = if (builtin.os.tag.isDarwin()) 0x4 else 0o4000;

pub const Channel = struct {
    read_fd: c_int,
    write_fd: c_int,
    kind: Kind,

    /// Both ends are non-blocking, unless the kind says otherwise, and are not inherited by child
    /// processes.
    pub fn open(kind: Kind) error{ Unsupported, NoDescriptor }!Channel {
        switch (kind) {
            .pipe, .blocking_pipe, .socketpair => {
                var fds: [2]c_int = undefined;
                const made = if (kind == .socketpair)
                    socketpair(unix_domain, stream_kind, 0, &fds)
                else
                    pipe(&fds);
                if (made != 0) return error.NoDescriptor;
                for (fds) |fd| _ = fcntl(fd, set_descriptor_flags, @as(c_int, close_on_exec));
                setNonBlocking(fds[1]);
                if (kind != .blocking_pipe) setNonBlocking(fds[0]);
                return .{ .read_fd = fds[0], .write_fd = fds[1], .kind = kind };
            },
            .eventfd => {
                if (builtin.os.tag != .linux) return error.Unsupported;
                const fd = eventfd(0, 0);
                if (fd < 0) return error.NoDescriptor;
                _ = fcntl(fd, set_descriptor_flags, @as(c_int, close_on_exec));
                setNonBlocking(fd);
                return .{ .read_fd = fd, .write_fd = fd, .kind = kind };
            },
            _ => return error.Unsupported,
        }
    }

    fn setNonBlocking(fd: c_int) void {
        _ = fcntl(fd, set_status_flags, @as(c_int, non_blocking));
    }

    /// Whoever reads when there is nothing sleeps from now on.
    pub fn makeReadEndBlock(channel: Channel) void {
        _ = fcntl(channel.read_fd, set_status_flags, @as(c_int, 0));
    }

    /// Rings; safe from any thread. A full pipe or socket refuses the byte, which is no loss: a wake is
    /// pending already.
    pub fn ring(channel: Channel) void {
        const one: u64 = 1;
        const size: usize = if (channel.kind == .eventfd) 8 else 1;
        _ = write(channel.write_fd, &one, size);
    }

    /// Takes what has been rung. False when there was nothing.
    pub fn drain(channel: Channel) bool {
        var buffer: [512]u8 align(8) = undefined;
        const size: usize = if (channel.kind == .eventfd) 8 else buffer.len;
        return read(channel.read_fd, &buffer, size) > 0;
    }

    /// Shows the reader the end of a pipe. An eventfd is one descriptor, and that is the reader's.
    pub fn closeWriteEnd(channel: *Channel) void {
        if (channel.write_fd >= 0 and channel.kind != .eventfd) _ = close(channel.write_fd);
        channel.write_fd = -1;
    }

    pub fn closeReadEnd(channel: *Channel) void {
        if (channel.read_fd >= 0) _ = close(channel.read_fd);
        channel.read_fd = -1;
    }
};

test "each descriptor is closed once: a number that is taken again meanwhile stays open" {
    inline for (.{ Kind.pipe, Kind.eventfd, Kind.socketpair }) |kind| {
        if (kind == .eventfd and builtin.os.tag != .linux) continue;
        var first: Channel = try .open(kind);
        const numbers = [2]c_int{ first.read_fd, first.write_fd };
        first.closeReadEnd();
        first.closeWriteEnd();
        // The lowest free numbers are given out: those of `first`.
        var second: Channel = try .open(kind);
        defer second.closeReadEnd();
        defer second.closeWriteEnd();
        try std.testing.expectEqual(numbers, [2]c_int{ second.read_fd, second.write_fd });
        first.closeWriteEnd();
        first.closeReadEnd();
        second.ring();
        try std.testing.expect(second.drain());
    }
}

test "a ring is drained once, and several rings coalesce" {
    inline for (.{ Kind.pipe, Kind.eventfd, Kind.socketpair }) |kind| {
        if (kind == .eventfd and builtin.os.tag != .linux) continue;
        var channel: Channel = try .open(kind);
        defer channel.closeReadEnd();
        defer channel.closeWriteEnd();
        try std.testing.expect(!channel.drain());
        channel.ring();
        channel.ring();
        try std.testing.expect(channel.drain());
        try std.testing.expect(!channel.drain());
    }
}

test "a reading end that blocks makes its reader wait for the ring" {
    inline for (.{ Kind.pipe, Kind.eventfd, Kind.socketpair }) |kind| {
        if (kind == .eventfd and builtin.os.tag != .linux) continue;
        var channel: Channel = try .open(kind);
        defer channel.closeReadEnd();
        defer channel.closeWriteEnd();
        try std.testing.expect(!channel.drain());
        channel.makeReadEndBlock();
        const thread = try std.Thread.spawn(.{}, Channel.ring, .{channel});
        try std.testing.expect(channel.drain());
        thread.join();
    }
}

test "ringing goes on when nobody reads, and the wake stays pending" {
    inline for (.{ Kind.pipe, Kind.eventfd, Kind.socketpair, Kind.blocking_pipe }) |kind| {
        if (kind == .eventfd and builtin.os.tag != .linux) continue;
        var channel: Channel = try .open(kind);
        defer channel.closeReadEnd();
        defer channel.closeWriteEnd();
        for (0..100_000) |_| channel.ring();
        try std.testing.expect(channel.drain());
    }
}
