//! Protocols that are wrong, to see that the model notices, and one that is right. They are the first
//! prototype's doorbell: one word, `armed`, which a producer sets after it has published, and rings if
//! it was clear; the consumer clears it before it sleeps.

const std = @import("std");
const memory = @import("memory.zig");
const ring_queue = @import("../ring_queue.zig");

const Pushed = ring_queue.Pushed;

pub const Variant = struct {
    /// How the consumer clears `armed`. A seq_cst store and the acquire load behind it may trade
    /// places on arm64; an exchange cannot miss the producer's.
    clear: enum { store, swap } = .swap,
    /// Clears before it drains: rung for what it is about to take.
    clears_early: bool = false,
    /// Clears at its budget and says that it sleeps: nobody rings for what is left.
    clears_at_budget: bool = false,
    /// Reads the flag of `close` apart from claiming a position. Has no doorbell to distract from it.
    closed_apart: bool = false,
};

pub fn FirstPrototype(comptime variant: Variant) type {
    return struct {
        const Self = @This();

        tail: memory.Atomic(u64),
        head: memory.Atomic(u64),
        armed: memory.Atomic(u32) = .init(1),
        closed: memory.Atomic(u32) = .init(0),
        consumer: struct { position: u64 },
        cells: memory.Cells,

        pub fn init(cells: memory.Cells, start: u64) Self {
            return .{
                .tail = .init(start),
                .head = .init(start),
                .consumer = .{ .position = start },
                .cells = cells,
            };
        }

        pub fn push(queue: *Self, source: u32, at_full: ring_queue.AtFull) Pushed {
            std.debug.assert(at_full == .give_up);
            if (variant.closed_apart and queue.closed.load(.seq_cst) != 0) return .closed;
            const position = while (true) {
                const tail = queue.tail.load(.monotonic);
                if (tail >= queue.head.load(.acquire) + queue.cells.count) return .full;
                if (queue.tail.cmpxchgWeak(tail, tail + 1, .monotonic, .monotonic) == null) break tail;
            };
            const index: usize = @intCast(position % queue.cells.count);
            queue.cells.copyIn(index, source);
            queue.cells.tag(index).store(queue.publishedTag(position), .release);
            if (variant.closed_apart) return .quiet;
            return if (queue.armed.swap(1, .acq_rel) == 0) .ring else .quiet;
        }

        pub fn rung(_: *Self) void {}

        pub fn drain(queue: *Self, target: []u32, most: u32, _: u32) ring_queue.Drained {
            var count: u32 = 0;
            if (variant.clears_early) _ = queue.armed.swap(0, .acq_rel);
            while (true) {
                while (count < most and queue.isPublished()) : (count += 1) {
                    const position = queue.consumer.position;
                    queue.cells.copyOut(@intCast(position % queue.cells.count), target, count);
                    queue.consumer.position += 1;
                    queue.head.store(position + 1, .release);
                }
                if (count == most) {
                    if (variant.clears_at_budget) _ = queue.armed.swap(0, .acq_rel);
                    return .{ .count = count, .asleep = variant.clears_at_budget };
                }
                if (variant.clears_early or queue.fallAsleep())
                    return .{ .count = count, .asleep = true };
            }
        }

        fn fallAsleep(queue: *Self) bool {
            switch (variant.clear) {
                .store => queue.armed.store(0, .seq_cst),
                .swap => _ = queue.armed.swap(0, .acq_rel),
            }
            if (!queue.isPublished()) return true;
            // A producer has set it meanwhile: its ring is on the way.
            return queue.armed.swap(1, .acq_rel) == 1;
        }

        pub fn close(queue: *Self) void {
            queue.closed.store(1, .seq_cst);
        }

        pub fn discard(queue: *Self) u32 {
            var count: u32 = 0;
            while (queue.isPublished()) : (count += 1) queue.consumer.position += 1;
            return count;
        }

        pub fn isQuiet(queue: *Self) bool {
            return queue.tail.load(.acquire) == queue.consumer.position;
        }

        fn publishedTag(queue: *const Self, position: u64) u32 {
            return @as(u32, @truncate(position / queue.cells.count)) +% 1;
        }

        fn isPublished(queue: *Self) bool {
            const position = queue.consumer.position;
            const tag = queue.cells.tag(@intCast(position % queue.cells.count));
            return tag.load(.acquire) == queue.publishedTag(position);
        }
    };
}
