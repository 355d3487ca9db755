//! CPU time and memory of another process over a span of time.
//!
//! Linux: the process's own clock, made from its id (clock_getcpuclockid(3)); of single threads
//! /proc/PID/task/TID/schedstat, which the kernel brings up to date when the thread leaves its core and at
//! each tick: of a thread that runs on it may lack a few milliseconds. The peak of the resident set is
//! forgotten at the beginning (proc(5), clear_refs) where that is allowed, else the set is read now and
//! then. macOS tells of the process alone (libproc, proc_pid_rusage).

const builtin = @import("builtin");
const std = @import("std");
const clock = @import("clock.zig");

extern "c" fn open(path: [*:0]const u8, flags: c_int, ...) c_int;
extern "c" fn close(fd: c_int) c_int;
extern "c" fn read(fd: c_int, buffer: [*]u8, size: usize) isize;
extern "c" fn write(fd: c_int, buffer: [*]const u8, size: usize) isize;
extern "c" fn proc_pid_rusage(pid: c_int, flavour: c_int, out: *DarwinUsage) c_int;
extern "c" fn mach_timebase_info(out: *Timebase) c_int;

const is_linux = builtin.os.tag == .linux;
const cloexec = 0o2000000;
const write_only = 1;

/// struct rusage_info_v0.
const DarwinUsage = extern struct {
    uuid: [16]u8,
    /// In units of the machine's timebase, as the next.
    user_time: u64,
    system_time: u64,
    package_idle_wakeups: u64,
    interrupt_wakeups: u64,
    page_ins: u64,
    wired_bytes: u64,
    resident_bytes: u64,
    footprint_bytes: u64,
    start_time: u64,
    exit_time: u64,
};
const Timebase = extern struct { numerator: u32, denominator: u32 };

/// What had been used at one moment; null where it cannot be read.
const Reading = struct {
    cpu_process_ns: ?u64 = null,
    cpu_loop_ns: ?u64 = null,
    cpu_worker_ns: ?u64 = null,
    voluntary_switches: ?u64 = null,
};

/// What was used between two moments; null where it cannot be told.
pub const Usage = struct {
    cpu_process_ns: u64,
    /// Of the first thread.
    cpu_loop_ns: ?u64,
    /// Of the threads that were named.
    cpu_worker_ns: ?u64,
    cpu_other_ns: ?u64,
    voluntary_switches: ?u64,
    peak_rss_bytes: u64,
};

