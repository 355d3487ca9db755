//! The memory that the ring's protocol is given in place of ring_memory.zig: the same names, on the
//! machine of machine.zig.

const std = @import("std");
const machine_file = @import("machine.zig");
const Operation = @import("operation.zig").Operation;
const Order = @import("operation.zig").Order;

pub fn Atomic(comptime T: type) type {
    return struct {
        const Self = @This();

        /// What it holds before the first access: all later values are the machine's.
        raw: T,

        pub fn init(value: T) Self {
            return .{ .raw = value };
        }

        pub fn load(self: *Self, order: Order) T {
            return self.perform(.{ .kind = .load, .order = order });
        }

        pub fn store(self: *Self, value: T, order: Order) void {
            _ = self.perform(.{ .kind = .store, .operand = value, .order = order });
        }

        pub fn swap(self: *Self, value: T, order: Order) T {
            return self.modify(.swap, value, order);
        }

        pub fn fetchAdd(self: *Self, value: T, order: Order) T {
            return self.modify(.add, value, order);
        }

        pub fn fetchSub(self: *Self, value: T, order: Order) T {
            return self.modify(.sub, value, order);
        }

        pub fn fetchOr(self: *Self, value: T, order: Order) T {
            return self.modify(.@"or", value, order);
        }

        /// Never fails for no reason: in a loop that is a repetition, and nothing else.
        pub fn cmpxchgWeak(self: *Self, expected: T, value: T, order: Order, failure: Order) ?T {
            return self.cmpxchgStrong(expected, value, order, failure);
        }

        pub fn cmpxchgStrong(self: *Self, expected: T, value: T, order: Order, failure: Order) ?T {
            const found = self.perform(.{
                .kind = .cas,
                .expected = expected,
                .operand = value,
                .order = order,
                .failure = failure,
            });
            return if (found == expected) null else found;
        }

        /// For the case's names, before the threads start.
        pub fn location(self: *Self) u8 {
            return machine_file.current.history.locationAt(@intFromPtr(self), self.raw);
        }

        fn modify(self: *Self, rmw: Operation.Rmw, value: T, order: Order) T {
            return self.perform(.{ .kind = .rmw, .rmw = rmw, .operand = value, .order = order });
        }

        fn perform(self: *Self, operation: Operation) T {
            var located = operation;
            located.location = self.location();
            return @truncate(machine_file.current.perform(located).value);
        }
    };
}

pub fn fullFence() void {
    _ = machine_file.current.perform(.{ .kind = .fence });
}

pub fn storeThenFence(word: *Atomic(u32), value: u32) void {
    word.store(value, .release);
    fullFence();
}

/// Time is nothing that the model has.
pub fn backOff(lost: u32) void {
    _ = lost;
}

pub fn wait(word: *Atomic(u32), expected: u32) void {
    const location = word.location();
    const machine = machine_file.current;
    _ = machine.perform(.{ .kind = .wait, .location = location, .expected = expected });
}

pub fn wake(word: *Atomic(u32), most: u32) void {
    const location = word.location();
    _ = machine_file.current.perform(.{ .kind = .wake, .location = location, .operand = most });
}

/// A doorbell: it wakes, and orders nothing. Ringing one that may be gone is a race.
pub const Doorbell = struct {
    exists: bool = true,

    pub fn ring(doorbell: *Doorbell) void {
        machine_file.current.plain(@intFromPtr(doorbell), false);
        _ = machine_file.current.perform(.{ .kind = .ring });
    }

    pub fn free(doorbell: *Doorbell) void {
        machine_file.current.plain(@intFromPtr(doorbell), true);
        doorbell.exists = false;
    }
};

/// Sleeps until the doorbell rings.
pub fn awaitRing() void {
    _ = machine_file.current.perform(.{ .kind = .rung });
}

pub const cells_max = 4;

/// Payloads are numbers, and every access to one is checked for a race.
pub const Cells = struct {
    store: *Store,
    count: usize,

    pub const Store = struct {
        tags: [cells_max]Atomic(u32) = @splat(.init(0)),
        payloads: [cells_max]u32 = @splat(0),
    };

    pub fn tag(cells: *const Cells, index: usize) *Atomic(u32) {
        return &cells.store.tags[index];
    }

    pub fn copyIn(cells: *const Cells, index: usize, source: u32) void {
        const machine = machine_file.current;
        if (machine.threads[machine.running].stalls) _ = machine.perform(.{ .kind = .stall });
        const payload = &cells.store.payloads[index];
        machine.plain(@intFromPtr(payload), true);
        payload.* = source;
    }

    pub fn copyOut(cells: *const Cells, index: usize, target: []u32, nth: usize) void {
        const payload = &cells.store.payloads[index];
        machine_file.current.plain(@intFromPtr(payload), false);
        target[nth] = payload.*;
    }
};
