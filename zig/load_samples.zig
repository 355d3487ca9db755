//! The times of answers, in memory that is taken and touched before the first request. Of more answers
//! than there is room for, one in so many is kept, evenly.
//!
//! `every` shares no divisor with the number of connections: connections that answer in turn would else
//! have the same few of them sampled, always.

const std = @import("std");

const primes = [_]u32{ 2, 3, 5, 7, 11, 13, 17, 19, 23, 29 };

/// The warm-up may have been slower than what is measured.
const headroom_percent = 120;

pub const Samples = struct {
    latency_ns: []u64,
    /// As long, or empty: in a closed loop nothing is late.
    late_ns: []u64,
    connections: u32,
    count: usize = 0,
    /// One answer in so many is kept.
    every: u64 = 1,
    /// Answers to be passed over before the next one that is kept.
    passed_over: u64 = 0,

    pub fn open(
        gpa: std.mem.Allocator,
        most: u32,
        connections: u32,
        has_late: bool,
    ) error{OutOfMemory}!Samples {
        const latency_ns = try gpa.alloc(u64, @max(most, 1));
        errdefer gpa.free(latency_ns);
        const late_ns = try gpa.alloc(u64, if (has_late) latency_ns.len else 0);
        // Writing every element brings its page in.
        @memset(latency_ns, 0);
        @memset(late_ns, 0);
        return .{ .latency_ns = latency_ns, .late_ns = late_ns, .connections = connections };
    }

    pub fn close(samples: *Samples, gpa: std.mem.Allocator) void {
        gpa.free(samples.latency_ns);
        gpa.free(samples.late_ns);
    }

    /// Forgets what there is; about `expected` answers will come.
    pub fn begin(samples: *Samples, expected: u64) void {
        samples.count = 0;
        samples.passed_over = 0;
        const generous = expected *| headroom_percent / 100;
        samples.every = generous / samples.latency_ns.len + 1;
        while (std.math.gcd(samples.every, @as(u64, samples.connections)) != 1) samples.every += 1;
    }

    pub fn add(samples: *Samples, latency_ns: u64, late_ns: u64) void {
        if (samples.passed_over > 0) {
            samples.passed_over -= 1;
            return;
        }
        if (samples.count == samples.latency_ns.len and !samples.thin()) return;
        samples.latency_ns[samples.count] = latency_ns;
        if (samples.late_ns.len > 0) samples.late_ns[samples.count] = late_ns;
        samples.count += 1;
        samples.passed_over = samples.every - 1;
    }

    /// Keeps one sample in so few that `every` goes on to share no divisor with the connections. Returns
    /// whether the present answer is one that is kept then.
    fn thin(samples: *Samples) bool {
        const stride = for (primes) |prime| {
            if (samples.connections % prime != 0) break prime;
        } else unreachable; // Their product is beyond 32 bits.
        const before = samples.count;
        var kept: usize = 0;
        var index: usize = 0;
        while (index < before) : (index += stride) {
            samples.latency_ns[kept] = samples.latency_ns[index];
            if (samples.late_ns.len > 0) samples.late_ns[kept] = samples.late_ns[index];
            kept += 1;
        }
        samples.count = kept;
        // `index` is the sample, in the old count, that is to be kept next; the present one is `before`.
        const is_kept = index == before;
        if (!is_kept) samples.passed_over = (index - before) * samples.every - 1;
        samples.every *= stride;
        return is_kept;
    }
};

test "one answer in so many is kept, evenly, however many more come than were expected" {
    const gpa = std.testing.allocator;
    for ([_]u32{ 1, 2, 3, 6, 30, 32, 210 }) |connections| {
        for ([_]u32{ 1, 7, 100 }) |most| {
            var samples: Samples = try .open(gpa, most, connections, true);
            defer samples.close(gpa);
            samples.begin(150);
            for (0..5000) |answer| samples.add(answer, 2 * answer);
            try std.testing.expect(samples.count > 0 and samples.count <= most);
            try std.testing.expectEqual(1, std.math.gcd(samples.every, @as(u64, connections)));
            for (0..samples.count) |index| {
                try std.testing.expectEqual(index * samples.every, samples.latency_ns[index]);
                try std.testing.expectEqual(2 * index * samples.every, samples.late_ns[index]);
            }
            // None is missing at the end.
            try std.testing.expectEqual((5000 - 1) / samples.every + 1, samples.count);
        }
    }
}

test "where there is room, all are kept" {
    const gpa = std.testing.allocator;
    var samples: Samples = try .open(gpa, 100, 32, false);
    defer samples.close(gpa);
    samples.begin(50);
    for (0..100) |answer| samples.add(answer, 0);
    try std.testing.expectEqual(100, samples.count);
    try std.testing.expectEqual(1, samples.every);
    // What came before is forgotten.
    samples.begin(1000);
    try std.testing.expectEqual(0, samples.count);
    try std.testing.expect(samples.every >= 12);
}
