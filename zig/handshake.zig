//! The handshake of a wake of a closed loop between the loop thread and the waker thread.
//!
//!     loop thread                              waker thread
//!     arm():  read voluntary switches          next(): sleeps on `armed`
//!             publish the wake's number ─────▶ spends the gap; 1 in 50: observes the loop thread
//!     await   (parks in the kernel)            stamp(): notify[seq] = now
//!             ◀──────────────────────────────── rings
//!     resume(): resumed[seq] = now
//!             read voluntary switches, audit
//!
//! Memory orders: whoever acquires `armed`, `rung` or a notify stamp sees what its writer did before.

const std = @import("std");
const clock = @import("clock.zig");
const futex = @import("futex.zig");
const open_loop = @import("open_loop.zig");
const parking = @import("parking.zig");
const placement = @import("placement.zig");
const seam_module = @import("seam.zig");
const session_module = @import("session.zig");
const threads = @import("waker_thread.zig");

const Recorder = @import("recorder.zig").Recorder;
const Seam = seam_module.Seam;
const Session = session_module.Session;

/// A ring that is not heard for so long, seen twice by the watchdog, is lost.
pub const quiet_ns = 100 * std.time.ns_per_ms;
/// So many rings in a row unheard: this waker does not work.
const give_up_after = 10;
/// A waker thread that has not stamped for so long will not.
const notify_timeout_ns = 2 * std.time.ns_per_s;
/// One wake in so many is checked against the kernel's word, and has its stamps' cost measured.
const check_every = 50;
/// What the loop thread shall do after a resume or a tick of the watchdog.
pub const Next = enum(i32) { go_on = 0, wait_again = 1, finished = 2, unheard = 3, silent = 4, behind = 5 };

/// Asks for the next wake. JavaScript must be waiting already. Returns `go_on`, or `finished` when
/// all wakes of the session were asked for, or `silent` when no thread could be made.
pub fn arm(session: *Session) callconv(.c) Next {
    const seq = session.asked;
    if (seq == session.capacity()) return .finished;
    session.asked = seq + 1;
    session.waiting = true;
    session.switches_at_arm = parking.voluntarySwitches();
    session.recorder.request[seq] = clock.nowNs();
    if (session.config.spawn_per_wake != 0 and session.notify != null) {
        session.armed.store(seq + 1, .release);
        return if (session.spawned.start(session, seq) == 0) .go_on else .silent;
    }
    // Release: the waker thread that acquires the number sees all that was set up before it.
    session.armed.store(seq + 1, .release);
    futex.wake(&session.armed);
    return .go_on;
}

/// Seam.next: see there.
pub fn next(seam: *Seam) callconv(.c) i64 {
    const session = Session.fromSeam(seam);
    threads.introduce(session);
    if (session.config.rate_per_second != 0) return open_loop.next(session);
    while (true) {
        const armed = session.armed.load(.acquire);
        if (armed == session_module.leave) return -1;
        if (armed != session.taken) {
            session.taken = armed;
            beforeNotify(session, armed - 1);
            return armed - 1;
        }
        futex.wait(&session.armed, armed);
    }
}

/// What the waker thread does between being asked and notifying, all of it before the stamp.
pub fn beforeNotify(session: *Session, seq: u32) void {
    // On a shared core a thread that works would keep the loop from reaching the kernel.
    if (session.sameCore()) placement.yield();
    spendGap(session, seq);
    const slot = &session.recorder.notify[seq];
    if (seq % check_every == 0) {
        session.observation.store(session.witness.observe(), .release);
        probeNative(session);
    }
    // The loop thread has read this cache line; own it again before the clock is read.
    Recorder.publish(slot, 0);
    _ = session.rung.fetchAdd(0, .monotonic);
}

fn spendGap(session: *Session, seq: u32) void {
    const mean_ns = session.config.gap_ns;
    if (mean_ns == 0) return;
    var generator: std.Random.SplitMix64 = .init(session.config.seed ^ seq);
    const gap_ns = mean_ns / 2 + generator.next() % (mean_ns + 1);
    if (session.config.before_sleep != 0) return clock.sleepNs(gap_ns);
    clock.spinNs(gap_ns);
    _ = session.gap_spent_ns.fetchAdd(gap_ns, .monotonic);
}

