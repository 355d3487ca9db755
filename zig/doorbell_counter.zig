//! The doorbell of the wakers that poll: the waker thread counts, and the loop looks at the count.

const std = @import("std");
const seam_module = @import("seam.zig");

const allocator = std.heap.c_allocator;
const Seam = seam_module.Seam;

pub const Doorbell = struct {
    seam: *Seam,
    /// Rings so far, modulo 2^32. A cache line of its own: the loop reads it over and over.
    rung: std.atomic.Value(u32) align(std.atomic.cache_line) = .init(0),
};

/// Binds the bell to the seam. Null when there is no memory.
pub fn open(seam: *Seam) callconv(.c) ?*Doorbell {
    const doorbell = allocator.create(Doorbell) catch return null;
    doorbell.* = .{ .seam = seam };
    seam.bind(seam, notify, doorbell);
    return doorbell;
}

fn notify(user: ?*anyopaque, seq: u32) callconv(.c) void {
    const doorbell: *Doorbell = @ptrCast(@alignCast(user));
    doorbell.seam.stamp(doorbell.seam, seq);
    // Release: whoever reads this count sees what the thread did before it rang.
    _ = doorbell.rung.fetchAdd(1, .release);
}

/// How often the bell was rung so far, modulo 2^32: what the loop looks at.
pub fn look(doorbell: *const Doorbell) callconv(.c) u32 {
    // Acquire: what was done before the ring is seen by whoever sees the ring.
    return doorbell.rung.load(.acquire);
}

/// Frees the doorbell. The waker threads have stopped.
pub fn close(doorbell: *Doorbell) callconv(.c) void {
    allocator.destroy(doorbell);
}

test "rings of several threads are all counted, each stamped before it is seen" {
    const threads = 4;
    const rings = 1000;
    const Fake = struct {
        var stamps: std.atomic.Value(u32) = .init(0);
        fn bind(seam: *Seam, bound: seam_module.Notify, user: ?*anyopaque) callconv(.c) void {
            _ = .{ seam, bound, user };
        }
        fn stamp(seam: *Seam, seq: u32) callconv(.c) void {
            _ = .{ seam, seq };
            _ = stamps.fetchAdd(1, .monotonic);
        }
        fn next(seam: *Seam) callconv(.c) i64 {
            _ = seam;
            return -1;
        }
        fn ring(doorbell: *Doorbell) void {
            for (0..rings) |seq| notify(doorbell, @intCast(seq));
        }
    };
    var seam: Seam = .{ .bind = Fake.bind, .stamp = Fake.stamp, .next = Fake.next };
    const doorbell = open(&seam).?;
    defer close(doorbell);
    var started: [threads]std.Thread = undefined;
    for (&started) |*thread| thread.* = try std.Thread.spawn(.{}, Fake.ring, .{doorbell});
    var seen: u32 = 0;
    while (seen < threads * rings) {
        const rung = look(doorbell);
        try std.testing.expect(rung >= seen);
        try std.testing.expect(Fake.stamps.load(.monotonic) >= rung);
        seen = rung;
    }
    for (started) |thread| thread.join();
    try std.testing.expectEqual(threads * rings, look(doorbell));
}
