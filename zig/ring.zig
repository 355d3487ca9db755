//! A ring of wakerbench/ring: the queue of ring_queue.zig with a doorbell, a policy for when it is
//! full, and its holders. Threads push through the table of include/wakerbench_ring.h.

const std = @import("std");
const memory = @import("ring_memory.zig");
const placement = @import("placement.zig");
const ring_queue = @import("ring_queue.zig");

const allocator = std.heap.c_allocator;
const Bell = @import("bell.zig").Bell;
const Seam = @import("seam.zig").Seam;

/// Raised when a field of `Table` changes its meaning.
const abi_version: u32 = 1;

/// A drain that took at least so many looks once more before it sleeps: docs/ring.md, "Floods".
const stay_awake_from = 64;

const capacity_max = 1 << 24;
const payload_bytes_max = 4096;

/// What a push returns.
pub const Code = enum(i32) { ok = 0, full = 1, dropped = 2, closed = 3 };

/// What a push does when there is no room: sleep, return `full`, or return `dropped` and count it.
const WhenFull = enum(u32) { block = 0, fail = 1, drop = 2, _ };

/// What a ring is opened with.
pub const Config = extern struct {
    /// A power of two from 2 to 2^24.
    capacity: u32,
    /// From 0 to 4096.
    payload_bytes: u32,
    when_full: WhenFull,
    reserved: u32 = 0,
};

/// The ring as native code sees it: `struct wakerbench_ring` of include/wakerbench_ring.h.
pub const Table = extern struct {
    abi: u32 = abi_version,
    payload_bytes: u32,
    push: *const fn (table: *Table, payload: [*]const u8) callconv(.c) Code = push,
    retain: *const fn (table: *Table) callconv(.c) void = retain,
    release: *const fn (table: *Table) callconv(.c) void = release,
};

const Ring = struct {
    table: Table,
    queue: ring_queue.Queue(memory),
    when_full: WhenFull,
    /// The thread that drains, which must never sleep for room that only it can make.
    consumer_thread: i32,
    /// What a doorbell binds itself to.
    bell: Bell = .{},
    /// Who may still push or drain. JavaScript and the native library at first.
    holders: std.atomic.Value(u32) = .init(2),
    dropped: std.atomic.Value(u64) = .init(0),
    refused: std.atomic.Value(u64) = .init(0),

    fn of(table: *Table) *Ring {
        return @alignCast(@as(*align(@alignOf(Table)) Ring, @fieldParentPtr("table", table)));
    }
};

/// Opens a ring with two holders; the calling thread is the one that drains it. Null when the
/// configuration is out of bounds or there is no memory.
pub fn open(config: *const Config) callconv(.c) ?*Table {
    const capacity = config.capacity;
    if (capacity < 2 or capacity > capacity_max or !std.math.isPowerOfTwo(capacity)) return null;
    if (config.payload_bytes > payload_bytes_max) return null;
    switch (config.when_full) {
        .block, .fail, .drop => {},
        _ => return null,
    }
    const ring = allocator.create(Ring) catch return null;
    const cells = memory.Cells.open(capacity, config.payload_bytes) catch {
        allocator.destroy(ring);
        return null;
    };
    ring.* = .{
        .table = .{ .payload_bytes = config.payload_bytes },
        .queue = .init(cells, 0),
        .when_full = config.when_full,
        .consumer_thread = placement.threadId(),
    };
    return &ring.table;
}

/// Copies a payload in, and rings if the consumer awaits just this one.
fn push(table: *Table, payload: [*]const u8) callconv(.c) Code {
    const ring: *Ring = .of(table);
    switch (ring.queue.push(payload, .give_up)) {
        .quiet => return .ok,
        .ring => return ringBell(ring),
        .closed => return .closed,
        .full => return pushWhenFull(ring, payload),
    }
}

