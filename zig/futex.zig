//! Sleeping on a 32-bit word until it changes: futex(2) on Linux, __ulock on macOS.

const builtin = @import("builtin");
const std = @import("std");

pub const Word = std.atomic.Value(u32);

extern "c" fn syscall(number: c_long, ...) c_long;
extern "c" fn __ulock_wait(operation: u32, address: *const u32, value: u64, timeout_us: u32) c_int;
extern "c" fn __ulock_wake(operation: u32, address: *const u32, value: u64) c_int;

const private = 128;
const ulock_compare_and_wait = 1;
const ulock_wake_all = 0x100;
const ulock_no_errno = 0x01000000;
const Timespec = extern struct { sec: i64, nsec: i64 };

/// Sleeps while `word` holds `expected`. May return early: the caller looks again.
pub fn wait(word: *const Word, expected: u32) void {
    if (builtin.os.tag.isDarwin()) {
        _ = __ulock_wait(ulock_compare_and_wait | ulock_no_errno, &word.raw, expected, 0);
        return;
    }
    const none: ?*const Timespec = null;
    const number: c_long = @intFromEnum(std.os.linux.SYS.futex);
    _ = syscall(number, &word.raw, @as(c_int, private), expected, none);
}

/// Like `wait`, for at most `timeout_ns`.
pub fn waitFor(word: *const Word, expected: u32, timeout_ns: u64) void {
    if (builtin.os.tag.isDarwin()) {
        const timeout_us: u32 = @intCast(@min(@max(timeout_ns / 1000, 1), std.math.maxInt(u32)));
        const operation = ulock_compare_and_wait | ulock_no_errno;
        _ = __ulock_wait(operation, &word.raw, expected, timeout_us);
        return;
    }
    const timeout: Timespec = .{
        .sec = @intCast(timeout_ns / std.time.ns_per_s),
        .nsec = @intCast(timeout_ns % std.time.ns_per_s),
    };
    const number: c_long = @intFromEnum(std.os.linux.SYS.futex);
    _ = syscall(number, &word.raw, @as(c_int, private), expected, &timeout);
}

/// Wakes every thread that sleeps on `word`.
pub fn wake(word: *const Word) void {
    if (builtin.os.tag.isDarwin()) {
        const operation = ulock_compare_and_wait | ulock_no_errno | ulock_wake_all;
        _ = __ulock_wake(operation, &word.raw, 0);
        return;
    }
    const number: c_long = @intFromEnum(std.os.linux.SYS.futex);
    const all: c_int = std.math.maxInt(c_int);
    _ = syscall(number, &word.raw, @as(c_int, 1 | private), all);
}

/// Wakes at most `most` of the threads that sleep on `word`.
pub fn wakeSome(word: *const Word, most: u32) void {
    if (builtin.os.tag.isDarwin()) {
        // It wakes one or all, and tells by a negative number that nobody sleeps there any more.
        for (0..most) |_| {
            if (__ulock_wake(ulock_compare_and_wait | ulock_no_errno, &word.raw, 0) < 0) return;
        }
        return;
    }
    const number: c_long = @intFromEnum(std.os.linux.SYS.futex);
    const count: c_int = @intCast(@min(most, std.math.maxInt(c_int)));
    _ = syscall(number, &word.raw, @as(c_int, 1 | private), count);
}

test "a wait on a value that has already changed returns at once" {
    var word: Word = .init(1);
    wait(&word, 0);
    waitFor(&word, 1, 1_000_000);
    wake(&word);
    wakeSome(&word, 4);
}
