//! How late a timer of the loop was: the starvation that a flood inflicts on everything else.
//!
//!     due        │     │     │     │     │     │      every period after the tick before
//!     ticks      ▲     ▲                 ▲     ▲
//!     lateness   0     0     2p    p     0     0
//!
//! Ticks that could not be, because the loop was held up, are late too: a timer that comes 100 ms late
//! once would otherwise be one bad tick among many good ones, though nothing ran for 100 ms. It is the
//! correction for coordinated omission of HdrHistogram and wrk2.

const std = @import("std");

const allocator = std.heap.c_allocator;

pub const TimerWatch = struct {
    period_ns: u64,
    /// When the timer's handler ran, in order.
    ticks_ns: std.ArrayList(u64) = .empty,

    /// `ticks` are expected; more are taken too.
    pub fn init(period_ns: u64, ticks: u32) !TimerWatch {
        var watch: TimerWatch = .{ .period_ns = period_ns };
        try watch.ticks_ns.ensureTotalCapacity(allocator, ticks);
        return watch;
    }

    pub fn deinit(watch: *TimerWatch) void {
        watch.ticks_ns.deinit(allocator);
    }

    pub fn begin(watch: *TimerWatch) void {
        watch.ticks_ns.clearRetainingCapacity();
    }

    /// The timer's handler runs. False when there is no memory to remember it.
    pub fn tick(watch: *TimerWatch, now_ns: u64) bool {
        watch.ticks_ns.append(allocator, now_ns) catch return false;
        return true;
    }

    /// Writes the lateness, nanoseconds, of every tick that was due from `begun_ns` to `ended_ns` to
    /// `out`, or only counts them. A tick that came later than `ended_ns` is late by all of that; one
    /// that never came is not known, so the watch must tick once more after the end.
    pub fn collect(watch: *const TimerWatch, begun_ns: u64, ended_ns: u64, out: ?[*]f64) u32 {
        var count: u32 = 0;
        var last_ns = begun_ns;
        for (watch.ticks_ns.items, 0..) |now_ns, index| {
            if (now_ns < begun_ns) continue;
            // A tick sooner than a period after the last was on time; the first had no last.
            var due_ns = @min(last_ns + watch.period_ns, now_ns);
            if (index == 0) due_ns = last_ns + watch.period_ns;
            while (due_ns <= now_ns and due_ns <= ended_ns) : (due_ns += watch.period_ns) {
                if (out) |lateness_ns| lateness_ns[count] = @floatFromInt(now_ns - due_ns);
                count += 1;
            }
            last_ns = now_ns;
            if (now_ns > ended_ns) break;
        }
        return count;
    }
};

const ms = std.time.ns_per_ms;

fn expectLate(ticks_ms: []const u64, ended_ms: u64, late_ms: []const f64) !void {
    var watch: TimerWatch = try .init(ms, 4);
    defer watch.deinit();
    for (ticks_ms) |tick_ms| try std.testing.expect(watch.tick(tick_ms * ms));
    var out: [64]f64 = undefined;
    const count = watch.collect(10 * ms, ended_ms * ms, &out);
    try std.testing.expectEqual(count, watch.collect(10 * ms, ended_ms * ms, null));
    for (out[0..count]) |*late_ns| late_ns.* /= ms;
    try std.testing.expectEqualSlices(f64, late_ms, out[0..count]);
}

test "a timer that is on time is late by nothing" {
    try expectLate(&.{ 11, 12, 13 }, 13, &.{ 0, 0, 0 });
}

test "ticks that could not be are late too, each by what was left of the hold-up" {
    try expectLate(&.{ 11, 15, 16 }, 16, &.{ 0, 3, 2, 1, 0, 0 });
}

test "a loop that is held up from the beginning past the end is late for all of it" {
    try expectLate(&.{30}, 14, &.{ 19, 18, 17, 16 });
}

test "what was due after the end is not counted, nor ticks before the beginning" {
    try expectLate(&.{ 3, 9, 12, 14, 15 }, 13, &.{ 1, 0, 1 });
}
