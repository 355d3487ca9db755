//! Threads that push into a ring, as a user's library would: through its table. For tests and bench.

const std = @import("std");
const clock = @import("clock.zig");
const futex = @import("futex.zig");
const ring_module = @import("ring.zig");

const allocator = std.heap.c_allocator;
const Code = ring_module.Code;
const Table = ring_module.Table;

const stack_bytes = 1 << 20;

/// Pushes of each thread are numbered in the low bits of the payload's first four bytes, and the
/// thread in the bits above, so that who drains can check the order.
pub const thread_shift = 20;

pub const Pusher = struct {
    table: *Table,
    per_thread: u32,
    pause_ns: u64,
    /// 0 until all threads have been made: the last must not come to a ring that the first has filled.
    gate: futex.Word = .init(0),
    running: std.atomic.Value(u32),
    codes: [4]std.atomic.Value(u64) = @splat(.init(0)),
    threads: []std.Thread,
};

/// Starts `threads` threads that push `per_thread` payloads each, as fast as they can or with a sleep
/// of `pause_ns` before each, and end early when the ring is closed. They hold the ring until they
/// end. Null when the threads could not be made.
pub fn start(table: *Table, threads: u32, per_thread: u32, pause_ns: u64) callconv(.c) ?*Pusher {
    const pusher = allocator.create(Pusher) catch return null;
    const all = allocator.alloc(std.Thread, threads) catch {
        allocator.destroy(pusher);
        return null;
    };
    pusher.* = .{
        .table = table,
        .per_thread = per_thread,
        .pause_ns = pause_ns,
        .running = .init(threads),
        .threads = all,
    };
    var made: u32 = 0;
    while (made < threads) : (made += 1) {
        table.retain(table);
        all[made] = std.Thread.spawn(.{ .stack_size = stack_bytes }, run, .{ pusher, made }) catch {
            table.release(table);
            break;
        };
    }
    if (made < threads) pusher.per_thread = 0;
    // Release: the threads see `per_thread`.
    pusher.gate.store(1, .release);
    futex.wake(&pusher.gate);
    if (made == threads) return pusher;
    for (all[0..made]) |thread| thread.join();
    destroy(pusher);
    return null;
}

fn run(pusher: *Pusher, thread: u32) void {
    const table = pusher.table;
    defer table.release(table);
    while (pusher.gate.load(.acquire) == 0) futex.wait(&pusher.gate, 0);
    var payload: [4096]u8 align(4) = @splat(@truncate(thread));
    var codes: [4]u64 = @splat(0);
    for (0..pusher.per_thread) |nth| {
        if (pusher.pause_ns > 0) clock.sleepNs(pusher.pause_ns);
        const number: u32 = @truncate(nth);
        std.mem.writeInt(u32, payload[0..4], thread << thread_shift | number % (1 << thread_shift), .little);
        const code = table.push(table, &payload);
        codes[@intCast(@intFromEnum(code))] += 1;
        if (code == .closed) break;
    }
    for (codes, &pusher.codes) |count, *total| _ = total.fetchAdd(count, .monotonic);
    // Release: who sees that nobody is left sees the counts.
    _ = pusher.running.fetchSub(1, .release);
}

/// How many threads still push.
pub fn leftOf(pusher: *const Pusher) callconv(.c) u32 {
    return pusher.running.load(.acquire);
}

/// Waits for the threads, writes how many pushes returned each code, and frees the pusher. When the
/// caller drains the ring, none may be left that sleeps for room: see `leftOf`.
pub fn join(pusher: *Pusher, out: *[4]f64) callconv(.c) void {
    for (pusher.threads) |thread| thread.join();
    for (&pusher.codes, out) |*count, *counted| counted.* = @floatFromInt(count.load(.monotonic));
    destroy(pusher);
}

fn destroy(pusher: *Pusher) void {
    allocator.free(pusher.threads);
    allocator.destroy(pusher);
}
