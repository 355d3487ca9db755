//! One visit: what its threads share, how it is opened and closed, and where its threads run. The wakes
//! themselves are in handshake.zig, what came of them in accounting.zig.
//!
//! The loop thread owns all fields but `armed`, `rung` and the notify stamps.

const std = @import("std");
const accounting = @import("accounting.zig");
const audit_module = @import("audit.zig");
const futex = @import("futex.zig");
const handshake = @import("handshake.zig");
const open_loop = @import("open_loop.zig");
const parking = @import("parking.zig");
const placement = @import("placement.zig");
const seam_module = @import("seam.zig");
const threads = @import("waker_thread.zig");

const allocator = std.heap.c_allocator;
const Audit = audit_module.Audit;
const Recorder = @import("recorder.zig").Recorder;
const Seam = seam_module.Seam;

/// `armed` holds this when the waker thread shall leave.
pub const leave = std.math.maxInt(u32);

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
    /// Wakes a second of an open loop; 0: a closed one, in which each wake is asked for.
    rate_per_second: u32 = 0,
    reserved: u32 = 0,
};

/// Which side a thread of the visit stands for.
pub const Role = enum(u32) { loop = 0, waker = 1, stand_in = 2 };

const Placed = struct { role: Role, thread_id: i32 };
pub const max_placed = 64;

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
    part: open_loop.Part = .{},
    begun: accounting.Usage = .{},
    ended: accounting.Usage = .{},
    placed: [max_placed]Placed = undefined,
    placed_count: std.atomic.Value(u32) = .init(0),
    misplaced: std.atomic.Value(u32) = .init(0),

    pub fn capacity(session: *const Session) u32 {
        return session.config.wakes + session.config.warmup_wakes;
    }

    pub fn fromSeam(seam: *Seam) *Session {
        return @alignCast(@fieldParentPtr("seam", seam));
    }

    pub fn hasCoreOfItsOwn(session: *const Session) bool {
        return session.config.waker_core >= 0 and session.config.waker_core != session.config.loop_core;
    }

    pub fn sameCore(session: *const Session) bool {
        return session.config.loop_core >= 0 and session.config.loop_core == session.config.waker_core;
    }
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
        .seam = .{ .bind = bind, .stamp = handshake.stamp, .next = handshake.next },
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
    threads.placed_for = session;
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

/// Whether this library can prove that the loop was parked (1) or not (0).
pub fn canProveParking() callconv(.c) u32 {
    return @intFromBool(parking.can_prove);
}
