//! The floor: the same wake, native to native. The calling thread stands for the event loop and waits
//! in the kernel for a pipe or an eventfd (epoll, then read) or for a futex.

const builtin = @import("builtin");
const std = @import("std");
const accounting = @import("accounting.zig");
const channel_module = @import("channel.zig");
const clock = @import("clock.zig");
const futex = @import("futex.zig");
const handshake = @import("handshake.zig");
const loop_state = @import("loop_state.zig");
const open_loop = @import("open_loop.zig");
const seam_module = @import("seam.zig");
const session_module = @import("session.zig");

const allocator = std.heap.c_allocator;
const Channel = channel_module.Channel;
const Seam = seam_module.Seam;
const Session = session_module.Session;

pub const Via = enum(u32) { pipe = 0, eventfd = 1, futex = 2, _ };

/// A wake that takes longer than this has been lost.
const lost_after_ns = 5 * std.time.ns_per_s;

/// struct epoll_event is packed on x86-64 only (epoll_ctl(2)).
const EpollEvent = if (builtin.cpu.arch == .x86_64)
    extern struct { events: u32 align(4), data: u64 align(4) }
else
    extern struct { events: u32, data: u64 };
const PollFd = extern struct { fd: c_int, events: c_short, revents: c_short };

extern "c" fn epoll_create1(flags: c_int) c_int;
extern "c" fn epoll_ctl(epoll: c_int, operation: c_int, fd: c_int, event: *EpollEvent) c_int;
extern "c" fn epoll_wait(epoll: c_int, events: [*]EpollEvent, capacity: c_int, timeout_ms: c_int) c_int;
extern "c" fn poll(fds: [*]PollFd, count: c_ulong, timeout_ms: c_int) c_int;
extern "c" fn close(fd: c_int) c_int;

pub const Floor = struct {
    seam: *Seam,
    via: Via,
    channel: ?Channel,
    epoll_fd: c_int,
    word: futex.Word align(std.atomic.cache_line) = .init(0),

    fn waitKernel(floor: *Floor, heard: u32, timeout_ms: c_int) bool {
        const channel = floor.channel orelse {
            if (timeout_ms == 0) return floor.word.load(.acquire) != heard;
            futex.waitFor(&floor.word, heard, @as(u64, @intCast(timeout_ms)) * std.time.ns_per_ms);
            return floor.word.load(.acquire) != heard;
        };
        if (builtin.os.tag == .linux) {
            var event: [1]EpollEvent = undefined;
            if (epoll_wait(floor.epoll_fd, &event, 1, timeout_ms) <= 0) return false;
        } else {
            var fds = [1]PollFd{.{ .fd = channel.read_fd, .events = 1, .revents = 0 }};
            if (poll(&fds, 1, timeout_ms) <= 0) return false;
        }
        return channel.drain();
    }
};

/// Makes the descriptors and binds the bell. Null when the platform lacks them.
pub fn open(seam: *Seam, via: Via) callconv(.c) ?*Floor {
    const floor = allocator.create(Floor) catch return null;
    floor.* = .{ .seam = seam, .via = via, .channel = null, .epoll_fd = -1 };
    prepare(floor) catch {
        release(floor);
        return null;
    };
    seam.bind(seam, notify, floor);
    return floor;
}

fn prepare(floor: *Floor) !void {
    floor.channel = switch (floor.via) {
        .pipe => try Channel.open(.pipe),
        .eventfd => try Channel.open(.eventfd),
        .futex => return,
        _ => return error.Unsupported,
    };
    if (builtin.os.tag != .linux) return;
    const cloexec = 0o2000000;
    floor.epoll_fd = epoll_create1(cloexec);
    const read_fd = floor.channel.?.read_fd;
    var event: EpollEvent = .{ .events = 1, .data = 0 };
    if (epoll_ctl(floor.epoll_fd, 1, read_fd, &event) != 0) return error.NoDescriptor;
}

fn release(floor: *Floor) void {
    if (floor.epoll_fd >= 0) _ = close(floor.epoll_fd);
    if (floor.channel) |*channel| {
        channel.closeReadEnd();
        channel.closeWriteEnd();
    }
    allocator.destroy(floor);
}

/// Frees the floor. The session's waker threads must have been stopped.
pub fn closeFloor(floor: *Floor) callconv(.c) void {
    release(floor);
}

fn notify(user: ?*anyopaque, seq: u32) callconv(.c) void {
    const floor: *Floor = @ptrCast(@alignCast(user));
    floor.seam.stamp(floor.seam, seq);
    if (floor.channel) |channel| return channel.ring();
    _ = floor.word.fetchAdd(1, .release);
    futex.wake(&floor.word);
}

