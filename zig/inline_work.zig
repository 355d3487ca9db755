//! The waker `worker-inline`: the work of a wake runs inside the FFI call of a Bun Worker, which then
//! posts. No thread is woken for it: the call that does the work is the one that returns.

const std = @import("std");
const seam_module = @import("seam.zig");

const Seam = seam_module.Seam;

/// Called by the Worker: sleeps until a wake is asked for, spends the gap, which stands for the work,
/// stamps, and returns the wake's number; -1 when the visit is over.
pub fn work(seam: *Seam) callconv(.c) i32 {
    const seq = seam.next(seam);
    if (seq < 0) return -1;
    seam.stamp(seam, @intCast(seq));
    return @intCast(seq);
}

test "the stamp is the last thing that is done before the number is returned" {
    const Fake = struct {
        var stamped: i64 = -1;
        var left: i64 = 2;
        fn bind(seam: *Seam, bound: seam_module.Notify, user: ?*anyopaque) callconv(.c) void {
            _ = .{ seam, bound, user };
        }
        fn stamp(seam: *Seam, seq: u32) callconv(.c) void {
            _ = seam;
            stamped = seq;
        }
        fn next(seam: *Seam) callconv(.c) i64 {
            _ = seam;
            left -= 1;
            return left;
        }
    };
    var seam: Seam = .{ .bind = Fake.bind, .stamp = Fake.stamp, .next = Fake.next };
    for ([_]i32{ 1, 0 }) |seq| {
        try std.testing.expectEqual(seq, work(&seam));
        try std.testing.expectEqual(seq, Fake.stamped);
    }
    try std.testing.expectEqual(-1, work(&seam));
    try std.testing.expectEqual(0, Fake.stamped);
}
