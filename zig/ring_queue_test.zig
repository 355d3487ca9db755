//! The ring's protocol on the machine's own memory: what one thread sees of it, and that many
//! threads lose, double and reorder nothing.

const std = @import("std");
const futex = @import("futex.zig");
const memory = @import("ring_memory.zig");
const ring_queue = @import("ring_queue.zig");

const Queue = ring_queue.Queue(memory);
const Drained = ring_queue.Drained;
const testing = std.testing;
const never = std.math.maxInt(u32);

const Ring = struct {
    queue: Queue,
    out: [64]u32 = undefined,

    fn open(capacity: usize, start: u64) !Ring {
        return .{ .queue = .init(try .open(capacity, @sizeOf(u32)), start) };
    }

    fn close(ring: *Ring) void {
        ring.queue.cells.close();
    }

    fn push(ring: *Ring, value: u32) ring_queue.Pushed {
        return ring.queue.push(std.mem.asBytes(&value), .give_up);
    }

    fn drain(ring: *Ring, most: u32) Drained {
        return ring.queue.drain(std.mem.asBytes(&ring.out), most, never);
    }

    fn expect(ring: *Ring, most: u32, asleep: bool, values: []const u32) !void {
        const drained = ring.drain(most);
        try testing.expectEqualSlices(u32, values, ring.out[0..drained.count]);
        try testing.expectEqual(asleep, drained.asleep);
    }
};

test "only the push that is awaited rings, and once for each sleep" {
    var ring: Ring = try .open(8, 0);
    defer ring.close();
    try testing.expectEqual(.quiet, ring.push(1)); // the consumer has not slept yet
    try ring.expect(8, true, &.{1});
    try testing.expectEqual(.ring, ring.push(2));
    try testing.expectEqual(.quiet, ring.push(3));
    try ring.expect(8, true, &.{ 2, 3 });
    try ring.expect(8, true, &.{}); // awake for no reason, and asleep again
    try testing.expectEqual(.ring, ring.push(4));
}

test "a consumer at its budget stays awake and is not rung for" {
    var ring: Ring = try .open(8, 0);
    defer ring.close();
    for (0..5) |value| _ = ring.push(@intCast(value));
    try ring.expect(2, false, &.{ 0, 1 });
    try testing.expectEqual(.quiet, ring.push(5));
    try ring.expect(4, false, &.{ 2, 3, 4, 5 });
    try testing.expectEqual(.quiet, ring.push(6));
    try ring.expect(4, true, &.{6});
}

test "a consumer that took much stays awake for one more look" {
    var ring: Ring = try .open(8, 0);
    defer ring.close();
    for (0..3) |value| _ = ring.push(@intCast(value));
    const flooded = ring.queue.drain(std.mem.asBytes(&ring.out), 8, 3);
    try testing.expectEqual(Drained{ .count = 3, .asleep = false }, flooded);
    const after = ring.queue.drain(std.mem.asBytes(&ring.out), 8, 3);
    try testing.expectEqual(Drained{ .count = 0, .asleep = true }, after);
}

test "a full queue refuses without claiming, and takes again what was drained" {
    var ring: Ring = try .open(2, 0);
    defer ring.close();
    for ([_]u32{ 1, 2 }) |value| try testing.expectEqual(.quiet, ring.push(value));
    for (0..5) |_| try testing.expectEqual(.full, ring.push(9));
    try ring.expect(1, false, &.{1});
    try testing.expectEqual(.quiet, ring.push(3));
    try testing.expectEqual(.full, ring.push(9));
    try ring.expect(8, true, &.{ 2, 3 });
}

test "tags and positions wrap around in queues of one cell and more" {
    for ([_]usize{ 1, 2, 4 }) |capacity| {
        // The tags' 32 bits overflow two laps after this.
        const start = (@as(u64, std.math.maxInt(u32)) - 2) * capacity;
        var ring: Ring = try .open(capacity, start);
        defer ring.close();
        var next: u32 = 0;
        for (0..6) |_| {
            for (0..capacity) |nth| {
                try testing.expect(ring.push(next + @as(u32, @intCast(nth))) != .full);
            }
            try testing.expectEqual(.full, ring.push(never));
            for (0..capacity) |_| {
                try ring.expect(1, false, &.{next});
                next += 1;
            }
            try ring.expect(1, true, &.{});
        }
    }
}

test "a producer stopped between claim and publish holds back those behind it, and loses nothing" {
    var ring: Ring = try .open(8, 0);
    defer ring.close();
    _ = ring.push(1);
    const stopped = ring.queue.claim(.give_up).position;
    const value: u32 = 2;
    try testing.expectEqual(.quiet, ring.push(3));
    try ring.expect(8, true, &.{1});
    try testing.expectEqual(.quiet, ring.push(4)); // not the one that is awaited
    try testing.expect(ring.queue.publish(stopped, std.mem.asBytes(&value)));
    try ring.expect(8, true, &.{ 2, 3, 4 });
}

