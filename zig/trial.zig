//! A waker tried out, without a session: when JavaScript says go, native threads notify so many times
//! and end. Nothing is stamped, placed or accounted for.
//!
//!     loop thread                      native threads
//!     start() ───────────────────────▶ sleep the delay
//!     hears what is rung               count the ring, notify, sleep the gap  (× wakes)
//!     rungOf() == heard?               one less is running
//!     runningOf() == 0?

const std = @import("std");
const clock = @import("clock.zig");
const futex = @import("futex.zig");
const seam_module = @import("seam.zig");
const RecordingSeam = @import("recording_seam.zig").RecordingSeam;

const allocator = std.heap.c_allocator;
const Seam = seam_module.Seam;

const leave_number = std.math.maxInt(u32);
const stack_bytes = 1 << 20;

/// How threads are let go.
pub const Config = extern struct {
    /// From start to a thread's first notify, and between two of them; 0: none.
    delay_ns: u64,
    gap_ns: u64,
    /// A thread ends when so much time has passed since its first notify, whatever is left; 0: never.
    limit_ns: u64,
    threads: u32,
    /// Of each thread.
    wakes: u32,
};

pub const Trial = struct {
    seam: Seam = .{ .bind = bind, .stamp = stamp, .next = next },
    notify: ?seam_module.Notify = null,
    notify_user: ?*anyopaque = null,
    /// The number of the first wake that has not been asked for.
    asked: u32 = 0,
    /// For a waker with a thread of its own: the numbers below it may be had; `leave_number`: leave.
    released: futex.Word = .init(0),
    handed: std.atomic.Value(u32) = .init(0),
    /// What such a thread sleeps when it has taken a number.
    delay_ns: u64 = 0,
    running: std.atomic.Value(u32) = .init(0),
    rung: std.atomic.Value(u32) align(std.atomic.cache_line) = .init(0),

    fn fromSeam(seam: *Seam) *Trial {
        return @alignCast(@fieldParentPtr("seam", seam));
    }
};

/// Null when there is no memory.
pub fn open() callconv(.c) ?*Trial {
    const trial = allocator.create(Trial) catch return null;
    trial.* = .{};
    return trial;
}

/// The seam that the waker is opened with.
pub fn seamOf(trial: *Trial) callconv(.c) *Seam {
    return &trial.seam;
}

/// Starts the threads. A waker that bound no notify function has a thread of its own, which takes the
/// numbers of all wakes instead. Wakes are numbered on from the start before, thread by thread.
/// Returns how many threads were made, or that there was no need to make one.
pub fn start(trial: *Trial, config: *const Config) callconv(.c) u32 {
    const first = trial.asked;
    trial.asked += config.threads * config.wakes;
    if (trial.notify == null) {
        trial.delay_ns = config.delay_ns;
        // Release: pairs with the acquire in `next`.
        trial.released.store(trial.asked, .release);
        futex.wake(&trial.released);
        return config.threads;
    }
    for (0..config.threads) |index| {
        // Counted before it runs, so that it is never seen to be over before it has begun.
        _ = trial.running.fetchAdd(1, .monotonic);
        const number = first + @as(u32, @intCast(index)) * config.wakes;
        const thread = std.Thread.spawn(.{ .stack_size = stack_bytes }, run, .{ trial, config.*, number }) catch {
            _ = trial.running.fetchSub(1, .monotonic);
            return @intCast(index);
        };
        thread.detach();
    }
    return config.threads;
}

fn run(trial: *Trial, config: Config, first: u32) void {
    // Release, and the last that is done with the trial: who sees that nobody runs may free it.
    defer _ = trial.running.fetchSub(1, .release);
    if (config.delay_ns > 0) clock.sleepNs(config.delay_ns);
    const end_ns = if (config.limit_ns == 0) std.math.maxInt(u64) else clock.nowNs() + config.limit_ns;
    for (0..config.wakes) |nth| {
        if (nth > 0 and config.gap_ns > 0) clock.sleepNs(config.gap_ns);
        // Release, and before the bell: whoever hears the bell sees the ring counted.
        _ = trial.rung.fetchAdd(1, .release);
        trial.notify.?(trial.notify_user, first + @as(u32, @intCast(nth)));
        if (clock.nowNs() >= end_ns) return;
    }
}

/// How many notifies have begun so far.
pub fn rungOf(trial: *const Trial) callconv(.c) u32 {
    // Acquire: pairs with the release of who counts.
    return trial.rung.load(.acquire);
}

/// How many threads still notify; of a waker with a thread of its own, how many numbers it has not taken.
pub fn runningOf(trial: *const Trial) callconv(.c) u32 {
    if (trial.notify == null) return trial.asked - trial.handed.load(.monotonic);
    // Acquire: who sees that a thread is over sees all that it did.
    return trial.running.load(.acquire);
}

