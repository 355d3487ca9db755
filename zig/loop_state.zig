//! The loop state `busy`: 50 µs of work in every 100 µs, done between two looks at the kernel.

const std = @import("std");
const clock = @import("clock.zig");

const period_ns = 100_000;
const work_ns = 50_000;

threadlocal var last_work_ns: u64 = 0;

/// One turn of a busy loop: works when the period is over. JavaScript calls it by setImmediate, the
/// floor between two polls.
pub fn turn() callconv(.c) void {
    const now_ns = clock.nowNs();
    if (now_ns - last_work_ns < period_ns) return;
    last_work_ns = now_ns;
    clock.spinNs(work_ns);
}

test "half of the time is work" {
    const start_ns = clock.nowNs();
    var worked_ns: u64 = 0;
    while (clock.nowNs() - start_ns < 5_000_000) {
        const before_ns = clock.nowNs();
        turn();
        const spent_ns = clock.nowNs() - before_ns;
        if (spent_ns >= work_ns) worked_ns += work_ns;
    }
    // At most half by design; a machine that takes the thread off its core makes it less.
    try std.testing.expect(worked_ns > 0);
    try std.testing.expect(worked_ns <= 2_550_000);
}
