//! Runs a case again and again until every execution that the machine allows has been seen.
//!
//! Most interleavings differ only in the order of operations that do not touch one another, so they
//! are left out: source-set dynamic partial-order reduction (Abdulla, Aronis, Jonsson, Sagonas,
//! "Source Sets", POPL 2014 and JACM 2017), carried over to this machine as follows. A load may read
//! old writes, so running it earlier than a store loses nothing but the chance to read that store;
//! only that order has to be tried, and in it only the new writes have to be read. Stores may be put
//! before others, so their order need not be tried. What all threads see in one order (fences and the
//! kernel's waits and wakes) is tried in every order. litmus.zig checks against the full search that
//! nothing is lost by it.

const std = @import("std");
const history_file = @import("history.zig");
const machine_file = @import("machine.zig");
const view_file = @import("view.zig");
const Machine = machine_file.Machine;
const Operation = @import("operation.zig").Operation;
const WriteId = history_file.WriteId;
const choices_max = machine_file.choices_max;
const no_write = history_file.no_write;
const threads_max = view_file.threads_max;

const depth_limit = 600;
const Threads = std.bit_set.IntegerBitSet(threads_max);
/// Written out: Zig 0.16 and 0.17 have different names for it.
const nobody: Threads = .{ .mask = 0 };
const Clock = view_file.Clock;

pub const Options = struct {
    /// Off: every interleaving, to check the reduction by.
    reduce: bool = true,
};

pub const Result = struct {
    executions: u64 = 0,
    /// Given up because all that could follow had been seen.
    redundant: u64 = 0,
    failure: ?[]const u8 = null,
};

/// One place where somebody had to be chosen.
const Node = struct {
    thread: u8,
    choices: [choices_max]WriteId = undefined,
    choice_count: u8 = 0,
    choice_next: u8 = 0,
    /// False: `choices` is to be found out when the node is reached again.
    looked: bool = false,
    /// To be tried, and tried.
    wanted: Threads = nobody,
    done: Threads = nobody,
    /// For each thread that need not go on here: how many writes there were when that was found.
    /// What was written later it may still read.
    slept: [threads_max]?WriteId = @splat(null),
    writes_before: WriteId = 0,
};

pub const Event = struct {
    thread: u8,
    operation: Operation,
    choice: WriteId,
    wrote: WriteId = no_write,
    value: u64 = 0,
    /// Its number in its thread.
    index: u16 = 0,
    /// The events that it follows directly, or its own number: program order, reads-from, the order
    /// of fences, and what woke it.
    before: [4]u16,
    clock: Clock = @splat(0),
};

