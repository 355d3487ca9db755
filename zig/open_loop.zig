//! The open loop: wakes on a schedule, rung whether or not the one before was heard, and counted from
//! when they were due. What a stall holds up is seen in every wake that it held up (no coordinated
//! omission: Tene, "How NOT to Measure Latency"; the README of wrk2).
//!
//!     loop thread                              waker thread
//!     start():  publishes the schedule ──────▶ next(): waits until wake k is due
//!     await     (parks when it may)            stamp(): notify[k] = now, and rings
//!     hear():   resumed[k] = now    ◀───────── next(): wake k + 1, heard or not
//!
//! Each wake in flight has its own stamps. A message says which one it is; a doorbell's entry resumes
//! all that were rung by then.
//!
//! Memory orders: the schedule is written before `armed` is stored with release, and read after it
//! was loaded with acquire; the stamps are ordered as in handshake.zig.

const std = @import("std");
const clock = @import("clock.zig");
const futex = @import("futex.zig");
const handshake = @import("handshake.zig");
const placement = @import("placement.zig");
const session_module = @import("session.zig");
const threads = @import("waker_thread.zig");

const Next = handshake.Next;
const Recorder = @import("recorder.zig").Recorder;
const Schedule = @import("schedule.zig").Schedule;
const Session = session_module.Session;

/// Between the start of a schedule and its first period, so that the waker thread is up.
const lead_ns = std.time.ns_per_ms;
/// Kernel timers are late by less than this nearly always: so much of a wait is spun on a core of its
/// own, or yielded on a core that the loop may need. Less there, so that more of it is slept: a thread
/// that only yields still takes turns with the loop.
const spin_ns = 100 * std.time.ns_per_us;
const yield_ns = 50 * std.time.ns_per_us;
/// A waker thread that has not stamped for so long after its first wake was due will not.
const silent_ns = 2 * std.time.ns_per_s;
/// How long, besides three times the schedule's length, what is late may still come.
const straggling_ns = std.time.ns_per_s / 2;
/// One wake in so many has its stamps' cost measured.
const check_every = 50;

/// One part of a visit: its warm-up, or what is measured. The loop thread's own, but for the
/// schedule, which the waker thread reads.
pub const Part = struct {
    schedule: Schedule = .{ .origin_ns = 0, .rate_per_second = 1, .phase_ns = 0 },
    /// The number of its first wake.
    first: u32 = 0,
    heard: u32 = 0,
    heard_at_watch: u32 = 0,
    /// The last watch saw nothing new in a quiet loop.
    suspicious: bool = false,
    over: bool = true,
};

/// Starts `count` wakes at the session's rate. JavaScript must be waiting already. Returns
/// `finished` when the session has no room for them.
pub fn start(session: *Session, count: u32) callconv(.c) Next {
    const first = session.asked;
    if (count > session.capacity() - first or count == 0) return .finished;
    session.part = .{
        .schedule = .init(
            clock.nowNs() + lead_ns,
            session.config.rate_per_second,
            session.config.seed ^ first,
        ),
        .first = first,
        .over = false,
    };
    session.asked = first + count;
    // Release: the waker thread that acquires the number sees the schedule.
    session.armed.store(session.asked, .release);
    futex.wake(&session.armed);
    return .go_on;
}

/// Seam.next in an open loop: returns the next wake when it is due, or -1 when the visit is over.
pub fn next(session: *Session) i64 {
    const seq = session.taken;
    const armed = awaitAsked(session, seq) orelse return -1;
    session.taken = seq + 1;
    if (seq == 0) clock.sharpenTimers();
    if (seq % check_every == 0) handshake.probeNative(session);
    const due_ns = session.part.schedule.dueNs(seq - session.part.first);
    session.recorder.request[seq] = due_ns;
    // The loop thread has read this cache line; own it again before the clock is read.
    Recorder.publish(&session.recorder.notify[seq], 0);
    if (!waitUntil(session, due_ns, armed)) return -1;
    return seq;
}

/// Sleeps until wake `seq` is asked for. Returns how many are, or null when the visit is over.
fn awaitAsked(session: *Session, seq: u32) ?u32 {
    while (true) {
        const armed = session.armed.load(.acquire);
        if (armed == session_module.leave) return null;
        if (armed > seq) return armed;
        futex.wait(&session.armed, armed);
    }
}

