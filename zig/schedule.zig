//! The schedule of an open loop: when each wake is due, whatever became of those before it.
//!
//! Wakes are evenly spaced, as wrk2 spaces its requests (https://github.com/giltene/wrk2). Where the
//! first one lies within its period is drawn from the seed, so that visits do not all meet a timer or
//! a busy loop of the same period at the same place.

const std = @import("std");

pub const Schedule = struct {
    /// When the period of the first wake begins, nanoseconds of clock.nowNs.
    origin_ns: u64,
    /// Wakes a second, at least 1.
    rate_per_second: u32,
    /// How far into its period each wake is due, nanoseconds.
    phase_ns: u64,

    pub fn init(origin_ns: u64, rate_per_second: u32, seed: u64) Schedule {
        std.debug.assert(rate_per_second > 0);
        var generator: std.Random.SplitMix64 = .init(seed);
        return .{
            .origin_ns = origin_ns,
            .rate_per_second = rate_per_second,
            .phase_ns = generator.next() % @max(1, std.time.ns_per_s / rate_per_second),
        };
    }

    /// When wake `index` is due. Made from the index, not from the wake before, so that rounding
    /// does not add up.
    pub fn dueNs(schedule: Schedule, index: u32) u64 {
        const offset_ns = @as(u64, index) * std.time.ns_per_s / schedule.rate_per_second;
        return schedule.origin_ns + schedule.phase_ns + offset_ns;
    }

    /// How many wakes are due before `moment_ns`.
    pub fn countBefore(schedule: Schedule, moment_ns: u64) u32 {
        const since_ns = moment_ns -| schedule.origin_ns -| schedule.phase_ns;
        if (moment_ns <= schedule.dueNs(0)) return 0;
        var count: u32 = std.math.lossyCast(
            u32,
            @as(u128, since_ns) * schedule.rate_per_second / std.time.ns_per_s,
        );
        // `dueNs` rounds down: the wake that begins here may be due before, too.
        while (schedule.dueNs(count) < moment_ns) count += 1;
        return count;
    }

    /// How long `count` wakes take, nanoseconds.
    pub fn lengthNs(schedule: Schedule, count: u32) u64 {
        return @as(u64, count) * std.time.ns_per_s / schedule.rate_per_second;
    }
};

test "every wake is due in the period of its own, at the same place, for any rate" {
    var random: std.Random.DefaultPrng = .init(1);
    for (0..500) |_| {
        const rate = random.random().intRangeAtMost(u32, 1, 1_000_000);
        const origin_ns = random.random().int(u48);
        const schedule: Schedule = .init(origin_ns, rate, random.random().int(u64));
        const period_ns = std.time.ns_per_s / rate;
        try std.testing.expect(schedule.phase_ns < period_ns);
        const index = random.random().intRangeAtMost(u32, 0, 10_000_000);
        const step_ns = schedule.dueNs(index + 1) - schedule.dueNs(index);
        // Rounded down to whole nanoseconds, each by itself.
        try std.testing.expect(step_ns >= period_ns and step_ns <= period_ns + 1);
        // The wake that ends a second is due a whole second after the one that begins it.
        const second_ns = schedule.dueNs(index + rate) - schedule.dueNs(index);
        try std.testing.expectEqual(std.time.ns_per_s, second_ns);
    }
}

test "the wakes before a moment are those that are due before it" {
    var random: std.Random.DefaultPrng = .init(2);
    for (0..500) |_| {
        const rate = random.random().intRangeAtMost(u32, 1, 1_000_000);
        const origin_ns = random.random().int(u48);
        const schedule: Schedule = .init(origin_ns, rate, random.random().int(u64));
        const index = random.random().intRangeAtMost(u32, 0, 10_000_000);
        const due_ns = schedule.dueNs(index);
        try std.testing.expectEqual(index, schedule.countBefore(due_ns));
        try std.testing.expectEqual(index + 1, schedule.countBefore(due_ns + 1));
        try std.testing.expectEqual(0, schedule.countBefore(origin_ns));
    }
    try std.testing.expectEqual(0, Schedule.init(5000, 1, 3).countBefore(0));
}

test "the largest schedule does not overflow" {
    const schedule: Schedule = .init(std.math.maxInt(u62), 1, 7);
    const last = std.math.maxInt(u32);
    try std.testing.expect(schedule.dueNs(last) > schedule.dueNs(last - 1));
    try std.testing.expectEqual(@as(u64, last) * std.time.ns_per_s, schedule.lengthNs(last));
}

test "the seed draws the phase, and the same seed the same one" {
    const one: Schedule = .init(0, 1000, 1);
    try std.testing.expectEqual(one.dueNs(5), Schedule.init(0, 1000, 1).dueNs(5));
    var phases: [8]u64 = undefined;
    for (&phases, 0..) |*phase_ns, seed| phase_ns.* = Schedule.init(0, 1000, seed).phase_ns;
    std.mem.sort(u64, &phases, {}, std.sort.asc(u64));
    // Spread over the period of a millisecond, not all in one half of it.
    try std.testing.expect(phases[0] < 500_000 and phases[7] >= 500_000);
    for (phases[0..7], phases[1..]) |before_ns, after_ns| try std.testing.expect(before_ns != after_ns);
}
