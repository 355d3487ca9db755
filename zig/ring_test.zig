//! The ring as its two sides see it: JavaScript through the exported functions, threads through the
//! table.

const builtin = @import("builtin");
const std = @import("std");
const futex = @import("futex.zig");
const ring = @import("ring.zig");
const ring_pusher = @import("ring_pusher.zig");

const Code = ring.Code;
const Table = ring.Table;
const testing = std.testing;

/// A bell that counts, and that a test can hold back in the middle of a ring.
const Bell = struct {
    rings: futex.Word = .init(0),
    entered: futex.Word = .init(0),
    held: futex.Word = .init(0),

    fn bindTo(bell: *Bell, table: *Table) void {
        const seam = ring.bellOf(table);
        seam.bind(seam, notify, bell);
    }

    fn notify(user: ?*anyopaque, seq: u32) callconv(.c) void {
        const bell: *Bell = @ptrCast(@alignCast(user));
        std.debug.assert(seq == 0);
        _ = bell.entered.fetchAdd(1, .release);
        futex.wake(&bell.entered);
        while (bell.held.load(.acquire) != 0) futex.wait(&bell.held, 1);
        _ = bell.rings.fetchAdd(1, .release);
        futex.wake(&bell.rings);
    }

    fn waitFor(word: *futex.Word, count: u32) void {
        while (true) {
            const seen = word.load(.acquire);
            if (seen >= count) return;
            futex.wait(word, seen);
        }
    }

    fn letGo(bell: *Bell) void {
        bell.held.store(0, .release);
        futex.wake(&bell.held);
    }
};

fn open(capacity: u32, when_full: u32) !*Table {
    const config: ring.Config = .{
        .capacity = capacity,
        .payload_bytes = @sizeOf(u32),
        .when_full = @enumFromInt(when_full),
    };
    return ring.open(&config) orelse error.OutOfMemory;
}

/// Both holders let go.
fn close(table: *Table) void {
    ring.free(table);
    table.release(table);
}

fn push(table: *Table, value: u32) Code {
    return table.push(table, std.mem.asBytes(&value));
}

fn expect(table: *Table, asleep: bool, values: []const u32) !void {
    var out: [64]u32 = undefined;
    const drained = ring.drain(table, std.mem.asBytes(&out), out.len);
    const count: usize = @intCast(if (drained < 0) -1 - drained else drained);
    try testing.expectEqualSlices(u32, values, out[0..count]);
    try testing.expectEqual(asleep, drained < 0);
}

const block = 0;
const fail = 1;
const drop = 2;

test "a configuration out of bounds opens nothing" {
    const good: ring.Config = .{ .capacity = 2, .payload_bytes = 0, .when_full = .block };
    close(ring.open(&good).?);
    for ([_]u32{ 0, 1, 3, (1 << 24) + 1, 1 << 25 }) |capacity| {
        var bad = good;
        bad.capacity = capacity;
        try testing.expectEqual(null, ring.open(&bad));
    }
    var large = good;
    large.payload_bytes = 4097;
    try testing.expectEqual(null, ring.open(&large));
    var strange = good;
    strange.when_full = @enumFromInt(3);
    try testing.expectEqual(null, ring.open(&strange));
}

test "what is pushed together rings once, when all of it is in" {
    const table = try open(8, fail);
    defer close(table);
    var bell: Bell = .{};
    bell.bindTo(table);
    const values = [_]u32{ 1, 2, 3, 4, 5, 6, 7, 8 };
    for (1..6) |sleep| {
        try expect(table, true, &.{});
        try testing.expect(ring.pushAll(table, std.mem.sliceAsBytes(values[0..3])));
        try testing.expectEqual(sleep, bell.rings.load(.monotonic));
        try expect(table, true, values[0..3]);
    }
    try testing.expect(!ring.pushAll(table, std.mem.sliceAsBytes(&(values ++ values))));
    try expect(table, true, &values);
    ring.close(table);
    try testing.expect(!ring.pushAll(table, std.mem.sliceAsBytes(values[0..1])));
}

test "the bell rings once for each sleep, and never for a consumer that is awake" {
    const table = try open(64, block);
    defer close(table);
    var bell: Bell = .{};
    bell.bindTo(table);
    try testing.expectEqual(.ok, push(table, 1));
    try testing.expectEqual(0, bell.rings.load(.monotonic));
    for (1..6) |sleep| {
        try expect(table, true, if (sleep == 1) &.{1} else &.{ 2, 3 });
        for ([_]u32{ 2, 3 }) |value| _ = push(table, value);
        try testing.expectEqual(sleep, bell.rings.load(.monotonic));
    }
    var numbers: [4]f64 = undefined;
    ring.counters(table, &numbers);
    try testing.expectEqual([4]f64{ 11, 0, 0, 5 }, numbers);
}