test "closing refuses, what was claimed can be drained, and quiet waits for the rings" {
    var ring: Ring = try .open(8, 0);
    defer ring.close();
    try ring.expect(8, true, &.{});
    const stopped = ring.queue.claim(.give_up).position;
    ring.queue.close();
    try testing.expectEqual(.closed, ring.push(9));
    try testing.expectEqual(0, ring.queue.discard());
    try ring.expect(8, true, &.{});
    try testing.expect(!ring.queue.isQuiet()); // claimed
    const value: u32 = 1;
    try testing.expect(ring.queue.publish(stopped, std.mem.asBytes(&value)));
    try ring.expect(8, true, &.{1});
    try testing.expect(!ring.queue.isQuiet()); // about to ring
    ring.queue.rung();
    try testing.expect(ring.queue.isQuiet());
}

test "what is discarded is counted, and gives room" {
    var ring: Ring = try .open(2, 0);
    defer ring.close();
    for ([_]u32{ 1, 2 }) |value| _ = ring.push(value);
    try testing.expectEqual(2, ring.queue.discard());
    try testing.expectEqual(.quiet, ring.push(3));
    ring.queue.close();
    try testing.expectEqual(1, ring.queue.discard());
    try testing.expect(ring.queue.isQuiet());
}

/// Many producers, one consumer that sleeps until it is rung for, on queues that are often full.
const Traffic = struct {
    queue: Queue,
    bell: futex.Word = .init(0),
    at_full: ring_queue.AtFull,
    per_producer: u32,
    refused: std.atomic.Value(u32) = .init(0),

    fn produce(traffic: *Traffic, producer: u32) void {
        var nth: u32 = 0;
        while (nth < traffic.per_producer) {
            const value = producer << 24 | nth;
            switch (traffic.queue.push(std.mem.asBytes(&value), traffic.at_full)) {
                .quiet => nth += 1,
                .ring => {
                    nth += 1;
                    _ = traffic.bell.fetchAdd(1, .release);
                    futex.wake(&traffic.bell);
                    traffic.queue.rung();
                },
                .full => std.Thread.yield() catch {},
                .closed => {
                    _ = traffic.refused.fetchAdd(traffic.per_producer - nth, .monotonic);
                    return;
                },
            }
        }
    }

    /// Drains until all have come, or until `close_after` have, and says how many came.
    fn consume(traffic: *Traffic, seen: []u32, close_after: u32) !u32 {
        const all: u32 = @intCast(seen.len * traffic.per_producer);
        var out: [100]u32 = undefined;
        var heard: u32 = 0;
        var count: u32 = 0;
        while (true) {
            const drained = traffic.queue.drain(std.mem.asBytes(&out), out.len, 50);
            for (out[0..drained.count]) |value| {
                const producer = value >> 24;
                try testing.expectEqual(seen[producer], value & 0xffffff);
                seen[producer] += 1;
            }
            count += drained.count;
            if (count >= @min(close_after, all)) break;
            // One ring for each sleep: with fewer this waits for ever, with more it does not sleep.
            if (!drained.asleep) continue;
            while (traffic.bell.load(.acquire) == heard) futex.wait(&traffic.bell, heard);
            heard += 1;
        }
        return count;
    }
};

fn run(comptime producers: u32, capacity: usize, at_full: ring_queue.AtFull, per_producer: u32, close_after: u32) !void {
    var traffic: Traffic = .{
        .queue = .init(try .open(capacity, @sizeOf(u32)), 0),
        .at_full = at_full,
        .per_producer = per_producer,
    };
    defer traffic.queue.cells.close();
    var threads: [producers]std.Thread = undefined;
    for (&threads, 0..) |*thread, producer|
        thread.* = try .spawn(.{}, Traffic.produce, .{ &traffic, @as(u32, @intCast(producer)) });
    var seen: [producers]u32 = @splat(0);
    const delivered = traffic.consume(&seen, close_after);
    // Also when something was amiss, so that the threads end.
    traffic.queue.close();
    for (threads) |thread| thread.join();
    const undelivered = traffic.queue.discard();
    const refused = traffic.refused.load(.monotonic);
    try testing.expectEqual(producers * per_producer, try delivered + undelivered + refused);
    try testing.expect(traffic.queue.isQuiet());
    if (close_after > producers * per_producer) try testing.expectEqual(0, undelivered + refused);
    try testing.expectEqual(traffic.bell.load(.monotonic), traffic.queue.rings.load(.monotonic));
}

test "producers that sleep while it is full lose, double and reorder nothing" {
    try run(1, 1, .sleep, 2000, never);
    try run(2, 2, .sleep, 5000, never);
    try run(8, 4, .sleep, 2000, never);
    try run(16, 256, .sleep, 5000, never);
}

test "producers that give up while it is full, and try again, lose, double and reorder nothing" {
    try run(2, 2, .give_up, 5000, never);
    try run(8, 1024, .give_up, 5000, never);
}

test "closing amid the traffic: each push is delivered, taken away, or refused" {
    for (0..10) |nth| {
        try run(8, 4, .sleep, 1000, @intCast(nth * 300));
        try run(4, 64, .give_up, 1000, @intCast(nth * 300));
    }
}