/// Pushes several payloads, which there is room for, and rings once when all are in: a consumer on the same core
/// that is woken for the first would take it, sleep, and have to be woken for the second. False when the ring is
/// closed, or full after all.
pub fn pushAll(table: *Table, payloads: []const u8) bool {
    const ring: *Ring = .of(table);
    var owed: u32 = 0;
    var left = payloads;
    while (left.len > 0) {
        switch (ring.queue.push(left.ptr, .give_up)) {
            .quiet => {},
            // Once as a rule: only a consumer that was woken by an older ring can fall asleep meanwhile.
            .ring => owed += 1,
            .full, .closed => break,
        }
        left = left[table.payload_bytes..];
    }
    for (0..owed) |_| _ = ringBell(ring);
    return left.len == 0;
}

fn pushWhenFull(ring: *Ring, payload: [*]const u8) Code {
    @branchHint(.cold);
    if (ring.when_full == .drop) {
        _ = ring.dropped.fetchAdd(1, .monotonic);
        return .dropped;
    }
    if (ring.when_full == .fail or placement.threadId() == ring.consumer_thread) {
        _ = ring.refused.fetchAdd(1, .monotonic);
        return .full;
    }
    return switch (ring.queue.push(payload, .sleep)) {
        .quiet => .ok,
        .ring => ringBell(ring),
        .closed => .closed,
        .full => unreachable,
    };
}

fn ringBell(ring: *Ring) Code {
    ring.bell.ring(0);
    ring.queue.rung();
    return .ok;
}

fn retain(table: *Table) callconv(.c) void {
    // Monotonic: who takes one more hold has one, so nothing can be freed meanwhile.
    _ = Ring.of(table).holders.fetchAdd(1, .monotonic);
}

/// One holder lets go. After the last one the memory is gone.
pub fn release(table: *Table) callconv(.c) void {
    const ring: *Ring = .of(table);
    // Release for all that this holder did, acquire for what the others did before it is freed.
    if (ring.holders.fetchSub(1, .acq_rel) > 1) return;
    ring.queue.cells.close();
    allocator.destroy(ring);
}

/// The seam that a doorbell binds itself to, before the table is handed to any thread.
pub fn bellOf(table: *Table) callconv(.c) *Seam {
    return &Ring.of(table).bell.seam;
}

/// Copies at most `most` payloads, `payload_bytes` each, one behind the other. Returns their number
/// n, and the consumer is awake: it must drain again, now or in a later turn of the loop; or -1 - n:
/// after them the queue was found empty, and the doorbell will ring.
pub fn drain(table: *Table, out: [*]u8, most: u32) callconv(.c) i32 {
    const ring: *Ring = .of(table);
    const bounded: u32 = @min(most, std.math.maxInt(i32) - 1);
    const drained = ring.queue.drain(out, bounded, stay_awake_from);
    const count: i32 = @intCast(drained.count);
    return if (drained.asleep) -1 - count else count;
}

/// Refuses what is pushed from now on, and wakes those who sleep for room.
pub fn close(table: *Table) callconv(.c) void {
    Ring.of(table).queue.close();
}

/// 1 when the ring is closed, all is taken and no ring is under way: the doorbell may be closed.
pub fn isQuiet(table: *Table) callconv(.c) u32 {
    return @intFromBool(Ring.of(table).queue.isQuiet());
}

/// Takes away what is published; how many that were. The consumer is awake afterwards.
pub fn discard(table: *Table) callconv(.c) u32 {
    return Ring.of(table).queue.discard();
}

/// Lets JavaScript's hold go, and closes first. The ring must be quiet, or its doorbell must live on.
pub fn free(table: *Table) callconv(.c) void {
    close(table);
    release(table);
}

/// How often it has rung to the end.
pub inline fn rungBy(table: *Table) u64 {
    return Ring.of(table).queue.rings.load(.monotonic);
}

/// Where the cells begin, for a test that looks whether they are still there.
pub fn cellsOf(table: *Table) *anyopaque {
    return Ring.of(table).queue.cells.base;
}

/// Writes how many were pushed, dropped and refused because it was full, and how often it rang.
pub fn counters(table: *Table, out: *[4]f64) callconv(.c) void {
    const ring: *Ring = .of(table);
    out.* = .{
        @floatFromInt(ring.queue.claimed()),
        @floatFromInt(ring.dropped.load(.monotonic)),
        @floatFromInt(ring.refused.load(.monotonic)),
        @floatFromInt(ring.queue.rings.load(.monotonic)),
    };
}
