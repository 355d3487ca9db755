//! One request after the other out of bytes as a connection brings them: head, body, and what lies behind it
//! already. The head stays at the beginning of the input until `next`, so that JavaScript can read it there.

const std = @import("std");
const http_chunks = @import("http_chunks.zig");
const http_request = @import("http_request.zig");

const allocator = std.heap.c_allocator;

/// Room for a head and a small body, or for a piece of a body in chunks.
pub const input_bytes = 2 * http_request.head_bytes_max;
/// How much of a long body is asked for at once.
const stretch_bytes = 64 * 1024;

pub const Step = union(enum) {
    /// More bytes are needed.
    more,
    /// The status that the request is refused with: nothing behind it can be read.
    refused: u16,
    /// Head and body are there.
    whole,
};

pub const Reading = struct {
    input: []u8,
    /// Bytes of the input that are there.
    filled: usize = 0,
    /// How many of them were looked at for the end of the head.
    scanned: usize = 0,
    head: ?http_request.Head = null,
    /// The client waits for a word before it sends the body. Who has sent that word sets it to false.
    owes_continue: bool = false,
    chunks: http_chunks.Chunks = .{},
    /// A body in chunks, or one too long for the input.
    body: std.ArrayList(u8) = .empty,
    /// The request with its body is there.
    is_whole: bool = false,
    body_bytes_max: u64,

    pub fn init(input: []u8, body_bytes_max: u64) Reading {
        return .{ .input = input, .body_bytes_max = body_bytes_max };
    }

    pub fn deinit(reading: *Reading) void {
        reading.body.deinit(allocator);
        reading.body = .empty;
    }

    /// Where the next bytes go. Empty only when there is no memory.
    pub fn room(reading: *Reading) []u8 {
        if (!reading.isLong()) return reading.input[reading.filled..];
        const left = reading.head.?.content_bytes - reading.body.items.len;
        reading.body.ensureUnusedCapacity(allocator, @intCast(@min(left, stretch_bytes))) catch return &.{};
        const unused = reading.body.unusedCapacitySlice();
        return unused[0..@intCast(@min(left, unused.len))];
    }

    /// So many bytes were put into the room.
    pub fn add(reading: *Reading, count: usize) void {
        if (reading.isLong()) reading.body.items.len += count else reading.filled += count;
    }

    /// Reads what has come.
    pub fn advance(reading: *Reading) Step {
        std.debug.assert(!reading.is_whole);
        if (reading.head == null) switch (reading.readHead()) {
            .whole => {},
            else => |step| return step,
        };
        const head = reading.head.?;
        const step: Step = if (head.is_chunked)
            reading.readChunks()
        else if (reading.isLong())
            (if (reading.body.items.len == head.content_bytes) .whole else .more)
        else
            (if (reading.filled >= head.bytes + head.content_bytes) .whole else .more);
        reading.is_whole = step == .whole;
        if (reading.is_whole) reading.owes_continue = false;
        return step;
    }

    /// The body of a request that is whole.
    pub fn bodyOf(reading: *const Reading) []const u8 {
        const head = reading.head.?;
        if (head.is_chunked or reading.isLong()) return reading.body.items;
        return reading.input[head.bytes..][0..@intCast(head.content_bytes)];
    }

    /// Forgets the request that was whole; what lies behind it is the beginning of the next one.
    pub fn next(reading: *Reading) void {
        std.debug.assert(reading.is_whole);
        const head = reading.head.?;
        const in_place: usize = if (head.is_chunked or reading.isLong()) 0 else @intCast(head.content_bytes);
        reading.moveUp(0, head.bytes + in_place);
        reading.deinit();
        reading.* = .{ .input = reading.input, .filled = reading.filled, .body_bytes_max = reading.body_bytes_max };
    }

    /// `whole`: the head is.
    fn readHead(reading: *Reading) Step {
        const head = switch (http_request.parse(reading.input[0..reading.filled], reading.scanned)) {
            .incomplete => {
                reading.scanned = reading.filled;
                return .more;
            },
            .refused => |status| return .{ .refused = status },
            .head => |head| head,
        };
        if (head.content_bytes > reading.body_bytes_max) return .{ .refused = 413 };
        reading.head = head;
        const come = reading.filled - head.bytes;
        reading.owes_continue = head.expects_continue and come == 0;
        if (reading.isLong()) {
            // All that has come belongs to the body: it is longer than the input.
            reading.body.appendSlice(allocator, reading.input[head.bytes..reading.filled]) catch
                return .{ .refused = 503 };
            reading.filled = head.bytes;
        }
        return .whole;
    }

    /// Whether the body is of a known length, and does not fit behind the head.
    fn isLong(reading: *const Reading) bool {
        const head = reading.head orelse return false;
        return !head.is_chunked and head.content_bytes > reading.input.len - head.bytes;
    }

    fn readChunks(reading: *Reading) Step {
        const begin = reading.head.?.bytes;
        var at: usize = begin;
        while (true) switch (reading.chunks.next(reading.input[at..reading.filled])) {
            .more => {
                reading.filled = begin;
                return .more;
            },
            .data => |data| {
                at += data.read;
                if (reading.body.items.len + data.bytes.len > reading.body_bytes_max) return .{ .refused = 413 };
                reading.body.appendSlice(allocator, data.bytes) catch return .{ .refused = 503 };
            },
            .end => |read| {
                reading.moveUp(begin, at + read);
                return .whole;
            },
            .bad => return .{ .refused = 400 },
        };
    }

    /// What begins at `from` begins at `to` from now on.
    fn moveUp(reading: *Reading, to: usize, from: usize) void {
        const rest = reading.input[from..reading.filled];
        @memmove(reading.input[to..][0..rest.len], rest);
        reading.filled = to + rest.len;
    }
};

