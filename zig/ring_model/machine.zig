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

const builtin = @import("builtin");
const std = @import("std");
const fiber = std.Io.fiber;
const View = @import("view.zig").View;
const threads_max = @import("view.zig").threads_max;
const history_file = @import("history.zig");
const limit = history_file.limit;
const no_write = history_file.no_write;
const operation_file = @import("operation.zig");
const History = history_file.History;
const Mutation = @import("mutation.zig").Mutation;
const Operation = operation_file.Operation;
const Order = operation_file.Order;
const Races = @import("races.zig").Races;
const WriteId = history_file.WriteId;

pub const choices_max = 24;
const stack_bytes = 256 * 1024;
/// Chosen instead of a write to read: the wait returns for no reason.
pub const spurious: WriteId = no_write - 1;

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

/// The machine that the code under test runs on: its memory is a type, which carries no pointer.
pub var current: *Machine = undefined;

pub const Machine = struct {
    threads: [threads_max]Thread = undefined,
    thread_count: u8 = 0,
    running: u8 = 0,
    scheduler: fiber.Context = undefined,
    stacks: []align(16) u8,
    entry: *const fn (thread: u8) void = undefined,

    history: History = .{},
    races: Races = .{},
    fenced: View = .{},
    rings: u32 = 0,
    rings_heard: u32 = 0,
    ring_event: u16 = 0,
    /// The number of the event that is being executed.
    event: u16 = 0,

    mutation: Mutation = .{},
    spurious_wakes: u8 = 0,
    /// No thread sees anything but the newest: what a model without weak memory would explore.
    sequential: bool = false,
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
        machine.history.reset();
        machine.races.count = 0;
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
            thread.context = switch (builtin.cpu.arch) {
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
        const location = if (operation.kind == .fence) thread.stored else operation.location;
        const name = machine.history.locations[location].name;
        thread.pending = machine.mutation.weaken(operation, index, name) orelse return thread;
        if (index == 0) {
            var choices: [choices_max]WriteId = undefined;
            machine.execute(0, machine.choicesOf(0, 0, &choices)[0]);
        } else {
            machine.leave();
        }
        return thread;
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
        const location = &machine.history.locations[operation.location];
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
            const write = &machine.history.writes[id];
            if (write.timestamp < seen) continue;
            if (write.glued and operation.glues(write.value)) continue;
            limit(count + 1 < choices_max);
            buffer[count] = id;
            count += 1;
            if (machine.sequential) break;
        }
        if (operation.kind == .wait and thread.spurious_left > 0 and horizon == 0) {
            buffer[count] = spurious;
            count += 1;
        }
        return buffer[0..count];
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
                machine.modify(index, choice, operation.combined(thread.value));
            },
            .cas => {
                const success = machine.history.writes[choice].value == operation.expected;
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
            .stall => unreachable,
        }
        // What comes later is not part of what this operation published.
        thread.view.clock[index] += 1;
    }

    fn read(machine: *Machine, thread: *Thread, choice: WriteId, order: Order) void {
        const write = &machine.history.writes[choice];
        const seen = &thread.view.seen[write.location];
        seen.* = @max(seen.*, write.timestamp);
        thread.value = write.value;
        if (operation_file.acquires(order)) thread.view.join(write.view) else thread.unacquired.join(write.view);
    }

    fn modify(machine: *Machine, index: u8, choice: WriteId, value: u64) void {
        const order = machine.threads[index].pending.order;
        const read_view = machine.history.writes[choice].view;
        machine.put(index, choice, value, order, read_view);
        machine.history.writes[choice].glued = true;
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
        const location = machine.history.writes[behind].location;
        thread.view.seen[location] = machine.history.timestampBehind(behind);
        thread.stored = location;
        var view = if (operation_file.releases(order)) thread.view else thread.released;
        view.join(sequence);
        machine.history.insert(behind, index, value, view);
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
        const clock = machine.threads[index].view.clock;
        const other = machine.races.note(address, writing, index, clock) orelse return;
        machine.fail("data race: threads {d} and {d} at one payload", .{ other, index });
    }
};
