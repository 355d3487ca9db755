//! The calls of a visit, as the thread that makes them sees them: when each was sent, when its caller went
//! on, and what all of them have used.
//!
//!     sent ──▶ (the worker does its work) ──▶ answered
//!     the line before the call                the first line after its await
//!
//! All memory is taken and touched before the first call. All but `open` is called by the caller's thread.

const std = @import("std");
const clock = @import("clock.zig");
const parking = @import("parking.zig");
const placement = @import("placement.zig");
const Snapshot = @import("thread_usage.zig").Snapshot;

const allocator = std.heap.c_allocator;
const most_probes = 1024;

const Usage = struct {
    wall_ns: u64 = 0,
    process_cpu_ns: u64 = 0,
    loop_cpu_ns: u64 = 0,
    switches: u64 = 0,
    /// False where the threads cannot be read.
    has_threads: bool = false,
    threads: Snapshot = .{},
};

pub const Calls = struct {
    /// Stamps of each call that is sampled, by its slot; 0: none.
    sent_ns: []u64,
    answered_ns: []u64,
    loop_thread_id: i32,
    probes_ns: [most_probes]u64 = undefined,
    probe_count: u32 = 0,
    probe_started_ns: u64 = 0,
    begun: Usage = .{},
    ended: Usage = .{},
};

/// Room for the stamps of `slots` calls, which the calling thread will make. Null when there is no memory.
pub fn open(slots: u32) callconv(.c) ?*Calls {
    const calls = allocator.create(Calls) catch return null;
    const stamps_ns = allocator.alloc(u64, 2 * @as(usize, slots)) catch {
        allocator.destroy(calls);
        return null;
    };
    // Writing every element brings its page in.
    @memset(stamps_ns, 0);
    calls.* = .{
        .sent_ns = stamps_ns[0..slots],
        .answered_ns = stamps_ns[slots..],
        .loop_thread_id = placement.threadId(),
    };
    return calls;
}

pub fn close(calls: *Calls) callconv(.c) void {
    allocator.free(calls.sent_ns.ptr[0 .. 2 * calls.sent_ns.len]);
    allocator.destroy(calls);
}

/// The call of this slot is about to be sent. A slot beyond the room leaves no stamp.
pub fn sent(calls: *Calls, slot: u32) callconv(.c) void {
    if (slot < calls.sent_ns.len) calls.sent_ns[slot] = clock.nowNs();
}

/// The caller of this slot's call goes on.
pub fn answered(calls: *Calls, slot: u32) callconv(.c) void {
    const now_ns = clock.nowNs();
    if (slot < calls.answered_ns.len) calls.answered_ns[slot] = now_ns;
}

/// Called twice in a row, it measures what one stamp costs where it is called from.
pub fn probe(calls: *Calls) callconv(.c) void {
    const now_ns = clock.nowNs();
    if (calls.probe_started_ns == 0) {
        calls.probe_started_ns = now_ns;
        return;
    }
    if (calls.probe_count < most_probes) {
        calls.probes_ns[calls.probe_count] = now_ns - calls.probe_started_ns;
        calls.probe_count += 1;
    }
    calls.probe_started_ns = 0;
}

/// The warm-up is over: its stamps are forgotten, and what has been used so far is noted.
pub fn begin(calls: *Calls) callconv(.c) void {
    @memset(calls.sent_ns, 0);
    @memset(calls.answered_ns, 0);
    calls.probe_count = 0;
    calls.probe_started_ns = 0;
    const begun = &calls.begun;
    begun.has_threads = begun.threads.take();
    begun.switches = parking.voluntarySwitches();
    begun.loop_cpu_ns = clock.threadCpuNs();
    begun.process_cpu_ns = clock.processCpuNs();
    begun.wall_ns = clock.nowNs();
}

/// The last call has been answered.
pub fn end(calls: *Calls) callconv(.c) void {
    const ended = &calls.ended;
    ended.wall_ns = clock.nowNs();
    ended.loop_cpu_ns = clock.threadCpuNs();
    ended.switches = parking.voluntarySwitches();
    ended.has_threads = ended.threads.take();
    // The process's clock is read right after the threads', as in `begin`: others go on meanwhile, and both
    // must look at them for as long. The reading itself, by this thread, is no part of the calls.
    const reading_ns = clock.threadCpuNs() - ended.loop_cpu_ns;
    ended.process_cpu_ns = clock.processCpuNs() - reading_ns;
    // A visit that ended in its warm-up has used nothing that was measured.
    if (calls.begun.wall_ns == 0) calls.begun = calls.ended;
}

