//! What a thread of the model has seen of memory, and what it has synchronised with.

const std = @import("std");

/// Thread 0 sets the case up and looks at it in the end.
pub const threads_max = 5;
pub const locations_max = 16;

/// A place in the modification order of one location.
pub const Timestamp = u32;

/// For each thread, how many of its operations are known to have happened.
pub const Clock = [8]u16;
const Seen = [locations_max]Timestamp;

/// The view of the operational models of C11 (Kang et al., "A Promising Semantics for Relaxed-Memory
/// Concurrency", POPL 2017): for each location the oldest write that may still be read, and beside it
/// a vector clock, which is the happens-before that plain accesses are checked against.
pub const View = struct {
    seen: Seen = @splat(0),
    clock: Clock = @splat(0),

    /// Both: what an acquire does with the view of the write that it reads.
    pub fn join(view: *View, other: View) void {
        view.joinSeen(other);
        view.clock = later(view.clock, other.clock);
    }

    /// Only what was seen: two full fences order what is read after them and before them, but are no
    /// happens-before by themselves.
    pub fn joinSeen(view: *View, other: View) void {
        const own: @Vector(locations_max, Timestamp) = view.seen;
        const others: @Vector(locations_max, Timestamp) = other.seen;
        view.seen = @max(own, others);
    }
};

pub fn later(clock: Clock, other: Clock) Clock {
    const one: @Vector(8, u16) = clock;
    const two: @Vector(8, u16) = other;
    return @max(one, two);
}

comptime {
    std.debug.assert(threads_max <= 8);
}
