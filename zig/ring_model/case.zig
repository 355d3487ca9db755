//! One case of the model: some producers, the consumer, and what must hold when they are through.

const std = @import("std");
const Explorer = @import("explorer.zig").Explorer;
const machine_file = @import("machine.zig");
const Machine = machine_file.Machine;
const Mutation = @import("mutation.zig").Mutation;
const memory = @import("memory.zig");
const ring_queue = @import("../ring_queue.zig");
const trace = @import("trace.zig");

const producers_max = 3;
const items_max = 4;
const out_max = producers_max * items_max;

/// The real protocol on the model's memory.
pub const Queue = ring_queue.Queue(memory);

pub const Plan = struct {
    /// How many payloads each producer pushes.
    items: []const u8,
    cells: u8 = 2,
    /// Where positions start.
    start: u64 = 0,
    at_full: ring_queue.AtFull = .sleep,
    /// What a drain takes at most.
    budget: u32 = 8,
    stay_awake_from: u32 = std.math.maxInt(u32),
    /// The producer that stops for good between claiming and publishing.
    stalled: ?u8 = null,
    consumer: enum {
        /// Drains, and sleeps when told to.
        patient,
        /// Drains once more without having been rung for.
        impatient,
        /// Drains once, closes, throws away what is left.
        discards,
        /// Closes, then drains what is left.
        ends,
    } = .patient,
    spurious_wakes: u8 = 0,
    /// A ring may come for what was taken before.
    idle_rings: bool = false,
    /// Everybody sees the newest only. Then every interleaving is tried: the explorer's short way relies
    /// on loads that may read what is old.
    sequential: bool = false,
    /// All have claimed their first position before it begins: what follows is the doorbell alone.
    claimed: bool = false,
};

