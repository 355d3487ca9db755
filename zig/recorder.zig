//! The stamps of one visit, in memory that is allocated and touched before the first wake, so that
//! recording never allocates and never meets a page fault.
//!
//!     request ──▶ start          notify ──▶ enter ──▶ resume
//!     loop asks   thread's       native,    first     the coroutine
//!     for a wake  first line     before     line of   goes on
//!                 (per-wake)     it rings   JS
//!
//! In an open loop nobody asks: `request` is when the schedule wants the wake.
//!
//! All stamps are nanoseconds of clock.nowNs; 0 means "not stamped".

const std = @import("std");

/// Why a wake is left out of the latencies. It is counted all the same.
pub const Exclusion = packed struct(u8) {
    /// The loop thread was not asleep in the kernel when it was notified.
    unparked: bool = false,
    /// The bell rang before JavaScript waited.
    early: bool = false,
    /// Not heard within the watchdog's quiet time.
    lost: bool = false,
    _: u5 = 0,

    pub fn any(exclusion: Exclusion) bool {
        return @as(u8, @bitCast(exclusion)) != 0;
    }
};

/// A duration that `collect` can be asked for.
pub const Stage = enum(u32) {
    /// notify → resume: the latency of a wake.
    wake = 0,
    /// notify → enter.
    enter = 1,
    /// enter → resume.
    @"resume" = 2,
    /// request → start: creating a thread.
    spawn = 3,
    /// One stamp through FFI, back to back, taken between wakes.
    probe_call = 4,
    /// One stamp in native code, back to back, taken on the waker thread.
    probe_native = 5,
    /// request → resume: the latency of a wake in an open loop, from when it was due.
    due_resume = 6,
    /// request → notify: how late the schedule's notify was itself.
    due_notify = 7,
    _,
};

