//! The model's own controls: the machine allows what weak memory does and forbids what it does not,
//! and the explorer's short way sees no outcome less than the search of all interleavings.

const std = @import("std");
const Explorer = @import("explorer.zig").Explorer;
const Result = @import("explorer.zig").Result;
const Machine = @import("machine.zig").Machine;
const Order = @import("operation.zig").Order;
const memory = @import("memory.zig");
const testing = std.testing;

const Instruction = struct {
    const Kind = enum { load, store, swap, cas, fence, wait, wake };
    kind: Kind,
    location: u8 = 0,
    order: Order = .monotonic,
    value: u32 = 0,
    /// Of a cas and a wait.
    expected: u32 = 0,
};

const instructions_max = 4;
const locations = 2;

/// A few instructions in a few threads, and all that was ever seen to come of them.
const Litmus = struct {
    programs: []const []const Instruction,
    words: [locations]memory.Atomic(u32) = @splat(.init(0)),
    results: [3][instructions_max]u32 = undefined,
    outcomes: std.AutoHashMap(u64, [3][instructions_max]u32),

    pub fn threads(litmus: *const Litmus) u8 {
        return @intCast(litmus.programs.len);
    }

    pub fn start(litmus: *Litmus) void {
        litmus.results = @splat(@splat(99));
        litmus.words = @splat(.init(0));
        for (&litmus.words) |*word| _ = word.location();
    }

    pub fn run(litmus: *Litmus, thread: u8) void {
        for (litmus.programs[thread - 1], 0..) |instruction, at| {
            litmus.results[thread - 1][at] = litmus.perform(instruction);
        }
    }

    fn perform(litmus: *Litmus, instruction: Instruction) u32 {
        const word = &litmus.words[instruction.location];
        const order = instruction.order;
        switch (instruction.kind) {
            .load => return word.load(order),
            .store => word.store(instruction.value, order),
            .swap => return word.swap(instruction.value, order),
            .cas => return word.cmpxchgStrong(
                instruction.expected,
                instruction.value,
                order,
                .monotonic,
            ) orelse 77,
            .fence => memory.fullFence(),
            .wait => memory.wait(word, instruction.expected),
            .wake => memory.wake(word, 1),
        }
        return 0;
    }

    pub fn stuck(_: *const Litmus, _: u8) bool {
        return true;
    }

    pub fn finish(litmus: *Litmus) void {
        const machine = @import("machine.zig").current;
        var hasher = std.hash.Wyhash.init(0);
        hasher.update(std.mem.asBytes(&litmus.results));
        for (&litmus.words) |*word| {
            var previous: u32 = 0;
            // The whole modification order counts, not only what it ends with.
            while (machine.history.next(word.location(), previous)) |write| {
                previous = write.timestamp;
                hasher.update(std.mem.asBytes(&write.value));
            }
        }
        litmus.outcomes.put(hasher.final(), litmus.results) catch unreachable;
    }
};

fn explore(machine: *Machine, litmus: *Litmus, reduce: bool) !Result {
    const explorer = try testing.allocator.create(Explorer);
    defer testing.allocator.destroy(explorer);
    explorer.* = .{ .machine = machine, .options = .{ .reduce = reduce } };
    explorer.explore(litmus);
    return explorer.result;
}

/// Whether the threads can end with these results.
fn allows(programs: []const []const Instruction, wanted: []const []const u32) !bool {
    const machine: *Machine = try .create(testing.allocator);
    defer machine.destroy(testing.allocator);
    var litmus: Litmus = .{ .programs = programs, .outcomes = .init(testing.allocator) };
    defer litmus.outcomes.deinit();
    const result = try explore(machine, &litmus, true);
    try testing.expectEqual(null, result.failure);
    var outcomes = litmus.outcomes.valueIterator();
    next: while (outcomes.next()) |outcome| {
        for (wanted, 0..) |results, thread| {
            for (results, 0..) |value, at| if (outcome[thread][at] != value) continue :next;
        }
        return true;
    }
    return false;
}

fn st(location: u8, value: u32, order: Order) Instruction {
    return .{ .kind = .store, .location = location, .value = value, .order = order };
}

fn ld(location: u8, order: Order) Instruction {
    return .{ .kind = .load, .location = location, .order = order };
}

const fence: Instruction = .{ .kind = .fence };

test "store buffering: only full fences forbid it, seq_cst and acquire do not" {
    const weak = [_][]const Instruction{
        &.{ st(0, 1, .seq_cst), ld(1, .acquire) },
        &.{ st(1, 1, .seq_cst), ld(0, .acquire) },
    };
    try testing.expect(try allows(&weak, &.{ &.{ 0, 0 }, &.{ 0, 0 } }));
    const half = [_][]const Instruction{
        &.{ st(0, 1, .monotonic), fence, ld(1, .monotonic) },
        &.{ st(1, 1, .monotonic), ld(0, .monotonic) },
    };
    try testing.expect(try allows(&half, &.{ &.{ 0, 0, 0 }, &.{ 0, 0 } }));
    const fenced = [_][]const Instruction{
        &.{ st(0, 1, .monotonic), fence, ld(1, .monotonic) },
        &.{ st(1, 1, .monotonic), fence, ld(0, .monotonic) },
    };
    try testing.expect(!try allows(&fenced, &.{ &.{ 0, 0, 0 }, &.{ 0, 0, 0 } }));
}