/// What the calls have used, in the order in which TypeScript reads it. -1: the platform cannot tell.
pub const Counters = extern struct {
    wall_ns: f64,
    cpu_process_ns: f64,
    cpu_loop_ns: f64,
    cpu_worker_ns: f64,
    cpu_other_ns: f64,
    voluntary_switches: f64,
    peak_rss_bytes: f64,
};

/// Writes what was used from `begin` to `end`; `workers` are the kernel's ids of the threads that did the
/// work.
pub fn counters(
    calls: *const Calls,
    workers: [*]const i32,
    worker_count: u32,
    out: *Counters,
) callconv(.c) void {
    const begun = &calls.begun;
    const ended = &calls.ended;
    const can_tell = begun.has_threads and ended.has_threads;
    const used = ended.threads.usedSince(
        &begun.threads,
        workers[0..worker_count],
        calls.loop_thread_id,
    );
    out.* = .{
        .wall_ns = asFloat(ended.wall_ns - begun.wall_ns),
        .cpu_process_ns = asFloat(ended.process_cpu_ns - begun.process_cpu_ns),
        .cpu_loop_ns = asFloat(ended.loop_cpu_ns - begun.loop_cpu_ns),
        .cpu_worker_ns = if (can_tell) asFloat(used.chosen_ns) else -1,
        .cpu_other_ns = if (can_tell) asFloat(used.other_ns) else -1,
        .voluntary_switches = if (parking.can_prove) asFloat(ended.switches - begun.switches) else -1,
        .peak_rss_bytes = asFloat(parking.peakRssBytes()),
    };
}

fn asFloat(number: u64) f64 {
    return @floatFromInt(number);
}

/// Writes how long each sampled call took, nanoseconds, in the order of the slots, to `out`, which has room
/// for all slots. Returns how many there are.
pub fn collect(calls: *const Calls, out: [*]f64) callconv(.c) u32 {
    var count: u32 = 0;
    for (calls.sent_ns, calls.answered_ns) |sent_ns, answered_ns| {
        if (sent_ns == 0 or answered_ns == 0) continue;
        out[count] = @floatFromInt(answered_ns - sent_ns);
        count += 1;
    }
    return count;
}

/// Nanoseconds of the two stamps of a call, from the median of the probes; 0 when there are none.
pub fn stampsNs(calls: *Calls) callconv(.c) f64 {
    const probes_ns = calls.probes_ns[0..calls.probe_count];
    if (probes_ns.len == 0) return 0;
    std.mem.sort(u64, probes_ns, {}, std.sort.asc(u64));
    return 2 * asFloat(probes_ns[probes_ns.len / 2]);
}

test "calls are collected that have both stamps, and those of the warm-up are not" {
    const calls = open(4).?;
    defer close(calls);
    for (0..4) |slot| {
        sent(calls, @intCast(slot));
        answered(calls, @intCast(slot));
    }
    begin(calls);
    var out: [4]f64 = undefined;
    try std.testing.expectEqual(0, collect(calls, &out));
    sent(calls, 1);
    clock.spinNs(200_000);
    answered(calls, 1);
    sent(calls, 2);
    answered(calls, 3);
    sent(calls, 4);
    answered(calls, 4);
    try std.testing.expectEqual(1, collect(calls, &out));
    try std.testing.expect(out[0] >= 200_000);
}

test "what is used is counted from begin to end, apart for the loop" {
    const calls = open(1).?;
    defer close(calls);
    const spin_ns = 20_000_000;
    clock.spinNs(spin_ns);
    begin(calls);
    const start_ns = clock.threadCpuNs();
    while (clock.threadCpuNs() < start_ns + spin_ns) std.atomic.spinLoopHint();
    end(calls);
    var used: Counters = undefined;
    counters(calls, &[_]i32{}, 0, &used);
    try std.testing.expect(used.wall_ns >= spin_ns);
    try std.testing.expect(used.cpu_loop_ns >= spin_ns and used.cpu_loop_ns < 2 * spin_ns);
    try std.testing.expect(used.cpu_process_ns >= used.cpu_loop_ns * 0.99);
    if (parking.can_prove) {
        try std.testing.expectEqual(0, used.cpu_worker_ns);
        try std.testing.expect(used.cpu_other_ns >= 0);
    }
}

test "probes give what two stamps cost" {
    const calls = open(1).?;
    defer close(calls);
    try std.testing.expectEqual(0, stampsNs(calls));
    for (0..20) |_| {
        probe(calls);
        clock.spinNs(10_000);
        probe(calls);
    }
    try std.testing.expect(stampsNs(calls) >= 20_000);
}
