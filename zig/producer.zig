//! What one notify costs the thread that notifies: a native thread calls a waker's bell many times,
//! each call between two reads of the clock.
//!
//!     loop thread                     producer thread
//!     start() ──────────────────────▶ spends the gap ◀─┐
//!     hears what is rung              now, notify, now │ `calls` times
//!     left() == 0?  ◀───────────────  counts down  ────┘
//!     collect(): joins, durations
//!
//! No wake is stamped: bell.zig.

const std = @import("std");
const clock = @import("clock.zig");
const placement = @import("placement.zig");

const allocator = std.heap.c_allocator;
const Bell = @import("bell.zig").Bell;
const Seam = @import("seam.zig").Seam;
const Main = *const fn (?*anyopaque) callconv(.c) ?*anyopaque;

extern "c" fn pthread_create(out: *usize, attributes: ?*const anyopaque, main: Main, argument: ?*anyopaque) c_int;
extern "c" fn pthread_join(thread: usize, result: ?*?*anyopaque) c_int;

pub const Producer = struct {
    /// Until a waker binds its own it does nothing: what the two clock reads cost.
    bell: Bell = .{},
    durations_ns: []u64,
    gap_ns: u64 = 0,
    core: i32 = -1,
    /// Calls that are still to be made; read by the loop thread.
    left: std.atomic.Value(u32),
    thread: ?usize = null,
};

/// Makes a producer of `calls` notifies. Null when there is no memory.
pub fn open(calls: u32) callconv(.c) ?*Producer {
    const producer = allocator.create(Producer) catch return null;
    const durations_ns = allocator.alloc(u64, calls) catch {
        allocator.destroy(producer);
        return null;
    };
    // Writing every element brings its page in before the first call is timed.
    @memset(durations_ns, 0);
    producer.* = .{ .durations_ns = durations_ns, .left = .init(calls) };
    return producer;
}

/// The seam that a waker is opened with, in place of a session's.
pub fn seamOf(producer: *Producer) callconv(.c) *Seam {
    return &producer.bell.seam;
}

/// Starts the thread on `core` (-1: unpinned); it sleeps about `gap_ns` before each call (0: not at
/// all). Returns 0, or -1 when the thread could not be made.
pub fn start(producer: *Producer, core: i32, gap_ns: u64) callconv(.c) i32 {
    std.debug.assert(producer.thread == null);
    producer.core = core;
    producer.gap_ns = gap_ns;
    var thread: usize = 0;
    if (pthread_create(&thread, null, run, producer) != 0) return -1;
    producer.thread = thread;
    return 0;
}

fn run(argument: ?*anyopaque) callconv(.c) ?*anyopaque {
    const producer: *Producer = @ptrCast(@alignCast(argument));
    if (producer.core >= 0) _ = placement.pin(placement.threadId(), @intCast(producer.core));
    for (producer.durations_ns, 0..) |*duration_ns, call| {
        if (producer.gap_ns > 0) clock.sleepNs(producer.gap_ns);
        const before_ns = clock.nowNs();
        producer.bell.ring(@intCast(call));
        duration_ns.* = clock.nowNs() - before_ns;
        // Monotonic is enough: `collect` joins the thread before it reads a duration.
        _ = producer.left.fetchSub(1, .monotonic);
    }
    return null;
}

/// How many calls are still to be made.
pub fn leftOf(producer: *const Producer) callconv(.c) u32 {
    return producer.left.load(.monotonic);
}

/// Waits for the thread and writes the duration of each call, nanoseconds, in order, to `out`, which
/// has room for all calls. Returns how many there are. JavaScript calls it when none is left, so as
/// not to stop the loop that the bell may wait for.
pub fn collect(producer: *Producer, out: [*]f64) callconv(.c) u32 {
    join(producer);
    for (producer.durations_ns, 0..) |duration_ns, call| out[call] = @floatFromInt(duration_ns);
    return @intCast(producer.durations_ns.len);
}

/// Waits for the thread and frees the producer. The waker is closed after that.
pub fn close(producer: *Producer) callconv(.c) void {
    join(producer);
    allocator.free(producer.durations_ns);
    allocator.destroy(producer);
}

fn join(producer: *Producer) void {
    const thread = producer.thread orelse return;
    producer.thread = null;
    _ = pthread_join(thread, null);
}

test "every call is made once, in order, and its duration is read" {
    const Slow = struct {
        const delay_ns = 20_000;
        var calls: u32 = 0;
        var in_order = true;
        fn notify(user: ?*anyopaque, seq: u32) callconv(.c) void {
            const seam: *Seam = @ptrCast(@alignCast(user));
            seam.stamp(seam, seq);
            in_order = in_order and seq == calls;
            calls += 1;
            clock.spinNs(delay_ns);
        }
    };
    const producer = open(100).?;
    defer close(producer);
    const seam = seamOf(producer);
    seam.bind(seam, Slow.notify, seam);
    try std.testing.expectEqual(100, leftOf(producer));
    try std.testing.expectEqual(0, start(producer, -1, 0));
    var durations_ns: [100]f64 = undefined;
    try std.testing.expectEqual(100, collect(producer, &durations_ns));
    try std.testing.expectEqual(0, leftOf(producer));
    try std.testing.expectEqual(100, Slow.calls);
    try std.testing.expect(Slow.in_order);
    for (durations_ns) |duration_ns| try std.testing.expect(duration_ns >= Slow.delay_ns);
}

test "the gap is not part of a duration, and a producer without a bell times only the clock" {
    const gap_ns = 1_000_000;
    const producer = open(9).?;
    defer close(producer);
    const started_ns = clock.nowNs();
    try std.testing.expectEqual(0, start(producer, -1, gap_ns));
    var durations_ns: [9]f64 = undefined;
    _ = collect(producer, &durations_ns);
    try std.testing.expect(clock.nowNs() - started_ns >= 9 * gap_ns);
    std.mem.sort(f64, &durations_ns, {}, std.sort.asc(f64));
    try std.testing.expect(durations_ns[4] < gap_ns);
}

test "a producer that was never started can be closed, and one that runs is waited for" {
    close(open(1).?);
    const producer = open(10_000).?;
    try std.testing.expectEqual(0, start(producer, -1, 0));
    close(producer);
}
