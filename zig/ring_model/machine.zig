//! A machine with weak memory on which a few threads of real code run, one operation at a time.
//!
//! Each location keeps all writes that it was ever given. A load may read any write that is not older
//! than what its thread has seen; a store may be put anywhere behind what its thread has seen. That
//! holds store buffering, stale reads and writes that two threads see in different orders. A store
//! with release carries its thread's view, a load with acquire takes it, a full fence exchanges views
//! with all other full fences. seq_cst accesses are taken as acquire and release only, which is less
//! than they promise: a store and a later load of another location may always trade places, as arm64
//! lets `stlr; ldapr` do. What the machine leaves out is a load that reads a store which depends on
//! it (load buffering); RC11 and the tools built on it leave that out, too.
//!
//! Threads are fibers. They stop before each operation on an atomic; the explorer chooses who goes
//! on and what is read.

const std = @import("std");
const fiber = std.Io.fiber;
const View = @import("view.zig").View;
const Timestamp = @import("view.zig").Timestamp;
pub const threads_max = @import("view.zig").threads_max;
const locations_max = @import("view.zig").locations_max;

const plains_max = 32;
const writes_max = 512;
const choices_max = 24;
const stack_bytes = 256 * 1024;
/// Room for twenty stores between two others, and for four thousand one behind the other.
const step: Timestamp = 1 << 20;

pub const Order = std.builtin.AtomicOrder;
pub const WriteId = u16;
pub const no_write: WriteId = std.math.maxInt(WriteId);
/// Chosen instead of a write to read: the wait returns for no reason.
pub const spurious: WriteId = no_write - 1;

pub const Operation = struct {
    pub const Kind = enum {
        load,
        store,
        rmw,
        cas,
        fence,
        wait,
        wake,
        /// Goes on after a wait.
        woken,
        ring,
        /// Sleeps until rung for.
        rung,
        /// Never goes on.
        stall,
        /// A fence that a mutation took away.
        nothing,
    };
    pub const Rmw = enum { swap, add, sub, @"or", @"and" };

    kind: Kind,
    location: u8 = 0,
    order: Order = .monotonic,
    failure: Order = .monotonic,
    rmw: Rmw = .swap,
    operand: u64 = 0,
    expected: u64 = 0,

    pub fn reads(operation: Operation) bool {
        return switch (operation.kind) {
            .load, .rmw, .cas, .wait => true,
            else => false,
        };
    }

    /// One of those that all threads see in one order.
    pub fn fences(operation: Operation) bool {
        return switch (operation.kind) {
            .fence, .wait, .wake => true,
            else => false,
        };
    }
};

pub const Write = struct {
    location: u8,
    thread: u8,
    timestamp: Timestamp,
    value: u64,
    view: View,
    /// A read-modify-write read this one: nothing can be put between the two.
    glued: bool = false,
};

const Location = struct {
    address: usize,
    name: []const u8 = "?",
    index: ?u32 = null,
    writes: [64]WriteId = undefined,
    count: u8 = 0,
};

const Access = struct { epochs: [threads_max]u16 = @splat(0) };

const Plain = struct { address: usize, reads: Access = .{}, writes: Access = .{} };

pub const Thread = struct {
    state: enum { ready, asleep, finished } = .ready,
    pending: Operation = .{ .kind = .woken },
    /// What the last operation read.
    value: u64 = 0,
    view: View = .{},
    /// Taken by loads without acquire, for a fence that may follow.
    unacquired: View = .{},
    /// Of the last fence: what a store without release carries.
    released: View = .{},
    /// The location of the last write: mutations name fences by it.
    stored: u8 = 0,
    spurious_left: u8 = 0,
    sleeps_on: u8 = 0,
    /// The event that woke it, as the explorer counts events.
    woken_by: u16 = 0,
    /// It stops for good before its next payload is written.
    stalls: bool = false,
    context: fiber.Context = undefined,
};

