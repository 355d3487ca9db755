//! What the model is good for: each of these is one thing left out of the protocol, and is found.

const std = @import("std");
const case = @import("case.zig");
const first_prototype = @import("first_prototype.zig");
const Mutation = @import("mutation.zig").Mutation;
const FirstPrototype = first_prototype.FirstPrototype;
const testing = std.testing;
const Plan = case.Plan;

/// Two producers and the consumer, which is thread 3.
const two: Plan = .{ .items = &.{ 1, 1 } };
/// One producer that has to wait for room, and the consumer, which is thread 2.
const waits: Plan = .{ .items = &.{2}, .cells = 1 };
const reuses: Plan = .{ .items = &.{2}, .cells = 1, .at_full = .give_up };

fn expectFails(
    comptime Subject: type,
    plan: Plan,
    mutation: Mutation,
    expected: []const u8,
) !void {
    const outcome = try case.check(Subject, testing.allocator, plan, mutation);
    const text = outcome.counterexample orelse return error.TestExpectedFailure;
    defer testing.allocator.free(text);
    errdefer std.debug.print("{s}", .{text});
    try testing.expect(std.mem.find(u8, text, expected) != null);
    // The trace is for people: it must name who did what.
    try testing.expect(std.mem.find(u8, text, "consumer    tag[0].load(") != null);
}

fn expectMutantFails(plan: Plan, mutation: Mutation, expected: []const u8) !void {
    try expectFails(case.Queue, plan, mutation, expected);
}

test "without the producer's fence a wake is lost" {
    const mutation: Mutation = .{ .what = .drop_fence, .thread_last = 2, .location = "tag" };
    try expectMutantFails(two, mutation, "lost wake");
}

test "without the consumer's fence a wake is lost" {
    const mutation: Mutation = .{ .what = .drop_fence, .thread_first = 3, .location = "awaited" };
    try expectMutantFails(two, mutation, "lost wake");
}

test "published without release, the payload is raced for" {
    const mutation: Mutation = .{ .what = .relax_store, .thread_last = 2, .location = "tag" };
    try expectMutantFails(two, mutation, "data race");
}

test "looked for without acquire, the payload is raced for" {
    const mutation: Mutation = .{ .what = .relax_load, .thread_first = 3, .location = "tag" };
    try expectMutantFails(two, mutation, "data race");
}

test "freed without release, the cell is raced for" {
    const mutation: Mutation = .{ .what = .relax_store, .thread_first = 2, .location = "head" };
    try expectMutantFails(reuses, mutation, "data race");
}

test "claimed without acquire, the cell is raced for" {
    const mutation: Mutation = .{ .what = .relax_load, .thread_last = 1, .location = "head" };
    try expectMutantFails(reuses, mutation, "data race");
}

test "room announced without a fence is not heard of" {
    const mutation: Mutation = .{ .what = .drop_fence, .thread_first = 2, .location = "head" };
    try expectMutantFails(waits, mutation, "stuck: thread 1");
}

test "waited for without a fence, room is not heard of" {
    const mutation: Mutation = .{ .what = .drop_fence, .thread_last = 1, .location = "sleepers" };
    try expectMutantFails(waits, mutation, "stuck: thread 1");
}

test "closed without waking, those who wait for room wait for ever" {
    const mutation: Mutation = .{ .what = .drop_wake, .thread_first = 3, .location = "room" };
    try expectMutantFails(.{
        .items = &.{ 1, 1 },
        .cells = 1,
        .stalled = 0,
        .consumer = .discards,
    }, mutation, "stuck: thread 2");
}

test "a ring that is counted without release may reach a doorbell that is gone" {
    var plan = two;
    plan.consumer = .ends;
    const mutation: Mutation = .{ .what = .relax_rmw, .thread_last = 2, .location = "rings" };
    try expectMutantFails(plan, mutation, "data race");
}

test "quiet without acquire, a ring may reach a doorbell that is gone" {
    var plan = two;
    plan.consumer = .ends;
    const mutation: Mutation = .{ .what = .relax_load, .thread_first = 3, .location = "rings" };
    try expectMutantFails(plan, mutation, "data race");
}

test "announced without release, or heard without acquire, the closing is slept over" {
    const plan: Plan = .{
        .items = &.{ 1, 1 },
        .cells = 1,
        .stalled = 0,
        .consumer = .discards,
    };
    const announced: Mutation = .{ .what = .relax_rmw, .thread_first = 3, .location = "room" };
    try expectMutantFails(plan, announced, "stuck: thread 2");
    const heard: Mutation = .{ .what = .relax_load, .thread_last = 2, .location = "room" };
    try expectMutantFails(plan, heard, "stuck: thread 2");
}

const refuses: Plan = .{ .items = &.{ 1, 1 }, .at_full = .give_up };

test "the first prototype loses a wake: its store and the load behind it trade places" {
    const Subject = FirstPrototype(.{ .clear = .store });
    try expectFails(Subject, refuses, .{}, "lost wake");
}

test "without weak memory nobody would see that" {
    const Subject = FirstPrototype(.{ .clear = .store });
    var plan: Plan = .{ .items = &.{1}, .at_full = .give_up, .idle_rings = true };
    try expectFails(Subject, plan, .{}, "lost wake");
    plan.sequential = true;
    const outcome = try case.check(Subject, testing.allocator, plan, .{});
    try testing.expect(outcome.counterexample == null);
}

test "the same with an exchange in place of the store holds" {
    // It rings now and then for what is taken already, as `awaited` never does.
    var plan = refuses;
    plan.idle_rings = true;
    const outcome = try case.check(FirstPrototype(.{}), testing.allocator, plan, .{});
    try testing.expect(outcome.counterexample == null);
}

test "clearing before draining rings for what is on its way already" {
    const Subject = FirstPrototype(.{ .clears_early = true });
    try expectFails(Subject, refuses, .{}, "rung for nothing");
}

test "clearing at the budget leaves behind what nobody rings for" {
    const Subject = FirstPrototype(.{ .clears_at_budget = true });
    var plan = refuses;
    plan.budget = 1;
    try expectFails(Subject, plan, .{}, "lost wake");
}

test "a flag of close that is read apart from claiming lets a push in that is never counted" {
    const Subject = FirstPrototype(.{ .closed_apart = true });
    var plan = refuses;
    plan.consumer = .discards;
    try expectFails(Subject, plan, .{}, "taken in");
}
