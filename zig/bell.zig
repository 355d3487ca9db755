//! What a doorbell binds itself to where no wake is stamped: a flood, the cost of a notify, the ring.

const std = @import("std");
const seam_module = @import("seam.zig");

const Seam = seam_module.Seam;

/// A seam of its own, whose `stamp` does nothing: a bell that is rung here costs what it costs in a
/// library that is not being measured.
pub const Bell = struct {
    seam: Seam = .{ .bind = bind, .stamp = stamp, .next = next },
    /// Does nothing until a waker binds its own.
    notify: seam_module.Notify = silence,
    user: ?*anyopaque = null,
    /// Whether a waker has bound a notify function, or brings a thread of its own.
    is_bound: bool = false,

    pub inline fn ring(bell: *const Bell, seq: u32) void {
        bell.notify(bell.user, seq);
    }

    fn bind(seam: *Seam, notify: seam_module.Notify, user: ?*anyopaque) callconv(.c) void {
        const bell: *Bell = @alignCast(@fieldParentPtr("seam", seam));
        bell.user = user;
        bell.notify = notify;
        bell.is_bound = true;
    }

    fn stamp(seam: *Seam, seq: u32) callconv(.c) void {
        _ = .{ seam, seq };
    }

    /// A waker with a thread of its own has no bell that could be rung here: it may leave.
    fn next(seam: *Seam) callconv(.c) i64 {
        _ = seam;
        return -1;
    }

    fn silence(user: ?*anyopaque, seq: u32) callconv(.c) void {
        _ = .{ user, seq };
    }
};

test "it is silent until something is bound, and then rings that" {
    const Counter = struct {
        fn notify(user: ?*anyopaque, seq: u32) callconv(.c) void {
            const sum: *u32 = @ptrCast(@alignCast(user));
            sum.* += seq;
        }
    };
    var bell: Bell = .{};
    var sum: u32 = 0;
    bell.ring(5);
    try std.testing.expect(!bell.is_bound);
    bell.seam.bind(&bell.seam, Counter.notify, &sum);
    try std.testing.expect(bell.is_bound);
    bell.ring(7);
    try std.testing.expectEqual(7, sum);
    bell.seam.stamp(&bell.seam, 7);
    try std.testing.expectEqual(-1, bell.seam.next(&bell.seam));
}