/// One span of time of one process.
pub const Watch = struct {
    pid: i32,
    worker_ids: []const i32,
    begun: Reading = .{},
    ended: Reading = .{},
    /// The kernel keeps the peak of the span itself.
    keeps_peak: bool = false,
    most_rss_bytes: u64 = 0,

    pub fn begin(watch: *Watch) void {
        watch.keeps_peak = watch.forgetPeak();
        watch.most_rss_bytes = 0;
        watch.sample();
        watch.begun = watch.take();
    }

    /// To be called now and then, for the memory, where the kernel keeps no peak.
    pub fn sample(watch: *Watch) void {
        if (watch.keeps_peak) return;
        watch.most_rss_bytes = @max(watch.most_rss_bytes, watch.residentBytes() orelse 0);
    }

    pub fn end(watch: *Watch) void {
        watch.ended = watch.take();
        watch.sample();
        if (watch.keeps_peak) watch.most_rss_bytes = watch.statusNumber("VmHWM:") orelse 0;
        if (watch.keeps_peak) watch.most_rss_bytes *= 1024;
    }

    /// Null when the process was not there all the time.
    pub fn usage(watch: *const Watch) ?Usage {
        const process_ns = between(watch.begun.cpu_process_ns, watch.ended.cpu_process_ns) orelse return null;
        if (watch.most_rss_bytes == 0) return null;
        const loop_ns = between(watch.begun.cpu_loop_ns, watch.ended.cpu_loop_ns);
        const worker_ns = between(watch.begun.cpu_worker_ns, watch.ended.cpu_worker_ns);
        const can_tell = loop_ns != null and worker_ns != null;
        return .{
            .cpu_process_ns = process_ns,
            .cpu_loop_ns = loop_ns,
            .cpu_worker_ns = worker_ns,
            .cpu_other_ns = if (can_tell) process_ns -| loop_ns.? -| worker_ns.? else null,
            .voluntary_switches = between(watch.begun.voluntary_switches, watch.ended.voluntary_switches),
            .peak_rss_bytes = watch.most_rss_bytes,
        };
    }

    fn take(watch: *const Watch) Reading {
        if (!is_linux) return .{ .cpu_process_ns = darwinCpuNs(watch.pid) };
        return .{
            .cpu_process_ns = clock.cpuOfProcessNs(watch.pid),
            .cpu_loop_ns = cpuOfThreadNs(watch.pid, watch.pid),
            .cpu_worker_ns = watch.cpuOfWorkersNs(),
            .voluntary_switches = watch.statusNumber("voluntary_ctxt_switches:"),
        };
    }

    fn cpuOfWorkersNs(watch: *const Watch) ?u64 {
        var sum_ns: u64 = 0;
        for (watch.worker_ids) |id| sum_ns += cpuOfThreadNs(watch.pid, id) orelse return null;
        return sum_ns;
    }

    fn forgetPeak(watch: *const Watch) bool {
        if (!is_linux) return false;
        var path: [64]u8 = undefined;
        const fd = open(pathOf(&path, "/proc/{d}/clear_refs", .{watch.pid}), write_only | cloexec);
        if (fd < 0) return false;
        defer _ = close(fd);
        return write(fd, "5", 1) == 1;
    }

    fn residentBytes(watch: *const Watch) ?u64 {
        if (!is_linux) return (darwinUsage(watch.pid) orelse return null).resident_bytes;
        return (watch.statusNumber("VmRSS:") orelse return null) * 1024;
    }

    /// A number of /proc/PID/status, which tells of the first thread and of the memory of all.
    fn statusNumber(watch: *const Watch, name: []const u8) ?u64 {
        var path: [64]u8 = undefined;
        var buffer: [4096]u8 = undefined;
        const text = readFile(pathOf(&path, "/proc/{d}/status", .{watch.pid}), &buffer) orelse return null;
        var lines = std.mem.splitScalar(u8, text, '\n');
        while (lines.next()) |line| {
            if (std.mem.startsWith(u8, line, name)) return firstNumber(line[name.len..]);
        }
        return null;
    }
};

fn between(begun: ?u64, ended: ?u64) ?u64 {
    return (ended orelse return null) -| (begun orelse return null);
}

fn cpuOfThreadNs(pid: i32, thread_id: i32) ?u64 {
    var path: [64]u8 = undefined;
    var buffer: [128]u8 = undefined;
    const name = pathOf(&path, "/proc/{d}/task/{d}/schedstat", .{ pid, thread_id });
    return firstNumber(readFile(name, &buffer) orelse return null);
}

fn firstNumber(text: []const u8) ?u64 {
    var words = std.mem.tokenizeAny(u8, text, " \t\n");
    return std.fmt.parseInt(u64, words.next() orelse return null, 10) catch null;
}

/// Process and thread ids always fit.
fn pathOf(buffer: *[64]u8, comptime format: []const u8, ids: anytype) [*:0]const u8 {
    const path = std.fmt.bufPrint(buffer, format ++ "\x00", ids) catch unreachable;
    return @ptrCast(path.ptr);
}

fn readFile(path: [*:0]const u8, buffer: []u8) ?[]const u8 {
    const fd = open(path, cloexec);
    if (fd < 0) return null;
    defer _ = close(fd);
    const size = read(fd, buffer.ptr, buffer.len);
    return if (size > 0) buffer[0..@intCast(size)] else null;
}