/// Waits until `due_ns`: asleep, but for the end of it, since kernel timers come late. On a core of its
/// own the thread spins then; where the loop may need the core it offers it the core again and again.
/// False when the visit was over first.
fn waitUntil(session: *Session, due_ns: u64, armed: u32) bool {
    const is_alone = session.hasCoreOfItsOwn();
    const margin_ns: u64 = if (is_alone) spin_ns else yield_ns;
    while (true) {
        const now_ns = clock.nowNs();
        if (now_ns + margin_ns >= due_ns) break;
        futex.waitFor(&session.armed, armed, due_ns - margin_ns - now_ns);
        if (session.armed.load(.acquire) != armed) return false;
    }
    const began_ns = clock.nowNs();
    if (began_ns >= due_ns) return true;
    while (clock.nowNs() < due_ns) {
        if (is_alone) std.atomic.spinLoopHint() else placement.yield();
    }
    _ = session.gap_spent_ns.fetchAdd(due_ns - began_ns, .monotonic);
    return true;
}

/// Stamps the awaiting code that goes on. `message` is the number that came with the wake; a
/// doorbell passes -1. Returns `finished` when that was the last of what was started, `wait_again`
/// when it brought nothing new.
pub fn hear(session: *Session, message: i32) callconv(.c) Next {
    const now_ns = clock.nowNs();
    const part = &session.part;
    switch (session.audit.kind) {
        .message => {
            const seq = session.audit.takeMessage(message, sentBefore(session, message), session.first) orelse
                return .wait_again;
            session.recorder.resumed[seq] = now_ns;
            if (seq >= part.first) part.heard += 1;
        },
        .doorbell => {
            const from = session.audit.settled_rings;
            const rung = rungBefore(session, from, now_ns);
            if (session.audit.takeRings(rung) == 0) return .wait_again;
            @memset(session.recorder.resumed[from..rung], now_ns);
            part.heard = rung - part.first;
        },
    }
    return if (!part.over and part.heard == session.asked - part.first) finish(part) else .go_on;
}

/// How many wakes had been stamped by `now_ns`. One that was stamped since, while this thread had no
/// turn, cannot have been heard here: its own bell rings later.
fn rungBefore(session: *const Session, from: u32, now_ns: u64) u32 {
    // Acquire: of each ring that is counted, the stamp is seen.
    var rung = session.rung.load(.acquire);
    while (rung > from and Recorder.published(&session.recorder.notify[rung - 1]) > now_ns) rung -= 1;
    return rung;
}

/// The highest number that a message may carry: -1 when the wake that it names was never stamped.
fn sentBefore(session: *const Session, message: i32) i64 {
    if (message < 0 or message >= session.capacity()) return -1;
    const is_sent = Recorder.published(&session.recorder.notify[@intCast(message)]) != 0;
    return if (is_sent) message else -1;
}

fn finish(part: *Part) Next {
    part.over = true;
    return .finished;
}

/// To be called every 50 ms or so on the loop thread. Returns `finished` when all were rung and
/// nothing has come for `handshake.quiet_ns`: what is missing then is lost. `unheard` when not one
/// was heard, `silent` when the waker thread never stamped, `behind` when some are still under way
/// after three times the schedule's length and `straggling_ns`.
pub fn watch(session: *Session) callconv(.c) Next {
    const part = &session.part;
    if (part.over) return .go_on;
    const now_ns = clock.nowNs();
    const rung = session.rung.load(.acquire);
    const schedule = part.schedule;
    if (rung == part.first) {
        return if (now_ns > schedule.dueNs(0) + silent_ns) .silent else .go_on;
    }
    const has_news = part.heard != part.heard_at_watch;
    part.heard_at_watch = part.heard;
    if (has_news or !isQuiet(session, rung, now_ns)) {
        part.suspicious = false;
        const cap_ns = 3 * schedule.lengthNs(session.asked - part.first) + straggling_ns;
        return if (now_ns > schedule.origin_ns + cap_ns) .behind else .go_on;
    }
    if (!part.suspicious) {
        // The loop itself may have been held up; it gets one more turn.
        part.suspicious = true;
        return .go_on;
    }
    if (part.heard == 0) return .unheard;
    session.audit.writeOffRings(rung);
    return finish(part);
}

