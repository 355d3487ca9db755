//! One visit: the handshake between the loop thread and the waker thread, and its bookkeeping.
//!
//!     loop thread                              waker thread
//!     arm():  read voluntary switches          next(): sleeps on `armed`
//!             publish the wake's number ─────▶ spends the gap; 1 in 50: observes the loop thread
//!     await   (parks in the kernel)            stamp(): notify[seq] = now
//!             ◀──────────────────────────────── rings
//!     resume(): resumed[seq] = now
//!             read voluntary switches, audit
//!
//! The loop thread owns all fields but `armed`, `rung` and the notify stamps.

const std = @import("std");
const audit_module = @import("audit.zig");
const clock = @import("clock.zig");
const futex = @import("futex.zig");
const parking = @import("parking.zig");
const placement = @import("placement.zig");
const recorder_module = @import("recorder.zig");
const seam_module = @import("seam.zig");
const threads = @import("waker_thread.zig");

const allocator = std.heap.c_allocator;
const Audit = audit_module.Audit;
const Recorder = recorder_module.Recorder;
const Seam = seam_module.Seam;

/// A ring that is not heard for so long, seen twice by the watchdog, is lost.
pub const quiet_ns = 100 * std.time.ns_per_ms;
/// So many rings in a row unheard: this waker does not work.
const give_up_after = 10;
/// A waker thread that has not stamped for so long will not.
const notify_timeout_ns = 2 * std.time.ns_per_s;
/// One wake in so many is checked against the kernel's word, and has its stamps' cost measured.
const check_every = 50;
/// `armed` holds this when the waker thread shall leave.
const leave = std.math.maxInt(u32);

pub const Config = extern struct {
    /// Mean of the jittered gap before a notify, nanoseconds; uniform from half to one and a half.
    gap_ns: u64,
    seed: u64,
    wakes: u32,
    warmup_wakes: u32,
    /// Cores, or -1: not pinned.
    loop_core: i32,
    waker_core: i32,
    kind: audit_module.Kind,
    before_sleep: u32,
    spawn_per_wake: u32,
    /// Leave out wakes that found the loop unparked (loop state idle).
    require_parked: u32,
};

/// What the loop thread shall do after a resume or a tick of the watchdog.
pub const Next = enum(i32) { go_on = 0, wait_again = 1, finished = 2, unheard = 3, silent = 4 };

/// Which side a thread of the visit stands for.
pub const Role = enum(u32) { loop = 0, waker = 1, stand_in = 2 };

const Placed = struct { role: Role, thread_id: i32 };
const max_placed = 64;

pub const Session = struct {
    seam: Seam,
    config: Config,
    recorder: Recorder,
    audit: Audit,
    notify: ?seam_module.Notify = null,
    notify_user: ?*anyopaque = null,
    waker: threads.Persistent = .{},
    spawned: threads.PerWake = .{},
    witness: parking.Witness = .{},

    /// Number of wakes that were asked for; the last is `armed - 1`. The waker thread sleeps on it.
    armed: futex.Word align(std.atomic.cache_line) = .init(0),
    /// Number of wakes that were stamped; written by waker threads only.
    rung: std.atomic.Value(u32) align(std.atomic.cache_line) = .init(0),
    /// Stamps of wakes that nobody had asked for yet.
    early: std.atomic.Value(u32) = .init(0),
    /// Nanoseconds that waker threads spent in gaps; they are ours, not the waker's.
    gap_spent_ns: std.atomic.Value(u64) = .init(0),
    observation: std.atomic.Value(parking.Observation) = .init(.unknown),
    taken: u32 = 0,

    /// From here on the loop thread's own.
    asked: u32 align(std.atomic.cache_line) = 0,
    first: u32 = 0,
    waiting: bool = false,
    switches_at_arm: u64 = 0,
    suspect: u32 = leave,
    unheard_in_a_row: u32 = 0,
    unparked: u64 = 0,
    proof_checked: u64 = 0,
    proof_disagreed: u64 = 0,
    probe_started_ns: u64 = 0,
    begun: Usage = .{},
    ended: Usage = .{},
    placed: [max_placed]Placed = undefined,
    placed_count: std.atomic.Value(u32) = .init(0),
    misplaced: std.atomic.Value(u32) = .init(0),

    fn capacity(session: *const Session) u32 {
        return session.config.wakes + session.config.warmup_wakes;
    }

    pub fn fromSeam(seam: *Seam) *Session {
        return @alignCast(@fieldParentPtr("seam", seam));
    }

    fn sameCore(session: *const Session) bool {
        return session.config.loop_core >= 0 and session.config.loop_core == session.config.waker_core;
    }
};

/// What the process and its threads have used up to a moment.
const Usage = struct {
    wall_ns: u64 = 0,
    loop_cpu_ns: u64 = 0,
    waker_cpu_ns: u64 = 0,
    process_cpu_ns: u64 = 0,
    switches: u64 = 0,
};

