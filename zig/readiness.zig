//! Which sockets can be read or written: epoll(7) on Linux, kqueue(2) on macOS. A listener is told of as long as
//! somebody waits; a connection once for each change (EPOLLET, EV_CLEAR), so that nothing has to be registered
//! anew for each request. Any thread can ring whoever waits.

const builtin = @import("builtin");
const std = @import("std");
const Channel = @import("channel.zig").Channel;

const is_linux = builtin.os.tag == .linux;
const linux = std.os.linux;
const Kevent = std.c.Kevent;

extern "c" fn epoll_create1(flags: c_int) c_int;
extern "c" fn epoll_ctl(epoll: c_int, operation: c_int, fd: c_int, event: ?*linux.epoll_event) c_int;
extern "c" fn epoll_wait(epoll: c_int, events: [*]linux.epoll_event, most: c_int, timeout_ms: c_int) c_int;
extern "c" fn kqueue() c_int;
extern "c" fn close(fd: c_int) c_int;

const epoll_close_on_exec = 0o2000000;
const epoll_add = 1;
const epoll_delete = 2;

/// The token of the listener.
pub const listener_token = std.math.maxInt(u32);
const bell_token = std.math.maxInt(u32) - 1;
/// Changes that are heard at once.
const events_max = 256;

pub const Change = struct {
    token: u32,
    can_read: bool = false,
    can_write: bool = false,
    /// The other side sends nothing more.
    has_ended: bool = false,
    /// Nothing can be sent to it any more, either.
    is_gone: bool = false,
};

pub const Changes = [events_max]Change;

pub const Readiness = struct {
    fd: c_int,
    bell: Channel,

    pub fn open() error{NoDescriptor}!Readiness {
        var bell = Channel.open(if (is_linux) .eventfd else .pipe) catch return error.NoDescriptor;
        errdefer {
            bell.closeWriteEnd();
            bell.closeReadEnd();
        }
        const fd = if (is_linux) epoll_create1(epoll_close_on_exec) else kqueue();
        if (fd < 0) return error.NoDescriptor;
        errdefer _ = close(fd);
        const readiness: Readiness = .{ .fd = fd, .bell = bell };
        if (!readiness.watchReading(bell.read_fd, bell_token)) return error.NoDescriptor;
        return readiness;
    }

    pub fn deinit(readiness: *Readiness) void {
        _ = close(readiness.fd);
        readiness.bell.closeWriteEnd();
        readiness.bell.closeReadEnd();
    }

    /// Wakes the thread that waits, or its next wait. From any thread.
    pub fn ring(readiness: *const Readiness) void {
        readiness.bell.ring();
    }

    /// False when the kernel has no memory for it.
    pub fn watchListener(readiness: *const Readiness, fd: c_int) bool {
        return readiness.watchReading(fd, listener_token);
    }

    pub fn unwatchListener(readiness: *const Readiness, fd: c_int) void {
        if (is_linux) {
            _ = epoll_ctl(readiness.fd, epoll_delete, fd, null);
        } else {
            _ = readiness.register(&.{kevent(fd, std.c.EVFILT.READ, std.c.EV.DELETE, listener_token)});
        }
    }

    /// Closing the descriptor ends it. False when the kernel has no memory for it.
    pub fn watchConnection(readiness: *const Readiness, fd: c_int, token: u32) bool {
        if (is_linux) {
            const mask = linux.EPOLL.IN | linux.EPOLL.OUT | linux.EPOLL.RDHUP | linux.EPOLL.ET;
            return readiness.add(fd, mask, token);
        }
        const flags = std.c.EV.ADD | std.c.EV.CLEAR;
        return readiness.register(&.{
            kevent(fd, std.c.EVFILT.READ, flags, token),
            kevent(fd, std.c.EVFILT.WRITE, flags, token),
        });
    }

    /// Waits for changes, at most `timeout_ms`; -1: until one comes. A ring is a reason to return, too.
    pub fn wait(readiness: *const Readiness, out: *Changes, timeout_ms: i32) []Change {
        return if (is_linux) readiness.waitEpoll(out, timeout_ms) else readiness.waitKqueue(out, timeout_ms);
    }

    fn waitEpoll(readiness: *const Readiness, out: *Changes, timeout_ms: i32) []Change {
        var events: [events_max]linux.epoll_event = undefined;
        const came = epoll_wait(readiness.fd, &events, events_max, timeout_ms);
        var count: usize = 0;
        for (events[0..@intCast(@max(came, 0))]) |event| {
            const bits = event.events;
            if (event.data.u32 == bell_token) {
                _ = readiness.bell.drain();
                continue;
            }
            out[count] = .{
                .token = event.data.u32,
                .can_read = bits & (linux.EPOLL.IN | linux.EPOLL.RDHUP) != 0,
                .can_write = bits & linux.EPOLL.OUT != 0,
                .has_ended = bits & linux.EPOLL.RDHUP != 0,
                .is_gone = bits & (linux.EPOLL.HUP | linux.EPOLL.ERR) != 0,
            };
            count += 1;
        }
        return out[0..count];
    }

    fn waitKqueue(readiness: *const Readiness, out: *Changes, timeout_ms: i32) []Change {
        var events: [events_max]Kevent = undefined;
        const timeout: std.c.timespec = .{
            .sec = @divTrunc(timeout_ms, 1000),
            .nsec = @as(isize, @rem(timeout_ms, 1000)) * std.time.ns_per_ms,
        };
        const came = std.c.kevent(readiness.fd, &events, 0, &events, events_max, if (timeout_ms < 0) null else &timeout);
        var count: usize = 0;
        for (events[0..@intCast(@max(came, 0))]) |event| {
            const token: u32 = @intCast(event.udata);
            if (token == bell_token) {
                while (readiness.bell.drain()) {}
                continue;
            }
            const is_end = event.flags & std.c.EV.EOF != 0;
            const is_reading = event.filter == std.c.EVFILT.READ;
            out[count] = .{
                .token = token,
                .can_read = is_reading,
                .can_write = !is_reading,
                .has_ended = is_end and is_reading,
                // The end of what can be written; or an error, which is in `fflags`.
                .is_gone = is_end and (!is_reading or event.fflags != 0),
            };
            count += 1;
        }
        return out[0..count];
    }

    /// As long as there is something to read.
    fn watchReading(readiness: *const Readiness, fd: c_int, token: u32) bool {
        if (is_linux) return readiness.add(fd, linux.EPOLL.IN, token);
        return readiness.register(&.{kevent(fd, std.c.EVFILT.READ, std.c.EV.ADD, token)});
    }

    fn add(readiness: *const Readiness, fd: c_int, mask: u32, token: u32) bool {
        var event: linux.epoll_event = .{ .events = mask, .data = .{ .u32 = token } };
        return epoll_ctl(readiness.fd, epoll_add, fd, &event) == 0;
    }

    fn register(readiness: *const Readiness, changes: []const Kevent) bool {
        var none: [1]Kevent = undefined;
        return std.c.kevent(readiness.fd, changes.ptr, @intCast(changes.len), &none, 0, null) == 0;
    }
};

