//! What a visit has cost and what came of its wakes: the measured part, its samples and counters.

const clock = @import("clock.zig");
const open_loop = @import("open_loop.zig");
const parking = @import("parking.zig");
const recorder = @import("recorder.zig");
const session_module = @import("session.zig");

const Session = session_module.Session;

/// What the process and its threads have used up to a moment.
pub const Usage = struct {
    wall_ns: u64 = 0,
    loop_cpu_ns: u64 = 0,
    waker_cpu_ns: u64 = 0,
    process_cpu_ns: u64 = 0,
    switches: u64 = 0,
};

/// The measured part starts here: counters from zero, usage noted.
pub fn begin(session: *Session) callconv(.c) void {
    session.first = session.asked;
    session.audit.begin();
    session.recorder.dropProbes();
    session.unparked = 0;
    session.proof_checked = 0;
    session.proof_disagreed = 0;
    session.early.store(0, .monotonic);
    session.gap_spent_ns.store(0, .monotonic);
    session.begun = usage(session);
}

/// The measured part ends here.
pub fn end(session: *Session) callconv(.c) void {
    session.ended = usage(session);
    // A visit that ended in its warm-up has cost nothing that was measured.
    if (session.begun.wall_ns == 0) session.begun = session.ended;
}

fn usage(session: *Session) Usage {
    var waker_cpu_ns: u64 = session.spawned.cpu_ns.load(.acquire);
    const count = @min(session.placed_count.load(.acquire), session_module.max_placed);
    for (session.placed[0..count]) |placed| {
        if (placed.role != .loop) waker_cpu_ns += clock.cpuOfThreadNs(placed.thread_id) orelse 0;
    }
    return .{
        .wall_ns = clock.nowNs(),
        .loop_cpu_ns = clock.threadCpuNs(),
        .waker_cpu_ns = waker_cpu_ns,
        .process_cpu_ns = clock.processCpuNs(),
        .switches = parking.voluntarySwitches(),
    };
}

/// Writes the durations of a stage of the measured part, nanoseconds, to `out`, which has room for
/// all wakes of the session. Returns how many were written.
pub fn collect(session: *const Session, stage: recorder.Stage, out: [*]f64) callconv(.c) u32 {
    return session.recorder.collect(stage, session.first, session.asked, out);
}

/// The counters of a visit, in the order in which TypeScript reads them. Counts, except where the
/// name has a unit.
pub const Counters = extern struct {
    sent: f64,
    received: f64,
    lost: f64,
    duplicated: f64,
    reordered: f64,
    coalesced: f64,
    early: f64,
    unparked: f64,
    foreign: f64,
    unstamped: f64,
    misplaced: f64,
    proof_checked: f64,
    proof_disagreed: f64,
    wall_ns: f64,
    cpu_loop_ns: f64,
    cpu_waker_ns: f64,
    cpu_process_ns: f64,
    voluntary_switches: f64,
    gap_spent_ns: f64,
    peak_rss_bytes: f64,
    settle_ns: f64,
};

/// Writes the counters of the measured part to `out`.
pub fn counters(session: *const Session, out: *Counters) callconv(.c) void {
    const audit = &session.audit;
    var rung: u64 = 0;
    const notified = session.recorder.notify[session.first..session.asked];
    for (notified) |*slot| {
        rung += @intFromBool(recorder.Recorder.published(slot) != 0);
    }
    const begun = session.begun;
    const ended = session.ended;
    out.* = .{
        .sent = asFloat(rung),
        .received = asFloat(audit.received),
        .lost = asFloat(audit.lost(session.first, notified)),
        .duplicated = asFloat(audit.duplicates()),
        .reordered = asFloat(audit.reordered),
        .coalesced = asFloat(audit.coalesced),
        .early = asFloat(session.early.load(.acquire)),
        .unparked = asFloat(session.unparked),
        .foreign = asFloat(audit.foreign),
        .unstamped = asFloat(session.waker.unstamped.load(.acquire) + session.spawned.unstamped.load(.acquire)),
        .misplaced = asFloat(session.misplaced.load(.acquire)),
        .proof_checked = asFloat(session.proof_checked),
        .proof_disagreed = asFloat(session.proof_disagreed),
        .wall_ns = asFloat(ended.wall_ns - begun.wall_ns),
        .cpu_loop_ns = asFloat(ended.loop_cpu_ns - begun.loop_cpu_ns),
        .cpu_waker_ns = asFloat(ended.waker_cpu_ns -| begun.waker_cpu_ns),
        .cpu_process_ns = asFloat(ended.process_cpu_ns - begun.process_cpu_ns),
        .voluntary_switches = asFloat(ended.switches - begun.switches),
        .gap_spent_ns = asFloat(session.gap_spent_ns.load(.acquire)),
        .peak_rss_bytes = asFloat(parking.peakRssBytes()),
        .settle_ns = asFloat(open_loop.settleNs(session)),
    };
}

fn asFloat(number: u64) f64 {
    return @floatFromInt(number);
}
