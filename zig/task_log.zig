//! The tasks of a workload: when each began and ended, whether it ended once, and what all of them have used.
//!
//! Unlike calls (zig/calls.zig, which counts what is used), tasks may begin and end on any thread. A slot belongs
//! to one task, so no two threads stamp it at once unless the task is faulty, and that is counted: what was stamped
//! is read when the threads have told the loop that they are done, which orders it.

const builtin = @import("builtin");
const std = @import("std");
const calls = @import("calls.zig");
const clock = @import("clock.zig");
const Growth = @import("resident_memory.zig").Growth;

const allocator = std.heap.c_allocator;

pub const TaskLog = struct {
    /// Stamps, probes and what was used.
    calls: *calls.Calls,
    /// How often the task of each slot ended.
    ends: []std.atomic.Value(u32),
    growth: Growth = .{},
    peak_bytes: u64 = 0,
};

/// Room for the stamps of `slots` tasks, opened on the loop's thread. Null when there is no memory.
pub fn open(slots: u32) callconv(.c) ?*TaskLog {
    const log = allocator.create(TaskLog) catch return null;
    const ends = allocator.alloc(std.atomic.Value(u32), slots) catch {
        allocator.destroy(log);
        return null;
    };
    const stamps = calls.open(slots) orelse {
        allocator.free(ends);
        allocator.destroy(log);
        return null;
    };
    @memset(ends, .init(0));
    log.* = .{ .calls = stamps, .ends = ends };
    return log;
}

pub fn close(log: *TaskLog) callconv(.c) void {
    calls.close(log.calls);
    allocator.free(log.ends);
    allocator.destroy(log);
}

/// The task of this slot begins. A slot beyond the room leaves no stamp.
pub fn began(log: *TaskLog, slot: u32) callconv(.c) void {
    calls.sent(log.calls, slot);
}

/// The task of this slot has ended. Its first end is kept; a further one is only counted.
pub fn ended(log: *TaskLog, slot: u32) callconv(.c) void {
    const now_ns = clock.nowNs();
    if (slot >= log.ends.len) return;
    // Monotonic: which of two ends came first is decided by the counter alone, and nothing else is read by it.
    if (log.ends[slot].fetchAdd(1, .monotonic) == 0) log.calls.answered_ns[slot] = now_ns;
}

/// Called twice in a row on the loop's thread, it measures what one stamp costs there.
pub fn probe(log: *TaskLog) callconv(.c) void {
    calls.probe(log.calls);
}

/// The warm-up is over: its stamps are forgotten, and what is used and held from now on counts.
pub fn begin(log: *TaskLog) callconv(.c) void {
    // Monotonic: no task lives now.
    for (log.ends) |*count| count.store(0, .monotonic);
    log.growth = .begin();
    calls.begin(log.calls);
}

/// The last task has ended.
pub fn end(log: *TaskLog) callconv(.c) void {
    calls.end(log.calls);
    log.peak_bytes = log.growth.peakSinceBytes();
}

/// What was used from `begin` to `end`, as `calls.counters` writes it; the memory is the most that was resident
/// meanwhile.
pub fn counters(
    log: *const TaskLog,
    workers: [*]const i32,
    worker_count: u32,
    out: *calls.Counters,
) callconv(.c) void {
    calls.counters(log.calls, workers, worker_count, out);
    out.peak_rss_bytes = @floatFromInt(log.peak_bytes);
}

/// Writes how long the task of each of `count` slots from `first` on took, nanoseconds; NaN where it has not begun
/// or not ended. With `since` a slot: from the begin of that one's task instead of its own; -1: from its own.
pub fn collect(log: *const TaskLog, first: u32, count: u32, since: i32, out: [*]f64) callconv(.c) void {
    const began_ns = log.calls.sent_ns;
    for (out[0..count], first..) |*duration_ns, slot| {
        duration_ns.* = std.math.nan(f64);
        if (slot >= log.ends.len) continue;
        const from_ns = began_ns[if (since < 0) slot else @intCast(since)];
        const to_ns = log.calls.answered_ns[slot];
        if (began_ns[slot] == 0 or from_ns == 0 or to_ns == 0) continue;
        // Negative where it ended before that of `since` began.
        duration_ns.* = asFloat(to_ns) - asFloat(from_ns);
    }
}

fn asFloat(number: u64) f64 {
    return @floatFromInt(number);
}

/// How the tasks of some slots fared, in the order in which TypeScript reads it.
pub const Tally = extern struct {
    began: f64,
    ended: f64,
    /// Ends beyond the first one of each.
    repeated: f64,
    /// Ended, but never began.
    unbegun: f64,
    /// From the first begin to the last end, nanoseconds.
    span_ns: f64,
};

