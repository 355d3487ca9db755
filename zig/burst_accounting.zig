//! What comes of a flood: how far it is, whether all was heard, what it has used.

const std = @import("std");
const burst = @import("burst.zig");
const clock = @import("clock.zig");
const futex = @import("futex.zig");
const memory = @import("resident_memory.zig");
const parking = @import("parking.zig");
const seam_module = @import("seam.zig");

const Flood = burst.Flood;

/// Nothing heard for so long, seen at so many ticks of the timer: what has not come is lost.
const quiet_ns = 100 * std.time.ns_per_ms;
const quiet_ticks = 10;
/// All was heard; doubles of the last wakes may still come for so many ticks.
const calm_ticks = 5;

/// What a tick of the loop's timer finds.
pub const Progress = enum(i32) {
    flooding = 0,
    /// The flood is over; threads are still inside, or wakes are still to be heard.
    settling = 1,
    /// Everything was heard.
    settled = 2,
    /// Something was not heard, and nothing has come for a while.
    silent = 3,
    /// The patience has ended, and threads have not come out of their notify.
    stuck = 4,
    /// The patience has ended, and there is still a backlog that moves.
    overrun = 5,
};

const Usage = struct {
    wall_ns: u64 = 0,
    loop_cpu_ns: u64 = 0,
    process_cpu_ns: u64 = 0,
    switches: u64 = 0,

    fn now() Usage {
        return .{
            .wall_ns = clock.nowNs(),
            .loop_cpu_ns = clock.threadCpuNs(),
            .process_cpu_ns = clock.processCpuNs(),
            .switches = parking.voluntarySwitches(),
        };
    }
};

/// The loop thread's own account of a flood.
pub const Account = struct {
    begun: Usage = .{},
    finished: Usage = .{},
    growth: memory.Growth = .{},
    sent: u64 = 0,
    heard: burst.Heard = .{},
    last_heard_ns: u64 = 0,
    ticks_since_heard: u32 = 0,

    pub fn begin() Account {
        const growth: memory.Growth = .begin();
        const begun: Usage = .now();
        return .{ .growth = growth, .begun = begun, .last_heard_ns = begun.wall_ns };
    }
};

/// The handler of the loop's 1 ms timer: notes how late it is, and says how far the flood is.
pub fn tick(flood: *Flood) callconv(.c) Progress {
    const now_ns = clock.nowNs();
    // Without memory for a tick its lateness goes into that of the next.
    _ = flood.watch.tick(now_ns);
    const account = &flood.account;
    account.ticks_since_heard +|= 1;
    const heard = flood.cells.heard();
    if (!heard.is(account.heard)) {
        account.heard = heard;
        account.last_heard_ns = now_ns;
        account.ticks_since_heard = 0;
    }
    // Monotonic: the window's end is read only when nobody is inside any more.
    if (flood.phase.load(.monotonic) % 2 == 1) return .flooding;
    const is_out_of_patience = now_ns > flood.planned_end_ns + flood.config.patience_ns;
    // Acquire: of threads that have left the flood, all is seen.
    if (flood.inside.load(.acquire) != 0) return if (is_out_of_patience) .stuck else .settling;
    account.sent = countSent(flood);
    const is_complete = heard.delivered >= account.sent;
    if (is_complete and account.ticks_since_heard >= calm_ticks) return .settled;
    const silence_ns = now_ns - account.last_heard_ns;
    if (silence_ns >= quiet_ns and account.ticks_since_heard >= quiet_ticks) return .silent;
    return if (is_out_of_patience) .overrun else .settling;
}

fn countSent(flood: *const Flood) u64 {
    if (flood.config.is_control != 0) return 0;
    var sent: u64 = 0;
    for (flood.producers) |*producer| sent += producer.number -% producer.first;
    return sent;
}

/// The settling is over: what the flood has used is read.
pub fn finish(flood: *Flood) callconv(.c) void {
    flood.account.finished = .now();
}

/// Writes, for each thread, the number of its next notify to `out`: how many it has made, in all floods.
pub fn numbers(flood: *const Flood, out: [*]u32) callconv(.c) void {
    for (flood.producers, 0..) |*producer, index| out[index] = producer.number;
}

/// What a flood came to, in the order in which TypeScript reads it. Counts, except where the name has
/// a unit.
pub const Counters = extern struct {
    flood_ns: f64,
    delivered: f64,
    entries: f64,
    sent: f64,
    settle_ns: f64,
    memory_growth_bytes: f64,
    wall_ns: f64,
    cpu_loop_ns: f64,
    cpu_producers_ns: f64,
    cpu_process_ns: f64,
    voluntary_switches: f64,
    peak_rss_bytes: f64,
    threads_inside: f64,
};