fn darwinUsage(pid: i32) ?DarwinUsage {
    if (is_linux) return null;
    var usage: DarwinUsage = undefined;
    return if (proc_pid_rusage(pid, 0, &usage) == 0) usage else null;
}

fn darwinCpuNs(pid: i32) ?u64 {
    if (is_linux) return null;
    const usage = darwinUsage(pid) orelse return null;
    var timebase: Timebase = undefined;
    if (mach_timebase_info(&timebase) != 0) return null;
    const ticks: u128 = usage.user_time + usage.system_time;
    return @intCast(ticks * timebase.numerator / timebase.denominator);
}

const test_process = struct {
    extern "c" fn fork() c_int;
    extern "c" fn getpid() c_int;
    extern "c" fn waitpid(pid: c_int, status: ?*c_int, options: c_int) c_int;
    extern "c" fn kill(pid: c_int, signal: c_int) c_int;
    extern "c" fn pause() c_int;
    extern "c" fn usleep(duration_us: c_uint) c_int;

    /// A child that burns CPU, sleeps once, says so, and sleeps until it is killed.
    fn start(cpu_ns: u64, told: struct { c_int, c_int }) c_int {
        const pid = fork();
        if (pid != 0) return pid;
        var byte: [1]u8 = undefined;
        _ = read(told[0], &byte, 1);
        const end_ns = clock.threadCpuNs() + cpu_ns;
        while (clock.threadCpuNs() < end_ns) std.atomic.spinLoopHint();
        _ = usleep(1000);
        _ = write(told[1], "x", 1);
        while (true) _ = pause();
    }
};

test "what another process uses is read from outside, and null once it is gone" {
    if (!is_linux) return error.SkipZigTest;
    const Channel = @import("channel.zig").Channel;
    var go: Channel = try .open(.blocking_pipe);
    defer go.closeReadEnd();
    defer go.closeWriteEnd();
    var done: Channel = try .open(.blocking_pipe);
    defer done.closeReadEnd();
    defer done.closeWriteEnd();
    const spent_ns = 50 * std.time.ns_per_ms;
    const pid = test_process.start(spent_ns, .{ go.read_fd, done.write_fd });
    // Left behind, it would hold the pipes of the test runner.
    errdefer _ = test_process.kill(pid, 9);
    var watch: Watch = .{ .pid = pid, .worker_ids = &.{pid} };
    watch.begin();
    go.ring();
    try std.testing.expect(done.drain());
    watch.end();
    const usage = watch.usage().?;
    try std.testing.expect(usage.cpu_process_ns >= spent_ns and usage.cpu_process_ns < 2 * spent_ns);
    // A tick may be missing of a thread that still runs.
    try std.testing.expect(usage.cpu_loop_ns.? >= spent_ns / 2);
    try std.testing.expectEqual(usage.cpu_loop_ns, usage.cpu_worker_ns);
    try std.testing.expect(usage.voluntary_switches.? >= 1);
    try std.testing.expect(usage.peak_rss_bytes > 0);
    // Without the kernel's peak the set is sampled: it is about as large.
    watch.keeps_peak = false;
    watch.most_rss_bytes = 0;
    watch.sample();
    try std.testing.expect(watch.most_rss_bytes <= usage.peak_rss_bytes);
    try std.testing.expect(watch.most_rss_bytes * 2 > usage.peak_rss_bytes);
    _ = test_process.kill(pid, 9);
    _ = test_process.waitpid(pid, null, 0);
    watch.end();
    try std.testing.expectEqual(null, watch.usage());
}

test "a thread that is not there makes what it used unknown, not zero" {
    if (!is_linux) return error.SkipZigTest;
    const pid = test_process.getpid();
    var watch: Watch = .{ .pid = pid, .worker_ids = &.{1 << 30} };
    watch.begin();
    watch.end();
    const usage = watch.usage().?;
    try std.testing.expectEqual(null, usage.cpu_worker_ns);
    try std.testing.expectEqual(null, usage.cpu_other_ns);
    try std.testing.expect(usage.cpu_loop_ns != null);
}
