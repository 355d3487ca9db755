//! One thing taken away from the code under test, to see whether the model notices.

const std = @import("std");
const Operation = @import("operation.zig").Operation;
const threads_max = @import("view.zig").threads_max;

/// A mutation; this one takes nothing away.
pub const Mutation = struct {
    what: enum { nothing, drop_fence, drop_wake, relax_store, relax_load, relax_rmw } = .nothing,
    /// Who: 1 is the first thread; the consumer is the last one.
    thread_first: u8 = 1,
    thread_last: u8 = threads_max,
    /// Of the access; for a fence, of the thread's last write. Null: any.
    location: ?[]const u8 = null,

    /// What is left of an operation of a thread; null when nothing is. `location` is where it goes, or,
    /// for a fence, where the thread wrote last.
    pub fn weaken(
        mutation: Mutation,
        operation: Operation,
        thread: u8,
        location: []const u8,
    ) ?Operation {
        const applies = switch (mutation.what) {
            .nothing => return operation,
            .drop_fence => operation.kind == .fence,
            .drop_wake => operation.kind == .wake,
            .relax_store => operation.kind == .store,
            .relax_load => operation.kind == .load,
            .relax_rmw => operation.kind == .rmw or operation.kind == .cas,
        };
        if (!applies or !mutation.hits(thread, location)) return operation;
        if (mutation.what == .drop_fence or mutation.what == .drop_wake) return null;
        var weaker = operation;
        weaker.order = .monotonic;
        weaker.failure = .monotonic;
        return weaker;
    }

    fn hits(mutation: Mutation, thread: u8, location: []const u8) bool {
        if (thread < mutation.thread_first or thread > mutation.thread_last) return false;
        const name = mutation.location orelse return true;
        return std.mem.eql(u8, name, location);
    }
};