/// What a native stamp costs here and now: the clock, the store, and the clock again.
pub fn probeNative(session: *Session) void {
    var scratch: u64 = 0;
    const before_ns = clock.nowNs();
    Recorder.publish(&scratch, clock.nowNs());
    session.recorder.addNativeProbe(scratch - before_ns);
}

/// Seam.stamp: see there.
pub fn stamp(seam: *Seam, seq: u32) callconv(.c) void {
    const now_ns = clock.nowNs();
    const session = Session.fromSeam(seam);
    if (seq >= session.capacity()) return;
    if (seq >= session.armed.load(.monotonic)) {
        _ = session.early.fetchAdd(1, .monotonic);
        session.recorder.exclusion[seq].early = true;
    }
    const slot = &session.recorder.notify[seq];
    if (Recorder.published(slot) != 0) return;
    Recorder.publish(slot, now_ns);
    // Release: an entry that sees this ring also sees its stamp.
    _ = session.rung.fetchAdd(1, .release);
}

/// Stamps the first line of JavaScript that the current wake runs.
pub fn enter(session: *Session) callconv(.c) void {
    const now_ns = clock.nowNs();
    if (session.asked == 0) return;
    const slot = &session.recorder.enter[session.asked - 1];
    if (slot.* == 0) slot.* = now_ns;
}

/// Stamps the awaiting code that goes on. `message` is the number that came with the wake; a
/// doorbell passes -1.
pub fn resumeWake(session: *Session, message: i32) callconv(.c) Next {
    const now_ns = clock.nowNs();
    if (!session.waiting) return .wait_again;
    const seq = session.asked - 1;
    const entry = switch (session.audit.kind) {
        .message => session.audit.enterMessage(message, seq, session.first),
        .doorbell => session.audit.enterDoorbell(session.rung.load(.acquire)),
    };
    if (entry == .stale) {
        session.recorder.enter[seq] = 0;
        return .wait_again;
    }
    session.recorder.resumed[seq] = now_ns;
    session.waiting = false;
    session.unheard_in_a_row = 0;
    checkParked(session, seq);
    return if (session.asked == session.capacity()) .finished else .go_on;
}

fn checkParked(session: *Session, seq: u32) void {
    if (!parking.can_prove) return;
    const parked = parking.voluntarySwitches() > session.switches_at_arm;
    if (!parked) {
        session.unparked += 1;
        if (session.config.require_parked != 0) session.recorder.exclusion[seq].unparked = true;
    }
    if (seq % check_every != 0) return;
    const observation = session.observation.load(.acquire);
    if (observation == .unknown) return;
    session.proof_checked += 1;
    if ((observation == .parked) != parked) session.proof_disagreed += 1;
}

/// Called twice in a row between wakes: the second call records how long one stamp through FFI took.
pub fn probe(session: *Session) callconv(.c) void {
    const now_ns = clock.nowNs();
    if (session.probe_started_ns == 0) {
        session.probe_started_ns = clock.nowNs();
        return;
    }
    session.recorder.addCallProbe(now_ns - session.probe_started_ns);
    session.probe_started_ns = 0;
}

/// To be called every 50 ms or so on the loop thread. A ring that was not heard within `quiet_ns` is
/// written off and the bell is rung again with the next number, so that the visit goes on. Returns
/// `finished` when that was the last wake, `unheard` when nothing was heard ten times in a row,
/// `silent` when the waker thread never stamped.
pub fn watch(session: *Session) callconv(.c) Next {
    if (!session.waiting) return .go_on;
    const seq = session.asked - 1;
    const now_ns = clock.nowNs();
    const notified_ns = Recorder.published(&session.recorder.notify[seq]);
    if (notified_ns == 0) {
        const asked_ns = session.recorder.request[seq];
        return if (now_ns - asked_ns > notify_timeout_ns) .silent else .go_on;
    }
    if (now_ns -| notified_ns < quiet_ns) return .go_on;
    if (session.suspect != seq) {
        // The loop itself may have been held up; it gets one more turn.
        session.suspect = seq;
        return .go_on;
    }
    session.recorder.exclusion[seq].lost = true;
    session.audit.writeOff();
    session.waiting = false;
    session.unheard_in_a_row += 1;
    if (session.unheard_in_a_row == give_up_after) return .unheard;
    return arm(session);
}