test "message passing: release and acquire together forbid the stale read, one of them does not" {
    for ([_]Order{ .monotonic, .release }) |publish| {
        for ([_]Order{ .monotonic, .acquire }) |take| {
            const programs = [_][]const Instruction{
                &.{ st(0, 1, .monotonic), st(1, 1, publish) },
                &.{ ld(1, take), ld(0, .monotonic) },
            };
            const stale = try allows(&programs, &.{ &.{ 0, 0 }, &.{ 1, 0 } });
            try testing.expectEqual(publish != .release or take != .acquire, stale);
        }
    }
}

test "one location is read in one order, and two may be seen in different ones" {
    const coherent = [_][]const Instruction{
        &.{ st(0, 1, .monotonic), st(0, 2, .monotonic) },
        &.{ ld(0, .monotonic), ld(0, .monotonic) },
    };
    try testing.expect(try allows(&coherent, &.{ &.{ 0, 0 }, &.{ 1, 2 } }));
    try testing.expect(!try allows(&coherent, &.{ &.{ 0, 0 }, &.{ 2, 1 } }));
    const twice = [_][]const Instruction{
        &.{ st(0, 1, .monotonic), st(1, 2, .monotonic), ld(1, .monotonic) },
        &.{ st(1, 1, .monotonic), st(0, 2, .monotonic), ld(0, .monotonic) },
    };
    // Each thread's second store comes before the other's first one.
    try testing.expect(try allows(&twice, &.{ &.{ 0, 0, 1 }, &.{ 0, 0, 1 } }));
}

test "of two exchanges one reads the other's" {
    const swap: Instruction = .{ .kind = .swap, .value = 1 };
    const programs = [_][]const Instruction{ &.{swap}, &.{swap} };
    try testing.expect(try allows(&programs, &.{ &.{0}, &.{1} }));
    try testing.expect(try allows(&programs, &.{ &.{1}, &.{0} }));
    try testing.expect(!try allows(&programs, &.{ &.{0}, &.{0} }));
    try testing.expect(!try allows(&programs, &.{ &.{1}, &.{1} }));
}

test "a wait that a store and a wake follow returns" {
    // 99: the thread never came so far.
    const programs = [_][]const Instruction{
        &.{ .{ .kind = .wait }, ld(0, .monotonic) },
        &.{ st(0, 1, .monotonic), .{ .kind = .wake } },
    };
    try testing.expect(try allows(&programs, &.{ &.{ 0, 1 }, &.{ 0, 0 } }));
    try testing.expect(!try allows(&programs, &.{ &.{99}, &.{ 0, 0 } }));
    const backwards = [_][]const Instruction{
        &.{.{ .kind = .wait }},
        &.{ .{ .kind = .wake }, st(0, 1, .monotonic) },
    };
    try testing.expect(try allows(&backwards, &.{ &.{99}, &.{ 0, 0 } }));
}

const Shape = struct { threads: usize, instructions: usize };

test "the short way finds every outcome of a thousand random programs" {
    var random_state = std.Random.DefaultPrng.init(4);
    const random = random_state.random();
    const machine: *Machine = try .create(testing.allocator);
    defer machine.destroy(testing.allocator);
    machine.spurious_wakes = 1;
    for (0..1000) |number| {
        const shape: Shape = if (number % 2 == 0)
            .{ .threads = 2, .instructions = instructions_max }
        else
            .{ .threads = 3, .instructions = 2 };
        var instructions: [3][instructions_max]Instruction = undefined;
        var programs: [3][]const Instruction = undefined;
        for (0..shape.threads) |thread| {
            for (instructions[thread][0..shape.instructions], 0..) |*instruction, at| {
                instruction.* = anyInstruction(random, @intCast(10 * (thread + 1) + at));
            }
            programs[thread] = instructions[thread][0..shape.instructions];
        }
        try expectSameOutcomes(machine, programs[0..shape.threads]);
    }
}

fn anyInstruction(random: std.Random, value: u32) Instruction {
    const orders = [_]Order{ .monotonic, .acq_rel };
    var instruction: Instruction = .{
        .kind = random.enumValue(Instruction.Kind),
        .location = random.uintLessThan(u8, locations),
        .order = orders[random.uintLessThan(usize, orders.len)],
        .value = value,
    };
    if (instruction.order == .acq_rel and instruction.kind == .load) instruction.order = .acquire;
    if (instruction.order == .acq_rel and instruction.kind == .store) instruction.order = .release;
    return instruction;
}

fn expectSameOutcomes(machine: *Machine, programs: []const []const Instruction) !void {
    var short: Litmus = .{ .programs = programs, .outcomes = .init(testing.allocator) };
    defer short.outcomes.deinit();
    var full: Litmus = .{ .programs = programs, .outcomes = .init(testing.allocator) };
    defer full.outcomes.deinit();
    const reduced = try explore(machine, &short, true);
    const whole = try explore(machine, &full, false);
    try testing.expectEqual(null, reduced.failure);
    try testing.expect(reduced.executions <= whole.executions);
    if (full.outcomes.count() != short.outcomes.count()) {
        std.debug.print("{d} of {d} outcomes\n", .{ short.outcomes.count(), full.outcomes.count() });
        for (programs) |program| std.debug.print("{any}\n", .{program});
    }
    try testing.expectEqual(full.outcomes.count(), short.outcomes.count());
    var keys = full.outcomes.keyIterator();
    while (keys.next()) |key| try testing.expect(short.outcomes.contains(key.*));
}
