//! Work that only computes: what the operations that burn do in the scenario `mixed`, wherever they do it: on
//! the loop, on a dedicated thread (include/wakerbench_worker.h), or in a Worker.
//!
//! It lasts for so much CPU time of its own thread, not for so long by the clock: a thread that was put aside in the
//! middle has its work still before it, as real work has. By the clock two that share a core would both
//! get theirs done at once, and moving it would come out cheaper than it is.

const std = @import("std");
const call_module = @import("dedicated_call.zig");
const clock = @import("clock.zig");

const allocator = std.heap.c_allocator;
const Call = call_module.Call;
const Work = call_module.Work;

/// The CPU clock is read once in so long a spin: it is a system call, where the other clock is none.
const look_ns = 10_000;

/// Handed over as the `wakerbench_work` that it begins with. Any thread may burn by it.
pub const Burner = extern struct {
    work: Work,
    burn_ns: u64,
    /// How often it has burned, to the end. Monotonic throughout: totals that are read when all have ended, which
    /// the reader has learnt by other means.
    burned: std.atomic.Value(u64) = .init(0),
    /// CPU time of all that, nanoseconds.
    cpu_ns: std.atomic.Value(u64) = .init(0),
};

/// Burns `burn_ns` of CPU time at a time. Null when there is no memory.
pub fn open(burn_ns: u64) callconv(.c) ?*Burner {
    const burner = allocator.create(Burner) catch return null;
    burner.* = .{
        .work = .{ .user = burner, .start = null, .job = perform, .stop = null },
        .burn_ns = burn_ns,
    };
    return burner;
}

/// Nobody burns by it any more.
pub fn close(burner: *Burner) callconv(.c) void {
    allocator.destroy(burner);
}

/// Burns once, on the calling thread.
pub fn burn(burner: *Burner) callconv(.c) void {
    const begin_ns = clock.threadCpuNs();
    var spent_ns: u64 = 0;
    while (spent_ns < burner.burn_ns) {
        clock.spinNs(@min(look_ns, burner.burn_ns - spent_ns));
        spent_ns = clock.threadCpuNs() - begin_ns;
    }
    _ = burner.cpu_ns.fetchAdd(spent_ns, .monotonic);
    _ = burner.burned.fetchAdd(1, .monotonic);
}

/// Writes how often it has burned, and the CPU time that took, nanoseconds.
pub fn counters(burner: *const Burner, out: *[2]f64) callconv(.c) void {
    out.* = .{
        @floatFromInt(burner.burned.load(.monotonic)),
        @floatFromInt(burner.cpu_ns.load(.monotonic)),
    };
}

/// The call's answer is its number: which operation it was.
fn perform(user: ?*anyopaque, call: *Call) callconv(.c) void {
    const burner: *Burner = @ptrCast(@alignCast(user));
    burn(burner);
    call.answer_number(call, call.number);
}

test "burning takes the CPU time that was asked for, of the thread that burns, and is counted" {
    const burner = open(300_000).?;
    defer close(burner);
    const begin_ns = clock.threadCpuNs();
    for (0..3) |_| burn(burner);
    const spent_ns = clock.threadCpuNs() - begin_ns;
    var out: [2]f64 = undefined;
    counters(burner, &out);
    try std.testing.expectEqual(3, out[0]);
    try std.testing.expect(out[1] >= 900_000);
    try std.testing.expect(out[1] <= @as(f64, @floatFromInt(spent_ns)));
}

test "threads that burn at once each get their work done, however few cores they have" {
    const burner = open(1_000_000).?;
    defer close(burner);
    var threads: [8]std.Thread = undefined;
    for (&threads) |*thread| thread.* = try std.Thread.spawn(.{}, burn, .{burner});
    for (threads) |thread| thread.join();
    var out: [2]f64 = undefined;
    counters(burner, &out);
    try std.testing.expectEqual(8, out[0]);
    try std.testing.expect(out[1] >= 8_000_000);
}
