//! How much memory the process holds, and the most that it held since a moment (proc(5): statm,
//! status, clear_refs).

const builtin = @import("builtin");
const std = @import("std");
const parking = @import("parking.zig");

extern "c" fn open(path: [*:0]const u8, flags: c_int, ...) c_int;
extern "c" fn close(fd: c_int) c_int;
extern "c" fn read(fd: c_int, buffer: [*]u8, size: usize) isize;
extern "c" fn write(fd: c_int, buffer: [*]const u8, size: usize) isize;

const cloexec = 0o2000000;
const write_only = 1;

/// Watches the growth of the resident set from its beginning on.
pub const Growth = struct {
    begun_bytes: u64 = 0,
    /// The largest resident set before the kernel was told to forget it.
    peak_before_bytes: u64 = 0,
    is_exact: bool = false,

    /// Where the kernel cannot forget its peak (macOS, a locked procfs), growth counts only what
    /// goes beyond the largest resident set that the process ever had: a lower bound.
    pub fn begin() Growth {
        const peak_bytes = parking.peakRssBytes();
        const before_bytes = statusBytes("VmRSS:");
        if (before_bytes == null or !forgetPeak())
            return .{ .begun_bytes = peak_bytes, .peak_before_bytes = peak_bytes };
        return .{
            .begun_bytes = before_bytes.?,
            .peak_before_bytes = peak_bytes,
            .is_exact = true,
        };
    }

    /// The most that the resident set has grown since the beginning, bytes.
    pub fn mostBytes(growth: Growth) u64 {
        const peak_bytes = if (growth.is_exact) statusBytes("VmHWM:") orelse 0 else parking.peakRssBytes();
        return peak_bytes -| growth.begun_bytes;
    }

    /// The most that was resident since the beginning, bytes; where the kernel cannot forget its peak, ever.
    pub fn peakSinceBytes(growth: Growth) u64 {
        if (growth.is_exact) return statusBytes("VmHWM:") orelse parking.peakRssBytes();
        return parking.peakRssBytes();
    }

    /// The largest resident set of the process ever, bytes.
    pub fn peakBytes(growth: Growth) u64 {
        return @max(growth.peak_before_bytes, parking.peakRssBytes());
    }
};

fn forgetPeak() bool {
    const fd = open("/proc/self/clear_refs", write_only | cloexec);
    if (fd < 0) return false;
    defer _ = close(fd);
    return write(fd, "5", 1) == 1;
}

/// A field of /proc/self/status that is given in kB.
fn statusBytes(name: []const u8) ?u64 {
    if (builtin.os.tag != .linux) return null;
    const fd = open("/proc/self/status", cloexec);
    if (fd < 0) return null;
    defer _ = close(fd);
    var buffer: [4096]u8 = undefined;
    const size = read(fd, &buffer, buffer.len);
    if (size <= 0) return null;
    var lines = std.mem.splitScalar(u8, buffer[0..@intCast(size)], '\n');
    while (lines.next()) |line| {
        if (!std.mem.startsWith(u8, line, name)) continue;
        var words = std.mem.tokenizeAny(u8, line[name.len..], " \t");
        const kilobytes = std.fmt.parseInt(u64, words.next() orelse return null, 10) catch return null;
        return kilobytes * 1024;
    }
    return null;
}

test "memory that is touched and given back counts once, from the beginning on" {
    // ThreadSanitizer keeps a shadow of all memory, which is memory, too.
    if (builtin.sanitize_thread) return error.SkipZigTest;
    if (builtin.os.tag != .linux) return error.SkipZigTest;
    const size = 32 << 20;
    const page = std.heap.page_allocator;
    const earlier = try page.alloc(u8, 2 * size);
    @memset(earlier, 1);
    std.mem.doNotOptimizeAway(earlier.ptr);
    page.free(earlier);
    const growth: Growth = .begin();
    const block = try page.alloc(u8, size);
    @memset(block, 1);
    std.mem.doNotOptimizeAway(block.ptr);
    page.free(block);
    const most_bytes = growth.mostBytes();
    try std.testing.expect(most_bytes >= size * 9 / 10);
    if (growth.is_exact) try std.testing.expect(most_bytes < 2 * size);
    try std.testing.expect(growth.peakBytes() >= 2 * size);
}
