//! The floor of a flood: the same threads push through the ring's queue, and the calling thread, which
//! stands for the event loop, takes everything out. No JavaScript is run: what is left is the queue, a
//! futex as its doorbell, and the cores that all share.

const std = @import("std");
const accounting = @import("burst_accounting.zig");
const burst = @import("burst.zig");
const clock = @import("clock.zig");
const futex = @import("futex.zig");
const memory = @import("ring_memory.zig");
const payload = @import("payload.zig");
const ring_queue = @import("ring_queue.zig");
const seam_module = @import("seam.zig");

const allocator = std.heap.c_allocator;
const Progress = accounting.Progress;

/// What the ring has unless it is told otherwise.
const capacity = 65_536;
/// So many are taken out before the timer is looked at.
const budget = 4096;
/// After so many more are on their way, and it is not worth while to sleep.
const stay_awake_from = 64;
const timer_period_ns = std.time.ns_per_ms;

pub const Floor = struct {
    flood: *burst.Flood,
    queue: ring_queue.Queue(memory),
    payload_bytes: u32,
    taken: []u8,
    /// The next number of each thread.
    next: []u32,
    faults: Faults = .{},
    /// The doorbell: counts rings.
    word: futex.Word align(std.atomic.cache_line) = .init(0),

    fn frameBytes(floor: *const Floor) u32 {
        return @sizeOf(u32) + floor.payload_bytes;
    }

    /// Takes out what there is, up to the budget.
    fn drain(floor: *Floor) ring_queue.Drained {
        const drained = floor.queue.drain(floor.taken.ptr, budget, stay_awake_from);
        if (drained.count > 0) floor.hear(drained.count);
        return drained;
    }

    fn hear(floor: *Floor, count: u32) void {
        const size = floor.frameBytes();
        var received: u32 = 0;
        for (0..count) |index| {
            const message = std.mem.readInt(u32, floor.taken[index * size ..][0..4], .little);
            received += @intFromBool(floor.audit(message));
        }
        const cells = &floor.flood.cells;
        // Monotonic: as in `Cells.heard`.
        @atomicStore(u32, &cells.delivered, cells.delivered +% received, .monotonic);
        @atomicStore(u32, &cells.entries, cells.entries +% 1, .monotonic);
    }

    /// Whether this wake is new. What is behind the number that is due came late, if numbers were
    /// skipped before, or else a second time.
    fn audit(floor: *Floor, message: u32) bool {
        const number_bits: u5 = @intCast(floor.flood.config.number_bits);
        const mask = (@as(u32, 1) << number_bits) - 1;
        const due = &floor.next[message >> number_bits];
        const ahead = (message -% due.*) & mask;
        if (ahead == 0) {
            due.* +%= 1;
            return true;
        }
        if (ahead <= mask / 2) {
            floor.faults.skipped += ahead;
            due.* +%= ahead + 1;
            return true;
        }
        if (floor.faults.skipped == 0) {
            floor.faults.duplicated += 1;
            return false;
        }
        floor.faults.skipped -= 1;
        floor.faults.reordered += 1;
        return true;
    }
};

pub const Faults = struct { skipped: u32 = 0, duplicated: u32 = 0, reordered: u32 = 0 };

/// Makes the queue and binds it to the flood. Null when there is no memory, or the payload does not fit.
pub fn open(flood: *burst.Flood, payload_bytes: u32) callconv(.c) ?*Floor {
    if (!payload.fits(payload_bytes)) return null;
    const floor = make(flood, payload_bytes) catch return null;
    flood.bell.seam.bind(&flood.bell.seam, notify, floor);
    return floor;
}

fn make(flood: *burst.Flood, payload_bytes: u32) !*Floor {
    const floor = try allocator.create(Floor);
    errdefer allocator.destroy(floor);
    const frame_bytes = @sizeOf(u32) + payload_bytes;
    const taken = try allocator.alloc(u8, budget * frame_bytes);
    errdefer allocator.free(taken);
    const next = try allocator.alloc(u32, flood.config.threads);
    errdefer allocator.free(next);
    const cells: memory.Cells = try .open(capacity, frame_bytes);
    floor.* = .{
        .flood = flood,
        .queue = .init(cells, 0),
        .payload_bytes = payload_bytes,
        .taken = taken,
        .next = next,
    };
    return floor;
}

