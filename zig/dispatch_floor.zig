//! The floor of `dispatch`: the same call, native to native. The calling thread stands for the event loop; it
//! calls one thread and sleeps on a futex until that has answered.
//!
//!     caller                                 worker
//!     argument, `sent` + 1 ──(wake)──▶       sleeps on `sent`, or reads an eventfd
//!     sleeps on `answered`   ◀──(wake)──     does the work, result, `answered` + 1
//!
//! Who is awake is not woken: a side says that it sleeps, fences and looks once more; the other publishes,
//! fences and looks whether that is so. One of the two sees the other.

const builtin = @import("builtin");
const std = @import("std");
const calls_module = @import("calls.zig");
const channel_module = @import("channel.zig");
const futex = @import("futex.zig");
const memory = @import("ring_memory.zig");
const placement = @import("placement.zig");
const sqlite = @import("sqlite.zig");
const work_module = @import("work.zig");

const allocator = std.heap.c_allocator;
const Calls = calls_module.Calls;
const Channel = channel_module.Channel;
const Flag = std.atomic.Value(u32);
const Kind = work_module.Kind;
const Work = work_module.Work;

pub const Via = enum(u32) { futex = 0, eventfd = 1, _ };

pub const Config = extern struct {
    /// How long each call spins, nanoseconds (work: spin).
    spin_ns: u64 = 0,
    /// How the worker is woken; the caller is always woken by a futex.
    via: Via = .futex,
    work: Kind = .spin,
    /// Calls that may be on their way at once, a power of two.
    capacity: u32 = 1,
    reserved: u32 = 0,
};

/// One way of the call: where it is published, and whether the other side sleeps.
const Way = struct {
    /// How many have been published, since the floor was opened. It wraps.
    count: futex.Word align(std.atomic.cache_line) = .init(0),
    is_asleep: Flag = .init(0),

    /// Publishes, and says whether the other side must be woken.
    inline fn publish(way: *Way, count: u32) bool {
        // A release store, so that whoever acquires the count sees what it counts.
        memory.storeThenFence(&way.count, count);
        // Monotonic: the fence orders it.
        return way.is_asleep.load(.monotonic) != 0;
    }

    /// Waits until the count is another than `seen`, and returns it.
    inline fn wait(way: *Way, seen: u32, channel: ?Channel) u32 {
        // Acquire: pairs with the release of `publish`.
        const there = way.count.load(.acquire);
        if (there != seen) return there;
        memory.storeThenFence(&way.is_asleep, 1);
        while (true) {
            const count = way.count.load(.acquire);
            if (count != seen) {
                // Monotonic: a wake too many, by who has not seen it yet, does no harm.
                way.is_asleep.store(0, .monotonic);
                return count;
            }
            if (channel) |bell| _ = bell.drain() else futex.wait(&way.count, seen);
        }
    }
};