fn kevent(fd: c_int, filter: i16, flags: u16, token: u32) Kevent {
    return .{ .ident = @intCast(fd), .filter = filter, .flags = flags, .fflags = 0, .data = 0, .udata = token };
}

const testing = std.testing;

test "a ring ends a wait and is no change, and changes come once" {
    var readiness: Readiness = try .open();
    defer readiness.deinit();
    var changes: Changes = undefined;
    try testing.expectEqual(0, readiness.wait(&changes, 0).len);
    readiness.ring();
    readiness.ring();
    try testing.expectEqual(0, readiness.wait(&changes, -1).len);
    var pair: Channel = try .open(.socketpair);
    defer pair.closeReadEnd();
    defer pair.closeWriteEnd();
    try testing.expect(readiness.watchConnection(pair.read_fd, 7));
    // It can be written; kqueue says so by a change of its own.
    try testing.expect(readiness.wait(&changes, -1)[0].can_write);
    pair.ring();
    const read = readiness.wait(&changes, -1);
    try testing.expectEqual(7, read[0].token);
    try testing.expect(read[0].can_read and !read[0].is_gone);
    try testing.expectEqual(0, readiness.wait(&changes, 0).len);
    pair.closeWriteEnd();
    var has_ended = false;
    for (readiness.wait(&changes, -1)) |change| has_ended = has_ended or change.has_ended;
    try testing.expect(has_ended);
}

test "a listener is told of as long as it is watched" {
    var readiness: Readiness = try .open();
    defer readiness.deinit();
    var pipe: Channel = try .open(.pipe);
    defer pipe.closeReadEnd();
    defer pipe.closeWriteEnd();
    try testing.expect(readiness.watchListener(pipe.read_fd));
    pipe.ring();
    var changes: Changes = undefined;
    for (0..2) |_| try testing.expectEqual(listener_token, readiness.wait(&changes, -1)[0].token);
    readiness.unwatchListener(pipe.read_fd);
    try testing.expectEqual(0, readiness.wait(&changes, 0).len);
}