/// Frees the queue. The flood's threads have been stopped.
pub fn close(floor: *Floor) callconv(.c) void {
    floor.queue.cells.close();
    allocator.free(floor.taken);
    allocator.free(floor.next);
    allocator.destroy(floor);
}

fn notify(user: ?*anyopaque, seq: u32) callconv(.c) void {
    const floor: *Floor = @ptrCast(@alignCast(user));
    var frame: payload.Frame = undefined;
    const written = payload.write(&frame, seq, floor.payload_bytes);
    if (floor.queue.push(written.ptr, .sleep) != .ring) return;
    // Release: the consumer that sees the ring sees what was pushed.
    _ = floor.word.fetchAdd(1, .release);
    futex.wake(&floor.word);
    floor.queue.rung();
}

/// Runs a flood of about `flood_ns` with the calling thread as its loop, until it has settled. It looks
/// at a 1 ms timer between two drains, as a loop does.
pub fn run(floor: *Floor, flood_ns: u64) callconv(.c) Progress {
    const flood = floor.flood;
    accounting.numbers(flood, floor.next.ptr);
    floor.faults = .{};
    burst.begin(flood, flood_ns);
    var due_ns = clock.nowNs() + timer_period_ns;
    while (true) {
        // Acquire: pairs with the ring's release. Read before the drain, so that a ring that comes
        // after it is not slept through.
        const rung = floor.word.load(.acquire);
        const drained = floor.drain();
        const now_ns = clock.nowNs();
        if (now_ns >= due_ns) {
            const progress = accounting.tick(flood);
            due_ns = now_ns + timer_period_ns;
            if (@intFromEnum(progress) < @intFromEnum(Progress.settled)) continue;
            accounting.finish(flood);
            return progress;
        }
        if (drained.asleep) {
            futex.waitFor(&floor.word, rung, due_ns - now_ns);
        } else if (drained.count < budget) {
            // A thread that is at the heels of another one takes the cells' cache lines away from it: less
            // gets through than where each has them for a while, as it is with a loop and its turns.
            memory.backOff(2);
        }
    }
}

/// Writes how many wakes of the last flood came twice, and out of order, to `out`.
pub fn faultsOf(floor: *const Floor, out: *[2]f64) callconv(.c) void {
    out.* = .{ @floatFromInt(floor.faults.duplicated), @floatFromInt(floor.faults.reordered) };
}

fn openFlood(threads: u32, sleeps: u32) *burst.Flood {
    return burst.open(&.{
        .gap_ns = 50_000,
        .seed = 1,
        .patience_ns = 30 * std.time.ns_per_s,
        .threads = threads,
        .sleeps = sleeps,
        .kind = .message,
        .number_bits = 24,
        .is_control = 0,
    }).?;
}

test "every push of every thread is taken out once, in order, with its payload" {
    for ([_]u32{ 0, 8, 64 }, [_]u32{ 1, 8, 64 }, [_]u32{ 1, 0, 1 }) |payload_bytes, threads, sleeps| {
        const flood = openFlood(threads, sleeps);
        defer burst.close(flood);
        const floor = open(flood, payload_bytes).?;
        defer close(floor);
        try std.testing.expectEqual(threads, burst.start(flood));
        defer std.debug.assert(burst.stop(flood) == 0);
        for ([_]u64{ 2_000_000, 20_000_000 }) |flood_ns| {
            try std.testing.expectEqual(Progress.settled, run(floor, flood_ns));
            try std.testing.expectEqual(Faults{}, floor.faults);
            var counters: accounting.Counters = undefined;
            accounting.counters(flood, &counters);
            try std.testing.expectEqual(counters.sent, @as(f64, @floatFromInt(flood.cells.delivered)));
            try std.testing.expect(counters.entries <= counters.sent);
        }
        try std.testing.expect(accounting.collectLate(flood, null) > 0);
    }
}

test "the floor's audit tells late from double" {
    const flood = openFlood(1, 0);
    defer burst.close(flood);
    const floor = open(flood, 0).?;
    defer close(floor);
    floor.next[0] = 0xff_ffff; // the number wraps around
    for ([_]u32{ 0xff_ffff, 0, 2, 1, 3, 3 }) |number| _ = floor.audit(number);
    try std.testing.expectEqual(Faults{ .duplicated = 1, .reordered = 1 }, floor.faults);
    try std.testing.expectEqual(4, floor.next[0] & 0xff_ffff);
    try std.testing.expectEqual(null, open(flood, 65));
}
