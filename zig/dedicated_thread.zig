//! The thread of a dedicated worker: it takes calls out of the queue, has them done one after the other, and
//! says of each that it is done.

const builtin = @import("builtin");
const std = @import("std");
const call_module = @import("dedicated_call.zig");
const clock = @import("clock.zig");
const dedicated_module = @import("dedicated.zig");
const futex = @import("futex.zig");
const placement = @import("placement.zig");

const Call = call_module.Call;
const Dedicated = dedicated_module.Dedicated;
const Main = *const fn (?*anyopaque) callconv(.c) ?*anyopaque;

extern "c" fn pthread_create(out: *usize, attributes: ?*const anyopaque, main: Main, argument: ?*anyopaque) c_int;
extern "c" fn pthread_join(thread: usize, result: ?*?*anyopaque) c_int;
extern "c" fn pthread_detach(thread: usize) c_int;
extern "c" fn pthread_kill(thread: usize, signal: c_int) c_int;
extern "c" fn prctl(option: c_int, ...) c_int;
extern "c" fn syscall(number: c_long, ...) c_long;
extern "c" fn getpid() c_int;

/// Calls that are taken out of the queue at once.
const batch_most = 64;
/// For `drain`: the thread stays awake, whatever it finds; and it falls asleep when it finds nothing.
const stay_awake = 0;
const fall_asleep = std.math.maxInt(u32);
/// Looks at the queue between two at the clock.
const looks = 16;

pub const Thread = struct {
    handle: usize = 0,
    /// The kernel's id; set when `begun` is.
    id: i32 = 0,
    begun: futex.Word = .init(0),
    /// 1 from when the sender has rung until the thread has woken: the word that it sleeps on.
    gate: futex.Word = .init(0),
    /// No call is sent any more.
    closing: std.atomic.Value(bool) = .init(false),
    /// The thread has left its work in order, and touches nothing any more.
    ended: std.atomic.Value(bool) = .init(false),

    /// Returns when the thread runs. False when it cannot be made.
    pub fn start(thread: *Thread, dedicated: *Dedicated) bool {
        if (pthread_create(&thread.handle, null, main, dedicated) != 0) return false;
        // Acquire: the id is there.
        while (thread.begun.load(.acquire) == 0) futex.wait(&thread.begun, 0);
        return true;
    }

    /// Wakes the thread. Called by the sender.
    pub fn ring(thread: *Thread) void {
        // Release: who finds the gate open sees what was sent, and the closing.
        thread.gate.store(1, .release);
        futex.wakeSome(&thread.gate, 1);
    }

    /// Whether it works, or could: false once it has left in order or has died.
    pub fn isRunning(thread: *const Thread) bool {
        if (thread.ended.load(.acquire)) return false;
        if (builtin.os.tag != .linux) return pthread_kill(thread.handle, 0) == 0;
        // A thread that has ended without its last words is unknown to the kernel: tgkill(2).
        const number: c_long = @intFromEnum(std.os.linux.SYS.tgkill);
        return syscall(number, getpid(), @as(c_int, thread.id), @as(c_int, 0)) == 0;
    }

    /// Gives back what is left of a thread that has said farewell, or is gone.
    pub fn join(thread: *Thread) void {
        if (builtin.abi.isMusl()) {
            while (thread.isRunning()) placement.yield();
            // It would wait for words that a thread which ended by the system call alone has not said.
            if (!thread.ended.load(.acquire)) {
                _ = pthread_detach(thread.handle);
                return;
            }
        }
        _ = pthread_join(thread.handle, null);
    }
};

fn main(argument: ?*anyopaque) callconv(.c) ?*anyopaque {
    const dedicated: *Dedicated = @ptrCast(@alignCast(argument));
    const thread = &dedicated.thread;
    nameThread();
    thread.id = placement.threadId();
    // Release: who sees it sees the id.
    thread.begun.store(1, .release);
    futex.wake(&thread.begun);
    live(dedicated);
    dedicated.complete(dedicated.farewell());
    // Release: who sees it sees all that was done, and may free it.
    thread.ended.store(true, .release);
    return null;
}