pub const Floor = struct {
    config: Config,
    channel: ?Channel,
    there: Way = .{},
    back: Way = .{},
    /// By the number of the call; each slot is the caller's until it is published, and again when it is answered.
    arguments: []u64,
    results: []u64,
    thread: ?std.Thread = null,
    thread_id: std.atomic.Value(i32) = .init(0),
    shall_leave: std.atomic.Value(bool) = .init(false),

    fn wakeWorker(floor: *Floor) void {
        if (floor.channel) |channel| channel.ring() else futex.wakeSome(&floor.there.count, 1);
    }

    fn work(floor: *Floor) void {
        floor.thread_id.store(placement.threadId(), .release);
        // Without its work, which a query may lack the library for, every answer is a mistaken one.
        var opened: ?Work = Work.open(floor.config.work, floor.config.spin_ns) catch null;
        defer if (opened) |*job| job.close();
        var done: u32 = 0;
        while (true) {
            const sent = floor.there.wait(done, floor.channel);
            // Acquire is the count's: it was published after this was told.
            if (floor.shall_leave.load(.monotonic)) return;
            floor.answer(done, sent, if (opened) |*job| job else null);
            done = sent;
        }
    }

    /// Answers all that was sent. A caller that sleeps is woken by the last of them, and where calls take their
    /// time by the first, too, so that it can send others meanwhile.
    inline fn answer(floor: *Floor, first: u32, end: u32, job: ?*const Work) void {
        const mask = floor.config.capacity - 1;
        const takes_time = floor.config.work == .sqlite or floor.config.spin_ns > 0;
        var next = first;
        while (next != end) {
            const argument = floor.arguments[next & mask];
            floor.results[next & mask] = doOne(job, argument);
            next +%= 1;
            const is_wake_due = next == end or (takes_time and next == first +% 1);
            if (is_wake_due) {
                if (floor.back.publish(next)) futex.wakeSome(&floor.back.count, 1);
            } else {
                // Release: the caller that acquires the count sees the result.
                floor.back.count.store(next, .release);
            }
        }
    }

    inline fn doOne(job: ?*const Work, argument: u64) u64 {
        const given = job orelse return std.math.maxInt(u64);
        const number = given.run(@intCast(argument)) catch return std.math.maxInt(u64);
        return @intCast(number);
    }
};

/// Makes the worker's thread. Null when memory, a descriptor or a thread is not to be had.
pub fn open(config: *const Config) callconv(.c) ?*Floor {
    std.debug.assert(std.math.isPowerOfTwo(config.capacity));
    return prepare(config.*) catch null;
}

fn prepare(config: Config) !*Floor {
    const floor = try allocator.create(Floor);
    errdefer allocator.destroy(floor);
    const arguments = try allocator.alloc(u64, config.capacity);
    errdefer allocator.free(arguments);
    @memset(arguments, 0);
    const results = try allocator.alloc(u64, config.capacity);
    errdefer allocator.free(results);
    @memset(results, 0);
    var channel: ?Channel = if (config.via == .eventfd) try .open(.eventfd) else null;
    errdefer if (channel) |*opened| opened.closeReadEnd();
    if (channel) |opened| opened.makeReadEndBlock();
    floor.* = .{ .config = config, .channel = channel, .arguments = arguments, .results = results };
    floor.thread = try std.Thread.spawn(.{}, Floor.work, .{floor});
    return floor;
}

/// The kernel's id of the worker's thread, once a call has been answered.
pub fn threadIdOf(floor: *const Floor) callconv(.c) i32 {
    return floor.thread_id.load(.acquire);
}

/// Makes `count` calls, `in_flight` of them at once, and stamps one in `sampled_every` of them in the next
/// slot. Returns how many were answered with what is not their own.
pub fn run(
    floor: *Floor,
    calls: *Calls,
    count: u32,
    in_flight: u32,
    sampled_every: u32,
) callconv(.c) u32 {
    const mask = floor.config.capacity - 1;
    // Monotonic: only this thread writes it.
    const first = floor.there.count.load(.monotonic);
    var leaving: Sampling = .{ .every = sampled_every };
    var returning: Sampling = .{ .every = sampled_every };
    var sent: u32 = 0;
    var answered: u32 = 0;
    var mistaken: u32 = 0;
    while (answered < count) {
        const end = @min(count, answered + in_flight);
        if (sent < end) {
            while (sent < end) : (sent += 1) {
                if (leaving.slotOf(sent)) |slot| calls_module.sent(calls, slot);
                floor.arguments[(first +% sent) & mask] = first +% sent;
            }
            if (floor.there.publish(first +% sent)) floor.wakeWorker();
        }
        const back = floor.back.wait(first +% answered, null);
        while (first +% answered != back) : (answered += 1) {
            const result = floor.results[(first +% answered) & mask];
            if (returning.slotOf(answered)) |slot| {
                calls_module.answered(calls, slot);
                if (slot % probe_every == 0) {
                    calls_module.probe(calls);
                    calls_module.probe(calls);
                }
            }
            mistaken += @intFromBool(result != first +% answered);
        }
    }
    return mistaken;
}

