//! The doorbell `worker`: a Bun Worker sleeps inside an FFI call and is handed the wake's number.
//!
//! The ring's queue between any number of threads and one Worker. The Worker sleeps on a futex when it
//! is empty, a thread when it is full; numbers of one thread stay in order. The wake's stamp is taken
//! before the Worker is woken, so the hop through the Worker is part of it.

const std = @import("std");
const futex = @import("futex.zig");
const memory = @import("ring_memory.zig");
const ring_queue = @import("ring_queue.zig");
const seam_module = @import("seam.zig");

const allocator = std.heap.c_allocator;
const Queue = ring_queue.Queue(memory);
const Seam = seam_module.Seam;

const queue_size = 1024;

/// What `park` returns when the Worker shall leave; no wake has this number.
pub const leave_number = std.math.maxInt(u32);

pub const Doorbell = struct {
    seam: *Seam,
    queue: Queue,
    /// How often the Worker was rung for; it sleeps on it.
    rung: futex.Word align(std.atomic.cache_line) = .init(0),
    /// Set when the Worker shall leave once it has taken all there is.
    leaving: std.atomic.Value(bool) = .init(false),
    /// The Worker's own: the rings that it has slept through.
    heard: u32 align(std.atomic.cache_line) = 0,
};

/// Binds the bell to the seam. Null when there is no memory.
pub fn open(seam: *Seam) callconv(.c) ?*Doorbell {
    const doorbell = allocator.create(Doorbell) catch return null;
    const cells = memory.Cells.open(queue_size, @sizeOf(u32)) catch {
        allocator.destroy(doorbell);
        return null;
    };
    doorbell.* = .{ .seam = seam, .queue = .init(cells, 0) };
    seam.bind(seam, notify, doorbell);
    return doorbell;
}

/// Any thread. Sleeps while there is no room.
fn notify(user: ?*anyopaque, seq: u32) callconv(.c) void {
    const doorbell: *Doorbell = @ptrCast(@alignCast(user));
    doorbell.seam.stamp(doorbell.seam, seq);
    // Nothing is put in when the Worker has been told to leave.
    if (doorbell.queue.push(std.mem.asBytes(&seq), .sleep) != .ring) return;
    ring(doorbell);
    doorbell.queue.rung();
}

fn ring(doorbell: *Doorbell) void {
    // Release: the Worker that sees the ring sees what was done before it.
    _ = doorbell.rung.fetchAdd(1, .release);
    futex.wake(&doorbell.rung);
}

/// Called by the Worker: sleeps until there is a number and returns it, or `leave_number` when it was
/// told to leave and has taken all there is.
pub fn park(doorbell: *Doorbell) callconv(.c) u32 {
    var seq: u32 = undefined;
    while (true) {
        const drained = doorbell.queue.drain(std.mem.asBytes(&seq), 1, 1);
        if (drained.count == 1) return seq;
        // Acquire: pairs with the release in `leave`.
        if (doorbell.leaving.load(.acquire)) return leave_number;
        sleep(doorbell);
    }
}

/// Sleeps until the next ring; each sleep of the queue has one, and leaving rings too.
fn sleep(doorbell: *Doorbell) void {
    while (true) {
        // Acquire: pairs with the release in `ring`.
        const rung = doorbell.rung.load(.acquire);
        if (rung != doorbell.heard) {
            doorbell.heard = rung;
            return;
        }
        futex.wait(&doorbell.rung, rung);
    }
}

/// Lets the Worker go once it has taken what is there, and refuses all further numbers: threads that
/// sleep for room go on.
pub fn leave(doorbell: *Doorbell) callconv(.c) void {
    doorbell.queue.close();
    // Release: a Worker that sees it finds the queue closed.
    doorbell.leaving.store(true, .release);
    ring(doorbell);
}

/// Frees the doorbell. The Worker must have left; a thread that is still inside `notify` is waited
/// for, none may come later.
pub fn close(doorbell: *Doorbell) callconv(.c) void {
    doorbell.queue.close();
    while (!doorbell.queue.isQuiet()) {
        if (doorbell.queue.discard() == 0) std.Thread.yield() catch {};
    }
    doorbell.queue.cells.close();
    allocator.destroy(doorbell);
}

const RecordingSeam = @import("recording_seam.zig").RecordingSeam;

const Silent = struct {
    seam: Seam = .{ .bind = bind, .stamp = stamp, .next = next },

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
};

