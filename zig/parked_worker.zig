//! The doorbell `worker`: a Bun Worker sleeps inside an FFI call and is handed the wake's number.
//!
//! A bounded queue of numbers between waker threads and one Worker. Both sides sleep on a futex; the
//! wake's stamp is taken before the Worker is woken, so the hop through the Worker is part of it.

const std = @import("std");
const futex = @import("futex.zig");
const seam_module = @import("seam.zig");

const allocator = std.heap.c_allocator;
const Seam = seam_module.Seam;

const queue_size = 1024;
const closed = std.math.maxInt(u32);

pub const Doorbell = struct {
    seam: *Seam,
    /// How many numbers were put in; `closed` when the Worker shall leave.
    posted: futex.Word align(std.atomic.cache_line) = .init(0),
    /// How many numbers were taken out.
    taken: futex.Word align(std.atomic.cache_line) = .init(0),
    queue: [queue_size]u32 = undefined,
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
    post(doorbell, seq);
}

/// One thread at a time puts numbers in: the harness rings one wake after the other.
fn post(doorbell: *Doorbell, seq: u32) void {
    const posted = doorbell.posted.load(.monotonic);
    if (posted == closed) return;
    while (true) {
        // Acquire: the slot may be used again only after the Worker has read it.
        const taken = doorbell.taken.load(.acquire);
        if (posted -% taken < queue_size) break;
        futex.wait(&doorbell.taken, taken);
    }
    doorbell.queue[posted % queue_size] = seq;
    // Release: the Worker that sees the count sees the number. Fails when it was closed meanwhile.
    if (doorbell.posted.cmpxchgStrong(posted, posted + 1, .release, .monotonic) == null)
        futex.wake(&doorbell.posted);
}

/// Called by the Worker: sleeps until there is a number and returns it, or -1 when it shall leave.
pub fn park(doorbell: *Doorbell) callconv(.c) i32 {
    const taken = doorbell.taken.load(.monotonic);
    while (true) {
        const posted = doorbell.posted.load(.acquire);
        if (posted == closed) return -1;
        if (posted != taken) {
            const seq = doorbell.queue[taken % queue_size];
            doorbell.taken.store(taken + 1, .release);
            if (posted - taken == queue_size) futex.wake(&doorbell.taken);
            return @intCast(seq);
        }
        futex.wait(&doorbell.posted, posted);
    }
}

/// Lets the Worker go: its present or next `park` returns -1.
pub fn leave(doorbell: *Doorbell) callconv(.c) void {
    doorbell.posted.store(closed, .release);
    futex.wake(&doorbell.posted);
}

/// Frees the doorbell. The Worker must have left.
pub fn close(doorbell: *Doorbell) callconv(.c) void {
    allocator.destroy(doorbell);
}

test "numbers pass in order through a queue that overflows, and leaving ends the wait" {
    const Fake = struct {
        fn bind(seam: *Seam, bound: seam_module.Notify, user: ?*anyopaque) callconv(.c) void {
            _ = .{ seam, bound, user };
        }
        fn stamp(seam: *Seam, seq: u32) callconv(.c) void {
            _ = .{ seam, seq };
        }
        fn next(seam: *Seam) callconv(.c) i64 {
            _ = seam;
            return -1;
        }
        fn produce(doorbell: *Doorbell) void {
            for (0..5 * queue_size) |seq| notify(doorbell, @intCast(seq));
        }
    };
    var seam: Seam = .{ .bind = Fake.bind, .stamp = Fake.stamp, .next = Fake.next };
    const doorbell = open(&seam).?;
    defer close(doorbell);
    const producer = try std.Thread.spawn(.{}, Fake.produce, .{doorbell});
    for (0..5 * queue_size) |seq| {
        try std.testing.expectEqual(@as(i32, @intCast(seq)), park(doorbell));
    }
    producer.join();
    leave(doorbell);
    try std.testing.expectEqual(-1, park(doorbell));
}