/// The name of this library's own threads (prctl(2), PR_SET_NAME: at most 15 bytes).
fn nameThread() void {
    if (builtin.os.tag != .linux) return;
    const set_name = 15;
    _ = prctl(set_name, @as([*:0]const u8, "wakerbench"));
}

/// What `start` failed with is the outcome of the farewell.
fn live(dedicated: *Dedicated) void {
    const work = &dedicated.work;
    var user = work.user;
    const farewell = dedicated.farewell();
    const outcome = &dedicated.outcomes[farewell];
    var starting: Call = .init(&dedicated.slots[farewell], outcome);
    if (work.start) |open| user = open(work.user, &starting);
    if (outcome.status == .failed) return;
    var batch: [batch_most]u32 = undefined;
    while (take(dedicated, &batch)) |count| {
        for (batch[0..count]) |index| perform(dedicated, user, index);
    }
    if (work.stop) |close| close(user);
}

fn perform(dedicated: *Dedicated, user: ?*anyopaque, index: u32) void {
    const slot = &dedicated.slots[index];
    const outcome = &dedicated.outcomes[index];
    if (slot.begin()) {
        dedicated.counts.add(.performed);
        var call: Call = .init(slot, outcome);
        dedicated.work.job.?(user, &call);
    } else {
        dedicated.counts.add(.taken_back);
        outcome.* = .{ .status = .taken_back };
    }
    if (slot.input.len > 0) slot.freeInput();
    dedicated.complete(index);
}

/// The next calls, or null when there will be none.
fn take(dedicated: *Dedicated, batch: *[batch_most]u32) ?u32 {
    const thread = &dedicated.thread;
    var idle_from_ns: u64 = 0;
    while (true) {
        // Acquire: whoever sees it sees all that was sent before.
        const closing = thread.closing.load(.acquire);
        if (look(dedicated, batch, stay_awake)) |count| {
            if (idle_from_ns > 0) dedicated.learn(clock.nowNs() - idle_from_ns);
            return count;
        }
        if (closing) return null;
        if (idle_from_ns == 0 and dedicated.is_adaptive) {
            idle_from_ns = clock.nowNs();
            if (spin(dedicated, batch, idle_from_ns)) |count| return count;
        }
        if (look(dedicated, batch, fall_asleep)) |count| {
            if (idle_from_ns > 0) dedicated.learn(clock.nowNs() - idle_from_ns);
            return count;
        }
        dedicated.counts.add(.parked);
        if (dedicated.courtesy.learn(dedicated.is_loop_awake)) dedicated.courtesy.apply();
        while (thread.gate.load(.monotonic) == 0) futex.wait(&thread.gate, 0);
        // Acquire: what was sent before the ring is there. A ring that comes later opens the gate again.
        _ = thread.gate.swap(0, .acquire);
    }
}

inline fn look(dedicated: *Dedicated, batch: *[batch_most]u32, stay_awake_from: u32) ?u32 {
    const drained = dedicated.queue.drain(@as([*]u8, @ptrCast(batch)), batch_most, stay_awake_from);
    return if (drained.count > 0) drained.count else null;
}

fn spin(dedicated: *Dedicated, batch: *[batch_most]u32, from_ns: u64) ?u32 {
    const spin_ns = dedicated.wait.spin_ns;
    if (spin_ns == 0) return null;
    while (true) {
        for (0..looks) |_| {
            std.atomic.spinLoopHint();
            const count = look(dedicated, batch, stay_awake) orelse continue;
            dedicated.wait.caught();
            dedicated.counts.add(.caught);
            return count;
        }
        if (dedicated.thread.closing.load(.monotonic)) return null;
        if (clock.nowNs() - from_ns >= spin_ns) return null;
    }
}