/// Whether all wakes were rung, the last of them long ago.
fn isQuiet(session: *const Session, rung: u32, now_ns: u64) bool {
    if (rung < session.asked) return false;
    const notified_ns = Recorder.published(&session.recorder.notify[session.asked - 1]);
    return now_ns -| notified_ns >= handshake.quiet_ns;
}

/// From when the last measured wake was due until the last one was heard, nanoseconds; 0 when they
/// all were in time.
pub fn settleNs(session: *const Session) u64 {
    if (session.config.rate_per_second == 0 or session.asked == session.first) return 0;
    var last_ns: u64 = 0;
    for (session.recorder.resumed[session.first..session.asked]) |resumed_ns| {
        last_ns = @max(last_ns, resumed_ns);
    }
    return last_ns -| session.part.schedule.dueNs(session.asked - 1 - session.part.first);
}

/// A waker without a doorbell: the test hears by calling `hear` itself.
const Silent = struct {
    fn notify(user: ?*anyopaque, seq: u32) callconv(.c) void {
        const session: *Session = @ptrCast(@alignCast(user));
        session.seam.stamp(&session.seam, seq);
    }

    fn openSession(kind: @import("audit.zig").Kind, rate_per_second: u32) *Session {
        const session = session_module.open(&.{
            .gap_ns = 0,
            .seed = 1,
            .wakes = 100,
            .warmup_wakes = 0,
            .loop_core = -1,
            .waker_core = -1,
            .kind = kind,
            .before_sleep = 0,
            .spawn_per_wake = 0,
            .require_parked = 0,
            .rate_per_second = rate_per_second,
        }).?;
        session.seam.bind(&session.seam, notify, session);
        return session;
    }
};

fn awaitRung(session: *Session, count: u32) void {
    while (session.rung.load(.acquire) < count) clock.sleepNs(100_000);
}

test "wakes are rung when they are due though none is heard, and are counted from then" {
    const session = Silent.openSession(.message, 10_000);
    defer session_module.close(session);
    try std.testing.expectEqual(0, session_module.start(session));
    try std.testing.expectEqual(Next.go_on, start(session, 100));
    try std.testing.expectEqual(Next.finished, start(session, 1)); // there is no room for more
    awaitRung(session, 100);
    const schedule = session.part.schedule;
    for (session.recorder.request, session.recorder.notify, 0..) |due_ns, notify_ns, seq| {
        try std.testing.expectEqual(schedule.dueNs(@intCast(seq)), due_ns);
        try std.testing.expect(notify_ns >= due_ns);
    }
    for (0..99) |seq| try std.testing.expectEqual(Next.go_on, hear(session, @intCast(seq)));
    try std.testing.expectEqual(Next.finished, hear(session, 99));
    try std.testing.expectEqual(Next.wait_again, hear(session, 99)); // again
    session_module.stop(session);
    var out: [100]f64 = undefined;
    const collect = Recorder.collect;
    try std.testing.expectEqual(100, collect(&session.recorder, .due_resume, 0, 100, &out));
    // The first was held up until the last was due, and so were the others, each a period less.
    for (out, 0..) |latency_ns, seq| {
        try std.testing.expect(latency_ns >= @as(f64, @floatFromInt(99 - seq)) * 100_000);
    }
    try std.testing.expectEqual(100, collect(&session.recorder, .due_notify, 0, 100, &out));
}

test "an entry of a doorbell resumes all that were rung by then; what was rung later waits" {
    const session = Silent.openSession(.doorbell, 20_000);
    defer session_module.close(session);
    try std.testing.expectEqual(0, session_module.start(session));
    try std.testing.expectEqual(Next.go_on, start(session, 40));
    awaitRung(session, 40);
    // Of the second forty nothing is due yet: the entry is of the first forty alone.
    try std.testing.expectEqual(Next.finished, hear(session, -1));
    for (session.recorder.resumed[0..40]) |resumed_ns| {
        try std.testing.expectEqual(session.recorder.resumed[0], resumed_ns);
    }
    try std.testing.expectEqual(0, session.recorder.resumed[40]);
    try std.testing.expectEqual(Next.wait_again, hear(session, -1));
    try std.testing.expectEqual(Next.go_on, start(session, 40));
    awaitRung(session, 80);
    try std.testing.expectEqual(Next.finished, hear(session, -1));
    try std.testing.expect(session.recorder.resumed[40] > session.recorder.resumed[39]);
    try std.testing.expectEqual(80, session.audit.received);
    try std.testing.expectEqual(78, session.audit.coalesced);
    try std.testing.expectEqual(0, session.audit.duplicates());
}

