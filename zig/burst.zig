//! A flood: many threads ring one waker at once, for a while that is cut by the clock.
//!
//!     loop thread              producers                      timekeeper
//!     begin(): phase odd ────▶ notify, notify, … ◀──────────▶ sleeps until the end
//!     hears; tick() each ms    whoever sees the end first cuts: clock, delivered, phase even
//!     tick(): settling         finish their notify, sleep
//!     tick(): settled ◀─────── nobody inside, all heard (or nothing came for a while)
//!     finish()
//!
//! The window of the flood is cut by the producers themselves, since a thread that slept until the end
//! may get a core late; the timekeeper cuts when they all sleep. What was delivered by then is read
//! from memory that JavaScript counts in, so a loop that is held up cannot move the window's edges.
//! What comes of a flood is in burst_accounting.zig.

const std = @import("std");
const accounting = @import("burst_accounting.zig");
const audit_module = @import("audit.zig");
const clock = @import("clock.zig");
const futex = @import("futex.zig");
const producer_module = @import("burst_producer.zig");
const timer_watch = @import("timer_watch.zig");

const allocator = std.heap.c_allocator;
const Bell = @import("bell.zig").Bell;
const Seam = @import("seam.zig").Seam;
const Main = *const fn (?*anyopaque) callconv(.c) ?*anyopaque;
const Producer = producer_module.Producer;

extern "c" fn pthread_create(out: *usize, attributes: ?*const anyopaque, main: Main, argument: ?*anyopaque) c_int;
extern "c" fn pthread_join(thread: usize, result: ?*?*anyopaque) c_int;

/// `phase` holds this when the threads shall leave.
const leave = std.math.maxInt(u32);
const timer_period_ns = std.time.ns_per_ms;
/// Samples of notifies over all threads, about; and ticks of the timer that fit without more memory.
const sample_target = 8192;
const tick_target = 16_384;
/// Two readings of the clock that are no further apart saw the same moment.
const moment_ns = 20_000;

pub const Config = extern struct {
    /// Mean of the jittered sleep before each notify, nanoseconds; uniform from half to one and a half.
    gap_ns: u64,
    seed: u64,
    /// For so long after a flood a backlog that still moves, or a thread inside a notify, is waited for.
    patience_ns: u64,
    threads: u32,
    sleeps: u32,
    kind: audit_module.Kind,
    /// Low bits of a message that hold the number of the thread's notify; above them is its thread.
    number_bits: u32,
    /// The control: notify rings nothing, whatever is bound.
    is_control: u32,
    reserved: u32 = 0,
};

/// Memory that JavaScript and native threads count in.
pub const Cells = extern struct {
    /// Written by the loop thread: wakes heard in this flood, and entries that are told apart from
    /// them (of a message waker, those that brought nothing new; of a doorbell, all).
    delivered: u32 align(128) = 0,
    entries: u32 = 0,
    /// Written by the producers: rings of all floods, for doorbells.
    rung: std.atomic.Value(u32) align(128) = .init(0),

    /// Both counts of the loop thread, read from any thread.
    pub fn heard(cells: *const Cells) Heard {
        // Monotonic: counts by themselves; nothing else is read because of them.
        return .{
            .delivered = @atomicLoad(u32, &cells.delivered, .monotonic),
            .entries = @atomicLoad(u32, &cells.entries, .monotonic),
        };
    }
};

pub const Heard = struct {
    delivered: u32 = 0,
    entries: u32 = 0,

    pub fn is(heard: Heard, other: Heard) bool {
        return heard.delivered == other.delivered and heard.entries == other.entries;
    }
};

