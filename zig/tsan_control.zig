//! A race on purpose: `zig build test -Dtsan` is worth something only if this is reported.

const std = @import("std");

var shared: u64 = 0;
var turns: std.atomic.Value(u32) = .init(0);

pub fn main() !void {
    const thread: std.Thread = try .spawn(.{}, count, .{});
    count();
    thread.join();
    std.debug.print("counted to {d}\n", .{shared});
}

fn count() void {
    // Both are there before either counts. Monotonic: they agree on nothing else.
    _ = turns.fetchAdd(1, .monotonic);
    while (turns.load(.monotonic) < 2) std.Thread.yield() catch {};
    for (0..1000) |_| shared += 1;
}