test "a ring that is stamped after the entry was is left to the entry of its own bell" {
    const session = Silent.openSession(.doorbell, 10_000);
    defer session_module.close(session);
    try std.testing.expectEqual(Next.go_on, start(session, 2));
    for (0..2) |seq| session.seam.stamp(&session.seam, @intCast(seq));
    const stamped_ns = Recorder.published(&session.recorder.notify[1]);
    try std.testing.expectEqual(2, rungBefore(session, 0, stamped_ns));
    try std.testing.expectEqual(1, rungBefore(session, 0, stamped_ns - 1));
    try std.testing.expectEqual(1, rungBefore(session, 1, 0));
    // The stamp of the second lies ahead of the entry.
    Recorder.publish(&session.recorder.notify[1], std.math.maxInt(u63));
    try std.testing.expectEqual(Next.go_on, hear(session, -1));
    try std.testing.expectEqual(0, session.recorder.resumed[1]);
    Recorder.publish(&session.recorder.notify[1], stamped_ns);
    try std.testing.expectEqual(Next.finished, hear(session, -1));
    try std.testing.expect(session.recorder.resumed[1] >= stamped_ns);
}

fn watchToEnd(session: *Session) Next {
    while (true) {
        const told = watch(session);
        if (told != .go_on) return told;
        clock.sleepNs(10 * std.time.ns_per_ms);
    }
}

test "what is not heard is lost, and nothing heard at all is a fault" {
    inline for (.{ .message, .doorbell }) |kind| {
        const session = Silent.openSession(kind, 10_000);
        defer session_module.close(session);
        try std.testing.expectEqual(Next.go_on, start(session, 10));
        for (0..3) |seq| session.seam.stamp(&session.seam, @intCast(seq));
        for (0..3) |seq| _ = hear(session, if (kind == .message) @intCast(seq) else -1);
        for (3..10) |seq| session.seam.stamp(&session.seam, @intCast(seq));
        try std.testing.expectEqual(Next.finished, watchToEnd(session));
        try std.testing.expectEqual(Next.go_on, watch(session)); // it is over
        try std.testing.expectEqual(7, session.audit.lost(0, session.recorder.notify[0..10]));
        try std.testing.expectEqual(Next.go_on, start(session, 10));
        for (10..20) |seq| session.seam.stamp(&session.seam, @intCast(seq));
        try std.testing.expectEqual(Next.unheard, watchToEnd(session));
    }
}

test "a thread that never stamps is silent, one that cannot keep the schedule is behind" {
    const session = Silent.openSession(.message, 1_000_000);
    defer session_module.close(session);
    try std.testing.expectEqual(Next.go_on, start(session, 10));
    session.part.schedule.origin_ns -= 10 * std.time.ns_per_s; // as if so much time had passed
    try std.testing.expectEqual(Next.silent, watch(session));
    session.seam.stamp(&session.seam, 0);
    try std.testing.expectEqual(Next.behind, watch(session));
}

test "a number that was not yet rung is foreign" {
    const session = Silent.openSession(.message, 1);
    defer session_module.close(session);
    try std.testing.expectEqual(Next.go_on, start(session, 5));
    for ([_]i32{ -1, 0, 4, 100, 5000 }) |message| {
        try std.testing.expectEqual(Next.wait_again, hear(session, message));
    }
    try std.testing.expectEqual(5, session.audit.foreign);
}

test "a visit that is closed does not wait for what is due much later" {
    const session = Silent.openSession(.message, 1);
    try std.testing.expectEqual(0, session_module.start(session));
    try std.testing.expectEqual(Next.go_on, start(session, 100));
    const before_ns = clock.nowNs();
    session_module.close(session);
    try std.testing.expect(clock.nowNs() - before_ns < 50 * std.time.ns_per_s);
}