/// Writes the counters to `out`, after `finish`.
pub fn counters(flood: *const Flood, out: *Counters) callconv(.c) void {
    const account = &flood.account;
    const begun = account.begun;
    const finished = account.finished;
    const inside = flood.inside.load(.acquire);
    var producers_ns: u64 = 0;
    if (inside == 0) for (flood.producers) |*producer| {
        producers_ns += producer.cpu_ns;
    };
    const was_heard_in_time = account.heard.is(flood.heard_at_end);
    out.* = .{
        .flood_ns = asFloat(flood.ended_ns -| flood.begun_ns),
        .delivered = asFloat(flood.heard_at_end.delivered),
        .entries = asFloat(account.heard.entries),
        .sent = asFloat(account.sent),
        .settle_ns = if (was_heard_in_time) 0 else asFloat(account.last_heard_ns -| flood.ended_ns),
        .memory_growth_bytes = asFloat(account.growth.mostBytes()),
        .wall_ns = asFloat(finished.wall_ns - begun.wall_ns),
        .cpu_loop_ns = asFloat(finished.loop_cpu_ns - begun.loop_cpu_ns),
        .cpu_producers_ns = asFloat(producers_ns),
        .cpu_process_ns = asFloat(finished.process_cpu_ns - begun.process_cpu_ns),
        .voluntary_switches = asFloat(finished.switches - begun.switches),
        .peak_rss_bytes = asFloat(account.growth.peakBytes()),
        .threads_inside = asFloat(inside),
    };
}

fn asFloat(number: u64) f64 {
    return @floatFromInt(number);
}

/// Writes the sampled durations of notifies, nanoseconds, to `out`, or only counts them (null). None
/// while a thread is inside.
pub fn collectNotify(flood: *const Flood, out: ?[*]f64) callconv(.c) u32 {
    if (flood.inside.load(.acquire) != 0) return 0;
    var shift: u5 = 0;
    for (flood.producers) |*producer| shift = @max(shift, producer.samples.shift);
    var count: u32 = 0;
    for (flood.producers) |*producer| {
        const rest: ?[*]f64 = if (out) |durations_ns| durations_ns + count else null;
        count += producer.samples.collect(shift, rest);
    }
    return count;
}

/// Writes the lateness of the timer's ticks, nanoseconds, to `out`, or only counts them (null).
pub fn collectLate(flood: *const Flood, out: ?[*]f64) callconv(.c) u32 {
    return flood.watch.collect(flood.begun_ns, flood.ended_ns, out);
}

/// A loop that hears each wake at once, and the bells that it is rung with.
const Stand = struct {
    const threads_most = 256;
    var heard: std.atomic.Value(u32) = .init(0);
    var next_of: [threads_most]u32 = @splat(0);
    var is_in_order: std.atomic.Value(bool) = .init(true);
    var gate: futex.Word = .init(0);
    var blocked: std.atomic.Value(u32) = .init(0);

    fn ring(user: ?*anyopaque, seq: u32) callconv(.c) void {
        const number_bits: u5 = @intCast(@intFromPtr(user));
        const thread = seq >> number_bits;
        // Each thread has its own place; the threads are joined or waited for before it is read.
        const number = seq & ((@as(u32, 1) << number_bits) - 1);
        if (next_of[thread] != number) is_in_order.store(false, .monotonic);
        next_of[thread] = number + 1;
        _ = heard.fetchAdd(1, .release);
    }

    fn ringNineOfTen(user: ?*anyopaque, seq: u32) callconv(.c) void {
        _ = user;
        if (seq % 10 != 9) _ = heard.fetchAdd(1, .release);
    }

    fn block(user: ?*anyopaque, seq: u32) callconv(.c) void {
        _ = .{ user, seq };
        _ = blocked.fetchAdd(1, .release);
        while (gate.load(.acquire) == 0) futex.wait(&gate, 0);
    }

    fn open(threads: u32, sleeps: u32, is_control: u32, bell: seam_module.Notify) !*Flood {
        heard.store(0, .monotonic);
        @memset(&next_of, 0);
        is_in_order.store(true, .monotonic);
        // So many that no thread begins anew, however long a busy machine lets a few of them flood.
        const number_bits: u5 = if (threads <= 16) 28 else 20;
        const flood = burst.open(&.{
            .gap_ns = 100_000,
            .seed = 1,
            .patience_ns = 30 * std.time.ns_per_s,
            .threads = threads,
            .sleeps = sleeps,
            .kind = .message,
            .number_bits = number_bits,
            .is_control = is_control,
        }) orelse return error.OutOfMemory;
        const seam = burst.seamOf(flood);
        try std.testing.expectEqual(0, burst.isBound(flood));
        seam.bind(seam, bell, @ptrFromInt(number_bits));
        try std.testing.expectEqual(1, burst.isBound(flood));
        try std.testing.expectEqual(threads, burst.start(flood));
        return flood;
    }

    fn run(flood: *Flood, flood_ns: u64) Progress {
        const before = heard.load(.acquire);
        burst.begin(flood, flood_ns);
        while (true) {
            const news = heard.load(.acquire) - before;
            @atomicStore(u32, &flood.cells.delivered, news, .monotonic);
            const progress = tick(flood);
            if (@intFromEnum(progress) >= @intFromEnum(Progress.settled)) {
                finish(flood);
                return progress;
            }
            clock.sleepNs(std.time.ns_per_ms);
        }
    }

    /// Floods, each twice as long as the one before, until each thread has notified often enough: a
    /// machine that is busy elsewhere may give them no turn for a while.
    fn runUntilAllRang(flood: *Flood) Progress {
        var flood_ns: u64 = 10_000_000;
        while (true) : (flood_ns *= 2) {
            const progress = run(flood, flood_ns);
            var least: u32 = std.math.maxInt(u32);
            for (flood.producers) |*producer| least = @min(least, producer.number -% producer.first);
            if (least >= 20 or flood_ns > 5 * std.time.ns_per_s) return progress;
        }
    }

    fn countersOf(flood: *Flood) Counters {
        var out: Counters = undefined;
        counters(flood, &out);
        return out;
    }

    fn close(flood: *Flood) void {
        std.debug.assert(burst.stop(flood) == 0);
        burst.close(flood);
    }
};

