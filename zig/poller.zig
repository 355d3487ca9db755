//! Which sockets have news: epoll(7) on Linux, kqueue(2) on macOS, both edge-triggered.
//!
//! Edge-triggered, a socket is registered once for reading and writing, and costs no system call more
//! until it is closed. In return whoever is told of news reads until the socket has no more: a read that
//! fills less than its buffer has come to that end, unless the other side has closed, too (epoll(7), Q9).

const builtin = @import("builtin");
const std = @import("std");

extern "c" fn epoll_create1(flags: c_int) c_int;
extern "c" fn epoll_ctl(poller: c_int, operation: c_int, fd: c_int, event: ?*EpollEvent) c_int;
extern "c" fn epoll_wait(poller: c_int, out: [*]EpollEvent, capacity: c_int, timeout_ms: c_int) c_int;
extern "c" fn syscall(number: c_long, ...) c_long;
extern "c" fn kqueue() c_int;
extern "c" fn kevent(
    queue: c_int,
    changes: [*]const QueueEvent,
    change_count: c_int,
    out: [*]QueueEvent,
    capacity: c_int,
    timeout: ?*const Timespec,
) c_int;
extern "c" fn close(fd: c_int) c_int;

const Timespec = extern struct { sec: i64, nsec: i64 };

/// struct epoll_event, which is packed on x86-64 alone.
const EpollEvent = extern struct {
    events: u32,
    tag: u64 align(if (builtin.cpu.arch == .x86_64) 4 else 8),
};

/// struct kevent of macOS.
const QueueEvent = extern struct {
    ident: usize,
    filter: i16,
    flags: u16,
    filter_flags: u32,
    data: isize,
    tag: u64,
};

const cloexec = 0o2000000;
const add = 1;
const remove = 2;
const readable: u32 = 0x1;
const writable: u32 = 0x4;
const failed: u32 = 0x8;
const hung_up: u32 = 0x10;
const half_closed: u32 = 0x2000;
const edge_triggered: u32 = 1 << 31;
/// The same number on every architecture; Linux 5.11.
const epoll_pwait2 = 441;

const queue_read = -1;
const queue_write = -2;
const queue_add = 0x1;
const queue_delete = 0x2;
const queue_clear = 0x20;
const queue_end = 0x8000;

/// News of one socket.
pub const Event = struct {
    /// As it was given to `watch`.
    tag: u64,
    can_read: bool,
    can_write: bool,
    /// The other side sends nothing more; it may still read.
    has_ended: bool,
    /// The other side reads nothing more either, or the connection has failed.
    is_gone: bool,

    /// Reading comes to an end.
    pub fn isClosed(event: Event) bool {
        return event.has_ended or event.is_gone;
    }
};

/// For `wait`.
pub const forever = std.math.maxInt(u64);

/// So many events are taken at once.
pub const batch = 256;

