//! Placement: which cores a thread may run on, set by thread id and read back.
//!
//! Linux only (sched_setaffinity(2)); macOS cannot pin a thread, so there every call says so by
//! returning `unsupported` and the placement is `any`.

const builtin = @import("builtin");
const std = @import("std");

pub const max_cores = 1024;
pub const Mask = [max_cores / 64]u64;

/// What a call returns where the platform cannot pin.
pub const unsupported: i32 = -38;

extern "c" fn sched_setaffinity(thread_id: c_int, size: usize, mask: *const Mask) c_int;
extern "c" fn sched_getaffinity(thread_id: c_int, size: usize, mask: *Mask) c_int;
extern "c" fn sched_yield() c_int;
extern "c" fn pthread_threadid_np(thread: ?*anyopaque, out: *u64) c_int;

/// The kernel's id of the calling thread.
pub fn threadId() callconv(.c) i32 {
    if (builtin.os.tag == .linux) return std.os.linux.gettid();
    var id: u64 = 0;
    _ = pthread_threadid_np(null, &id);
    return @truncate(@as(i64, @bitCast(id)));
}

/// Lets another runnable thread of this core go first.
pub fn yield() callconv(.c) void {
    _ = sched_yield();
}

pub fn maskOfCore(core: u32) Mask {
    var mask: Mask = @splat(0);
    mask[core / 64] = @as(u64, 1) << @intCast(core % 64);
    return mask;
}

/// The mask of a thread, or null where it cannot be read (no such platform, or the thread is gone).
pub fn maskOf(thread_id: i32) ?Mask {
    if (builtin.os.tag != .linux) return null;
    var mask: Mask = @splat(0);
    if (sched_getaffinity(thread_id, @sizeOf(Mask), &mask) != 0) return null;
    return mask;
}

/// Sets a thread's mask. Returns 0, or the negative errno; the caller reads the mask back.
pub fn setMask(thread_id: i32, mask: *const Mask) i32 {
    if (builtin.os.tag != .linux) return unsupported;
    if (sched_setaffinity(thread_id, @sizeOf(Mask), mask) == 0) return 0;
    return -std.c._errno().*;
}

/// Pins one thread to one core. Returns 0, or the negative errno.
pub fn pin(thread_id: i32, core: u32) callconv(.c) i32 {
    if (core >= max_cores) return -22;
    return setMask(thread_id, &maskOfCore(core));
}

/// How many cores a thread may use, or `unsupported`.
pub fn coreCountOf(thread_id: i32) callconv(.c) i32 {
    const mask = maskOf(thread_id) orelse return unsupported;
    var count: i32 = 0;
    for (mask) |word| count += @popCount(word);
    return count;
}

/// Gives a thread the `count` cores of `cores`. Returns 0, or the negative errno.
pub fn unpin(thread_id: i32, cores: [*]const u32, count: u32) callconv(.c) i32 {
    var mask: Mask = @splat(0);
    for (cores[0..count]) |core| {
        if (core >= max_cores) return -22;
        mask[core / 64] |= @as(u64, 1) << @intCast(core % 64);
    }
    return setMask(thread_id, &mask);
}

/// Writes the cores that the calling thread may use to `out`, ascending. Returns how many there are,
/// or `unsupported`. `capacity` bounds what is written, not what is counted.
pub fn allowedCores(out: [*]u32, capacity: u32) callconv(.c) i32 {
    const mask = maskOf(0) orelse return unsupported;
    var count: u32 = 0;
    for (0..max_cores) |core| {
        if (mask[core / 64] >> @intCast(core % 64) & 1 == 0) continue;
        if (count < capacity) out[count] = @intCast(core);
        count += 1;
    }
    return @intCast(count);
}

/// The only core of a thread's mask, -1 when the mask has several, or `unsupported`.
pub fn coreOf(thread_id: i32) callconv(.c) i32 {
    const mask = maskOf(thread_id) orelse return unsupported;
    var found: i32 = -1;
    for (mask, 0..) |word, index| {
        if (word == 0) continue;
        if (found != -1 or @popCount(word) != 1) return -1;
        found = @intCast(index * 64 + @ctz(word));
    }
    return found;
}

/// Whether two threads may run on one core only, and that is the same one. False where it cannot be told.
pub fn shareOneCore(one: i32, other: i32) bool {
    const first = maskOf(one) orelse return false;
    const second = maskOf(other) orelse return false;
    var cores: u32 = 0;
    for (first, second) |left, right| cores += @popCount(left | right);
    return cores == 1;
}

test "a pinned thread reads back its core, and the full mask can be given back" {
    if (builtin.os.tag != .linux) return error.SkipZigTest;
    const full = maskOf(0).?;
    defer _ = setMask(0, &full);
    var cores: [max_cores]u32 = undefined;
    const count: u32 = @intCast(allowedCores(&cores, max_cores));
    try std.testing.expect(count >= 1);
    const last = cores[count - 1];
    try std.testing.expectEqual(0, pin(threadId(), last));
    try std.testing.expectEqual(@as(i32, @intCast(last)), coreOf(threadId()));
    try std.testing.expectEqual(1, coreCountOf(threadId()));
    try std.testing.expectEqual(0, unpin(threadId(), &cores, count));
    try std.testing.expectEqual(@as(i32, @intCast(count)), coreCountOf(threadId()));
    try std.testing.expectEqual(full, maskOf(0).?);
}

test "a core that does not exist is refused" {
    if (builtin.os.tag != .linux) return error.SkipZigTest;
    try std.testing.expect(pin(threadId(), max_cores - 1) < 0);
    try std.testing.expect(pin(threadId(), max_cores) < 0);
}
