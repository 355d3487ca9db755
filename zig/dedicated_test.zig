//! A dedicated thread, called as JavaScript calls it.

const builtin = @import("builtin");
const std = @import("std");
const call_module = @import("dedicated_call.zig");
const clock = @import("clock.zig");
const dedicated = @import("dedicated.zig");
const dedicated_jobs = @import("dedicated_jobs.zig");
const placement = @import("placement.zig");
const ring_module = @import("ring.zig");

const Call = call_module.Call;
const Dedicated = dedicated.Dedicated;
const Status = call_module.Status;

const echo = 0;
const fail_kind = 4;
const reverse = 5;
const until_cancelled = 6;
const silence = 7;
const die = 8;

/// A worker with the jobs of the scenario, heard through its queue of completions.
const Caller = struct {
    jobs: *dedicated_jobs.Jobs,
    worker: *Dedicated,

    fn open(capacity: u32, is_adaptive: u32, config: dedicated_jobs.Config) !Caller {
        const jobs = dedicated_jobs.open(&config).?;
        const worker = dedicated.open(&.{
            .capacity = capacity,
            .carrier = .doorbell,
            .is_adaptive = is_adaptive,
        }, &jobs.work).?;
        try std.testing.expect(dedicated.start(worker) > 0);
        return .{ .jobs = jobs, .worker = worker };
    }

    /// The next slot whose call is done.
    fn hear(caller: Caller) !u32 {
        var index: [1]u32 = undefined;
        const start_ns = clock.nowNs();
        while (dedicated.take(caller.worker, &index, 1) == 0) {
            try std.testing.expect(clock.nowNs() - start_ns < 20 * std.time.ns_per_s);
            placement.yield();
        }
        return index[0];
    }

    fn status(caller: Caller, index: u32) Status {
        return caller.worker.outcomes[index].status;
    }

    fn value(caller: Caller, index: u32) f64 {
        return caller.worker.outcomes[index].value;
    }

    fn waitUntilGone(caller: Caller) !void {
        const start_ns = clock.nowNs();
        while (dedicated.stateOf(caller.worker) == .running) {
            try std.testing.expect(clock.nowNs() - start_ns < 20 * std.time.ns_per_s);
            placement.yield();
        }
    }

    fn close(caller: Caller) !void {
        if (dedicated.stateOf(caller.worker) == .running) {
            dedicated.close(caller.worker);
            try std.testing.expectEqual(caller.worker.farewell(), try caller.hear());
            try caller.waitUntilGone();
        }
        dedicated.join(caller.worker);
        dedicated.free(caller.worker);
        dedicated_jobs.close(caller.jobs);
    }
};

test "calls are answered in order, each with its own number, parked or spinning" {
    for ([_]u32{ 0, 1 }) |is_adaptive| {
        const caller: Caller = try .open(8, is_adaptive, .{ .spin_ns = 0, .has_query = 0 });
        for (0..500) |round| {
            for (0..8) |nth| dedicated.send(caller.worker, @intCast(nth), echo, @floatFromInt(round * 8 + nth));
            for (0..8) |nth| {
                const index = try caller.hear();
                try std.testing.expectEqual(nth, index);
                try std.testing.expectEqual(Status.number, caller.status(index));
                try std.testing.expectEqual(@as(f64, @floatFromInt(round * 8 + nth)), caller.value(index));
            }
        }
        var counts: [4]f64 = undefined;
        dedicated.counters(caller.worker, &counts);
        try std.testing.expectEqual(4000, counts[0]);
        try std.testing.expectEqual(0, counts[1]);
        try caller.close();
    }
}

test "bytes go there and back, and a failure says where it was" {
    const caller: Caller = try .open(2, 0, .{ .spin_ns = 0, .has_query = 0 });
    try std.testing.expectEqual(0, dedicated.sendBytes(caller.worker, 0, reverse, 0, "abc", 3));
    try std.testing.expectEqual(0, try caller.hear());
    var text: [200]u8 = @splat(0);
    try std.testing.expectEqual(Status.bytes, caller.status(0));
    try std.testing.expectEqual(3, caller.value(0));
    dedicated.takeAnswer(caller.worker, 0, &text);
    try std.testing.expectEqualStrings("cba", text[0..3]);
    dedicated.send(caller.worker, 1, fail_kind, 17);
    try std.testing.expectEqual(1, try caller.hear());
    try std.testing.expectEqual(Status.failed, caller.status(1));
    dedicated.takeAnswer(caller.worker, 1, &text);
    var parts = std.mem.splitScalar(u8, text[0..@intFromFloat(caller.value(1))], 0);
    try std.testing.expectEqualStrings("PurposeError", parts.next().?);
    try std.testing.expectEqualStrings("call 17 failed on purpose", parts.next().?);
    try std.testing.expect(std.mem.indexOf(u8, parts.next().?, "at perform (zig/dedicated_jobs.zig:") != null);
    dedicated.send(caller.worker, 1, silence, 17);
    try std.testing.expectEqual(1, try caller.hear());
    try std.testing.expectEqual(Status.undefined, caller.status(1));
    try caller.close();
}

