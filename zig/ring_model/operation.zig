//! What a thread of the model can do between two looks of the explorer.

const std = @import("std");

pub const Order = std.builtin.AtomicOrder;

pub const Operation = struct {
    pub const Kind = enum {
        load,
        store,
        rmw,
        cas,
        fence,
        wait,
        wake,
        /// Goes on after a wait.
        woken,
        ring,
        /// Sleeps until rung for.
        rung,
        /// Never goes on.
        stall,
    };
    pub const Rmw = enum { swap, add, sub, @"or", @"and" };

    kind: Kind,
    location: u8 = 0,
    order: Order = .monotonic,
    failure: Order = .monotonic,
    rmw: Rmw = .swap,
    operand: u64 = 0,
    expected: u64 = 0,

    pub fn reads(operation: Operation) bool {
        return switch (operation.kind) {
            .load, .rmw, .cas, .wait => true,
            else => false,
        };
    }

    /// One of those that all threads see in one order.
    pub fn fences(operation: Operation) bool {
        return switch (operation.kind) {
            .fence, .wait, .wake => true,
            else => false,
        };
    }

    /// Whether it puts a write directly behind the one that it reads, when that holds `value`.
    pub fn glues(operation: Operation, value: u64) bool {
        return switch (operation.kind) {
            .store, .rmw => true,
            .cas => value == operation.expected,
            else => false,
        };
    }

    /// What a read-modify-write makes of what it reads.
    pub fn combined(operation: Operation, value: u64) u64 {
        return switch (operation.rmw) {
            .swap => operation.operand,
            .add => value +% operation.operand,
            .sub => value -% operation.operand,
            .@"or" => value | operation.operand,
            .@"and" => value & operation.operand,
        };
    }
};

pub fn acquires(order: Order) bool {
    return switch (order) {
        .acquire, .acq_rel, .seq_cst => true,
        else => false,
    };
}

pub fn releases(order: Order) bool {
    return switch (order) {
        .release, .acq_rel, .seq_cst => true,
        else => false,
    };
}
