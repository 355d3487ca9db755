//! The threads that stand for the native side: one that lives as long as the visit, or a new one for
//! each wake.

const builtin = @import("builtin");
const std = @import("std");
const clock = @import("clock.zig");
const futex = @import("futex.zig");
const handshake = @import("handshake.zig");
const recorder = @import("recorder.zig");
const session_module = @import("session.zig");

const Session = session_module.Session;
const Main = *const fn (?*anyopaque) callconv(.c) ?*anyopaque;

extern "c" fn pthread_create(out: *usize, attributes: ?*const anyopaque, main: Main, argument: ?*anyopaque) c_int;
extern "c" fn pthread_join(thread: usize, result: ?*?*anyopaque) c_int;
extern "c" fn prctl(option: c_int, ...) c_int;
extern "c" fn pthread_detach(thread: usize) c_int;

/// The name of the harness's own threads, by which they are known from a runtime's helpers
/// (prctl(2), PR_SET_NAME: at most 15 bytes).
fn nameThread() void {
    if (builtin.os.tag != .linux) return;
    const set_name = 15;
    _ = prctl(set_name, @as([*:0]const u8, "wakerbench"));
}

/// The session that this thread was placed for; `session.place` sets it.
pub threadlocal var placed_for: ?*const Session = null;

/// Places a thread on the waker's core the first time that it takes part in a session, unless it has
/// been placed already, as a Worker that joined the visit.
pub fn introduce(session: *Session) void {
    if (placed_for == session) return;
    _ = session_module.place(session, .waker);
}

/// Notifies, and reports whether the waker stamped as it must.
fn ring(session: *Session, seq: u32) bool {
    session.notify.?(session.notify_user, seq);
    return recorder.Recorder.published(&session.recorder.notify[seq]) != 0;
}

/// One thread for all wakes of a visit.
pub const Persistent = struct {
    thread: ?usize = null,
    /// Notifies that came back without a stamp.
    unstamped: std.atomic.Value(u32) = .init(0),

    pub fn start(persistent: *Persistent, session: *Session) i32 {
        var thread: usize = 0;
        if (pthread_create(&thread, null, run, session) != 0) return -1;
        persistent.thread = thread;
        return 0;
    }

    fn run(argument: ?*anyopaque) callconv(.c) ?*anyopaque {
        const session: *Session = @ptrCast(@alignCast(argument));
        nameThread();
        while (true) {
            const seq = handshake.next(&session.seam);
            if (seq < 0) return null;
            if (!ring(session, @intCast(seq)))
                _ = session.waker.unstamped.fetchAdd(1, .monotonic);
        }
    }

    pub fn join(persistent: *Persistent) void {
        const thread = persistent.thread orelse return;
        persistent.thread = null;
        _ = pthread_join(thread, null);
    }
};

/// A new thread for each wake.
pub const PerWake = struct {
    unstamped: std.atomic.Value(u32) = .init(0),
    cpu_ns: std.atomic.Value(u64) = .init(0),
    alive: futex.Word = .init(0),

    const Errand = struct { session: *Session, seq: u32 };

    /// Makes the thread of wake `seq`. Returns 0, or -1 when it could not be made.
    pub fn start(per_wake: *PerWake, session: *Session, seq: u32) i32 {
        const errand = std.heap.c_allocator.create(Errand) catch return -1;
        errand.* = .{ .session = session, .seq = seq };
        _ = per_wake.alive.fetchAdd(1, .monotonic);
        var thread: usize = 0;
        if (pthread_create(&thread, null, run, errand) != 0) {
            _ = per_wake.alive.fetchSub(1, .monotonic);
            std.heap.c_allocator.destroy(errand);
            return -1;
        }
        _ = pthread_detach(thread);
        return 0;
    }

    fn run(argument: ?*anyopaque) callconv(.c) ?*anyopaque {
        const started_ns = clock.nowNs();
        const errand: *Errand = @ptrCast(@alignCast(argument));
        const session = errand.session;
        const seq = errand.seq;
        std.heap.c_allocator.destroy(errand);
        session.recorder.start[seq] = started_ns;
        nameThread();
        session_module.placeBriefly(session);
        handshake.beforeNotify(session, seq);
        const per_wake = &session.spawned;
        if (!ring(session, seq)) _ = per_wake.unstamped.fetchAdd(1, .monotonic);
        _ = per_wake.cpu_ns.fetchAdd(clock.threadCpuNs(), .monotonic);
        // Release: whoever sees the last thread gone sees all that it did. The wake may touch a
        // session that is being freed only as an address, which futex(2) allows.
        const address = &per_wake.alive;
        if (address.fetchSub(1, .release) == 1) futex.wake(address);
        return null;
    }

    /// Waits until no thread of this kind is left.
    pub fn wait(per_wake: *PerWake) void {
        while (true) {
            const alive = per_wake.alive.load(.acquire);
            if (alive == 0) return;
            futex.wait(&per_wake.alive, alive);
        }
    }
};