pub const Recorder = struct {
    request: []u64,
    start: []u64,
    notify: []u64,
    enter: []u64,
    resumed: []u64,
    exclusion: []Exclusion,
    probe_call: []u64,
    probe_native: []u64,
    probe_call_count: u32 = 0,
    probe_native_count: u32 = 0,

    pub fn init(allocator: std.mem.Allocator, capacity: u32) !Recorder {
        const request = try stamps(allocator, capacity);
        errdefer allocator.free(request);
        const start = try stamps(allocator, capacity);
        errdefer allocator.free(start);
        const notify = try stamps(allocator, capacity);
        errdefer allocator.free(notify);
        const enter = try stamps(allocator, capacity);
        errdefer allocator.free(enter);
        const resumed = try stamps(allocator, capacity);
        errdefer allocator.free(resumed);
        const exclusion = try allocator.alloc(Exclusion, capacity);
        errdefer allocator.free(exclusion);
        @memset(exclusion, .{});
        const probe_call = try stamps(allocator, capacity);
        errdefer allocator.free(probe_call);
        const probe_native = try stamps(allocator, capacity);
        return .{
            .request = request,
            .start = start,
            .notify = notify,
            .enter = enter,
            .resumed = resumed,
            .exclusion = exclusion,
            .probe_call = probe_call,
            .probe_native = probe_native,
        };
    }

    pub fn deinit(recorder: *Recorder, allocator: std.mem.Allocator) void {
        allocator.free(recorder.request);
        allocator.free(recorder.start);
        allocator.free(recorder.notify);
        allocator.free(recorder.enter);
        allocator.free(recorder.resumed);
        allocator.free(recorder.exclusion);
        allocator.free(recorder.probe_call);
        allocator.free(recorder.probe_native);
        recorder.* = undefined;
    }

    /// A stamp that another thread will read: release, so that whoever acquires it also sees what
    /// its thread did before.
    pub fn publish(slot: *u64, stamp_ns: u64) void {
        @atomicStore(u64, slot, stamp_ns, .release);
    }

    pub fn published(slot: *const u64) u64 {
        return @atomicLoad(u64, slot, .acquire);
    }

    pub fn addCallProbe(recorder: *Recorder, duration_ns: u64) void {
        if (recorder.probe_call_count == recorder.probe_call.len) return;
        recorder.probe_call[recorder.probe_call_count] = duration_ns;
        recorder.probe_call_count += 1;
    }

    pub fn addNativeProbe(recorder: *Recorder, duration_ns: u64) void {
        if (recorder.probe_native_count == recorder.probe_native.len) return;
        recorder.probe_native[recorder.probe_native_count] = duration_ns;
        recorder.probe_native_count += 1;
    }

    /// Forgets the probes of the warm-up.
    pub fn dropProbes(recorder: *Recorder) void {
        recorder.probe_call_count = 0;
        recorder.probe_native_count = 0;
    }

    /// Writes the durations of `stage`, in nanoseconds, of all wakes from `first` to `end` that are
    /// complete and not excluded, in order, to `out`. Returns how many.
    pub fn collect(
        recorder: *const Recorder,
        stage: Stage,
        first: u32,
        end: u32,
        out: [*]f64,
    ) u32 {
        var count: u32 = 0;
        switch (stage) {
            .probe_call => for (recorder.probe_call[0..recorder.probe_call_count]) |duration_ns| {
                out[count] = @floatFromInt(duration_ns);
                count += 1;
            },
            .probe_native => for (recorder.probe_native[0..recorder.probe_native_count]) |duration_ns| {
                out[count] = @floatFromInt(duration_ns);
                count += 1;
            },
            else => for (first..end) |seq| {
                if (recorder.exclusion[seq].any()) continue;
                const from, const to = recorder.bounds(stage, seq) orelse return 0;
                if (from == 0 or to == 0) continue;
                // Signed: on a machine whose clocks disagree this is seen, not wrapped.
                out[count] = @floatFromInt(@as(i64, @intCast(to)) - @as(i64, @intCast(from)));
                count += 1;
            },
        }
        return count;
    }

    fn bounds(recorder: *const Recorder, stage: Stage, seq: usize) ?struct { u64, u64 } {
        return switch (stage) {
            .wake => .{ recorder.notify[seq], recorder.resumed[seq] },
            .enter => .{ recorder.notify[seq], recorder.enter[seq] },
            .@"resume" => .{ recorder.enter[seq], recorder.resumed[seq] },
            .spawn => .{ recorder.request[seq], recorder.start[seq] },
            .due_resume => .{ recorder.request[seq], recorder.resumed[seq] },
            .due_notify => .{ recorder.request[seq], recorder.notify[seq] },
            else => null,
        };
    }
};

/// Writing every element brings its page in.
fn stamps(allocator: std.mem.Allocator, capacity: u32) ![]u64 {
    const slice = try allocator.alloc(u64, capacity);
    @memset(slice, 0);
    return slice;
}

test "collect leaves out what is excluded or incomplete and keeps the order" {
    var recorder: Recorder = try .init(std.testing.allocator, 5);
    defer recorder.deinit(std.testing.allocator);
    for (0..5) |seq| {
        recorder.notify[seq] = 1000 * (seq + 1);
        recorder.resumed[seq] = 1000 * (seq + 1) + 10 * (seq + 1);
    }
    recorder.exclusion[1].unparked = true;
    recorder.resumed[3] = 0;
    var out: [5]f64 = undefined;
    const count = recorder.collect(.wake, 0, 5, &out);
    try std.testing.expectEqualSlices(f64, &.{ 10, 30, 50 }, out[0..count]);
    try std.testing.expectEqual(2, recorder.collect(.wake, 2, 5, &out));
    try std.testing.expectEqual(0, recorder.collect(.enter, 0, 5, &out));
}

test "a recorder that finds no memory gives back what it had taken" {
    const check = struct {
        fn run(allocator: std.mem.Allocator) !void {
            var recorder: Recorder = try .init(allocator, 8);
            recorder.deinit(allocator);
        }
    };
    try std.testing.checkAllAllocationFailures(std.testing.allocator, check.run, .{});
}