test "every thread's notifies are numbered on through all floods, and each is counted once" {
    inline for (.{ 0, 1 }) |sleeps| {
        const flood = try Stand.open(4, sleeps, 0, Stand.ring);
        defer Stand.close(flood);
        try std.testing.expectEqual(Progress.settled, Stand.run(flood, 5_000_000));
        try std.testing.expectEqual(Progress.settled, Stand.runUntilAllRang(flood));
        const second = Stand.countersOf(flood);
        try std.testing.expect(Stand.is_in_order.load(.acquire));
        try std.testing.expect(second.sent > 0);
        // What the last flood brought, which is less than what was heard in all floods.
        const last: f64 = @floatFromInt(@atomicLoad(u32, &flood.cells.delivered, .monotonic));
        try std.testing.expectEqual(last, second.sent);
        var made: [4]u32 = undefined;
        numbers(flood, &made);
        try std.testing.expectEqualSlices(u32, Stand.next_of[0..4], &made);
        var heard: u32 = 0;
        for (made) |numbered| heard += numbered;
        try std.testing.expectEqual(Stand.heard.load(.acquire), heard);
        try std.testing.expect(second.flood_ns >= 10_000_000);
        try std.testing.expect(second.delivered <= second.sent);
        try std.testing.expectEqual(0, second.threads_inside);
        try std.testing.expect(second.cpu_producers_ns > 0);
        try std.testing.expect(second.cpu_producers_ns <= second.cpu_process_ns);
        const samples = collectNotify(flood, null);
        try std.testing.expect(samples > 0);
        try std.testing.expect(collectLate(flood, null) > 0);
    }
}

test "what was rung and never heard ends as silent" {
    const flood = try Stand.open(2, 1, 0, Stand.ringNineOfTen);
    defer Stand.close(flood);
    try std.testing.expectEqual(Progress.silent, Stand.runUntilAllRang(flood));
    const out = Stand.countersOf(flood);
    const last: f64 = @floatFromInt(@atomicLoad(u32, &flood.cells.delivered, .monotonic));
    try std.testing.expect(last < out.sent);
}

test "the control runs its threads, sends nothing and is settled" {
    const flood = try Stand.open(2, 0, 1, Stand.ring);
    defer Stand.close(flood);
    try std.testing.expectEqual(Progress.settled, Stand.runUntilAllRang(flood));
    const out = Stand.countersOf(flood);
    try std.testing.expectEqual(0, Stand.heard.load(.acquire));
    try std.testing.expectEqual(0, out.sent + out.delivered + out.entries + out.settle_ns);
    try std.testing.expect(out.cpu_producers_ns > 0);
    try std.testing.expect(collectNotify(flood, null) > 0);
}

test "256 threads begin and end" {
    const flood = try Stand.open(256, 0, 0, Stand.ring);
    defer Stand.close(flood);
    try std.testing.expectEqual(Progress.settled, Stand.run(flood, 50_000_000));
    try std.testing.expect(Stand.is_in_order.load(.acquire));
}

test "a notify that does not come back is stuck, and is waited for no longer than the patience" {
    const flood = try Stand.open(3, 0, 0, Stand.block);
    burst.begin(flood, std.time.ns_per_hour);
    while (Stand.blocked.load(.acquire) < 3) clock.sleepNs(std.time.ns_per_ms);
    flood.cut(1);
    // The timekeeper leaves by itself.
    while (flood.inside.load(.acquire) > 3) clock.sleepNs(std.time.ns_per_ms);
    flood.planned_end_ns = flood.ended_ns;
    try std.testing.expectEqual(Progress.settling, tick(flood));
    flood.config.patience_ns = 0;
    try std.testing.expectEqual(Progress.stuck, tick(flood));
    finish(flood);
    try std.testing.expectEqual(3, Stand.countersOf(flood).threads_inside);
    try std.testing.expect(burst.stop(flood) >= 3);
    Stand.gate.store(1, .release);
    futex.wake(&Stand.gate);
    flood.config.patience_ns = 30 * std.time.ns_per_s;
    Stand.close(flood);
}
