//! CPU time of every thread of this process, read thread by thread.
//!
//! The kernel lists the threads (/proc/self/task, proc(5)) and keeps a clock for each
//! (clock_gettime(2)). The whole process has a clock of its own, so that the sum of these can be held
//! against it: what a thread that has ended had used is missing here, and stays in that.

const builtin = @import("builtin");
const std = @import("std");
const clock = @import("clock.zig");
const placement = @import("placement.zig");

/// struct dirent of Linux on 64 bits, glibc and musl alike.
const Entry = extern struct {
    inode: u64,
    offset: i64,
    length: u16,
    kind: u8,
    name: [256]u8,
};

extern "c" fn opendir(path: [*:0]const u8) ?*anyopaque;
extern "c" fn readdir(directory: *anyopaque) ?*const Entry;
extern "c" fn closedir(directory: *anyopaque) c_int;

/// More threads than this are not looked at.
const max_threads = 4096;

const Thread = struct { id: i32, cpu_ns: u64 };

/// What each thread had used at one moment.
pub const Snapshot = struct {
    threads: [max_threads]Thread = undefined,
    count: usize = 0,

    /// Reads every thread. False where the platform lists none.
    pub fn take(snapshot: *Snapshot) bool {
        snapshot.count = 0;
        if (builtin.os.tag != .linux) return false;
        const directory = opendir("/proc/self/task") orelse return false;
        defer _ = closedir(directory);
        while (readdir(directory)) |entry| {
            if (snapshot.count == max_threads) break;
            const name = std.mem.sliceTo(@as([*:0]const u8, @ptrCast(&entry.name)), 0);
            const id = std.fmt.parseInt(i32, name, 10) catch continue;
            // A thread may end between being listed and being read.
            const cpu_ns = clock.cpuOfThreadNs(id) orelse continue;
            snapshot.threads[snapshot.count] = .{ .id = id, .cpu_ns = cpu_ns };
            snapshot.count += 1;
        }
        return snapshot.count > 0;
    }

    fn cpuOfNs(snapshot: *const Snapshot, id: i32) u64 {
        for (snapshot.threads[0..snapshot.count]) |thread| if (thread.id == id) return thread.cpu_ns;
        return 0;
    }

    /// What the threads have used since `earlier`; one that was not there has begun at zero.
    ///
    /// `chosen` are the ids of some of them: their time and that of all others come apart. `left_out`
    /// belongs to neither.
    pub fn usedSince(
        snapshot: *const Snapshot,
        earlier: *const Snapshot,
        chosen: []const i32,
        left_out: i32,
    ) struct { chosen_ns: u64, other_ns: u64 } {
        var chosen_ns: u64 = 0;
        var other_ns: u64 = 0;
        for (snapshot.threads[0..snapshot.count]) |thread| {
            if (thread.id == left_out) continue;
            const used_ns = thread.cpu_ns -| earlier.cpuOfNs(thread.id);
            const is_chosen = std.mem.indexOfScalar(i32, chosen, thread.id) != null;
            if (is_chosen) chosen_ns += used_ns else other_ns += used_ns;
        }
        return .{ .chosen_ns = chosen_ns, .other_ns = other_ns };
    }
};

const Spinner = struct {
    id: std.atomic.Value(i32) = .init(0),
    is_told: std.atomic.Value(bool) = .init(false),
    is_done: std.atomic.Value(bool) = .init(false),
    may_leave: std.atomic.Value(bool) = .init(false),

    fn run(spinner: *Spinner, cpu_ns: u64) void {
        spinner.id.store(placement.threadId(), .release);
        while (!spinner.is_told.load(.acquire)) clock.sleepNs(100_000);
        const end_ns = clock.threadCpuNs() + cpu_ns;
        while (clock.threadCpuNs() < end_ns) std.atomic.spinLoopHint();
        spinner.is_done.store(true, .release);
        while (!spinner.may_leave.load(.acquire)) clock.sleepNs(100_000);
    }
};

test "what threads used is found thread by thread, and adds up to the process's own figure" {
    if (builtin.os.tag != .linux) return error.SkipZigTest;
    var earlier: Snapshot = .{};
    var later: Snapshot = .{};
    var spinners: [2]Spinner = .{ .{}, .{} };
    const shares_ns = [2]u64{ 60_000_000, 20_000_000 };
    var threads: [2]std.Thread = undefined;
    for (&threads, &spinners, shares_ns) |*thread, *spinner, cpu_ns| {
        thread.* = try .spawn(.{}, Spinner.run, .{ spinner, cpu_ns });
    }
    for (&spinners) |*spinner| while (spinner.id.load(.acquire) == 0) clock.sleepNs(100_000);
    try std.testing.expect(earlier.take());
    const process_ns = clock.processCpuNs();
    const own_ns = clock.threadCpuNs();
    for (&spinners) |*spinner| spinner.is_told.store(true, .release);
    for (&spinners) |*spinner| while (!spinner.is_done.load(.acquire)) clock.sleepNs(100_000);
    const own_used_ns = clock.threadCpuNs() - own_ns;
    const process_used_ns = clock.processCpuNs() - process_ns;
    try std.testing.expect(later.take());
    const chosen = [1]i32{spinners[0].id.load(.acquire)};
    const used = later.usedSince(&earlier, &chosen, placement.threadId());
    try std.testing.expect(used.chosen_ns >= shares_ns[0] and used.other_ns >= shares_ns[1]);
    // The one that was chosen is not among the others, nor is this thread.
    try std.testing.expect(used.chosen_ns < 2 * shares_ns[0] and used.other_ns < 2 * shares_ns[1]);
    const sum_ns = used.chosen_ns + used.other_ns + own_used_ns;
    try std.testing.expect(sum_ns * 100 >= process_used_ns * 95);
    // Without one of them the sum is visibly too small: the comparison can fail.
    const without_ns = used.chosen_ns + own_used_ns;
    try std.testing.expect(without_ns * 100 < process_used_ns * 95);
    for (&spinners) |*spinner| spinner.may_leave.store(true, .release);
    for (threads) |thread| thread.join();
}
