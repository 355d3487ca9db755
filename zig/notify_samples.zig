//! Samples of what a notify costs, spread evenly over all notifies of a thread whose number is not
//! known beforehand: every 2^k-th is timed, and whenever the memory is full every second sample is
//! dropped and k goes up by one. Samples of several threads are brought to the same k before they are
//! put together, so that each notify of each thread had the same chance.

const std = @import("std");

pub const NotifySamples = struct {
    durations_ns: []u64,
    count: u32 = 0,
    /// One notify in 2^shift is timed.
    shift: u5 = 0,
    /// Drawn at random, or the first notify of each thread would always be among the samples.
    phase: u32 = 0,
    /// Place of the first sample among all that are timed at this shift.
    first: u32 = 0,

    /// Forgets the samples; starts with one in 2^`shift`.
    pub fn begin(samples: *NotifySamples, shift: u5, phase: u32) void {
        samples.count = 0;
        samples.shift = shift;
        samples.phase = phase;
    }

    /// Whether notify number `call` is to be timed.
    pub fn takes(samples: *const NotifySamples, call: u32) bool {
        const mask = (@as(u32, 1) << samples.shift) - 1;
        return (call +% samples.phase) & mask == 0;
    }

    /// Adds the duration of a notify that `takes`. Each such notify is added, in order.
    pub fn add(samples: *NotifySamples, call: u32, duration_ns: u64) void {
        if (samples.count == samples.durations_ns.len) {
            samples.thin();
            if (!samples.takes(call)) return;
        }
        if (samples.count == 0) samples.first = (call +% samples.phase) >> samples.shift;
        samples.durations_ns[samples.count] = duration_ns;
        samples.count += 1;
    }

    fn thin(samples: *NotifySamples) void {
        var kept: u32 = 0;
        for (samples.durations_ns[0..samples.count], 0..) |duration_ns, index| {
            if ((samples.first +% index) % 2 != 0) continue;
            samples.durations_ns[kept] = duration_ns;
            kept += 1;
        }
        samples.first = (samples.first +% 1) / 2;
        samples.count = kept;
        samples.shift += 1;
    }

    /// Writes the samples that are left when one notify in 2^`shift` is kept to `out`, or only counts
    /// them. `shift` is at least that of the samples.
    pub fn collect(samples: *const NotifySamples, shift: u5, out: ?[*]f64) u32 {
        const mask = (@as(u32, 1) << (shift - samples.shift)) - 1;
        var count: u32 = 0;
        for (samples.durations_ns[0..samples.count], 0..) |duration_ns, index| {
            if ((samples.first +% @as(u32, @intCast(index))) & mask != 0) continue;
            if (out) |durations_ns| durations_ns[count] = @floatFromInt(duration_ns);
            count += 1;
        }
        return count;
    }
};

test "however many notifies there are, one in 2^k is kept, and never too many" {
    var prng: std.Random.DefaultPrng = .init(1);
    const random = prng.random();
    for (0..200) |_| {
        var memory: [16]u64 = undefined;
        var samples: NotifySamples = .{ .durations_ns = &memory };
        const phase = random.int(u32);
        samples.begin(@intCast(random.uintLessThan(u32, 5)), phase);
        const calls = random.uintLessThan(u32, 5000);
        const base = random.int(u32);
        for (0..calls) |index| {
            const call = base +% @as(u32, @intCast(index));
            if (samples.takes(call)) samples.add(call, call);
        }
        const coarser: u5 = samples.shift + @as(u5, @intCast(random.uintLessThan(u32, 3)));
        var out: [16]f64 = undefined;
        const count = samples.collect(coarser, &out);
        var expected: u32 = 0;
        for (0..calls) |index| {
            const call = base +% @as(u32, @intCast(index));
            if ((call +% phase) % (@as(u32, 1) << coarser) != 0) continue;
            try std.testing.expectEqual(@as(f64, @floatFromInt(call)), out[expected]);
            expected += 1;
        }
        try std.testing.expectEqual(expected, count);
    }
}