/// Makes a session whose loop thread is the calling thread. Null when there is no memory.
pub fn open(config: *const Config) callconv(.c) ?*Session {
    const total = config.wakes + config.warmup_wakes;
    const session = allocator.create(Session) catch return null;
    errdefer comptime unreachable;
    var recorder = Recorder.init(allocator, total) catch {
        allocator.destroy(session);
        return null;
    };
    const audit = Audit.init(allocator, config.kind, total) catch {
        recorder.deinit(allocator);
        allocator.destroy(session);
        return null;
    };
    session.* = .{
        .seam = .{ .bind = bind, .stamp = stamp, .next = next },
        .config = config.*,
        .recorder = recorder,
        .audit = audit,
        .witness = .init(placement.threadId()),
    };
    return session;
}

/// Ends the waker threads, waits for them, and frees the session. Call it after the waker's own
/// threads have left.
pub fn close(session: *Session) callconv(.c) void {
    stop(session);
    session.witness.deinit();
    session.recorder.deinit(allocator);
    session.audit.deinit(allocator);
    allocator.destroy(session);
}

/// Tells the waker threads to leave and waits for those that are the harness's own.
pub fn stop(session: *Session) callconv(.c) void {
    session.armed.store(leave, .release);
    futex.wake(&session.armed);
    session.waker.join();
    session.spawned.wait();
}

/// Starts the harness's waker thread, when the waker has bound a notify function and the spawn mode
/// is persistent. Returns 0, or -1 when the thread could not be made.
pub fn start(session: *Session) callconv(.c) i32 {
    if (session.notify == null or session.config.spawn_per_wake != 0) return 0;
    return session.waker.start(session);
}

/// Whether the waker bound a notify function (1) or brings a thread of its own (0).
pub fn isBound(session: *const Session) callconv(.c) u32 {
    return @intFromBool(session.notify != null);
}

/// The seam of a session, for the native half of a waker.
pub fn seamOf(session: *Session) callconv(.c) *Seam {
    return &session.seam;
}

fn bind(seam: *Seam, notify: seam_module.Notify, user: ?*anyopaque) callconv(.c) void {
    const session = Session.fromSeam(seam);
    session.notify = notify;
    session.notify_user = user;
}

/// Places the calling thread on the core of its role and remembers it for the read-back at the end.
/// Returns 0, or the negative errno.
pub fn place(session: *Session, role: Role) callconv(.c) i32 {
    const thread_id = placement.threadId();
    // Monotonic is enough: the slot is read only after the thread was joined or has answered.
    const index = session.placed_count.fetchAdd(1, .monotonic);
    if (index < max_placed) session.placed[index] = .{ .role = role, .thread_id = thread_id };
    return pinToRole(session, role, thread_id);
}

fn pinToRole(session: *Session, role: Role, thread_id: i32) i32 {
    const core = if (role == .loop) session.config.loop_core else session.config.waker_core;
    if (core < 0) return 0;
    return placement.pin(thread_id, @intCast(core));
}

/// Places a thread that lives for one wake, and reads its mask back at once.
pub fn placeBriefly(session: *Session) void {
    if (session.config.waker_core < 0) return;
    const thread_id = placement.threadId();
    if (!session.sameCore()) _ = pinToRole(session, .waker, thread_id);
    if (placement.coreOf(thread_id) != session.config.waker_core)
        _ = session.misplaced.fetchAdd(1, .monotonic);
}

/// Writes (role, thread id) of each placed thread to `out`, room for 64 pairs. Returns how many
/// threads there are.
pub fn placedThreads(session: *const Session, out: [*]i32) callconv(.c) u32 {
    const count = @min(session.placed_count.load(.acquire), max_placed);
    for (session.placed[0..count], 0..) |placed, index| {
        out[2 * index] = @intCast(@intFromEnum(placed.role));
        out[2 * index + 1] = placed.thread_id;
    }
    return count;
}

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
    while (true) {
        const armed = session.armed.load(.acquire);
        if (armed == leave) return -1;
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
fn probeNative(session: *Session) void {
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
}

fn usage(session: *Session) Usage {
    var waker_cpu_ns: u64 = session.spawned.cpu_ns.load(.acquire);
    const count = @min(session.placed_count.load(.acquire), max_placed);
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
pub fn collect(session: *const Session, stage: recorder_module.Stage, out: [*]f64) callconv(.c) u32 {
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
};

/// Writes the counters of the measured part to `out`.
pub fn counters(session: *const Session, out: *Counters) callconv(.c) void {
    const audit = &session.audit;
    var rung: u64 = 0;
    for (session.recorder.notify[session.first..session.asked]) |*slot| {
        rung += @intFromBool(Recorder.published(slot) != 0);
    }
    const begun = session.begun;
    const ended = session.ended;
    out.* = .{
        .sent = asFloat(rung),
        .received = asFloat(audit.received),
        .lost = asFloat(audit.lost(session.first, session.asked)),
        .duplicated = asFloat(audit.duplicated),
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
    };
}

fn asFloat(number: u64) f64 {
    return @floatFromInt(number);
}

/// Whether this library can prove that the loop was parked (1) or not (0).
pub fn canProveParking() callconv(.c) u32 {
    return @intFromBool(parking.can_prove);
}