const testing = std.testing;

const long_body: *const [20_000]u8 = @ptrCast(&@as([2000][10]u8, @splat("0123456789".*)));
/// Requests of every kind, one behind the other.
const stream = "GET /1 HTTP/1.1\r\nHost: x\r\n\r\n" ++
    "\r\nPOST /2 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello" ++
    "POST /3 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n" ++
    "PUT /4 HTTP/1.1\r\nHost: x\r\nContent-Length: 20000\r\n\r\n" ++ long_body ++
    "POST /5 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n4e20\r\n" ++ long_body ++ "\r\n0\r\nT: t\r\n\r\n" ++
    "POST /6 HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n" ++
    "GET /7 HTTP/1.1\r\nHost: x\r\n\r\n";
const targets = [_][]const u8{ "/1", "/2", "/3", "/4", "/5", "/6", "/7" };
const bodies = [_][]const u8{ "", "hello", "abcdef", long_body, long_body, "", "" };

/// Brings the stream in pieces of the lengths that `cutter` says, and compares each request that is whole.
fn expectRequests(cutter: anytype) !void {
    const input = try testing.allocator.alloc(u8, input_bytes);
    defer testing.allocator.free(input);
    var reading: Reading = .init(input, 1 << 20);
    defer reading.deinit();
    var at: usize = 0;
    var seen: usize = 0;
    while (at < stream.len) {
        const room = reading.room();
        try testing.expect(room.len > 0);
        const count = @min(room.len, stream.len - at, cutter.next());
        @memcpy(room[0..count], stream[at..][0..count]);
        reading.add(count);
        at += count;
        while (true) switch (reading.advance()) {
            .more => break,
            .refused => return error.Refused,
            .whole => {
                const head = reading.head.?;
                try testing.expectEqualStrings(targets[seen], reading.input[head.target_at..][0..head.target_bytes]);
                try testing.expectEqualStrings(bodies[seen], reading.bodyOf());
                seen += 1;
                reading.next();
            },
        };
    }
    try testing.expectEqual(targets.len, seen);
    try testing.expectEqual(0, reading.filled);
}

const Even = struct {
    length: usize,
    fn next(even: Even) usize {
        return even.length;
    }
};

const Uneven = struct {
    random: std.Random.DefaultPrng,
    fn next(uneven: *Uneven) usize {
        const most = @as(usize, 1) << uneven.random.random().int(u4);
        return uneven.random.random().intRangeAtMost(usize, 1, most);
    }
};

test "requests are the same, however their bytes are cut" {
    for ([_]usize{ 1, 2, 3, 5, 7, 64, 1000, 8191, 8192, 16383, 16384, stream.len }) |length|
        try expectRequests(Even{ .length = length });
    for (0..200) |seed| {
        var uneven: Uneven = .{ .random = .init(seed) };
        try expectRequests(&uneven);
    }
}

fn give(reading: *Reading, text: []const u8) Step {
    @memcpy(reading.room()[0..text.len], text);
    reading.add(text.len);
    return reading.advance();
}

test "a client that waits for a word is owed one until its body comes" {
    var input: [input_bytes]u8 = undefined;
    var reading: Reading = .init(&input, 100);
    defer reading.deinit();
    const head = "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";
    try testing.expectEqual(Step.more, give(&reading, head));
    try testing.expect(reading.owes_continue);
    try testing.expectEqual(Step.whole, give(&reading, "ab"));
    try testing.expect(!reading.owes_continue);
    reading.next();
    try testing.expectEqual(Step.whole, give(&reading, head ++ "ab"));
    try testing.expect(!reading.owes_continue);
}

test "a body longer than the limit is refused before it has come, in chunks when it has" {
    var input: [input_bytes]u8 = undefined;
    var reading: Reading = .init(&input, 100);
    defer reading.deinit();
    try testing.expectEqual(Step{ .refused = 413 }, give(&reading, "P / HTTP/1.1\r\nHost: x\r\nContent-Length: 101\r\n\r\n"));
    reading.deinit();
    reading = .init(&input, 100);
    const chunk = "30\r\n" ++ @as([48]u8, @splat('a')) ++ "\r\n";
    const head = "P / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    try testing.expectEqual(Step.more, give(&reading, head ++ chunk ++ chunk));
    try testing.expectEqual(Step{ .refused = 413 }, give(&reading, chunk));
}
