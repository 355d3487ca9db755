//! What a threadsafe callback's return value gives its caller: a native thread calls and keeps it.

const std = @import("std");

const allocator = std.heap.c_allocator;
const Callback = *const fn (call: u32) callconv(.c) i32;

const most_calls = 64;

pub const Returning = struct {
    callback: Callback,
    calls: u32,
    returned: [most_calls]i32 = undefined,
    is_over: std.atomic.Value(bool) = .init(false),
    thread: std.Thread = undefined,
};

/// Starts a thread that calls a JSCallback `(u32) => i32` with the numbers from 0 on. Null when there
/// are too many calls, or no memory or no thread for them.
pub fn start(callback: Callback, calls: u32) callconv(.c) ?*Returning {
    if (calls > most_calls) return null;
    const returning = allocator.create(Returning) catch return null;
    returning.* = .{ .callback = callback, .calls = calls };
    returning.thread = std.Thread.spawn(.{}, run, .{returning}) catch {
        allocator.destroy(returning);
        return null;
    };
    return returning;
}

fn run(returning: *Returning) void {
    for (0..returning.calls) |call| {
        returning.returned[call] = returning.callback(@intCast(call));
    }
    // Release: who sees that it is over sees what was returned.
    returning.is_over.store(true, .release);
}

/// Whether every call has returned.
pub fn isOver(returning: *const Returning) callconv(.c) u32 {
    return @intFromBool(returning.is_over.load(.acquire));
}

/// Waits for the thread, writes what each call returned, in order, and frees.
pub fn collect(returning: *Returning, out: [*]i32) callconv(.c) void {
    returning.thread.join();
    @memcpy(out[0..returning.calls], returning.returned[0..returning.calls]);
    allocator.destroy(returning);
}

test "what each call returned is kept in order" {
    const Fake = struct {
        fn double(call: u32) callconv(.c) i32 {
            return @as(i32, @intCast(call)) * 2 - 6;
        }
    };
    const returning = start(Fake.double, 5).?;
    while (isOver(returning) == 0) std.Thread.yield() catch {};
    var returned: [5]i32 = undefined;
    collect(returning, &returned);
    try std.testing.expectEqualSlices(i32, &.{ -6, -4, -2, 0, 2 }, &returned);
    try std.testing.expectEqual(null, start(Fake.double, most_calls + 1));
}
