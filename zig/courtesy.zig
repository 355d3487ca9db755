//! Whether a worker's thread should interrupt the loop's when it is woken. The kernel lets a thread that has
//! slept preempt the one that woke it, if they share a core: that is right for a single call, whose answer the
//! loop waits for. Where many calls are made in a row it is not: the worker does one call, parks, and has to be
//! woken for the next, up to a dozen times for 64 calls. A thread of the policy SCHED_BATCH (sched(7)) never
//! preempts when it wakes, so the loop sends all its calls first. On another core, which is idle, neither makes a
//! difference.

const builtin = @import("builtin");
const std = @import("std");

extern "c" fn sched_setscheduler(thread_id: c_int, policy: c_int, parameter: *const c_int) c_int;
extern "c" fn sched_getscheduler(thread_id: c_int) c_int;

const normal = 0;
const batch = 3;

pub const Courtesy = struct {
    /// Of the times that the worker ran out of calls, how many more were in the middle of many calls.
    score: u8 = 0,
    is_courteous: bool = false,

    /// Scores apart, so that the policy does not change to and fro.
    const courteous_from = 16;
    const score_most = 32;

    /// The worker has run out of calls. `in_the_middle`: its last answer found the loop awake, with others that
    /// it had not heard yet. Returns whether `is_courteous` has changed.
    pub fn learn(courtesy: *Courtesy, in_the_middle: bool) bool {
        const was = courtesy.is_courteous;
        if (in_the_middle) {
            courtesy.score = @min(score_most, courtesy.score + 1);
            if (courtesy.score >= courteous_from) courtesy.is_courteous = true;
        } else {
            courtesy.score -|= 2;
            if (courtesy.score == 0) courtesy.is_courteous = false;
        }
        return courtesy.is_courteous != was;
    }

    /// Sets the calling thread's policy. Where that is not allowed, or has been changed by somebody else to one
    /// of real time, all stays as it was.
    pub fn apply(courtesy: *const Courtesy) void {
        if (builtin.os.tag != .linux) return;
        const from: c_int, const to: c_int = if (courtesy.is_courteous) .{ normal, batch } else .{ batch, normal };
        const no_priority: c_int = 0;
        if (sched_getscheduler(0) == from) _ = sched_setscheduler(0, to, &no_priority);
    }
};

test "many calls make it courteous, single ones take that back" {
    var courtesy: Courtesy = .{};
    for (0..1000) |_| try std.testing.expect(!courtesy.learn(false));
    var changes: u32 = 0;
    for (0..1000) |_| changes += @intFromBool(courtesy.learn(true));
    try std.testing.expectEqual(1, changes);
    try std.testing.expect(courtesy.is_courteous);
    // One call in between is no reason.
    try std.testing.expect(!courtesy.learn(false));
    try std.testing.expect(courtesy.is_courteous);
    for (0..1000) |_| changes += @intFromBool(courtesy.learn(false));
    try std.testing.expectEqual(2, changes);
    try std.testing.expect(!courtesy.is_courteous);
}

test "the policy of the thread follows, there and back, and no other is touched" {
    if (builtin.os.tag != .linux) return error.SkipZigTest;
    const Thread = struct {
        var policies: [4]c_int = @splat(-1);
        fn run() void {
            var courtesy: Courtesy = .{};
            for ([_]bool{ false, true, true, false }, &policies) |is_courteous, *policy| {
                courtesy.is_courteous = is_courteous;
                courtesy.apply();
                policy.* = sched_getscheduler(0);
            }
        }
    };
    const before = sched_getscheduler(0);
    const thread = try std.Thread.spawn(.{}, Thread.run, .{});
    thread.join();
    try std.testing.expectEqual(before, sched_getscheduler(0));
    if (before == normal)
        try std.testing.expectEqual([4]c_int{ normal, batch, batch, normal }, Thread.policies);
}