pub const Flood = struct {
    config: Config,
    /// A wake of a flood has no stamp.
    bell: Bell = .{},
    producers: []Producer,
    samples_ns: []u64,
    watch: timer_watch.TimerWatch,
    /// How many of the producers were started.
    made: u32 = 0,
    timekeeper: ?usize = null,
    begun_ns: u64 = 0,
    planned_end_ns: u64 = 0,

    /// Odd during a flood, even between two; one up at each edge.
    phase: futex.Word align(std.atomic.cache_line) = .init(0),
    /// Threads that have not left the present flood, the timekeeper among them.
    inside: std.atomic.Value(u32) align(std.atomic.cache_line) = .init(0),
    /// Threads that have not ended.
    alive: futex.Word = .init(0),
    cells: Cells = .{},

    /// The window's end: written by the thread that cuts, before it leaves the flood.
    ended_ns: u64 = 0,
    heard_at_end: Heard = .{},
    account: accounting.Account = .{},

    /// Sleeps until a flood begins that the caller has not been through; `floods` counts them. Null:
    /// leave for good. A thread that slept through a whole flood still takes part: it finds the phase
    /// over, and leaves.
    pub fn awaitFlood(flood: *Flood, floods: *u32) ?u32 {
        while (true) {
            // Acquire: what `begin` set up is seen by whoever sees the flood.
            const phase = flood.phase.load(.acquire);
            if (phase == leave) return null;
            if ((phase + 1) / 2 > floods.*) {
                floods.* += 1;
                return 2 * floods.* - 1;
            }
            futex.wait(&flood.phase, phase);
        }
    }

    pub fn leaveFlood(flood: *Flood) void {
        // Release: the loop thread that sees nobody inside sees all that was done there.
        _ = flood.inside.fetchSub(1, .release);
    }

    pub fn leaveForGood(flood: *Flood) void {
        // Release: as above. The threads are joined before the flood is freed.
        if (flood.alive.fetchSub(1, .release) == 1) futex.wake(&flood.alive);
    }

    /// Ends the window of the flood; the first thread that comes does it.
    pub fn cut(flood: *Flood, phase: u32) void {
        // Monotonic: only one thread wins, and what it writes is released when it leaves the flood.
        if (flood.phase.cmpxchgStrong(phase, phase + 1, .monotonic, .monotonic) != null) return;
        for (0..100) |_| {
            // Preempted in between, it would ascribe to the window what came after.
            const before_ns = clock.nowNs();
            flood.heard_at_end = flood.cells.heard();
            flood.ended_ns = clock.nowNs();
            if (flood.ended_ns - before_ns < moment_ns) break;
        }
        futex.wake(&flood.phase);
    }

    fn keepTime(argument: ?*anyopaque) callconv(.c) ?*anyopaque {
        const flood: *Flood = @ptrCast(@alignCast(argument));
        var floods: u32 = 0;
        while (flood.awaitFlood(&floods)) |phase| {
            while (flood.phase.load(.monotonic) == phase) {
                const now_ns = clock.nowNs();
                if (now_ns >= flood.planned_end_ns) {
                    flood.cut(phase);
                } else {
                    futex.waitFor(&flood.phase, phase, flood.planned_end_ns - now_ns);
                }
            }
            flood.leaveFlood();
        }
        flood.leaveForGood();
        return null;
    }
};

/// Makes a flood whose loop thread is the calling thread. Null when there is no memory.
pub fn open(config: *const Config) callconv(.c) ?*Flood {
    return make(config.*) catch null;
}

fn make(config: Config) !*Flood {
    const flood = try allocator.create(Flood);
    errdefer allocator.destroy(flood);
    const each = @max(8, sample_target / config.threads);
    const samples_ns = try allocator.alloc(u64, each * config.threads);
    errdefer allocator.free(samples_ns);
    // Writing every element brings its page in before the first notify is timed.
    @memset(samples_ns, 0);
    const producers = try allocator.alloc(Producer, config.threads);
    errdefer allocator.free(producers);
    const watch: timer_watch.TimerWatch = try .init(timer_period_ns, tick_target);
    flood.* = .{ .config = config, .producers = producers, .samples_ns = samples_ns, .watch = watch };
    for (producers, 0..) |*producer, index| producer.* = .{
        .flood = flood,
        .index = @intCast(index),
        .random = .init(config.seed ^ (index *% 0x9e3779b97f4a7c15)),
        .samples = .{ .durations_ns = samples_ns[index * each ..][0..each] },
    };
    return flood;
}

