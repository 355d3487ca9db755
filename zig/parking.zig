//! The proof of parking: was a thread asleep in the kernel when it was notified?
//!
//! Two witnesses. The thread's voluntary context switches (getrusage(2), RUSAGE_THREAD) go up when it
//! blocks; and the kernel says for each thread whether it is blocked in a system call
//! (/proc/self/task/TID/syscall, proc(5)). The first is cheap and asked at every wake, the second
//! costs 2–3 µs and checks the first now and then, outside the stamps.

const builtin = @import("builtin");
const std = @import("std");

/// struct rusage of Linux and macOS: two timevals of 16 bytes, then fourteen longs.
const Rusage = extern struct { words: [18]c_long };
const rusage_self = 0;
const rusage_thread = 1;
const word_max_rss = 4;
const word_voluntary_switches = 16;

extern "c" fn getrusage(who: c_int, out: *Rusage) c_int;
extern "c" fn open(path: [*:0]const u8, flags: c_int, ...) c_int;
extern "c" fn close(fd: c_int) c_int;
extern "c" fn pread(fd: c_int, buffer: [*]u8, size: usize, offset: i64) isize;

/// Whether this platform can tell that a thread was parked.
pub const can_prove = builtin.os.tag == .linux;

/// Voluntary context switches of the calling thread so far; 0 where the platform cannot tell.
pub fn voluntarySwitches() u64 {
    if (!can_prove) return 0;
    var usage: Rusage = undefined;
    if (getrusage(rusage_thread, &usage) != 0) return 0;
    return @intCast(usage.words[word_voluntary_switches]);
}

/// Largest resident set of the process so far, in bytes.
pub fn peakRssBytes() u64 {
    var usage: Rusage = undefined;
    if (getrusage(rusage_self, &usage) != 0) return 0;
    const unit: u64 = if (builtin.os.tag.isDarwin()) 1 else 1024;
    return @as(u64, @intCast(usage.words[word_max_rss])) * unit;
}

pub const Observation = enum(u8) { unknown = 0, running = 1, parked = 2 };

/// The kernel's own word for one thread of this process.
pub const Witness = struct {
    fd: c_int = -1,

    /// `thread_id` is the thread to be observed; observing is `unknown` where procfs is missing.
    pub fn init(thread_id: i32) Witness {
        if (!can_prove) return .{};
        var path: [64]u8 = undefined;
        const name = std.fmt.bufPrint(&path, "/proc/self/task/{d}/syscall\x00", .{thread_id}) catch
            return .{};
        const cloexec = 0o2000000;
        return .{ .fd = open(@ptrCast(name.ptr), cloexec) };
    }

    pub fn deinit(witness: *Witness) void {
        if (witness.fd >= 0) _ = close(witness.fd);
        witness.fd = -1;
    }

    /// The file holds "running" for a thread on a core or waiting for one, else the number of the
    /// system call that it is blocked in (-1 when it is blocked outside one).
    pub fn observe(witness: Witness) Observation {
        if (witness.fd < 0) return .unknown;
        var text: [32]u8 = undefined;
        const size = pread(witness.fd, &text, text.len, 0);
        if (size <= 0) return .unknown;
        if (text[0] >= '0' and text[0] <= '9') return .parked;
        return .running;
    }
};

test "a thread that works is seen running, one that sleeps is seen parked and switches" {
    if (!can_prove) return error.SkipZigTest;
    const clock = @import("clock.zig");
    const placement = @import("placement.zig");
    const futex = @import("futex.zig");
    const Subject = struct {
        var thread_id: std.atomic.Value(i32) = .init(0);
        var gate: futex.Word = .init(0);
        var switches: u64 = 0;
        /// What blocks it before that, a page or the sanitizer, is no switch of those that are counted.
        var is_counting: std.atomic.Value(bool) = .init(false);
        fn run() void {
            thread_id.store(placement.threadId(), .release);
            while (gate.load(.acquire) == 0) std.atomic.spinLoopHint();
            const before = voluntarySwitches();
            is_counting.store(true, .release);
            while (gate.load(.acquire) == 1) futex.wait(&gate, 1);
            switches = voluntarySwitches() - before;
        }
    };
    const thread = try std.Thread.spawn(.{}, Subject.run, .{});
    while (Subject.thread_id.load(.acquire) == 0) std.atomic.spinLoopHint();
    var witness: Witness = .init(Subject.thread_id.load(.acquire));
    defer witness.deinit();
    try std.testing.expectEqual(Observation.running, witness.observe());
    Subject.gate.store(1, .release);
    while (!Subject.is_counting.load(.acquire)) std.atomic.spinLoopHint();
    const start_ns = clock.nowNs();
    while (witness.observe() != .parked) {
        try std.testing.expect(clock.nowNs() - start_ns < 10 * std.time.ns_per_s);
    }
    Subject.gate.store(2, .release);
    futex.wake(&Subject.gate);
    thread.join();
    try std.testing.expect(Subject.switches >= 1);
    try std.testing.expect(peakRssBytes() > 0);
}