pub const Explorer = struct {
    machine: *Machine,
    options: Options,
    nodes: [depth_limit]Node = undefined,
    depth: usize = 0,
    events: [depth_limit]Event = undefined,
    event_count: usize = 0,
    writer: [512]u16 = undefined,
    result: Result = .{},

    /// `case` has `threads()`, `start()`, `run(thread)`, `stuck()` and `finish()`: how many threads
    /// there are, what happens before they start, what each does (from 1), whether they may stop
    /// where nobody can go on, and what must hold in the end. `start` and `finish` run as thread 0.
    /// Ends at the first failure, whose message is in `result`, and whose events are in `events`.
    pub fn explore(explorer: *Explorer, case: anytype) void {
        const Case = @TypeOf(case.*);
        const Entry = struct {
            var self: *Case = undefined;
            fn enter(thread: u8) void {
                self.run(thread);
            }
        };
        Entry.self = case;
        explorer.depth = 0;
        var fresh: usize = 0;
        while (true) {
            explorer.machine.reset();
            case.start();
            explorer.machine.start(case.threads(), &Entry.enter);
            const complete = explorer.execute();
            if (complete and explorer.machine.failure == null) explorer.settle(case);
            if (explorer.machine.failure) |failure| {
                explorer.result.failure = failure;
                return;
            }
            if (complete) explorer.result.executions += 1 else explorer.result.redundant += 1;
            if (explorer.options.reduce) explorer.findRaces(fresh);
            fresh = explorer.backtrack() orelse return;
        }
    }

    /// Nobody goes on any more.
    fn settle(explorer: *Explorer, case: anytype) void {
        const machine = explorer.machine;
        machine.join();
        for (machine.threads[1..machine.thread_count], 1..) |*thread, index| {
            if (thread.state == .finished or case.stuck(@intCast(index))) continue;
            machine.fail("stuck: thread {d} sleeps for ever", .{index});
        }
        if (machine.failure == null) case.finish();
    }

    /// One execution: the known part again, then on to its end. False: all of this has been seen.
    fn execute(explorer: *Explorer) bool {
        const machine = explorer.machine;
        explorer.event_count = 0;
        while (machine.failure == null) {
            const at = explorer.event_count;
            if (at == depth_limit) {
                machine.fail("an execution does not end within {d} operations", .{depth_limit});
                break;
            }
            if (at >= explorer.depth) {
                if (!explorer.open(at)) return explorer.isEnd();
            }
            const node = &explorer.nodes[at];
            if (!node.looked) {
                if (!explorer.look(node)) {
                    // Asleep for good: nothing new begins with this thread.
                    node.choice_count = 0;
                    return false;
                }
            }
            explorer.take(node.thread, node.choices[node.choice_next]);
        }
        return true;
    }

    fn isEnd(explorer: *const Explorer) bool {
        for (1..explorer.machine.thread_count) |thread| {
            if (explorer.machine.isEnabled(@intCast(thread))) return false;
        }
        return true;
    }

    /// Finds out what the chosen thread of a node can do. False: nothing that is new.
    fn look(explorer: *Explorer, node: *Node) bool {
        var buffer: [choices_max]WriteId = undefined;
        const choices = explorer.choicesAt(node, node.thread, &buffer);
        @memcpy(node.choices[0..choices.len], choices);
        node.choice_count = @intCast(choices.len);
        node.choice_next = 0;
        node.looked = true;
        return choices.len != 0;
    }

    fn choicesAt(
        explorer: *const Explorer,
        node: *const Node,
        thread: u8,
        buffer: *[choices_max]WriteId,
    ) []WriteId {
        const horizon = node.slept[thread];
        if (horizon != null and !explorer.machine.threads[thread].pending.reads()) return &.{};
        return explorer.machine.choicesOf(thread, horizon orelse 0, buffer);
    }

    /// A new node at the end. False: nobody can go on, or nobody needs to.
    fn open(explorer: *Explorer, at: usize) bool {
        const machine = explorer.machine;
        const node = &explorer.nodes[at];
        node.* = .{ .thread = 0, .writes_before = machine.history.write_count };
        if (at > 0) explorer.inheritSleep(at);
        var buffer: [choices_max]WriteId = undefined;
        const last: u8 = if (at == 0) 1 else explorer.events[at - 1].thread;
        var best: u8 = 0;
        for (1..machine.thread_count) |index| {
            const thread: u8 = @intCast(index);
            if (!machine.isEnabled(thread)) continue;
            if (explorer.choicesAt(node, thread, &buffer).len == 0) continue;
            if (!explorer.options.reduce) node.wanted.set(thread);
            const operation = machine.threads[thread].pending;
            // What is never tried in another order comes first, then who ran last.
            const free = !operation.reads() and !operation.fences();
            if (best == 0 or free or thread == last) best = thread;
            if (free) break;
        }
        if (best == 0) return false;
        node.thread = best;
        node.wanted.set(best);
        explorer.depth = at + 1;
        return true;
    }

    /// Who slept at the node before, or was tried there, sleeps on, unless what has happened since
    /// touches it.
    fn inheritSleep(explorer: *Explorer, at: usize) void {
        if (!explorer.options.reduce) return;
        const parent = &explorer.nodes[at - 1];
        const node = &explorer.nodes[at];
        const event = &explorer.events[at - 1];
        node.slept = parent.slept;
        for (1..explorer.machine.thread_count) |thread| {
            if (parent.done.isSet(thread)) node.slept[thread] = parent.writes_before;
            const pending = explorer.machine.threads[thread].pending;
            if (thread == event.thread) node.slept[thread] = null;
            if (pending.fences() and event.operation.fences()) node.slept[thread] = null;
        }
    }

    /// Lets a thread go on and writes down what it did.
    fn take(explorer: *Explorer, thread: u8, choice: WriteId) void {
        const machine = explorer.machine;
        const number: u16 = @intCast(explorer.event_count);
        const operation = machine.threads[thread].pending;
        const wrote = machine.history.write_count;
        machine.event = number;
        machine.execute(thread, choice);
        const event = &explorer.events[number];
        event.* = .{
            .thread = thread,
            .operation = operation,
            .choice = choice,
            .value = machine.threads[thread].value,
            .before = @splat(number),
        };
        if (machine.history.write_count > wrote) {
            event.wrote = wrote;
            explorer.writer[wrote] = number;
        }
        explorer.follow(event, number);
        explorer.event_count += 1;
        if (machine.threads[thread].state == .ready) machine.goOn(thread);
    }

    fn follow(explorer: *Explorer, event: *Event, number: u16) void {
        const machine = explorer.machine;
        const operation = event.operation;
        var left = number;
        while (left > 0) {
            left -= 1;
            const earlier = &explorer.events[left];
            if (earlier.thread == event.thread) {
                event.before[0] = left;
                event.index = earlier.index;
                break;
            }
        }
        event.index += 1;
        if (operation.reads() and event.choice < machine.history.write_count) {
            const write = &machine.history.writes[event.choice];
            if (write.thread != 0) event.before[1] = explorer.writer[event.choice];
        }
        if (operation.fences()) {
            left = number;
            while (left > 0) {
                left -= 1;
                if (!explorer.events[left].operation.fences()) continue;
                event.before[2] = left;
                break;
            }
        }
        if (operation.kind == .woken or operation.kind == .rung)
            event.before[3] = machine.threads[event.thread].woken_by;
        for (event.before) |before| {
            if (before == number) continue;
            event.clock = view_file.later(event.clock, explorer.events[before].clock);
        }
        event.clock[event.thread] = event.index;
    }

    /// Looks for pairs that could have come the other way round, the later of them at `fresh` or
    /// behind, and has the other way tried.
    fn findRaces(explorer: *Explorer, fresh: usize) void {
        for (explorer.events[fresh..explorer.event_count], fresh..) |*later, at| {
            // An exchange that failed would perhaps not have, had it come before another one.
            if (later.wrote != no_write or later.operation.kind == .cas) {
                for (explorer.events[0..at], 0..) |*earlier, before| {
                    if (!earlier.operation.reads()) continue;
                    if (earlier.operation.location != later.operation.location) continue;
                    if (later.wrote == no_write and earlier.wrote == no_write) continue;
                    if (explorer.isRace(before, at)) explorer.want(before, at);
                }
            }
            const before = later.before[2];
            if (before != at and explorer.isRace(before, at)) explorer.want(before, at);
        }
    }

    /// Whether nothing else stands between the two.
    fn isRace(explorer: *const Explorer, earlier: usize, later: usize) bool {
        const first = &explorer.events[earlier];
        const second = &explorer.events[later];
        if (first.thread == second.thread) return false;
        for (second.before) |before| {
            if (before == later or before == earlier) continue;
            if (explorer.events[before].clock[first.thread] >= first.index) return false;
        }
        return true;
    }

    fn follows(explorer: *const Explorer, earlier: usize, later: usize) bool {
        const first = &explorer.events[earlier];
        return explorer.events[later].clock[first.thread] >= first.index;
    }

    /// Has one of the threads tried at `earlier` with which `later` can come before it.
    fn want(explorer: *Explorer, earlier: usize, later: usize) void {
        var seen: Threads = nobody;
        var first_thread: u8 = 0;
        const node = &explorer.nodes[earlier];
        var at = earlier + 1;
        while (at <= later) : (at += 1) {
            if (at != later and explorer.follows(earlier, at)) continue;
            const thread = explorer.events[at].thread;
            if (seen.isSet(thread)) continue;
            seen.set(thread);
            var initial = true;
            for (earlier + 1..at) |between| {
                if (explorer.follows(earlier, between)) continue;
                if (explorer.follows(between, at)) initial = false;
            }
            if (!initial) continue;
            if (node.wanted.isSet(thread)) return;
            if (first_thread == 0) first_thread = thread;
        }
        node.wanted.set(first_thread);
    }

    /// Goes back to the last node where something is left to try. Returns the number of the first
    /// event that will be new, null when all has been seen.
    fn backtrack(explorer: *Explorer) ?usize {
        while (explorer.depth > 0) {
            const at = explorer.depth - 1;
            const node = &explorer.nodes[at];
            if (node.looked and node.choice_next + 1 < node.choice_count) {
                node.choice_next += 1;
                return at;
            }
            node.done.set(node.thread);
            const left = node.wanted.differenceWith(node.done);
            if (left.findFirstSet()) |thread| {
                node.thread = @intCast(thread);
                node.looked = false;
                return at;
            }
            explorer.depth = at;
        }
        return null;
    }
};
