//! The doorbell `callback`: the waker thread calls a threadsafe JSCallback with the wake's number.

const std = @import("std");
const seam_module = @import("seam.zig");

const allocator = std.heap.c_allocator;
const Seam = seam_module.Seam;
const Callback = *const fn (seq: u32) callconv(.c) void;

pub const Doorbell = struct { seam: *Seam, callback: Callback };

/// Binds a JSCallback `(u32) => void`, made with `threadsafe: true`. Null when there is no memory.
pub fn open(seam: *Seam, callback: Callback) callconv(.c) ?*Doorbell {
    const doorbell = allocator.create(Doorbell) catch return null;
    doorbell.* = .{ .seam = seam, .callback = callback };
    seam.bind(seam, notify, doorbell);
    return doorbell;
}

fn notify(user: ?*anyopaque, seq: u32) callconv(.c) void {
    const doorbell: *Doorbell = @ptrCast(@alignCast(user));
    doorbell.seam.stamp(doorbell.seam, seq);
    doorbell.callback(seq);
}

/// Frees the doorbell; the JSCallback belongs to JavaScript.
pub fn close(doorbell: *Doorbell) callconv(.c) void {
    allocator.destroy(doorbell);
}

test "the stamp is taken before the callback runs, and the number arrives" {
    const Fake = struct {
        var log: [4]u32 = undefined;
        var count: usize = 0;
        fn bind(seam: *Seam, bound: seam_module.Notify, user: ?*anyopaque) callconv(.c) void {
            _ = seam;
            bound(user, 7);
        }
        fn stamp(seam: *Seam, seq: u32) callconv(.c) void {
            _ = seam;
            log[count] = 100 + seq;
            count += 1;
        }
        fn next(seam: *Seam) callconv(.c) i64 {
            _ = seam;
            return -1;
        }
        fn heard(seq: u32) callconv(.c) void {
            log[count] = seq;
            count += 1;
        }
    };
    var seam: Seam = .{ .bind = Fake.bind, .stamp = Fake.stamp, .next = Fake.next };
    const doorbell = open(&seam, Fake.heard).?;
    defer close(doorbell);
    try std.testing.expectEqualSlices(u32, &.{ 107, 7 }, Fake.log[0..Fake.count]);
}