/// Tells a waker's own thread to leave; the waker is closed after that.
pub fn leave(trial: *Trial) callconv(.c) void {
    trial.released.store(leave_number, .release);
    futex.wake(&trial.released);
}

/// Frees the trial. The waker has been closed, and no thread is running.
pub fn close(trial: *Trial) callconv(.c) void {
    allocator.destroy(trial);
}

fn bind(seam: *Seam, notify: seam_module.Notify, user: ?*anyopaque) callconv(.c) void {
    const trial = Trial.fromSeam(seam);
    trial.notify = notify;
    trial.notify_user = user;
}

fn stamp(seam: *Seam, seq: u32) callconv(.c) void {
    _ = .{ seam, seq };
}

fn next(seam: *Seam) callconv(.c) i64 {
    const trial = Trial.fromSeam(seam);
    while (true) {
        const released = trial.released.load(.acquire);
        if (released == leave_number) return -1;
        const handed = trial.handed.load(.monotonic);
        if (handed < released) {
            if (trial.delay_ns > 0) clock.sleepNs(trial.delay_ns);
            // Release: as in `run`.
            _ = trial.rung.fetchAdd(1, .release);
            trial.handed.store(handed + 1, .monotonic);
            return handed;
        }
        futex.wait(&trial.released, released);
    }
}

fn waitUntilOver(trial: *Trial) void {
    while (runningOf(trial) > 0) std.Thread.yield() catch {};
}

test "every number is notified once, counted before it is, and numbering goes on from start to start" {
    const threads = 4;
    const wakes = 500;
    const Bell = struct {
        var trial: *Trial = undefined;
        var seen: [2 * threads * wakes]std.atomic.Value(u32) = @splat(.init(0));
        var calls: std.atomic.Value(u32) = .init(0);
        var is_counted: std.atomic.Value(bool) = .init(true);
        fn notify(user: ?*anyopaque, seq: u32) callconv(.c) void {
            _ = user;
            _ = seen[seq].fetchAdd(1, .monotonic);
            // Read in this order: whoever was counted as a call had been counted as a ring.
            const before = calls.fetchAdd(1, .acq_rel);
            if (rungOf(trial) <= before) is_counted.store(false, .monotonic);
        }
    };
    const trial = open().?;
    defer close(trial);
    Bell.trial = trial;
    const seam = seamOf(trial);
    seam.bind(seam, Bell.notify, null);
    for (1..3) |starts| {
        const config: Config = .{ .delay_ns = 0, .gap_ns = 0, .limit_ns = 0, .threads = threads, .wakes = wakes };
        try std.testing.expectEqual(threads, start(trial, &config));
        waitUntilOver(trial);
        try std.testing.expectEqual(starts * threads * wakes, rungOf(trial));
    }
    for (&Bell.seen) |*count| try std.testing.expectEqual(1, count.load(.monotonic));
    try std.testing.expect(Bell.is_counted.load(.monotonic));
}

test "a thread waits for its delay and its gaps, and ends at its limit" {
    const trial = open().?;
    defer close(trial);
    var recording: RecordingSeam = .{};
    const Bell = struct {
        fn notify(user: ?*anyopaque, seq: u32) callconv(.c) void {
            const seam: *Seam = @ptrCast(@alignCast(user));
            seam.stamp(seam, seq);
        }
    };
    trial.seam.bind(&trial.seam, Bell.notify, &recording.seam);
    const begun_ns = clock.nowNs();
    const slow: Config = .{ .delay_ns = 2_000_000, .gap_ns = 1_000_000, .limit_ns = 0, .threads = 1, .wakes = 3 };
    _ = start(trial, &slow);
    waitUntilOver(trial);
    try std.testing.expect(clock.nowNs() - begun_ns >= 4_000_000);
    try std.testing.expectEqual(3, recording.stamps);
    const cut: Config = .{ .delay_ns = 0, .gap_ns = 0, .limit_ns = 1, .threads = 1, .wakes = 1_000_000 };
    _ = start(trial, &cut);
    waitUntilOver(trial);
    try std.testing.expect(rungOf(trial) < 1_000_000);
    try std.testing.expectEqual(rungOf(trial), recording.stamps);
}

test "a waker's own thread takes each number once, and is told to leave" {
    const trial = open().?;
    defer close(trial);
    const Own = struct {
        var sum: u32 = 0;
        fn run(seam: *Seam) void {
            while (true) {
                const seq = seam.next(seam);
                if (seq < 0) return;
                sum += @intCast(seq);
            }
        }
    };
    const thread = try std.Thread.spawn(.{}, Own.run, .{seamOf(trial)});
    const config: Config = .{ .delay_ns = 0, .gap_ns = 0, .limit_ns = 0, .threads = 2, .wakes = 50 };
    try std.testing.expectEqual(2, start(trial, &config));
    waitUntilOver(trial);
    leave(trial);
    thread.join();
    try std.testing.expectEqual(99 * 100 / 2, Own.sum);
    try std.testing.expectEqual(100, rungOf(trial));
}