/// Weakens the code under test in one place, to see whether the model notices.
pub const Mutation = struct {
    what: enum { nothing, drop_fence, drop_wake, relax_store, relax_load, relax_rmw } = .nothing,
    /// Who: 1 is the first thread; the consumer is the last one.
    thread_first: u8 = 1,
    thread_last: u8 = threads_max,
    /// Of the access; for a fence, of the thread's last store. Null: any.
    location: ?[]const u8 = null,

    fn hits(mutation: Mutation, machine: *const Machine, thread: u8, location: u8) bool {
        if (thread < mutation.thread_first or thread > mutation.thread_last) return false;
        const name = mutation.location orelse return true;
        return std.mem.eql(u8, name, machine.locations[location].name);
    }
};

/// The machine that the code under test runs on: its memory is a type, which carries no pointer.
pub var current: *Machine = undefined;

pub const Machine = struct {
    threads: [threads_max]Thread = undefined,
    thread_count: u8 = 0,
    running: u8 = 0,
    scheduler: fiber.Context = undefined,
    stacks: []align(16) u8,
    entry: *const fn (thread: u8) void = undefined,

    locations: [locations_max]Location = undefined,
    location_count: u8 = 0,
    writes: [writes_max]Write = undefined,
    write_count: WriteId = 0,
    plains: [plains_max]Plain = undefined,
    plain_count: u8 = 0,
    fenced: View = .{},
    rings: u32 = 0,
    rings_heard: u32 = 0,
    ring_event: u16 = 0,
    /// The number of the event that is being executed.
    event: u16 = 0,

    mutation: Mutation = .{},
    spurious_wakes: u8 = 0,
    failure: ?[]const u8 = null,
    failure_buffer: [256]u8 = undefined,

    pub fn create(allocator: std.mem.Allocator) !*Machine {
        const machine = try allocator.create(Machine);
        errdefer allocator.destroy(machine);
        const stacks = try allocator.alignedAlloc(u8, .@"16", threads_max * stack_bytes);
        machine.* = .{ .stacks = stacks };
        return machine;
    }

    pub fn destroy(machine: *Machine, allocator: std.mem.Allocator) void {
        allocator.free(machine.stacks);
        allocator.destroy(machine);
    }

    /// Forgets everything: thread 0 sets the case up.
    pub fn reset(machine: *Machine) void {
        machine.location_count = 0;
        machine.write_count = 0;
        machine.plain_count = 0;
        machine.fenced = .{};
        machine.rings = 0;
        machine.rings_heard = 0;
        machine.event = 0;
        machine.failure = null;
        machine.thread_count = 1;
        machine.running = 0;
        machine.threads[0] = .{};
        machine.threads[0].view.clock[0] = 1;
        current = machine;
    }

    /// Starts threads 1 … `count`, which have seen all that thread 0 did.
    pub fn start(machine: *Machine, count: u8, entry: *const fn (thread: u8) void) void {
        machine.entry = entry;
        machine.thread_count = count + 1;
        const main = &machine.threads[0].view;
        for (machine.threads[1 .. count + 1], 1..) |*thread, index| {
            thread.* = .{ .view = main.*, .spurious_left = machine.spurious_wakes };
            thread.view.clock[index] = 1;
            thread.released = thread.view;
            const top = @intFromPtr(machine.stacks.ptr) + (index + 1) * stack_bytes;
            thread.context = switch (@import("builtin").cpu.arch) {
                // As if `enter` had been called: its return address would stand below the top.
                .x86_64 => .{ .rsp = top - 8, .rbp = 0, .rip = @intFromPtr(&enter) },
                .aarch64 => .{ .sp = top, .fp = 0, .pc = @intFromPtr(&enter) },
                else => unreachable,
            };
            machine.goOn(@intCast(index));
            if (machine.failure != null) return;
        }
    }

    /// All threads have ended, or will not go on: thread 0 sees what they have done.
    pub fn join(machine: *Machine) void {
        for (machine.threads[1..machine.thread_count]) |*thread| {
            machine.threads[0].view.join(thread.view);
        }
        machine.running = 0;
    }

    fn enter() callconv(.c) noreturn {
        const machine = current;
        machine.entry(machine.running);
        machine.threads[machine.running].state = .finished;
        machine.leave();
        unreachable;
    }

    /// Runs a thread until it stands before its next operation.
    pub fn goOn(machine: *Machine, index: u8) void {
        machine.running = index;
        const thread = &machine.threads[index];
        _ = fiber.contextSwitch(&.{ .old = &machine.scheduler, .new = &thread.context });
        machine.running = 0;
    }

    fn leave(machine: *Machine) void {
        const thread = &machine.threads[machine.running];
        _ = fiber.contextSwitch(&.{ .old = &thread.context, .new = &machine.scheduler });
    }

    /// Ends this execution with a counterexample. Does not return to a thread.
    pub fn fail(machine: *Machine, comptime format: []const u8, arguments: anytype) void {
        if (machine.failure == null) {
            machine.failure = std.fmt.bufPrint(&machine.failure_buffer, format, arguments) catch
                "(a failure too long to print)";
        }
        if (machine.running != 0) machine.leave();
    }

    /// Called by the code under test: the operation is executed when the explorer says so.
    pub fn perform(machine: *Machine, operation: Operation) *const Thread {
        const index = machine.running;
        const thread = &machine.threads[index];
        thread.pending = machine.mutated(index, operation);
        if (thread.pending.kind == .nothing) return thread;
        if (index == 0) {
            var choices: [choices_max]WriteId = undefined;
            machine.execute(0, machine.choicesOf(0, 0, &choices)[0]);
        } else {
            machine.leave();
        }
        return thread;
    }

    fn mutated(machine: *const Machine, index: u8, operation: Operation) Operation {
        const mutation = machine.mutation;
        var weaker = operation;
        const applies = switch (mutation.what) {
            .nothing => return operation,
            .drop_fence => operation.kind == .fence,
            .drop_wake => operation.kind == .wake,
            .relax_store => operation.kind == .store,
            .relax_load => operation.kind == .load,
            .relax_rmw => operation.kind == .rmw or operation.kind == .cas,
        };
        if (!applies) return operation;
        const fence = operation.kind == .fence;
        const location = if (fence) machine.threads[index].stored else operation.location;
        if (!mutation.hits(machine, index, location)) return operation;
        if (fence or operation.kind == .wake) weaker.kind = .nothing;
        weaker.order = .monotonic;
        weaker.failure = .monotonic;
        return weaker;
    }

    /// The location at an address; its first write is what stands there now.
    pub fn locationAt(machine: *Machine, address: usize, initial: u64) u8 {
        for (machine.locations[0..machine.location_count], 0..) |location, index| {
            if (location.address == address) return @intCast(index);
        }
        const index = machine.location_count;
        limit(index < locations_max);
        machine.location_count += 1;
        machine.locations[index] = .{ .address = address };
        _ = machine.append(index, 0, 1, initial, .{});
        return index;
    }

    /// For traces and mutations.
    pub fn name(machine: *Machine, location: u8, text: []const u8, index: ?u32) void {
        machine.locations[location].name = text;
        machine.locations[location].index = index;
    }

    fn append(
        machine: *Machine,
        location: u8,
        thread: u8,
        timestamp: Timestamp,
        value: u64,
        view: View,
    ) WriteId {
        const id = machine.write_count;
        const at = &machine.locations[location];
        limit(id < writes_max and at.count < at.writes.len);
        machine.write_count += 1;
        machine.writes[id] = .{
            .location = location,
            .thread = thread,
            .timestamp = timestamp,
            .value = value,
            .view = view,
        };
        machine.writes[id].view.seen[location] = timestamp;
        at.writes[at.count] = id;
        at.count += 1;
        return id;
    }

    pub fn isEnabled(machine: *const Machine, index: u8) bool {
        const thread = &machine.threads[index];
        if (thread.state != .ready) return false;
        return switch (thread.pending.kind) {
            .stall => false,
            .rung => machine.rings > machine.rings_heard,
            else => true,
        };
    }

    /// What the pending operation of a thread can do, newest first: the writes that it can read, or
    /// behind which it can put its store; only those of `horizon` or newer. What neither reads nor
    /// stores has the one choice `no_write`.
    pub fn choicesOf(
        machine: *const Machine,
        index: u8,
        horizon: WriteId,
        buffer: *[choices_max]WriteId,
    ) []WriteId {
        const thread = &machine.threads[index];
        const operation = thread.pending;
        if (!operation.reads() and operation.kind != .store) {
            buffer[0] = no_write;
            return buffer[0..1];
        }
        var count: usize = 0;
        const location = &machine.locations[operation.location];
        var seen = thread.view.seen[operation.location];
        // A wait is a full barrier in the kernel before it compares.
        if (operation.kind == .wait) {
            seen = @max(seen, machine.fenced.seen[operation.location]);
            seen = @max(seen, thread.unacquired.seen[operation.location]);
        }
        var left = location.count;
        while (left > 0) {
            left -= 1;
            const id = location.writes[left];
            if (id < horizon) break;
            const write = &machine.writes[id];
            if (write.timestamp < seen) continue;
            if (write.glued and gluing(operation, write.value)) continue;
            limit(count + 1 < choices_max);
            buffer[count] = id;
            count += 1;
        }
        if (operation.kind == .wait and thread.spurious_left > 0 and horizon == 0) {
            buffer[count] = spurious;
            count += 1;
        }
        return buffer[0..count];
    }

    /// The write to a location that comes next in its modification order.
    pub fn next(machine: *const Machine, location: u8, previous: Timestamp) ?*const Write {
        var found: ?*const Write = null;
        const at = &machine.locations[location];
        for (at.writes[0..at.count]) |id| {
            const write = &machine.writes[id];
            if (write.timestamp <= previous) continue;
            if (found == null or write.timestamp < found.?.timestamp) found = write;
        }
        return found;
    }

    /// Whether the operation puts its write directly behind the one that it reads.
    fn gluing(operation: Operation, value: u64) bool {
        return switch (operation.kind) {
            .store, .rmw => true,
            .cas => value == operation.expected,
            else => false,
        };
    }

    /// Executes the pending operation of a thread.
    pub fn execute(machine: *Machine, index: u8, choice: WriteId) void {
        const thread = &machine.threads[index];
        const operation = thread.pending;
        switch (operation.kind) {
            .load => machine.read(thread, choice, operation.order),
            .store => {
                const order = operation.order;
                machine.put(index, choice, operation.operand, order, .{});
            },
            .rmw => {
                machine.read(thread, choice, operation.order);
                machine.modify(index, choice, combined(operation, thread.value));
            },
            .cas => {
                const success = machine.writes[choice].value == operation.expected;
                machine.read(thread, choice, if (success) operation.order else operation.failure);
                if (success) machine.modify(index, choice, operation.operand);
            },
            .fence => machine.exchange(thread),
            .wait => machine.wait(thread, choice),
            .wake => machine.wake(thread),
            .ring => {
                machine.rings += 1;
                machine.ring_event = machine.event;
            },
            .rung => {
                machine.rings_heard += 1;
                thread.woken_by = machine.ring_event;
            },
            .woken => {},
            .stall, .nothing => unreachable,
        }
        // What comes later is not part of what this operation published.
        thread.view.clock[index] += 1;
    }

    fn read(machine: *Machine, thread: *Thread, choice: WriteId, order: Order) void {
        const write = &machine.writes[choice];
        const seen = &thread.view.seen[write.location];
        seen.* = @max(seen.*, write.timestamp);
        thread.value = write.value;
        if (acquires(order)) thread.view.join(write.view) else thread.unacquired.join(write.view);
    }

    fn modify(machine: *Machine, index: u8, choice: WriteId, value: u64) void {
        const order = machine.threads[index].pending.order;
        const read_view = machine.writes[choice].view;
        machine.put(index, choice, value, order, read_view);
        machine.writes[choice].glued = true;
    }

    /// Puts a write behind another. `sequence` is the view of the release sequence that it goes on.
    fn put(
        machine: *Machine,
        index: u8,
        behind: WriteId,
        value: u64,
        order: Order,
        sequence: View,
    ) void {
        const thread = &machine.threads[index];
        const location = machine.writes[behind].location;
        const from = machine.writes[behind].timestamp;
        const next_write = machine.next(location, from);
        const until = if (next_write) |write| write.timestamp else from + 2 * step;
        const timestamp = from + (until - from) / 2;
        limit(timestamp > from);
        thread.view.seen[location] = timestamp;
        thread.stored = location;
        var view = if (releases(order)) thread.view else thread.released;
        view.join(sequence);
        _ = machine.append(location, index, timestamp, value, view);
    }

    fn exchange(machine: *Machine, thread: *Thread) void {
        thread.view.join(thread.unacquired);
        thread.view.joinSeen(machine.fenced);
        machine.fenced.joinSeen(thread.view);
        thread.released = thread.view;
    }

    fn wait(machine: *Machine, thread: *Thread, choice: WriteId) void {
        machine.exchange(thread);
        if (choice == spurious) {
            thread.spurious_left -= 1;
            return;
        }
        machine.read(thread, choice, .monotonic);
        if (thread.value != thread.pending.expected) return;
        thread.state = .asleep;
        thread.sleeps_on = thread.pending.location;
    }

    fn wake(machine: *Machine, thread: *Thread) void {
        machine.exchange(thread);
        var left = thread.pending.operand;
        for (machine.threads[1..machine.thread_count]) |*sleeper| {
            if (left == 0) break;
            if (sleeper.state != .asleep or sleeper.sleeps_on != thread.pending.location) continue;
            sleeper.state = .ready;
            sleeper.pending = .{ .kind = .woken };
            sleeper.woken_by = machine.event;
            left -= 1;
        }
    }

    /// A plain access: no operation of its own, for if it races it races in every order.
    pub fn plain(machine: *Machine, address: usize, writing: bool) void {
        const index = machine.running;
        const thread = &machine.threads[index];
        const at = machine.plainAt(address);
        for (0..machine.thread_count) |other| {
            if (other == index) continue;
            const known = thread.view.clock[other];
            if (at.writes.epochs[other] > known or (writing and at.reads.epochs[other] > known)) {
                machine.fail("data race: threads {d} and {d} at one payload", .{ other, index });
                return;
            }
        }
        const access = if (writing) &at.writes else &at.reads;
        access.epochs[index] = thread.view.clock[index];
    }

    fn plainAt(machine: *Machine, address: usize) *Plain {
        for (machine.plains[0..machine.plain_count]) |*at| {
            if (at.address == address) return at;
        }
        limit(machine.plain_count < plains_max);
        const at = &machine.plains[machine.plain_count];
        machine.plain_count += 1;
        at.* = .{ .address = address };
        return at;
    }
};

/// Always checked: the model is built without safety checks, for they take half of its time.
fn limit(holds: bool) void {
    if (!holds) @panic("the model's machine is too small for this case");
}

fn acquires(order: Order) bool {
    return switch (order) {
        .acquire, .acq_rel, .seq_cst => true,
        else => false,
    };
}

fn releases(order: Order) bool {
    return switch (order) {
        .release, .acq_rel, .seq_cst => true,
        else => false,
    };
}

fn combined(operation: Operation, value: u64) u64 {
    return switch (operation.rmw) {
        .swap => operation.operand,
        .add => value +% operation.operand,
        .sub => value -% operation.operand,
        .@"or" => value | operation.operand,
        .@"and" => value & operation.operand,
    };
}
