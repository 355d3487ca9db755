//! A control for floods: between the threads and a waker's bell, faults of a known number. Each thread's
//! every so many-th notify is not rung, rung twice, or rung after the next one of the same thread.
//!
//!     flood's seam ◀── notify ── ControlBell ── its own seam ◀── bind ── the waker's doorbell

const std = @import("std");
const seam_module = @import("seam.zig");

const allocator = std.heap.c_allocator;
const Seam = seam_module.Seam;
const Count = std.atomic.Value(u32);

pub const Config = extern struct { lose_every: u32, duplicate_every: u32, swap_every: u32 };

pub const ControlBell = struct {
    /// What the waker's doorbell binds to.
    seam: Seam = .{ .bind = bind, .stamp = stamp, .next = next },
    outer: *Seam,
    config: Config,
    inner: seam_module.Notify = undefined,
    inner_user: ?*anyopaque = null,
    dropped: Count = .init(0),
    doubled: Count = .init(0),
    swapped: Count = .init(0),
    /// Held back until the thread's next notify. What is held when the flood ends is never rung.
    held: Count = .init(0),

    fn fromSeam(seam: *Seam) *ControlBell {
        return @alignCast(@fieldParentPtr("seam", seam));
    }
};

/// The faulty counts, in the order in which TypeScript reads them.
pub const Faults = extern struct { dropped: u32, doubled: u32, swapped: u32, held: u32 };

/// What the calling thread holds back, and how often it has notified.
threadlocal var held_back: ?u32 = null;
threadlocal var calls: u32 = 0;

/// Null when there is no memory. The waker is opened with `seamOf` in place of `outer`.
pub fn open(outer: *Seam, config: *const Config) callconv(.c) ?*ControlBell {
    const bell = allocator.create(ControlBell) catch return null;
    bell.* = .{ .outer = outer, .config = config.* };
    return bell;
}

pub fn seamOf(bell: *ControlBell) callconv(.c) *Seam {
    return &bell.seam;
}

/// Writes how many faults there were so far.
pub fn faults(bell: *const ControlBell, out: *Faults) callconv(.c) void {
    // Monotonic: the threads have been waited for.
    out.* = .{
        .dropped = bell.dropped.load(.monotonic),
        .doubled = bell.doubled.load(.monotonic),
        .swapped = bell.swapped.load(.monotonic),
        .held = bell.held.load(.monotonic),
    };
}

/// Frees the bell. The flood's threads have been stopped.
pub fn close(bell: *ControlBell) callconv(.c) void {
    allocator.destroy(bell);
}

fn bind(seam: *Seam, notify: seam_module.Notify, user: ?*anyopaque) callconv(.c) void {
    const bell = ControlBell.fromSeam(seam);
    bell.inner = notify;
    bell.inner_user = user;
    bell.outer.bind(bell.outer, ring, bell);
}

fn stamp(seam: *Seam, seq: u32) callconv(.c) void {
    const outer = ControlBell.fromSeam(seam).outer;
    outer.stamp(outer, seq);
}

fn next(seam: *Seam) callconv(.c) i64 {
    const outer = ControlBell.fromSeam(seam).outer;
    return outer.next(outer);
}

fn ring(user: ?*anyopaque, seq: u32) callconv(.c) void {
    const bell: *ControlBell = @ptrCast(@alignCast(user));
    calls +%= 1;
    if (hits(bell.config.lose_every)) {
        _ = bell.dropped.fetchAdd(1, .monotonic);
    } else if (hits(bell.config.swap_every) and held_back == null) {
        held_back = seq;
        _ = bell.held.fetchAdd(1, .monotonic);
        return;
    } else {
        bell.inner(bell.inner_user, seq);
        if (hits(bell.config.duplicate_every)) {
            bell.inner(bell.inner_user, seq);
            _ = bell.doubled.fetchAdd(1, .monotonic);
        }
        const late = held_back orelse return;
        held_back = null;
        bell.inner(bell.inner_user, late);
        _ = bell.held.fetchSub(1, .monotonic);
        _ = bell.swapped.fetchAdd(1, .monotonic);
    }
}

fn hits(every: u32) bool {
    return every != 0 and calls % every == every - 1;
}

test "faults are as many as were ordered, and each is counted" {
    const Fake = struct {
        var log: [16]u32 = undefined;
        var count: u32 = 0;
        var bound: ?seam_module.Notify = null;
        var bound_user: ?*anyopaque = null;
        fn bindOuter(seam: *Seam, notify: seam_module.Notify, user: ?*anyopaque) callconv(.c) void {
            _ = seam;
            bound = notify;
            bound_user = user;
        }
        fn stampOuter(seam: *Seam, seq: u32) callconv(.c) void {
            _ = .{ seam, seq };
        }
        fn nextOuter(seam: *Seam) callconv(.c) i64 {
            _ = seam;
            return -1;
        }
        fn heard(user: ?*anyopaque, seq: u32) callconv(.c) void {
            _ = user;
            log[count] = seq;
            count += 1;
        }
    };
    var outer: Seam = .{ .bind = Fake.bindOuter, .stamp = Fake.stampOuter, .next = Fake.nextOuter };
    const bell = open(&outer, &.{ .lose_every = 5, .duplicate_every = 3, .swap_every = 7 }).?;
    defer close(bell);
    const seam = seamOf(bell);
    seam.bind(seam, Fake.heard, null);
    for (1..11) |seq| Fake.bound.?(Fake.bound_user, @intCast(seq));
    try std.testing.expectEqualSlices(u32, &.{ 1, 2, 2, 3, 5, 5, 7, 6, 8, 8, 10 }, Fake.log[0..Fake.count]);
    var out: Faults = undefined;
    faults(bell, &out);
    try std.testing.expectEqual(Faults{ .dropped = 2, .doubled = 3, .swapped = 1, .held = 0 }, out);
    try std.testing.expectEqual(-1, seam.next(seam));
}