/// Counts the tasks of `count` slots from `first` on.
pub fn tally(log: *const TaskLog, first: u32, count: u32, out: *Tally) callconv(.c) void {
    out.* = std.mem.zeroes(Tally);
    var earliest_ns: u64 = std.math.maxInt(u64);
    var latest_ns: u64 = 0;
    const past = @min(@as(usize, first) + count, log.ends.len);
    for (@min(first, past)..past) |slot| {
        const began_ns = log.calls.sent_ns[slot];
        // Monotonic: no task lives any more.
        const ends = log.ends[slot].load(.monotonic);
        if (began_ns > 0) {
            out.began += 1;
            earliest_ns = @min(earliest_ns, began_ns);
        }
        if (ends == 0) continue;
        out.ended += 1;
        out.repeated += @floatFromInt(ends - 1);
        if (began_ns == 0) out.unbegun += 1;
        latest_ns = @max(latest_ns, log.calls.answered_ns[slot]);
    }
    if (latest_ns > earliest_ns) out.span_ns = @floatFromInt(latest_ns - earliest_ns);
}

/// Nanoseconds of the two stamps of a task, from the median of the probes; 0 when there are none.
pub fn stampsNs(log: *TaskLog) callconv(.c) f64 {
    return calls.stampsNs(log.calls);
}

const testing = std.testing;

test "each task has its own duration, and one that never ended has none" {
    const log = open(3).?;
    defer close(log);
    for (0..3) |slot| began(log, @intCast(slot));
    clock.spinNs(100_000);
    ended(log, 2);
    clock.spinNs(100_000);
    ended(log, 0);
    var out: [3]f64 = undefined;
    collect(log, 0, 3, -1, &out);
    try testing.expect(out[0] >= 200_000);
    try testing.expect(std.math.isNan(out[1]));
    try testing.expect(out[2] >= 100_000 and out[2] < out[0]);
}

test "a task that ends twice, and one that never began, are counted" {
    const log = open(4).?;
    defer close(log);
    began(log, 0);
    ended(log, 0);
    ended(log, 0);
    ended(log, 0);
    ended(log, 1);
    began(log, 2);
    ended(log, 9);
    var counted: Tally = undefined;
    tally(log, 0, 4, &counted);
    try testing.expectEqual(2, counted.began);
    try testing.expectEqual(2, counted.ended);
    try testing.expectEqual(2, counted.repeated);
    try testing.expectEqual(1, counted.unbegun);
    begin(log);
    tally(log, 0, 4, &counted);
    try testing.expectEqual(0, counted.began + counted.ended + counted.repeated + counted.unbegun);
}

test "ends are counted from the begin of another slot's task" {
    const log = open(2).?;
    defer close(log);
    began(log, 0);
    clock.spinNs(5_000_000);
    began(log, 1);
    ended(log, 0);
    var own: [1]f64 = undefined;
    var since: [1]f64 = undefined;
    collect(log, 0, 1, -1, &own);
    collect(log, 0, 1, 1, &since);
    try testing.expect(own[0] >= since[0] + 5_000_000);
    try testing.expect(since[0] >= 0);
}

test "threads stamp their own slots, and every end of one slot counts" {
    const log = open(2).?;
    defer close(log);
    const ends_each = 1000;
    const worker = struct {
        fn run(of: *TaskLog) void {
            for (0..ends_each) |_| ended(of, 0);
        }
    };
    began(log, 0);
    const one = try std.Thread.spawn(.{}, worker.run, .{log});
    const other = try std.Thread.spawn(.{}, worker.run, .{log});
    one.join();
    other.join();
    var counted: Tally = undefined;
    tally(log, 0, 2, &counted);
    try testing.expectEqual(2 * ends_each - 1, counted.repeated);
}

test "the memory that is reported was resident in the measured part" {
    if (builtin.sanitize_thread or builtin.os.tag != .linux) return error.SkipZigTest;
    const log = open(1).?;
    defer close(log);
    const size = 32 << 20;
    const page = std.heap.page_allocator;
    const before = try page.alloc(u8, 2 * size);
    @memset(before, 1);
    std.mem.doNotOptimizeAway(before.ptr);
    page.free(before);
    begin(log);
    end(log);
    var idle: calls.Counters = undefined;
    counters(log, &[_]i32{}, 0, &idle);
    begin(log);
    const block = try page.alloc(u8, size);
    @memset(block, 1);
    std.mem.doNotOptimizeAway(block.ptr);
    page.free(block);
    end(log);
    var busy: calls.Counters = undefined;
    counters(log, &[_]i32{}, 0, &busy);
    // Where the kernel cannot forget its peak both have the earlier one.
    if (!log.growth.is_exact) return error.SkipZigTest;
    try testing.expect(busy.peak_rss_bytes >= idle.peak_rss_bytes + size * 9 / 10);
}
