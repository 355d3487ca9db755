//! A body in chunks (RFC 9112, 7.1), read from bytes as they come. Extensions and trailers are skipped.

const std = @import("std");

/// Bytes of extensions, and of trailers, that are skipped at most: they are no way to hold a connection.
const skipped_max = 8192;
/// Zeros before a size, which some senders write, are no such way either.
const digits_max = 32;

/// What the next bytes are.
pub const Piece = union(enum) {
    /// Nothing but framing: all of them are read.
    more,
    /// So many were read, of which the last `bytes` belong to the body.
    data: struct { read: usize, bytes: []const u8 },
    /// So many were read, and the body ends there.
    end: usize,
    bad,
};

pub const Chunks = struct {
    state: State = .size,
    /// Bytes of the chunk that are still to come.
    left: u64 = 0,
    /// Of the size that is being read.
    digits: u8 = 0,
    skipped: u32 = 0,

    const State = enum { size, size_space, extension, size_end, data, data_return, data_end, trailer, trailer_text, trailer_end, last_end };

    /// Reads on. Called again with what follows until it says `more`, `end` or `bad`.
    pub fn next(chunks: *Chunks, input: []const u8) Piece {
        for (input, 0..) |byte, at| {
            if (chunks.state == .data) {
                const count: usize = @intCast(@min(chunks.left, input.len - at));
                chunks.left -= count;
                if (chunks.left == 0) chunks.state = .data_return;
                return .{ .data = .{ .read = at + count, .bytes = input[at..][0..count] } };
            }
            switch (chunks.step(byte)) {
                .on => {},
                .bad => return .bad,
                .end => return .{ .end = at + 1 },
            }
        }
        return .more;
    }

    fn step(chunks: *Chunks, byte: u8) enum { on, bad, end } {
        switch (chunks.state) {
            .size => return if (chunks.readSize(byte)) .on else .bad,
            .size_space => switch (byte) {
                ' ', '\t' => return if (chunks.skip(byte)) .on else .bad,
                ';' => chunks.state = .extension,
                '\r' => chunks.state = .size_end,
                // Who reads "1 2" as 12 sees another end.
                else => return .bad,
            },
            .extension => if (byte == '\r') {
                chunks.state = .size_end;
            } else return if (chunks.skip(byte)) .on else .bad,
            .size_end => {
                if (byte != '\n') return .bad;
                chunks.state = if (chunks.left == 0) .trailer else .data;
                chunks.digits = 0;
            },
            .data => unreachable,
            .data_return => {
                if (byte != '\r') return .bad;
                chunks.state = .data_end;
            },
            .data_end => {
                if (byte != '\n') return .bad;
                chunks.state = .size;
            },
            .trailer => if (byte == '\r') {
                chunks.state = .last_end;
            } else {
                if (!chunks.skip(byte)) return .bad;
                chunks.state = .trailer_text;
            },
            .trailer_text => if (byte == '\r') {
                chunks.state = .trailer_end;
            } else return if (chunks.skip(byte)) .on else .bad,
            .trailer_end => {
                if (byte != '\n') return .bad;
                chunks.state = .trailer;
            },
            .last_end => return if (byte == '\n') .end else .bad,
        }
        return .on;
    }

    fn readSize(chunks: *Chunks, byte: u8) bool {
        switch (byte) {
            '0'...'9', 'a'...'f', 'A'...'F' => {
                // Sixty bits: nothing overflows, and no body is as long.
                if (chunks.left >> 56 != 0 or chunks.digits == digits_max) return false;
                const digit = std.fmt.charToDigit(byte, 16) catch return false;
                chunks.left = chunks.left * 16 + digit;
                chunks.digits += 1;
                return true;
            },
            '\r' => chunks.state = .size_end,
            ';' => chunks.state = .extension,
            ' ', '\t' => chunks.state = .size_space,
            else => return false,
        }
        return chunks.digits > 0;
    }

    fn skip(chunks: *Chunks, byte: u8) bool {
        chunks.skipped += 1;
        return byte != '\n' and byte != 0 and chunks.skipped <= skipped_max;
    }
};

const testing = std.testing;

/// Reads `text` in pieces that end at `cuts`, and returns how many bytes were read to its end; null: it is bad.
fn readAll(text: []const u8, step: usize, body: *std.ArrayList(u8)) !?usize {
    var chunks: Chunks = .{};
    var at: usize = 0;
    var end = @min(step, text.len);
    while (true) {
        switch (chunks.next(text[at..end])) {
            .more => {
                at = end;
                if (end == text.len) return error.Incomplete;
                end = @min(end + step, text.len);
            },
            .data => |data| {
                at += data.read;
                try body.appendSlice(testing.allocator, data.bytes);
            },
            .end => |read| return at + read,
            .bad => return null,
        }
    }
}

test "the body is the same, however the bytes are cut" {
    const text = "5\r\nhello\r\nA;name=\"v\"\r\n, my world\r\n1 \r\n!\r\n000;x\r\nTrailer: a\r\nB: c\r\n\r\nGET";
    for (1..text.len + 1) |step| {
        var body: std.ArrayList(u8) = .empty;
        defer body.deinit(testing.allocator);
        try testing.expectEqual(text.len - 3, try readAll(text, step, &body));
        try testing.expectEqualStrings("hello, my world!", body.items);
    }
}

test "what is no chunk is bad" {
    for ([_][]const u8{
        "\r\n",        "x\r\n",    "-1\r\n",   ";a\r\n",                "5\nhello",
        "1\r\nab\r\n", "1\r\na\n", "0\r\n\n",  "11111111111111111\r\n", "1 \nx",
        "1 2\r\n",     "1\t2\r\n", "0\r\na\n", "0\r\nA: b\r\r\n",       "0\r\n\rx",
        "1\rx",
    }) |text| {
        var body: std.ArrayList(u8) = .empty;
        defer body.deinit(testing.allocator);
        try testing.expectEqual(null, try readAll(text, text.len, &body));
    }
}

test "zeros before a size have a limit, in each chunk anew" {
    const padded = "0000000001\r\na\r\n";
    var chunks: Chunks = .{};
    for (0..10_000) |_| {
        try testing.expectEqualStrings("a", chunks.next(padded).data.bytes);
        try testing.expectEqual(Piece.more, chunks.next("\r\n"));
    }
    const zeros: [digits_max + 1]u8 = @splat('0');
    try testing.expectEqual(Piece.bad, chunks.next(&zeros));
}

test "trailers have a limit" {
    var chunks: Chunks = .{};
    try testing.expectEqual(Piece.more, chunks.next("0\r\n"));
    var bytes: usize = 0;
    while (chunks.next("a: b\r\n") == .more) bytes += 6;
    try testing.expect(bytes <= 2 * skipped_max);
}
