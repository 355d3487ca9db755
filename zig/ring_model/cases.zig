//! The cases that the model explores, each to its end: every execution that the machine of
//! machine.zig allows, of the very code that ships.

const std = @import("std");
const case = @import("case.zig");
const options = @import("options");
const Mutation = @import("mutation.zig").Mutation;
const testing = std.testing;
const Plan = case.Plan;

/// Where nobody can sleep for room, the fence before the look at who does so has nothing to order.
/// Without it the machine may do more, not less, and has fewer orders to try.
fn withoutRoomFence(plan: Plan) Mutation {
    const consumer: u8 = @intCast(plan.items.len + 1);
    return .{ .what = .drop_fence, .thread_first = consumer, .location = "head" };
}

fn expectHolds(name: []const u8, plan: Plan, mutation: Mutation) !void {
    const outcome = try case.check(case.Queue, testing.allocator, plan, mutation);
    if (outcome.counterexample) |text| {
        defer testing.allocator.free(text);
        std.debug.print("{s}:\n{s}", .{ name, text });
        return error.TestUnexpectedResult;
    }
    if (options.report) std.debug.print("{s}: {d} executions\n", .{ name, outcome.executions });
}

/// Nobody sleeps for room in this one.
fn expectRoomyHolds(name: []const u8, plan: Plan) !void {
    try expectHolds(name, plan, withoutRoomFence(plan));
}

test "the doorbell: one producer" {
    try expectRoomyHolds("1 producer × 3, 4 cells", .{ .items = &.{3}, .cells = 4 });
    try expectRoomyHolds("1 producer × 3, 4 cells, one payload a drain", .{
        .items = &.{3},
        .cells = 4,
        .budget = 1,
    });
    try expectRoomyHolds("1 producer × 3, 4 cells, awake after two", .{
        .items = &.{3},
        .cells = 4,
        .stay_awake_from = 2,
    });
}

test "the doorbell: two producers" {
    try expectRoomyHolds("2 producers × 1, 2 cells", .{ .items = &.{ 1, 1 } });
    try expectHolds("2 producers × 1, 2 cells, with every fence", .{ .items = &.{ 1, 1 } }, .{});
    try expectRoomyHolds("2 producers × 1, 2 cells, one payload a drain", .{
        .items = &.{ 1, 1 },
        .budget = 1,
    });
    try expectRoomyHolds("2 producers × 1, 2 cells, tags wrap around", .{
        .items = &.{ 1, 1 },
        .start = std.math.maxInt(u32) * 2,
    });
    try expectRoomyHolds("2 producers × 1, 2 cells, a drain that nobody rang for", .{
        .items = &.{ 1, 1 },
        .consumer = .impatient,
        .idle_rings = true,
    });
    if (!options.deep) return;
    try expectRoomyHolds("2 producers × 2 and 1, 4 cells", .{ .items = &.{ 2, 1 }, .cells = 4 });
}

test "the doorbell: three producers that have claimed" {
    try expectRoomyHolds("3 producers × 1, claimed, 4 cells", .{
        .items = &.{ 1, 1, 1 },
        .cells = 4,
        .claimed = true,
    });
    if (!options.deep) return;
    try expectHolds("3 producers × 1, claimed, 4 cells, with every fence", .{
        .items = &.{ 1, 1, 1 },
        .cells = 4,
        .claimed = true,
    }, .{});
}

test "a full queue: those who wait for room come in, and those who do not are told" {
    try expectHolds("1 producer × 2, 1 cell", .{ .items = &.{2}, .cells = 1 }, .{});
    try expectHolds("1 producer × 2, 1 cell, a wait that returns for no reason", .{
        .items = &.{2},
        .cells = 1,
        .spurious_wakes = 1,
    }, .{});
    try expectHolds("1 producer × 3, 2 cells", .{ .items = &.{3} }, .{});
    try expectRoomyHolds("2 producers × 1, 1 cell, refused when full", .{
        .items = &.{ 1, 1 },
        .cells = 1,
        .at_full = .give_up,
    });
    try expectHolds("2 producers × 1, 1 cell", .{ .items = &.{ 1, 1 }, .cells = 1 }, .{});
}

test "a producer that stops between claiming and publishing loses nothing of the others" {
    for ([_]u8{ 0, 1 }) |stalled| {
        try expectRoomyHolds("2 producers × 1, 2 cells, one stops", .{
            .items = &.{ 1, 1 },
            .stalled = stalled,
        });
    }
    try expectHolds("2 producers × 1, 1 cell, one stops", .{
        .items = &.{ 1, 1 },
        .cells = 1,
        .stalled = 0,
    }, .{});
    try expectHolds("2 producers × 1, 1 cell, one stops, closed and thrown away", .{
        .items = &.{ 1, 1 },
        .cells = 1,
        .stalled = 0,
        .consumer = .discards,
    }, .{});
    try expectRoomyHolds("2 producers × 2 and 1, 4 cells, one stops", .{
        .items = &.{ 2, 1 },
        .cells = 4,
        .stalled = 1,
    });
}

test "closing beside pushes: each is delivered, refused or counted, and then all is quiet" {
    for ([_]u8{ 1, 2 }) |cells| {
        try expectHolds("2 producers × 1, closed and drained", .{
            .items = &.{ 1, 1 },
            .cells = cells,
            .consumer = .ends,
        }, .{});
        if (cells == 1 and !options.deep) continue;
        try expectHolds("2 producers × 1, closed and thrown away", .{
            .items = &.{ 1, 1 },
            .cells = cells,
            .consumer = .discards,
        }, .{});
    }
    try expectHolds("1 producer × 2, 1 cell, closed and drained", .{
        .items = &.{2},
        .cells = 1,
        .consumer = .ends,
    }, .{});
    try expectHolds("1 producer × 2, 1 cell, closed and thrown away", .{
        .items = &.{2},
        .cells = 1,
        .consumer = .discards,
    }, .{});
}