/// Which calls are stamped, one in so many, and where.
const Sampling = struct {
    every: u32,
    next: u32 = 0,
    slot: u32 = 0,

    inline fn slotOf(sampling: *Sampling, index: u32) ?u32 {
        if (index != sampling.next) return null;
        sampling.next += sampling.every;
        defer sampling.slot += 1;
        return sampling.slot;
    }
};

/// Of the sampled calls one in so many is followed by a probe of what stamps cost.
const probe_every = 64;

/// Ends the worker and frees the floor. No call waits any more.
pub fn close(floor: *Floor) callconv(.c) void {
    floor.shall_leave.store(true, .monotonic);
    // Published like a call, it is seen with `shall_leave`.
    _ = floor.there.publish(floor.there.count.load(.monotonic) +% 1);
    floor.wakeWorker();
    if (floor.thread) |thread| thread.join();
    if (floor.channel) |*channel| channel.closeReadEnd();
    allocator.free(floor.arguments);
    allocator.free(floor.results);
    allocator.destroy(floor);
}

const vias: []const Via = if (builtin.os.tag == .linux) &.{ .futex, .eventfd } else &.{.futex};

test "every call is answered with its own number, however many are on their way" {
    for (vias) |via| for ([_]Kind{ .spin, .yield, .sqlite }) |work| {
        if (work == .sqlite and sqlite.fault() != null) continue;
        for ([_]u32{ 1, 3, 64 }) |in_flight| {
            const floor = open(&.{ .via = via, .work = work, .capacity = 64 }).?;
            defer close(floor);
            const calls = calls_module.open(3000).?;
            defer calls_module.close(calls);
            try std.testing.expectEqual(0, run(floor, calls, 100, in_flight, 1));
            calls_module.begin(calls);
            try std.testing.expectEqual(0, run(floor, calls, 3000, in_flight, 1));
            calls_module.end(calls);
            var out: [3000]f64 = undefined;
            try std.testing.expectEqual(3000, calls_module.collect(calls, &out));
            for (out) |call_ns| try std.testing.expect(call_ns > 0);
            try std.testing.expect(threadIdOf(floor) > 0);
            try std.testing.expect(calls_module.stampsNs(calls) > 0);
        }
    };
}

test "one call in so many is stamped, and its work is in the time" {
    const spin_ns = 50_000;
    const floor = open(&.{ .spin_ns = spin_ns }).?;
    defer close(floor);
    const calls = calls_module.open(32).?;
    defer calls_module.close(calls);
    try std.testing.expectEqual(0, run(floor, calls, 100, 1, 8));
    var out: [32]f64 = undefined;
    const count = calls_module.collect(calls, &out);
    try std.testing.expectEqual(13, count);
    for (out[0..count]) |call_ns| try std.testing.expect(call_ns >= spin_ns);
}

test "a result that is not the argument is seen" {
    // It is spoiled by a race on purpose.
    if (builtin.sanitize_thread) return error.SkipZigTest;
    const floor = open(&.{ .capacity = 4 }).?;
    defer close(floor);
    const calls = calls_module.open(0).?;
    defer calls_module.close(calls);
    const Liar = struct {
        fn spoil(spoiled: *Floor, stop: *std.atomic.Value(bool)) void {
            // Between argument and work: some calls are caught by it.
            while (!stop.load(.acquire)) @atomicStore(u64, &spoiled.arguments[1], 77, .monotonic);
        }
    };
    var stop: std.atomic.Value(bool) = .init(false);
    const thread = try std.Thread.spawn(.{}, Liar.spoil, .{ floor, &stop });
    var mistaken: u32 = 0;
    for (0..10_000) |_| {
        mistaken += run(floor, calls, 100, 1, 1);
        if (mistaken > 0) break;
    }
    stop.store(true, .release);
    thread.join();
    try std.testing.expect(mistaken > 0);
}
