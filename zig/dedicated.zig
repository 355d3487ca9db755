//! A dedicated thread that JavaScript calls and awaits (include/wakerbench_worker.h, src/dispatch).
//!
//! A call lies in a slot, whose number goes through a queue (ring_queue.zig) to the thread and comes back
//! through a *carrier* when it is done: a ring of wakerbench/ring, or a bell that any waker binds itself to.
//! JavaScript then reads what became of it from the table of outcomes, in place. So a call is one FFI call,
//! and a futex wake when the thread is parked.

const std = @import("std");
const call_module = @import("dedicated_call.zig");
const memory = @import("ring_memory.zig");
const placement = @import("placement.zig");
const ring_module = @import("ring.zig");
const ring_queue = @import("ring_queue.zig");
const thread_module = @import("dedicated_thread.zig");

const allocator = std.heap.c_allocator;
const AdaptiveWait = @import("adaptive_wait.zig").AdaptiveWait;
const Bell = @import("bell.zig").Bell;
const Courtesy = @import("courtesy.zig").Courtesy;
const Outcome = call_module.Outcome;
const Seam = @import("seam.zig").Seam;
const Slot = call_module.Slot;
const Work = call_module.Work;

const capacity_max = 1 << 20;

/// How JavaScript hears that a call is done.
const Carrier = enum(u32) {
    /// `carryByRing`: the slot's number is an item of a ring.
    ring = 0,
    /// The bell is rung with the slot's number.
    message = 1,
    /// The slot's number lies in a queue (`take`), and the bell is rung for it.
    doorbell = 2,
    _,
};

/// What a worker is opened with.
pub const Config = extern struct {
    /// Calls on their way at once, 1 to 2^20.
    capacity: u32,
    carrier: Carrier,
    /// 1: the thread may spin before it parks.
    is_adaptive: u32 = 0,
    reserved: u32 = 0,
};

/// What the thread counts. Read by JavaScript in this order.
const Counts = struct {
    const Name = enum { performed, taken_back, parked, caught };
    const Number = std.atomic.Value(u64);

    numbers: [std.enums.values(Name).len]Number = @splat(.init(0)),

    pub inline fn add(counts: *Counts, comptime name: Name) void {
        const number = &counts.numbers[@intFromEnum(name)];
        // Monotonic, and no exchange: one thread counts, and others only look.
        number.store(number.load(.monotonic) + 1, .monotonic);
    }
};

/// Slots whose calls are done, from the worker to JavaScript: one thread at each end. It has room for all.
const Done = struct {
    cells: []u32,
    tail: std.atomic.Value(u32) align(std.atomic.cache_line) = .init(0),
    /// The reader's own.
    head: u32 align(std.atomic.cache_line) = 0,

    fn push(done: *Done, index: u32) void {
        const tail = done.tail.load(.monotonic);
        done.cells[tail & (done.cells.len - 1)] = index;
        // Release: who sees the tail sees the cell, and the outcome.
        done.tail.store(tail +% 1, .release);
    }

    fn take(done: *Done, out: []u32) u32 {
        // Acquire: pairs with the release in `push`.
        const count: u32 = @min(done.tail.load(.acquire) -% done.head, out.len);
        for (out[0..count]) |*index| {
            index.* = done.cells[done.head & (done.cells.len - 1)];
            done.head +%= 1;
        }
        return count;
    }
};