test "a call that is cancelled before its turn is not done, and one that runs is told" {
    const caller: Caller = try .open(4, 0, .{ .spin_ns = 0, .has_query = 0 });
    dedicated.send(caller.worker, 0, until_cancelled, 5);
    var counts: [4]f64 = @splat(0);
    const start_ns = clock.nowNs();
    while (counts[0] == 0) {
        dedicated.counters(caller.worker, &counts);
        try std.testing.expect(clock.nowNs() - start_ns < 20 * std.time.ns_per_s);
    }
    for (1..4) |index| dedicated.send(caller.worker, @intCast(index), die, 0);
    for (1..4) |index| dedicated.cancel(caller.worker, @intCast(index));
    dedicated.cancel(caller.worker, 0);
    for (0..4) |index| try std.testing.expectEqual(index, try caller.hear());
    try std.testing.expectEqual(Status.number, caller.status(0));
    for (1..4) |index| try std.testing.expectEqual(Status.taken_back, caller.status(@intCast(index)));
    try caller.close();
}

test "a thread that dies in a job is seen to be dead, and all is given back" {
    // ThreadSanitizer waits for ever for a thread that ended without its knowledge.
    if (builtin.sanitize_thread) return error.SkipZigTest;
    const caller: Caller = try .open(4, 0, .{ .spin_ns = 0, .has_query = 0 });
    try std.testing.expectEqual(0, dedicated.sendBytes(caller.worker, 0, die, 0, "abc", 3));
    try std.testing.expectEqual(0, dedicated.sendBytes(caller.worker, 1, reverse, 0, "abc", 3));
    try caller.waitUntilGone();
    try std.testing.expectEqual(2, @intFromEnum(dedicated.stateOf(caller.worker)));
    var none: [1]u32 = undefined;
    try std.testing.expectEqual(0, dedicated.take(caller.worker, &none, 1));
    try caller.close();
}

test "a thread that cannot start says why, and ends" {
    const caller: Caller = try .open(4, 0, .{ .spin_ns = 0, .has_query = 0, .cannot_start = 1 });
    const farewell = try caller.hear();
    try std.testing.expectEqual(caller.worker.farewell(), farewell);
    try std.testing.expectEqual(Status.failed, caller.status(farewell));
    var text: [300]u8 = undefined;
    dedicated.takeAnswer(caller.worker, farewell, &text);
    try std.testing.expect(std.mem.startsWith(u8, &text, "StartError\x00it was told not to start"));
    try caller.waitUntilGone();
    try std.testing.expectEqual(0, caller.jobs.stopped);
    try caller.close();
}

test "what is left when it is closed is done first, and start and stop are called once" {
    const caller: Caller = try .open(64, 1, .{ .spin_ns = 1000, .has_query = 0 });
    for (0..64) |index| dedicated.send(caller.worker, @intCast(index), 1, 1);
    dedicated.close(caller.worker);
    for (0..64) |index| try std.testing.expectEqual(index, try caller.hear());
    try std.testing.expectEqual(caller.worker.farewell(), try caller.hear());
    try caller.waitUntilGone();
    var lives: [2]f64 = undefined;
    dedicated_jobs.lives(caller.jobs, &lives);
    try std.testing.expectEqual([2]f64{ 1, 1 }, lives);
    try caller.close();
}

test "a ring carries completions, and is let go" {
    const jobs = dedicated_jobs.open(&.{ .spin_ns = 0, .has_query = 0 }).?;
    defer dedicated_jobs.close(jobs);
    const ring = ring_module.open(&.{ .capacity = 8, .payload_bytes = 4, .when_full = .fail }).?;
    defer ring_module.free(ring);
    const worker = dedicated.open(&.{ .capacity = 4, .carrier = .ring }, &jobs.work).?;
    dedicated.carryByRing(worker, ring);
    try std.testing.expect(dedicated.start(worker) > 0);
    dedicated.send(worker, 3, echo, 9);
    dedicated.close(worker);
    while (dedicated.stateOf(worker) == .running) placement.yield();
    var indexes: [4]u32 = undefined;
    try std.testing.expectEqual(-1 - 2, ring_module.drain(ring, std.mem.asBytes(&indexes), 4));
    try std.testing.expectEqualSlices(u32, &.{ 3, 4 }, indexes[0..2]);
    dedicated.join(worker);
    dedicated.free(worker);
}

test "what cannot be opened is refused" {
    const jobs = dedicated_jobs.open(&.{ .spin_ns = 0, .has_query = 0 }).?;
    defer dedicated_jobs.close(jobs);
    var work = jobs.work;
    try std.testing.expectEqual(null, dedicated.open(&.{ .capacity = 0, .carrier = .ring }, &work));
    try std.testing.expectEqual(null, dedicated.open(&.{ .capacity = 1 << 21, .carrier = .ring }, &work));
    try std.testing.expectEqual(null, dedicated.open(&.{ .capacity = 1, .carrier = @enumFromInt(3) }, &work));
    work.abi = 2;
    try std.testing.expectEqual(null, dedicated.open(&.{ .capacity = 1, .carrier = .ring }, &work));
}