pub const Poller = struct {
    fd: c_int,
    /// The kernel can wait for less than a millisecond.
    is_exact: bool = true,
    raw: [batch]if (is_linux) EpollEvent else QueueEvent = undefined,
    events: [batch]Event = undefined,

    const is_linux = builtin.os.tag == .linux;

    pub fn open() error{NoDescriptor}!Poller {
        const fd = if (is_linux) epoll_create1(cloexec) else kqueue();
        return if (fd < 0) error.NoDescriptor else .{ .fd = fd };
    }

    pub fn close(poller: *Poller) void {
        _ = closeFd(poller.fd);
        poller.fd = -1;
    }

    /// Tells of `fd` from now on, until it is closed. False when the kernel has no room for it.
    pub fn watch(poller: *Poller, fd: c_int, tag: u64) bool {
        if (is_linux) return poller.addEpoll(fd, readable | writable | half_closed | edge_triggered, tag);
        const flags = queue_add | queue_clear;
        const changes = [2]QueueEvent{ change(fd, queue_read, flags, tag), change(fd, queue_write, flags, tag) };
        return kevent(poller.fd, &changes, 2, &poller.raw, 0, null) == 0;
    }

    /// Tells of `fd` as long as there is something to read, or somebody to accept: level-triggered.
    pub fn watchReading(poller: *Poller, fd: c_int, tag: u64) bool {
        if (is_linux) return poller.addEpoll(fd, readable, tag);
        const changes = [1]QueueEvent{change(fd, queue_read, queue_add, tag)};
        return kevent(poller.fd, &changes, 1, &poller.raw, 0, null) == 0;
    }

    /// Ends what `watchReading` began.
    pub fn unwatchReading(poller: *Poller, fd: c_int) void {
        if (is_linux) {
            _ = epoll_ctl(poller.fd, remove, fd, null);
            return;
        }
        const changes = [1]QueueEvent{change(fd, queue_read, queue_delete, 0)};
        _ = kevent(poller.fd, &changes, 1, &poller.raw, 0, null);
    }

    fn addEpoll(poller: *Poller, fd: c_int, events: u32, tag: u64) bool {
        var event: EpollEvent = .{ .events = events, .tag = tag };
        return epoll_ctl(poller.fd, add, fd, &event) == 0;
    }

    fn change(fd: c_int, filter: i16, flags: u16, tag: u64) QueueEvent {
        return .{
            .ident = @intCast(fd),
            .filter = filter,
            .flags = flags,
            .filter_flags = 0,
            .data = 0,
            .tag = tag,
        };
    }

    /// Sleeps until there is news, for `timeout_ns` at most, which may be `forever`. The result lives until the next call.
    pub fn wait(poller: *Poller, timeout_ns: u64) []const Event {
        const count = if (is_linux) poller.waitLinux(timeout_ns) else poller.waitQueue(timeout_ns);
        // A signal that interrupts it is no news.
        if (count <= 0) return &.{};
        const size: usize = @intCast(count);
        for (poller.raw[0..size], poller.events[0..size]) |raw, *event| {
            event.* = if (is_linux) epollNews(raw) else queueNews(raw);
        }
        return poller.events[0..size];
    }

    fn epollNews(raw: EpollEvent) Event {
        const bits = raw.events;
        return .{
            .tag = raw.tag,
            .can_read = bits & (readable | half_closed) != 0,
            .can_write = bits & writable != 0,
            .has_ended = bits & half_closed != 0,
            .is_gone = bits & (hung_up | failed) != 0,
        };
    }

    fn queueNews(raw: QueueEvent) Event {
        const is_end = raw.flags & queue_end != 0;
        const is_reading = raw.filter == queue_read;
        return .{
            .tag = raw.tag,
            .can_read = is_reading,
            .can_write = !is_reading,
            .has_ended = is_end and is_reading,
            // The end of what can be written; or an error, which is in the filter's flags.
            .is_gone = is_end and (!is_reading or raw.filter_flags != 0),
        };
    }

    fn waitLinux(poller: *Poller, timeout_ns: u64) c_long {
        if (poller.is_exact) {
            const timeout = timespecOf(timeout_ns);
            const ending: ?*const Timespec = if (timeout_ns == forever) null else &timeout;
            const count = syscall(
                epoll_pwait2,
                poller.fd,
                @as([*]EpollEvent, &poller.raw),
                @as(c_int, batch),
                ending,
                @as(?*anyopaque, null),
                @as(usize, 8),
            );
            if (count >= 0 or std.c._errno().* == @intFromEnum(std.c.E.INTR)) return count;
            // Kernels before 5.11 do not know it; filters of containers that do not (seccomp(2)) forbid it.
            poller.is_exact = false;
        }
        if (timeout_ns == forever) return epoll_wait(poller.fd, &poller.raw, batch, -1);
        // Rounded up, so that what is due is not polled for; it is late then, and is seen to be.
        const timeout_ms = std.math.divCeil(u64, timeout_ns, std.time.ns_per_ms) catch unreachable;
        return epoll_wait(poller.fd, &poller.raw, batch, @intCast(@min(timeout_ms, 1 << 30)));
    }

    fn waitQueue(poller: *Poller, timeout_ns: u64) c_int {
        const timeout = timespecOf(timeout_ns);
        const ending: ?*const Timespec = if (timeout_ns == forever) null else &timeout;
        return kevent(poller.fd, &poller.raw, 0, &poller.raw, batch, ending);
    }

    fn timespecOf(duration_ns: u64) Timespec {
        return .{
            .sec = @intCast(duration_ns / std.time.ns_per_s),
            .nsec = @intCast(duration_ns % std.time.ns_per_s),
        };
    }
};

/// `Poller.close` hides the system call of the same name.
const closeFd = close;

const Channel = @import("channel.zig").Channel;

test "news is told once, with the tag that it was registered by, and a close is told apart" {
    var poller: Poller = try .open();
    defer poller.close();
    var pair: Channel = try .open(.socketpair);
    defer pair.closeReadEnd();
    try std.testing.expect(poller.watch(pair.read_fd, 1 << 40 | 7));
    // That it can be written to is the first news.
    const first = poller.wait(0);
    try std.testing.expectEqual(1, first.len);
    try std.testing.expectEqual(1 << 40 | 7, first[0].tag);
    try std.testing.expect(first[0].can_write and !first[0].isClosed());
    try std.testing.expectEqual(0, poller.wait(0).len);
    pair.ring();
    try std.testing.expect(poller.wait(forever)[0].can_read);
    try std.testing.expectEqual(0, poller.wait(0).len);
    pair.closeWriteEnd();
    const last = poller.wait(std.time.ns_per_s);
    try std.testing.expectEqual(1, last.len);
    try std.testing.expect(last[0].isClosed());
}

test "what is watched for reading alone is told of as long as there is something to read" {
    var poller: Poller = try .open();
    defer poller.close();
    var pipe: Channel = try .open(.pipe);
    defer pipe.closeReadEnd();
    defer pipe.closeWriteEnd();
    try std.testing.expect(poller.watchReading(pipe.read_fd, 7));
    try std.testing.expectEqual(0, poller.wait(0).len);
    pipe.ring();
    for (0..2) |_| try std.testing.expectEqual(7, poller.wait(forever)[0].tag);
    poller.unwatchReading(pipe.read_fd);
    try std.testing.expectEqual(0, poller.wait(0).len);
}

test "a wait for nothing ends when its time is over, not before" {
    const clock = @import("clock.zig");
    var poller: Poller = try .open();
    defer poller.close();
    inline for (.{ true, false }) |is_exact| {
        poller.is_exact = is_exact;
        const before_ns = clock.nowNs();
        try std.testing.expectEqual(0, poller.wait(1_500_000).len);
        try std.testing.expect(clock.nowNs() - before_ns >= 1_500_000);
    }
}