pub const Dedicated = struct {
    work: Work,
    capacity: u32,
    carrier: Carrier,
    is_adaptive: bool,
    /// The thread that sends and hears.
    loop_thread: i32,
    /// One more than there are calls: the farewell's.
    slots: []Slot,
    outcomes: []Outcome,
    queue: ring_queue.Queue(memory),
    bell: Bell = .{},
    ring: ?*ring_module.Table = null,
    done: Done,
    thread: thread_module.Thread = .{},
    counts: Counts = .{},
    /// These are the worker's own.
    wait: AdaptiveWait = .{},
    courtesy: Courtesy = .{},
    /// Whether JavaScript had not to be woken for the last answer: it has not heard the one before yet. Known of
    /// a ring only.
    is_loop_awake: bool = false,

    /// The slot that stands for the thread's end.
    pub fn farewell(dedicated: *const Dedicated) u32 {
        return dedicated.capacity;
    }

    /// Tells JavaScript that a call is done. Called by the worker, which touches its slot no more.
    pub fn complete(dedicated: *Dedicated, index: u32) void {
        switch (dedicated.carrier) {
            // It has room for all, and is closed after the farewell.
            .ring => if (dedicated.ring) |ring| {
                const rung = ring_module.rungBy(ring);
                _ = ring.push(ring, std.mem.asBytes(&index));
                dedicated.is_loop_awake = ring_module.rungBy(ring) == rung;
            },
            .message => dedicated.bell.ring(index),
            .doorbell => {
                dedicated.done.push(index);
                dedicated.bell.ring(index);
            },
            _ => unreachable,
        }
    }

    /// A call has come `idle_ns` after the thread had run out of them, when it was parked.
    pub fn learn(dedicated: *Dedicated, idle_ns: u64) void {
        if (!dedicated.wait.missed(idle_ns)) return;
        // Who spins on the only core that the caller may use waits for a call that cannot be made.
        if (placement.shareOneCore(dedicated.loop_thread, dedicated.thread.id)) dedicated.wait.giveUp();
    }
};

/// Opens a worker, whose thread is not started yet; the calling thread is the one that sends. Null when
/// the configuration is out of bounds, the work is of another header, or there is no memory.
pub fn open(config: *const Config, work: *const Work) callconv(.c) ?*Dedicated {
    if (work.abi != call_module.abi_version or work.job == null) return null;
    if (config.capacity < 1 or config.capacity > capacity_max) return null;
    switch (config.carrier) {
        .ring, .message, .doorbell => {},
        _ => return null,
    }
    return make(config, work) catch null;
}

fn make(config: *const Config, work: *const Work) error{OutOfMemory}!*Dedicated {
    const dedicated = try allocator.create(Dedicated);
    errdefer allocator.destroy(dedicated);
    const slots = try allocator.alloc(Slot, config.capacity + 1);
    errdefer allocator.free(slots);
    @memset(slots, .{});
    const outcomes = try allocator.alloc(Outcome, config.capacity + 1);
    errdefer allocator.free(outcomes);
    @memset(outcomes, .{});
    const room = std.math.ceilPowerOfTwoAssert(u32, config.capacity + 1);
    const done = try allocator.alloc(u32, if (config.carrier == .doorbell) room else 0);
    errdefer allocator.free(done);
    const cells: memory.Cells = try .open(room, @sizeOf(u32));
    dedicated.* = .{
        .work = work.*,
        .capacity = config.capacity,
        .carrier = config.carrier,
        .is_adaptive = config.is_adaptive != 0,
        .loop_thread = placement.threadId(),
        .slots = slots,
        .outcomes = outcomes,
        .queue = .init(cells, 0),
        .done = .{ .cells = done },
    };
    return dedicated;
}

/// What a waker binds itself to, before the thread is started.
pub fn bellOf(dedicated: *Dedicated) callconv(.c) *Seam {
    return &dedicated.bell.seam;
}

/// 1 when a waker has bound a function that the thread can call.
pub fn isBound(dedicated: *const Dedicated) callconv(.c) u32 {
    return @intFromBool(dedicated.bell.is_bound);
}

/// Completions are items of this ring, of four bytes each, from now on. It must have room for one more
/// than there may be calls; its native hold is taken over.
pub fn carryByRing(dedicated: *Dedicated, ring: *ring_module.Table) callconv(.c) void {
    dedicated.ring = ring;
}

/// Where the outcomes lie, by slot.
pub fn outcomesOf(dedicated: *Dedicated) callconv(.c) [*]Outcome {
    return dedicated.outcomes.ptr;
}

/// Starts the thread, and returns its id when it runs; -1 when it cannot be made.
pub fn start(dedicated: *Dedicated) callconv(.c) i32 {
    return if (dedicated.thread.start(dedicated)) dedicated.thread.id else -1;
}