test "each ring stamps, and numbers come one by one, then the word to leave" {
    var recording: RecordingSeam = .{};
    const doorbell = open(&recording.seam).?;
    defer close(doorbell);
    for ([_]u32{ 7, 0, leave_number - 1 }) |seq| {
        try recording.ring(seq);
        try std.testing.expectEqual(seq, park(doorbell));
    }
    try recording.ring(5);
    leave(doorbell);
    try recording.ring(6);
    try std.testing.expectEqual(5, park(doorbell));
    try std.testing.expectEqual(leave_number, park(doorbell));
}

test "many threads at once: nothing is lost, and the numbers of each stay in order" {
    const threads = 16;
    const per_thread = 2 * queue_size;
    const Producer = struct {
        fn run(doorbell: *Doorbell, thread: u32) void {
            for (0..per_thread) |nth| notify(doorbell, thread * per_thread + @as(u32, @intCast(nth)));
        }
    };
    var silent: Silent = .{};
    const doorbell = open(&silent.seam).?;
    defer close(doorbell);
    var started: [threads]std.Thread = undefined;
    for (&started, 0..) |*thread, index| {
        thread.* = try std.Thread.spawn(.{}, Producer.run, .{ doorbell, @as(u32, @intCast(index)) });
    }
    var taken: [threads]u32 = @splat(0);
    for (0..threads * per_thread) |_| {
        const seq = park(doorbell);
        const thread = seq / per_thread;
        try std.testing.expectEqual(taken[thread], seq % per_thread);
        taken[thread] += 1;
    }
    for (started) |thread| thread.join();
    leave(doorbell);
    try std.testing.expectEqual(leave_number, park(doorbell));
}

const parking = @import("parking.zig");
const placement = @import("placement.zig");

/// A thread that says who it is before it does what may send it to sleep.
const Sleeper = struct {
    thread_id: std.atomic.Value(i32) = .init(0),
    last: u32 = 0,

    fn overfill(sleeper: *Sleeper, doorbell: *Doorbell) void {
        sleeper.thread_id.store(placement.threadId(), .release);
        for (0..queue_size + 1) |seq| notify(doorbell, @intCast(seq));
    }

    fn parkOnce(sleeper: *Sleeper, doorbell: *Doorbell) void {
        sleeper.thread_id.store(placement.threadId(), .release);
        sleeper.last = park(doorbell);
    }

    /// Waits until the kernel says that the thread is blocked.
    fn waitUntilParked(sleeper: *Sleeper) void {
        while (sleeper.thread_id.load(.acquire) == 0) std.Thread.yield() catch {};
        var witness: parking.Witness = .init(sleeper.thread_id.load(.acquire));
        defer witness.deinit();
        while (witness.observe() != .parked) std.Thread.yield() catch {};
    }
};

test "a thread that finds it full sleeps, and goes on when the Worker is told to leave" {
    if (!parking.can_prove) return error.SkipZigTest;
    var silent: Silent = .{};
    const doorbell = open(&silent.seam).?;
    defer close(doorbell);
    var sleeper: Sleeper = .{};
    const thread = try std.Thread.spawn(.{}, Sleeper.overfill, .{ &sleeper, doorbell });
    while (doorbell.queue.sleepers.load(.monotonic) == 0) std.Thread.yield() catch {};
    sleeper.waitUntilParked();
    leave(doorbell);
    thread.join();
    // What was there before is still taken, the one that had no room is not.
    for (0..queue_size) |seq| try std.testing.expectEqual(@as(u32, @intCast(seq)), park(doorbell));
    try std.testing.expectEqual(leave_number, park(doorbell));
}

test "a Worker that finds it empty sleeps, and wakes for a number and for leaving" {
    if (!parking.can_prove) return error.SkipZigTest;
    var silent: Silent = .{};
    const doorbell = open(&silent.seam).?;
    defer close(doorbell);
    for ([_]u32{ 3, leave_number }) |expected| {
        var sleeper: Sleeper = .{};
        const thread = try std.Thread.spawn(.{}, Sleeper.parkOnce, .{ &sleeper, doorbell });
        sleeper.waitUntilParked();
        if (expected == leave_number) leave(doorbell) else notify(doorbell, expected);
        thread.join();
        try std.testing.expectEqual(expected, sleeper.last);
    }
}
