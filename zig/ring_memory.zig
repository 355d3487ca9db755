//! The memory that the ring's protocol runs on in earnest: the machine's own atomics, fences and
//! futexes, and cells in pages that the kernel hands out when they are first touched.

const builtin = @import("builtin");
const std = @import("std");
const futex = @import("futex.zig");

pub const Atomic = std.atomic.Value;

/// Zig has no fence of its own. A locked instruction is the cheapest full fence of x86; `dmb ish`
/// orders every access with every other one on ARM, which `stlr` and `ldar` or `ldapr` do not.
pub inline fn fullFence() void {
    switch (builtin.cpu.arch) {
        .x86_64 => asm volatile ("lock orl $0, (%%rsp)" ::: .{ .memory = true, .cc = true }),
        .aarch64 => asm volatile ("dmb ish" ::: .{ .memory = true }),
        else => @compileError("the ring has no full fence for this processor"),
    }
}

/// On x86 an exchange is both at once, and a fifth cheaper for a push than a store and a fence.
pub inline fn storeThenFence(word: *Atomic(u32), value: u32) void {
    if (builtin.cpu.arch != .x86_64) {
        word.store(value, .release);
        return fullFence();
    }
    _ = word.swap(value, .seq_cst);
    // The machine lets nothing pass an exchange; nor may the compiler.
    asm volatile ("" ::: .{ .memory = true });
}

/// Cores that claim in turn pass the cache lines of `tail` and of the cells to and fro at each push, which
/// costs several times what a push does. So who loses a race leaves the lines to the winner for some
/// dozens of pushes: 128 pauses, 1 to 6 µs on x86, and at most four times that. Two cores that push without
/// end then got 1.5 to 2 times as much through, and a push in a hundred or fewer waits.
pub noinline fn backOff(lost: u32) void {
    const pauses = @as(u32, 128) << @intCast(@min(lost, 2));
    for (0..pauses) |_| std.atomic.spinLoopHint();
}

pub fn wait(word: *Atomic(u32), expected: u32) void {
    futex.wait(word, expected);
}

pub fn wake(word: *Atomic(u32), most: u32) void {
    futex.wakeSome(word, most);
}

/// Each cell is its tag, and the payload behind it.
pub const Cells = struct {
    base: [*]align(page_size_min) u8,
    count: usize,
    /// From one cell to the next.
    stride_bytes: usize,
    payload_bytes: usize,

    const page_size_min = std.heap.page_size_min;

    /// Reserves `count` cells, a power of two. They are zero, and cost memory when they are used.
    pub fn open(count: usize, payload_bytes: usize) error{OutOfMemory}!Cells {
        const stride_bytes = std.mem.alignForward(usize, @sizeOf(u32) + payload_bytes, @alignOf(u64));
        const size = std.math.mul(usize, count, stride_bytes) catch return error.OutOfMemory;
        const base = mmap(null, size, read_and_write, private | anonymous | no_reserve, -1, 0);
        if (@intFromPtr(base) == std.math.maxInt(usize)) return error.OutOfMemory;
        return .{
            .base = @ptrCast(@alignCast(base.?)),
            .count = count,
            .stride_bytes = stride_bytes,
            .payload_bytes = payload_bytes,
        };
    }

    pub fn close(cells: Cells) void {
        _ = munmap(cells.base, cells.count * cells.stride_bytes);
    }

    pub inline fn tag(cells: *const Cells, index: usize) *Atomic(u32) {
        return @ptrCast(@alignCast(cells.base + index * cells.stride_bytes));
    }

    pub inline fn copyIn(cells: *const Cells, index: usize, source: [*]const u8) void {
        copy(cells.payload(index), source, cells.payload_bytes);
    }

    /// To the `nth` place of `target`, where payloads lie one behind the other.
    pub inline fn copyOut(cells: *const Cells, index: usize, target: [*]u8, nth: usize) void {
        copy(target + nth * cells.payload_bytes, cells.payload(index), cells.payload_bytes);
    }

    inline fn payload(cells: *const Cells, index: usize) [*]u8 {
        return cells.base + index * cells.stride_bytes + @sizeOf(u32);
    }
};

/// The common sizes without a call.
inline fn copy(target: [*]u8, source: [*]const u8, size: usize) void {
    switch (size) {
        4 => target[0..4].* = source[0..4].*,
        8 => target[0..8].* = source[0..8].*,
        else => @memcpy(target[0..size], source[0..size]),
    }
}

extern "c" fn mmap(address: ?*anyopaque, size: usize, protection: c_int, flags: c_int, fd: c_int, offset: i64) ?*anyopaque;
extern "c" fn munmap(address: *anyopaque, size: usize) c_int;

const read_and_write = 1 | 2;
const private = 0x2;
const anonymous: c_int = if (builtin.os.tag.isDarwin()) 0x1000 else 0x20;
const no_reserve: c_int = if (builtin.os.tag.isDarwin()) 0x40 else 0x4000;

test "cells are zero, apart from each other, and keep payloads of any size" {
    for ([_]usize{ 0, 1, 4, 7, 8, 64, 4096 }) |payload_bytes| {
        const cells: Cells = try .open(4, payload_bytes);
        defer cells.close();
        var written: [4096]u8 = undefined;
        for (0..4) |index| {
            try std.testing.expectEqual(0, cells.tag(index).load(.monotonic));
            cells.tag(index).store(std.math.maxInt(u32), .monotonic);
            @memset(&written, @intCast(index + 1));
            cells.copyIn(index, &written);
        }
        const read = try std.testing.allocator.alloc(u8, 4 * payload_bytes);
        defer std.testing.allocator.free(read);
        for (0..4) |index| {
            cells.copyOut(index, read.ptr, index);
            try std.testing.expectEqual(std.math.maxInt(u32), cells.tag(index).load(.monotonic));
        }
        for (read, 0..) |byte, at| try std.testing.expectEqual(at / payload_bytes + 1, byte);
    }
}

test "more cells than there is address space for are refused" {
    try std.testing.expectError(error.OutOfMemory, Cells.open(1 << 62, 4096));
    try std.testing.expectError(error.OutOfMemory, Cells.open(1 << 50, 4096));
}