/// Sends a call. The slot must be free.
pub fn send(dedicated: *Dedicated, index: u32, kind: u32, number: f64) callconv(.c) void {
    const slot = &dedicated.slots[index];
    slot.kind = kind;
    slot.number = number;
    // Monotonic: the queue hands the slot over.
    slot.phase.store(.queued, .monotonic);
    switch (dedicated.queue.push(std.mem.asBytes(&index).ptr, .give_up)) {
        .quiet => {},
        .ring => {
            dedicated.thread.ring();
            dedicated.queue.rung();
        },
        // It has room for all slots, and nothing is sent after `close`.
        .full, .closed => unreachable,
    }
}

/// Sends a call with a copy of `count` bytes, 1 or more. Returns 0, or -1 when there is no memory.
pub fn sendBytes(
    dedicated: *Dedicated,
    index: u32,
    kind: u32,
    number: f64,
    bytes: [*]const u8,
    count: usize,
) callconv(.c) i32 {
    dedicated.slots[index].input = allocator.dupe(u8, bytes[0..count]) catch return -1;
    send(dedicated, index, kind, number);
    return 0;
}

/// Nobody awaits the call in this slot any more: it is not begun, or told.
pub fn cancel(dedicated: *Dedicated, index: u32) callconv(.c) void {
    dedicated.slots[index].cancel();
}

/// Nobody awaits any of the calls any more: those that wait are not begun. The one that runs is not told: it might
/// return at that, and the thread begin with the next before that is taken back. It is told by `cancel`.
pub fn takeBackAll(dedicated: *Dedicated) callconv(.c) void {
    for (dedicated.slots) |*slot| slot.takeBack();
}

/// Copies what was answered with bytes, or the texts of a failure, to `out`, unless that is null, and
/// frees them. The outcome's value says how many bytes they are.
pub fn takeAnswer(dedicated: *Dedicated, index: u32, out: ?[*]u8) callconv(.c) void {
    const slot = &dedicated.slots[index];
    if (out) |target| @memcpy(target[0..slot.answer.len], slot.answer);
    slot.freeAnswer();
}

/// Writes at most `most` slots whose calls are done to `out`, oldest first, and returns how many. For a
/// doorbell.
pub fn take(dedicated: *Dedicated, out: [*]u32, most: u32) callconv(.c) u32 {
    return dedicated.done.take(out[0..most]);
}

/// No call is sent any more. The thread ends when it has done, or found taken back, what was sent.
pub fn close(dedicated: *Dedicated) callconv(.c) void {
    dedicated.queue.close();
    // Release: a thread that sees it sees all that was sent.
    dedicated.thread.closing.store(true, .release);
    dedicated.thread.ring();
}

const State = enum(i32) { running = 0, ended = 1, died = 2 };

/// Whether the thread works, has ended in order, or is gone without a word.
pub fn stateOf(dedicated: *const Dedicated) callconv(.c) State {
    if (dedicated.thread.isRunning()) return .running;
    // Asked after the thread was seen gone: it may have ended in order between the two.
    return if (dedicated.thread.ended.load(.acquire)) .ended else .died;
}

/// Writes what the thread has counted: calls performed and taken back, times parked, and calls caught by
/// spinning.
pub fn counters(dedicated: *const Dedicated, out: *[4]f64) callconv(.c) void {
    for (&dedicated.counts.numbers, out) |*number, *counted| {
        counted.* = @floatFromInt(number.load(.monotonic));
    }
}

/// Waits for a thread that has said farewell or is gone: it touches nothing any more, and whatever carries
/// its answers may be closed.
pub fn join(dedicated: *Dedicated) callconv(.c) void {
    dedicated.thread.join();
}

/// Frees a worker whose thread was never started, or has been joined, and lets its ring go.
pub fn free(dedicated: *Dedicated) callconv(.c) void {
    if (dedicated.ring) |ring| ring.release(ring);
    for (dedicated.slots) |*slot| {
        if (slot.input.len > 0) slot.freeInput();
        if (slot.answer.len > 0) slot.freeAnswer();
    }
    dedicated.queue.cells.close();
    allocator.free(dedicated.done.cells);
    allocator.free(dedicated.outcomes);
    allocator.free(dedicated.slots);
    allocator.destroy(dedicated);
}
