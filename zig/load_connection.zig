//! One connection of the load client: what state it is in, and what has come of the answer.

const std = @import("std");
const http = @import("load_http.zig");
const sockets = @import("sockets.zig");

pub const Protocol = enum(u32) { http = 0, tcp = 1 };

/// The answer of a server that sends back what it gets: it has no length but that of what was sent.
pub const Echo = struct {
    expected: []const u8,
    taken: usize = 0,
    is_right: bool = true,

    fn feed(echo: *Echo, bytes: []const u8) http.Outcome {
        const left = echo.expected[echo.taken..];
        const size = @min(bytes.len, left.len);
        if (!std.mem.eql(u8, left[0..size], bytes[0..size])) echo.is_right = false;
        echo.taken += size;
        if (echo.taken < echo.expected.len) return .more;
        return .{ .whole = .{
            .answer = .{ .has_right_status = true, .has_right_body = echo.is_right, .closes = false },
            .rest = bytes.len - size,
        } };
    }
};

/// What takes the answer apart.
pub const Reader = union(Protocol) {
    http: http.Parser,
    tcp: Echo,

    pub fn init(protocol: Protocol, expected_body: []const u8) Reader {
        return switch (protocol) {
            .http => .{ .http = .{ .expected_body = expected_body } },
            .tcp => .{ .tcp = .{ .expected = expected_body } },
        };
    }

    pub fn reset(reader: *Reader) void {
        switch (reader.*) {
            .http => |*parser| parser.reset(),
            .tcp => |*echo| echo.* = .{ .expected = echo.expected },
        }
    }

    pub fn feed(reader: *Reader, bytes: []const u8) http.Outcome {
        return switch (reader.*) {
            inline else => |*each| each.feed(bytes),
        };
    }

    /// More bytes than any right answer has, however it is framed.
    pub fn tooMany(reader: *const Reader) u64 {
        const body_bytes = switch (reader.*) {
            .http => |*parser| parser.expected_body.len,
            .tcp => |*echo| echo.expected.len,
        };
        // A chunk of a single byte takes six; the rest is for heads.
        return 8 * @as(u64, body_bytes) + (1 << 20);
    }

    /// The connection has ended; null when the answer is not whole by that.
    pub fn end(reader: *Reader) ?http.Answer {
        return switch (reader.*) {
            .http => |*parser| parser.end(),
            .tcp => null,
        };
    }
};

pub const Phase = enum {
    /// There is no connection; another one is tried at `retry_ns`.
    closed,
    connecting,
    /// It stands, and nothing is asked.
    free,
    /// A request is being sent, or its answer awaited.
    asking,
};

/// A connection that fails again and again is made anew after 1, 2, 4 ms and so on, up to this.
const most_backoff_ns = 100 * std.time.ns_per_ms;

pub const Connection = struct {
    fd: c_int = -1,
    /// Of this many sockets this one is the last: news of those before is stale.
    generation: u32 = 0,
    phase: Phase = .closed,
    retry_ns: u64 = 0,
    /// Failures since the last answer.
    failures: u32 = 0,
    /// Something was answered on this socket.
    has_answered: bool = false,
    /// A request has come to an end, on this socket or one before.
    is_warm: bool = false,
    /// When connecting began, or when the request was sent.
    since_ns: u64 = 0,
    /// Open loop: when the request was to be sent.
    due_ns: u64 = 0,
    /// Open loop: the request was due in the measured part.
    is_measured: bool = false,
    /// Open loop: it stands in the queue of the free ones.
    is_queued: bool = false,
    /// Bytes of the request that the kernel has not taken yet.
    unsent: usize = 0,
    /// Bytes that have come since the request was sent.
    heard: u64 = 0,
    reader: Reader,

    pub fn close(connection: *Connection) void {
        if (connection.fd >= 0) sockets.closeSocket(connection.fd);
        connection.fd = -1;
        connection.phase = .closed;
        connection.has_answered = false;
        connection.unsent = 0;
    }

    /// It has failed once more: closed, and not to be made anew at once.
    pub fn backOff(connection: *Connection, now_ns: u64) void {
        connection.close();
        const shift: u6 = @intCast(@min(connection.failures, 10));
        connection.failures +|= 1;
        const backoff_ns = @min(@as(u64, std.time.ns_per_ms) << shift, most_backoff_ns);
        connection.retry_ns = now_ns + backoff_ns;
    }
};

/// The free connections of an open loop, the one that has been free for longest first, so that all of
/// them are used. One may have closed meanwhile: whoever takes it looks.
pub const FreeQueue = struct {
    indices: []u32,
    first: usize = 0,
    count: usize = 0,

    pub fn push(queue: *FreeQueue, connections: []Connection, index: u32) void {
        if (connections[index].is_queued) return;
        connections[index].is_queued = true;
        queue.indices[(queue.first + queue.count) % queue.indices.len] = index;
        queue.count += 1;
    }

    /// Null when none is free.
    pub fn pop(queue: *FreeQueue, connections: []Connection) ?*Connection {
        while (queue.count > 0) {
            const connection = &connections[queue.indices[queue.first]];
            queue.first = (queue.first + 1) % queue.indices.len;
            queue.count -= 1;
            connection.is_queued = false;
            if (connection.phase == .free) return connection;
        }
        return null;
    }
};

test "an echo is whole with as many bytes as were sent, and right when they are the same" {
    var reader: Reader = .init(.tcp, "Hello");
    try std.testing.expectEqual(http.Outcome.more, reader.feed("Hel"));
    try std.testing.expectEqual(null, reader.end());
    const whole = reader.feed("lo").whole;
    try std.testing.expect(whole.answer.has_right_body and whole.rest == 0);
    reader.reset();
    const wrong = reader.feed("Hallo!").whole;
    try std.testing.expect(!wrong.answer.has_right_body);
    try std.testing.expectEqual(1, wrong.rest);
}

test "a connection that fails waits longer each time, up to a bound" {
    var connection: Connection = .{ .reader = .init(.tcp, "x") };
    var last_ns: u64 = 0;
    for (0..100) |_| {
        connection.backOff(1000);
        try std.testing.expect(connection.retry_ns >= last_ns);
        last_ns = connection.retry_ns;
    }
    try std.testing.expectEqual(1000 + most_backoff_ns, last_ns);
}

test "the free are taken in turn, once each, and those that closed meanwhile are not" {
    var connections: [3]Connection = @splat(.{ .phase = .free, .reader = .init(.tcp, "x") });
    var indices: [3]u32 = undefined;
    var queue: FreeQueue = .{ .indices = &indices };
    for ([_]u32{ 2, 0, 2, 1 }) |index| queue.push(&connections, index);
    connections[0].phase = .closed;
    try std.testing.expectEqual(&connections[2], queue.pop(&connections).?);
    queue.push(&connections, 2);
    try std.testing.expectEqual(&connections[1], queue.pop(&connections).?);
    try std.testing.expectEqual(&connections[2], queue.pop(&connections).?);
    try std.testing.expectEqual(null, queue.pop(&connections));
}