/// The seam that the waker is opened with.
pub fn seamOf(flood: *Flood) callconv(.c) *Seam {
    return &flood.bell.seam;
}

/// Whether the waker bound a notify function (1) or brings a thread of its own (0).
pub fn isBound(flood: *const Flood) callconv(.c) u32 {
    return @intFromBool(flood.bell.is_bound);
}

/// The address of the `Cells`, 256 bytes.
pub fn cellsOf(flood: *Flood) callconv(.c) *Cells {
    return &flood.cells;
}

/// Makes the threads; they sleep. Returns how many producers there are: fewer than asked for when the
/// machine allows no more, and then the flood is good for nothing but `stop`.
pub fn start(flood: *Flood) callconv(.c) u32 {
    std.debug.assert(flood.alive.load(.monotonic) == 0);
    _ = flood.alive.fetchAdd(1, .monotonic);
    var timekeeper: usize = 0;
    if (pthread_create(&timekeeper, null, Flood.keepTime, flood) != 0) {
        _ = flood.alive.fetchSub(1, .monotonic);
        return 0;
    }
    flood.timekeeper = timekeeper;
    for (flood.producers) |*producer| {
        _ = flood.alive.fetchAdd(1, .monotonic);
        if (!producer.start()) {
            _ = flood.alive.fetchSub(1, .monotonic);
            break;
        }
        flood.made += 1;
    }
    return flood.made;
}

/// Begins a flood of about `flood_ns`; all threads were made, and the flood before has settled. Counters
/// start from zero.
pub fn begin(flood: *Flood, flood_ns: u64) callconv(.c) void {
    std.debug.assert(flood.made == flood.producers.len);
    std.debug.assert(flood.inside.load(.acquire) == 0);
    for (flood.producers) |*producer| producer.begin();
    flood.watch.begin();
    flood.cells.delivered = 0;
    flood.cells.entries = 0;
    flood.inside.store(flood.made + 1, .monotonic);
    flood.account = .begin();
    flood.begun_ns = flood.account.begun.wall_ns;
    flood.planned_end_ns = flood.begun_ns + flood_ns;
    // Release: the threads that acquire the phase see all of the above.
    _ = flood.phase.fetchAdd(1, .release);
    futex.wake(&flood.phase);
}

/// Ends the threads and waits for them, but not beyond the patience. Returns how many are still inside
/// a notify: then nothing may be freed.
pub fn stop(flood: *Flood) callconv(.c) u32 {
    // Release: whoever leaves sees what was done before.
    flood.phase.store(leave, .release);
    futex.wake(&flood.phase);
    const patience_end_ns = clock.nowNs() + flood.config.patience_ns;
    while (true) {
        // Acquire: all that the threads did is seen by the thread that frees it.
        const alive = flood.alive.load(.acquire);
        if (alive == 0) break;
        const now_ns = clock.nowNs();
        if (now_ns >= patience_end_ns) return alive;
        futex.waitFor(&flood.alive, alive, patience_end_ns - now_ns);
    }
    for (flood.producers[0..flood.made]) |*producer| producer.join();
    if (flood.timekeeper) |thread| _ = pthread_join(thread, null);
    flood.made = 0;
    flood.timekeeper = null;
    return 0;
}

/// Frees a flood whose threads have been stopped. The waker is closed by then.
pub fn close(flood: *Flood) callconv(.c) void {
    std.debug.assert(flood.alive.load(.acquire) == 0);
    flood.watch.deinit();
    allocator.free(flood.samples_ns);
    allocator.free(flood.producers);
    allocator.destroy(flood);
}

test {
    _ = .{ accounting, producer_module, timer_watch };
    _ = @import("notify_samples.zig");
    _ = @import("resident_memory.zig");
}