test "a full ring fails with a code or drops, and counts which" {
    for ([_]u32{ fail, drop }, [_]Code{ .full, .dropped }) |when_full, code| {
        const table = try open(2, when_full);
        defer close(table);
        for ([_]u32{ 1, 2 }) |value| try testing.expectEqual(.ok, push(table, value));
        for (0..3) |_| try testing.expectEqual(code, push(table, 9));
        try expect(table, true, &.{ 1, 2 });
        try testing.expectEqual(.ok, push(table, 3));
        var numbers: [4]f64 = undefined;
        ring.counters(table, &numbers);
        const dropped: f64 = if (when_full == drop) 3 else 0;
        try testing.expectEqual([4]f64{ 3, dropped, 3 - dropped, 1 }, numbers);
    }
}

test "the thread that drains is refused rather than put to sleep for room that only it can make" {
    const table = try open(2, block);
    defer close(table);
    for ([_]u32{ 1, 2 }) |value| try testing.expectEqual(.ok, push(table, value));
    try testing.expectEqual(.full, push(table, 3));
    try expect(table, true, &.{ 1, 2 });
}

test "producers that sleep for room are woken by closing and get the code" {
    const table = try open(2, block);
    const threads = 6;
    const pusher = ring_pusher.start(table, threads, 10, 0).?;
    // Two items and six threads that want to push sixty: those that do not sleep yet, will.
    while (true) {
        var numbers: [4]f64 = undefined;
        ring.counters(table, &numbers);
        if (numbers[0] == 2) break;
        try std.Thread.yield();
    }
    ring.close(table);
    var codes: [4]f64 = undefined;
    ring_pusher.join(pusher, &codes);
    try testing.expectEqual([4]f64{ 2, 0, 0, threads }, codes);
    try testing.expectEqual(2, ring.discard(table));
    try testing.expectEqual(1, ring.isQuiet(table));
    close(table);
}

test "threads push on after JavaScript has closed and let go, and always get the code" {
    const Late = struct {
        fn run(table: *Table, go: *futex.Word, codes: *[100]Code) void {
            Bell.waitFor(go, 1);
            for (codes) |*code| code.* = push(table, 1);
            table.release(table);
        }
    };
    const table = try open(2, block);
    var go: futex.Word = .init(0);
    var codes: [4][100]Code = undefined;
    var threads: [4]std.Thread = undefined;
    for (&threads, &codes) |*thread, *own| {
        table.retain(table);
        thread.* = try .spawn(.{}, Late.run, .{ table, &go, own });
    }
    close(table);
    go.store(1, .release);
    futex.wake(&go);
    for (threads) |thread| thread.join();
    for (codes) |own| for (own) |code| try testing.expectEqual(.closed, code);
}

test "a ring is not quiet while a producer is inside its doorbell" {
    const table = try open(2, block);
    defer close(table);
    var bell: Bell = .{ .held = .init(1) };
    bell.bindTo(table);
    try expect(table, true, &.{});
    const pusher = ring_pusher.start(table, 1, 1, 0).?;
    Bell.waitFor(&bell.entered, 1);
    ring.close(table);
    try testing.expectEqual(1, ring.discard(table));
    for (0..3) |_| try testing.expectEqual(0, ring.isQuiet(table));
    bell.letGo();
    var codes: [4]f64 = undefined;
    ring_pusher.join(pusher, &codes);
    try testing.expectEqual([4]f64{ 1, 0, 0, 0 }, codes);
    try testing.expectEqual(1, ring.isQuiet(table));
}

extern "c" fn mincore(address: *anyopaque, size: usize, residency: *u8) c_int;

test "the memory is given back with the last hold, and not before" {
    if (builtin.os.tag != .linux) return error.SkipZigTest;
    const table = try open(1 << 20, block);
    const cells = ring.cellsOf(table);
    var residency: u8 = 0;
    table.retain(table);
    ring.free(table);
    table.release(table);
    try testing.expectEqual(.closed, push(table, 1));
    try testing.expectEqual(0, mincore(cells, 1, &residency));
    table.release(table);
    try testing.expect(mincore(cells, 1, &residency) != 0);
}

test "many threads through the table: all arrive, in order of each thread, through a small ring" {
    const table = try open(8, block);
    defer close(table);
    var bell: Bell = .{};
    bell.bindTo(table);
    const threads = 16;
    const per_thread = 500;
    const pusher = ring_pusher.start(table, threads, per_thread, 0).?;
    var seen: [threads]u32 = @splat(0);
    var out: [8]u32 = undefined;
    var count: u32 = 0;
    var heard: u32 = 0;
    while (true) {
        const drained = ring.drain(table, std.mem.asBytes(&out), out.len);
        const taken: u32 = @intCast(if (drained < 0) -1 - drained else drained);
        for (out[0..taken]) |value| {
            const thread = value >> ring_pusher.thread_shift;
            try testing.expectEqual(seen[thread], value % (1 << ring_pusher.thread_shift));
            seen[thread] += 1;
        }
        count += taken;
        if (count == threads * per_thread) break;
        if (drained >= 0) continue;
        heard += 1;
        Bell.waitFor(&bell.rings, heard);
    }
    var codes: [4]f64 = undefined;
    ring_pusher.join(pusher, &codes);
    try testing.expectEqual([4]f64{ threads * per_thread, 0, 0, 0 }, codes);
}
