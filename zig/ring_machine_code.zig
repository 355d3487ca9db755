//! The ring's two paths under names of their own, for test/ring/machine-code.test.ts, which reads what
//! the compiler made of them. Not part of the library.

const ring_memory = @import("ring_memory.zig");
const ring_queue = @import("ring_queue.zig");

/// The same memory with a fence that does nothing: the test must notice.
const unfenced_memory = struct {
    pub const Atomic = ring_memory.Atomic;
    pub const Cells = ring_memory.Cells;
    pub const backOff = ring_memory.backOff;
    pub const wait = ring_memory.wait;
    pub const wake = ring_memory.wake;
    pub inline fn fullFence() void {}
    pub inline fn storeThenFence(word: *Atomic(u32), value: u32) void {
        word.store(value, .release);
    }
};

const Ring = ring_queue.Queue(ring_memory);
const Unfenced = ring_queue.Queue(unfenced_memory);

/// Where the words lie in the queue.
export const ring_offset_awaited: u32 = @offsetOf(Ring, "awaited");
export const ring_offset_sleepers: u32 = @offsetOf(Ring, "sleepers");

export fn ring_push(queue: *Ring, payload: [*]const u8) u32 {
    return @intFromEnum(queue.push(payload, .give_up));
}

export fn ring_drain(queue: *Ring, out: [*]u8, most: u32) bool {
    return queue.drain(out, most, 64).asleep;
}

export fn unfenced_push(queue: *Unfenced, payload: [*]const u8) u32 {
    return @intFromEnum(queue.push(payload, .give_up));
}

export fn unfenced_drain(queue: *Unfenced, out: [*]u8, most: u32) bool {
    return queue.drain(out, most, 64).asleep;
}