/// Runs `wakes` wakes of the session on the calling thread. With `busy` the thread works and looks
/// without waiting, as a loop full of immediates does. Returns 0, or -1 when a wake was lost.
pub fn run(floor: *Floor, wakes: u32, busy: u32) callconv(.c) i32 {
    const session = Session.fromSeam(floor.seam);
    for (0..wakes) |_| {
        const heard = floor.word.load(.acquire);
        if (handshake.arm(session) != .go_on) return -1;
        const armed_ns = clock.nowNs();
        while (!floor.waitKernel(heard, if (busy != 0) 0 else 1000)) {
            if (busy != 0) loop_state.turn();
            if (clock.nowNs() - armed_ns > lost_after_ns) return -1;
        }
        if (handshake.resumeWake(session, -1) == .wait_again) return -1;
    }
    return 0;
}

/// How long the thread sleeps before it looks whether a schedule has come to its end.
const watch_period_ms = 50;

/// Runs `wakes` wakes of the session's schedule on the calling thread, busy as in `run`. Returns
/// `finished`, or the `Next` that says why it did not come to its end.
pub fn runOpenLoop(floor: *Floor, wakes: u32, busy: u32) callconv(.c) handshake.Next {
    const session = Session.fromSeam(floor.seam);
    var heard = floor.word.load(.acquire);
    if (open_loop.start(session, wakes) != .go_on) return .silent;
    while (true) {
        const timeout_ms: c_int = if (busy != 0) 0 else watch_period_ms;
        if (floor.waitKernel(heard, timeout_ms)) {
            // Before hearing: a ring in between is noted now, and wakes once more.
            heard = floor.word.load(.acquire);
            if (open_loop.hear(session, -1) == .finished) return .finished;
            continue;
        }
        if (busy != 0) loop_state.turn();
        const told = open_loop.watch(session);
        if (told != .go_on) return told;
    }
}

test "every floor hears all of a schedule" {
    inline for (.{ Via.pipe, Via.eventfd, Via.futex }) |via| {
        if (via == .eventfd and builtin.os.tag != .linux) continue;
        const session = session_module.open(&.{
            .gap_ns = 0,
            .seed = 1,
            .wakes = 200,
            .warmup_wakes = 20,
            .loop_core = -1,
            .waker_core = -1,
            .kind = .doorbell,
            .before_sleep = 0,
            .spawn_per_wake = 0,
            .require_parked = 0,
            .rate_per_second = 10_000,
        }).?;
        defer session_module.close(session);
        const floor = open(&session.seam, via).?;
        defer closeFloor(floor);
        defer session_module.stop(session);
        try std.testing.expectEqual(0, session_module.start(session));
        try std.testing.expectEqual(.finished, runOpenLoop(floor, 20, 0));
        accounting.begin(session);
        try std.testing.expectEqual(.finished, runOpenLoop(floor, 100, 0));
        try std.testing.expectEqual(.finished, runOpenLoop(floor, 100, 1));
        accounting.end(session);
        var counters: accounting.Counters = undefined;
        accounting.counters(session, &counters);
        try std.testing.expectEqual(200, counters.sent);
        try std.testing.expectEqual(200, counters.received);
        try std.testing.expectEqual(0, counters.lost + counters.duplicated + counters.unstamped);
        var out: [220]f64 = undefined;
        try std.testing.expectEqual(200, accounting.collect(session, .due_resume, &out));
        for (out[0..200]) |latency_ns| try std.testing.expect(latency_ns > 0);
    }
}

test "every floor wakes as often as it was asked, parked, with nothing lost" {
    inline for (.{ Via.pipe, Via.eventfd, Via.futex }) |via| {
        if (via == .eventfd and builtin.os.tag != .linux) continue;
        inline for (.{ 0, 1 }) |per_wake| {
            const session = session_module.open(&.{
                .gap_ns = 20_000,
                .seed = 1,
                .wakes = 200,
                .warmup_wakes = 10,
                .loop_core = -1,
                .waker_core = -1,
                .kind = .doorbell,
                .before_sleep = 1,
                .spawn_per_wake = per_wake,
                .require_parked = 0,
            }).?;
            defer session_module.close(session);
            const floor = open(&session.seam, via).?;
            defer closeFloor(floor);
            defer session_module.stop(session);
            try std.testing.expectEqual(0, session_module.start(session));
            try std.testing.expectEqual(0, run(floor, 10, 0));
            accounting.begin(session);
            try std.testing.expectEqual(0, run(floor, 100, 0));
            try std.testing.expectEqual(0, run(floor, 100, 1));
            accounting.end(session);
            var counters: accounting.Counters = undefined;
            accounting.counters(session, &counters);
            try std.testing.expectEqual(200, counters.sent);
            try std.testing.expectEqual(200, counters.received);
            try std.testing.expectEqual(0, counters.lost + counters.duplicated + counters.unstamped);
            var out: [210]f64 = undefined;
            try std.testing.expectEqual(200, accounting.collect(session, .wake, &out));
            for (out[0..200]) |latency_ns| try std.testing.expect(latency_ns > 0);
            const spawned: u32 = if (per_wake == 1) 200 else 0;
            try std.testing.expectEqual(spawned, accounting.collect(session, .spawn, &out));
        }
    }
}
