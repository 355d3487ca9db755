//! The one clock of every stamp: monotonic, in nanoseconds, the same value in every thread.
//!
//! Linux: CLOCK_MONOTONIC, read through the vDSO without a system call (clock_gettime(2), vdso(7)).
//! macOS: CLOCK_UPTIME_RAW, because CLOCK_MONOTONIC ticks in microseconds there (clock_gettime(3)).

const builtin = @import("builtin");
const std = @import("std");

const Timespec = extern struct { sec: i64, nsec: i64 };

extern "c" fn clock_gettime(clock_id: c_int, out: *Timespec) c_int;
extern "c" fn clock_getres(clock_id: c_int, out: *Timespec) c_int;
extern "c" fn prctl(option: c_int, ...) c_int;
extern "c" fn nanosleep(request: *const Timespec, remaining: ?*Timespec) c_int;

const stamp_clock: c_int = if (builtin.os.tag.isDarwin()) 8 else 1;
const process_cpu_clock: c_int = if (builtin.os.tag.isDarwin()) 12 else 2;
const thread_cpu_clock: c_int = if (builtin.os.tag.isDarwin()) 16 else 3;

fn read(clock_id: c_int) ?u64 {
    var spec: Timespec = undefined;
    if (clock_gettime(clock_id, &spec) != 0) return null;
    return @as(u64, @intCast(spec.sec)) * std.time.ns_per_s + @as(u64, @intCast(spec.nsec));
}

/// Nanoseconds since an arbitrary origin that all threads share. This is the stamp.
pub fn nowNs() callconv(.c) u64 {
    return read(stamp_clock) orelse 0;
}

/// Resolution of the stamp clock in nanoseconds, as the platform claims it.
pub fn resolutionNs() callconv(.c) u64 {
    var spec: Timespec = undefined;
    if (clock_getres(stamp_clock, &spec) != 0) return 0;
    return @as(u64, @intCast(spec.sec)) * std.time.ns_per_s + @as(u64, @intCast(spec.nsec));
}

/// CPU time of the whole process, user and system, in nanoseconds.
pub fn processCpuNs() callconv(.c) u64 {
    return read(process_cpu_clock) orelse 0;
}

/// CPU time of the calling thread, user and system, in nanoseconds.
pub fn threadCpuNs() u64 {
    return read(thread_cpu_clock) orelse 0;
}

/// CPU time of another thread of this process, or null where the platform cannot tell or the thread
/// has ended. On Linux the clock id is made from the thread id (include/linux/posix-timers.h).
pub fn cpuOfThreadNs(thread_id: i32) ?u64 {
    if (builtin.os.tag != .linux) return null;
    const per_thread_sched = 6;
    return read(@bitCast((~@as(u32, @bitCast(thread_id)) << 3) | per_thread_sched));
}

/// CPU time of another process, of all its threads, those that have ended too; null where the platform
/// cannot tell or the process is gone. The clock's id is made from the process's, as above.
pub fn cpuOfProcessNs(process_id: i32) ?u64 {
    if (builtin.os.tag != .linux) return null;
    const scheduled = 2;
    return read(@bitCast((~@as(u32, @bitCast(process_id)) << 3) | scheduled));
}

/// Sleeps in the kernel for about `duration_ns`; the kernel adds its timer slack.
pub fn sleepNs(duration_ns: u64) void {
    const request: Timespec = .{
        .sec = @intCast(duration_ns / std.time.ns_per_s),
        .nsec = @intCast(duration_ns % std.time.ns_per_s),
    };
    _ = nanosleep(&request, null);
}

/// Asks the kernel not to put off the calling thread's timers so as to batch them; it would by 50 µs
/// (prctl(2), PR_SET_TIMERSLACK; futex(2) heeds it).
pub fn sharpenTimers() void {
    if (builtin.os.tag != .linux) return;
    const set_timer_slack = 29;
    _ = prctl(set_timer_slack, @as(c_ulong, 1));
}

/// Burns CPU for `duration_ns`, as a thread that works before it notifies does.
pub fn spinNs(duration_ns: u64) callconv(.c) void {
    const end_ns = nowNs() + duration_ns;
    while (nowNs() < end_ns) std.atomic.spinLoopHint();
}

test "the clock moves forward and spinning takes at least as long as asked" {
    const start_ns = nowNs();
    spinNs(50_000);
    const elapsed_ns = nowNs() - start_ns;
    try std.testing.expect(elapsed_ns >= 50_000);
    try std.testing.expect(resolutionNs() > 0);
}

test "the CPU clock of a thread read by its id agrees with its own" {
    if (builtin.os.tag != .linux) return error.SkipZigTest;
    const placement = @import("placement.zig");
    spinNs(1_000_000);
    const before_ns = threadCpuNs();
    const by_id_ns = cpuOfThreadNs(placement.threadId()).?;
    try std.testing.expect(by_id_ns >= before_ns);
    try std.testing.expect(threadCpuNs() >= by_id_ns);
}