/// `Subject` is `Queue`, or what stands in its place to see that the model notices.
pub fn Case(comptime Subject: type) type {
    return struct {
        const Self = @This();

        plan: Plan,
        queue: Subject = undefined,
        store: memory.Cells.Store = .{},
        doorbell: memory.Doorbell = .{},
        pushed: [producers_max][items_max]?ring_queue.Pushed = undefined,
        out: [out_max]u32 = undefined,
        delivered: u32 = 0,
        discarded: u32 = 0,
        sleeps: u32 = 0,
        was_rung: bool = false,

        pub fn threads(case: *const Self) u8 {
            return @intCast(case.plan.items.len + 1);
        }

        fn consumerThread(case: *const Self) u8 {
            return case.threads();
        }

        fn closes(case: *const Self) bool {
            return case.plan.consumer == .discards or case.plan.consumer == .ends;
        }

        pub fn start(case: *Self) void {
            case.store = .{};
            case.doorbell = .{};
            case.pushed = @splat(@splat(null));
            case.delivered = 0;
            case.discarded = 0;
            case.sleeps = 0;
            case.was_rung = false;
            const first_tag: u32 = @truncate(case.plan.start / case.plan.cells);
            for (&case.store.tags) |*tag| tag.* = .init(first_tag);
            case.queue = .init(.{ .store = &case.store, .count = case.plan.cells }, case.plan.start);
            if (Subject == Queue and case.plan.claimed) {
                for (case.plan.items) |_| _ = case.queue.claim(.give_up);
            }
            const machine = machine_file.current;
            inline for (comptime std.meta.fieldNames(Subject)) |field| {
                const Field = @FieldType(Subject, field);
                if (Field == memory.Atomic(u32) or Field == memory.Atomic(u64))
                    machine.history.name(@field(case.queue, field).location(), field, null);
            }
            for (case.store.tags[0..case.plan.cells], 0..) |*tag, index| {
                machine.history.name(tag.location(), "tag", @intCast(index));
            }
        }

        pub fn run(case: *Self, thread: u8) void {
            if (thread == case.consumerThread()) return case.consume();
            const producer = thread - 1;
            for (0..case.plan.items[producer]) |item| {
                const machine = machine_file.current;
                machine.threads[thread].stalls = case.plan.stalled == producer;
                const value: u32 = @intCast(100 * @as(u32, thread) + item);
                const pushed = if (case.plan.claimed)
                    case.publishClaimed(producer, value)
                else
                    case.queue.push(value, case.plan.at_full);
                case.pushed[producer][item] = pushed;
                if (pushed == .ring) {
                    case.doorbell.ring();
                    case.queue.rung();
                }
            }
        }

        fn publishClaimed(case: *Self, producer: u8, value: u32) ring_queue.Pushed {
            if (Subject != Queue) unreachable;
            const rings = case.queue.publish(case.plan.start + producer, value);
            return if (rings) .ring else .quiet;
        }

        fn consume(case: *Self) void {
            switch (case.plan.consumer) {
                .patient => while (true) {
                    if (case.drain()) case.sleep();
                },
                .impatient => {
                    _ = case.drain();
                    while (true) {
                        if (case.drain()) case.sleep();
                    }
                },
                .discards => {
                    _ = case.drain();
                    case.queue.close();
                    for (0..2) |_| {
                        case.discarded += case.queue.discard();
                        if (case.queue.isQuiet()) return case.doorbell.free();
                    }
                },
                .ends => {
                    case.queue.close();
                    while (true) {
                        const asleep = case.drain();
                        if (case.queue.isQuiet()) return case.doorbell.free();
                        if (asleep) case.sleep();
                    }
                },
            }
        }

        fn sleep(case: *Self) void {
            memory.awaitRing();
            case.was_rung = true;
        }

        /// True: asleep.
        fn drain(case: *Self) bool {
            const out = case.out[case.delivered..];
            const budget = @min(case.plan.budget, out.len);
            if (budget == 0) machine_file.current.fail("more was delivered than pushed", .{});
            const drained = case.queue.drain(out, budget, case.plan.stay_awake_from);
            case.delivered += drained.count;
            case.sleeps += @intFromBool(drained.asleep);
            if (case.was_rung and drained.count == 0 and !case.plan.idle_rings)
                machine_file.current.fail("rung for nothing", .{});
            case.was_rung = false;
            return drained.asleep;
        }

        /// A thread that will never go on: may it?
        pub fn stuck(case: *const Self, index: u8) bool {
            const machine = machine_file.current;
            const pending = machine.threads[index].pending.kind;
            if (index == case.consumerThread()) return pending == .rung;
            if (pending == .stall) return true;
            // Behind one who has stopped there is no room to come, until it is closed.
            return case.plan.stalled != null and !case.closes() and pending == .wait;
        }

        pub fn finish(case: *Self) void {
            switch (case.plan.consumer) {
                .patient, .impatient => {},
                // What was free to go is looked at no more.
                .ends, .discards => if (case.doorbell.exists) {
                    case.discarded += case.queue.discard();
                    if (case.queue.isQuiet()) {
                        case.doorbell.free();
                    } else if (case.plan.stalled == null) {
                        return fail("closed and drained, but never quiet", .{});
                    }
                },
            }
            case.checkRings();
            case.checkDelivery();
        }

        fn checkRings(case: *const Self) void {
            const machine = machine_file.current;
            // Who did not wait to be rung for may be rung for a sleep that is over; but only once.
            if (machine.rings > case.sleeps) return fail("rung more than once for one sleep", .{});
            switch (case.plan.consumer) {
                .impatient, .discards => {},
                .patient, .ends => if (machine.rings != machine.rings_heard)
                    return fail("rung while nobody slept", .{}),
            }
        }

        /// All that was taken in has come out once, in the order of each producer, or was counted.
        fn checkDelivery(case: *const Self) void {
            var accepted: u32 = 0;
            var out_of_order = false;
            for (0..case.plan.items.len) |producer| {
                var next: u32 = 0;
                for (case.pushed[producer][0..case.plan.items[producer]], 0..) |result, item| {
                    const pushed = result orelse continue;
                    if (pushed == .full and case.plan.at_full == .sleep)
                        return fail("refused though it should have waited", .{});
                    if (pushed != .quiet and pushed != .ring) continue;
                    accepted += 1;
                    const value: u32 = @intCast(100 * (producer + 1) + item);
                    const found = std.mem.findScalarPos(u32, case.out[0..case.delivered], next, value);
                    if (found) |at| next = @intCast(at + 1) else out_of_order = true;
                }
            }
            const counted = case.delivered + case.discarded;
            const held = if (case.plan.stalled == null) 0 else accepted -| counted;
            if (!case.closes() and accepted > counted + held) return fail(
                "lost wake: the consumer sleeps, {d} of {d} delivered",
                .{ case.delivered, accepted },
            );
            if (accepted != counted + held) return fail(
                "{d} taken in, {d} delivered, {d} thrown away",
                .{ accepted, case.delivered, case.discarded },
            );
            if (out_of_order and case.discarded + held == 0) fail("out of order or doubled", .{});
            if (case.plan.stalled != null) case.checkHeld();
        }

        /// What is held back is held back by the one who stopped, and by nobody else.
        fn checkHeld(case: *const Self) void {
            const position = case.queue.consumer.position;
            const tag = @constCast(&case.store.tags[@intCast(position % case.plan.cells)]);
            const before: u32 = @truncate(position / case.plan.cells);
            if (tag.load(.monotonic) != before) fail("asleep before a published cell", .{});
            if (position - case.plan.start != case.delivered + case.discarded) fail("taken but not delivered", .{});
        }

        fn fail(comptime format: []const u8, arguments: anytype) void {
            machine_file.current.fail(format, arguments);
        }
    };
}

pub const Outcome = struct {
    executions: u64,
    /// What went wrong, step by step. The caller frees it.
    counterexample: ?[]u8,
};

/// Explores a plan to its end, or to the first counterexample.
pub fn check(
    comptime Subject: type,
    allocator: std.mem.Allocator,
    plan: Plan,
    mutation: Mutation,
) !Outcome {
    const machine: *Machine = try .create(allocator);
    defer machine.destroy(allocator);
    machine.mutation = mutation;
    machine.spurious_wakes = plan.spurious_wakes;
    const explorer = try allocator.create(Explorer);
    defer allocator.destroy(explorer);
    machine.sequential = plan.sequential;
    explorer.* = .{ .machine = machine, .options = .{ .reduce = !plan.sequential } };
    var case: Case(Subject) = .{ .plan = plan };
    explorer.explore(&case);
    const failed = explorer.result.failure != null;
    return .{
        .executions = explorer.result.executions,
        .counterexample = if (failed) try trace.print(allocator, explorer) else null,
    };
}
