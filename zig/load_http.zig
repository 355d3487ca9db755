//! Answers of an HTTP/1.1 server (RFC 9112), as they come, in pieces of any size: is the answer whole,
//! is its status 200, is its body the expected one?
//!
//! What a client cannot make sense of is garbage; there is no guessing. Nothing is allocated: the head is
//! kept until it is whole (mostly it comes whole, and is read in place), the body is compared as it comes.

const std = @import("std");

/// A longer head, or a longer line of a chunked body, is garbage.
const most_head_bytes = 8 * 1024;

pub const Answer = struct {
    has_right_status: bool,
    has_right_body: bool,
    /// The server will close the connection.
    closes: bool,
};

pub const Outcome = union(enum) {
    /// The answer is not whole yet; all bytes were taken.
    more,
    /// The answer is whole; `rest` bytes came behind it, which nobody asked for.
    whole: struct { answer: Answer, rest: usize },
    garbage,
};

const State = enum { head, sized, until_close, chunk_size, chunk, chunk_end, trailer };

pub const Parser = struct {
    expected_body: []const u8,
    state: State = .head,
    /// Bytes that are still to come of the body, or of the chunk.
    left: u64 = 0,
    /// Bytes of the body that have come.
    taken: usize = 0,
    answer: Answer = blank,
    kept: usize = 0,
    head: [most_head_bytes]u8 = undefined,

    const blank: Answer = .{ .has_right_status = true, .has_right_body = true, .closes = false };

    /// Ready for the next answer.
    pub fn reset(parser: *Parser) void {
        parser.state = .head;
        parser.left = 0;
        parser.taken = 0;
        parser.kept = 0;
        parser.answer = blank;
    }

    pub fn hasBegun(parser: *const Parser) bool {
        return parser.state != .head or parser.kept > 0;
    }

    /// Takes the next bytes of the connection, at least one.
    pub fn feed(parser: *Parser, bytes: []const u8) Outcome {
        var rest = bytes;
        while (rest.len > 0) {
            const is_whole = switch (parser.state) {
                .head => parser.feedHead(&rest),
                .chunk_size, .chunk_end, .trailer => parser.feedLine(&rest),
                .sized, .chunk, .until_close => parser.feedBody(&rest),
            } catch return .garbage;
            if (is_whole) return .{ .whole = .{ .answer = parser.finished(), .rest = rest.len } };
        }
        return .more;
    }

    /// The connection has ended. Null when the answer is not whole by that.
    pub fn end(parser: *Parser) ?Answer {
        return if (parser.state == .until_close) parser.finished() else null;
    }

    fn finished(parser: *Parser) Answer {
        if (parser.taken != parser.expected_body.len) parser.answer.has_right_body = false;
        return parser.answer;
    }

    fn feedHead(parser: *Parser, rest: *[]const u8) error{Garbage}!bool {
        if (parser.kept == 0) {
            if (std.mem.indexOf(u8, rest.*, "\r\n\r\n")) |at| {
                // As it is where it comes in pieces.
                if (at + 4 > most_head_bytes) return error.Garbage;
                const head = rest.*[0 .. at + 2];
                rest.* = rest.*[at + 4 ..];
                return parser.readHead(head);
            }
        }
        const head = try parser.keepUntil(rest, "\r\n\r\n") orelse return false;
        return parser.readHead(head[0 .. head.len - 2]);
    }

    /// Keeps bytes until `terminator` has come. Null when it has not yet; else all of them, which stay
    /// until the next call.
    fn keepUntil(parser: *Parser, rest: *[]const u8, terminator: []const u8) error{Garbage}!?[]const u8 {
        const before = parser.kept;
        const size = @min(rest.len, parser.head.len - before);
        if (size == 0) return error.Garbage;
        @memcpy(parser.head[before..][0..size], rest.*[0..size]);
        // The terminator may have begun in the piece before.
        const from = before -| (terminator.len - 1);
        const at = std.mem.indexOf(u8, parser.head[from .. before + size], terminator) orelse {
            rest.* = rest.*[size..];
            parser.kept = before + size;
            return null;
        };
        const whole = from + at + terminator.len;
        rest.* = rest.*[whole - before ..];
        parser.kept = 0;
        return parser.head[0..whole];
    }

    /// Reads the status line and the header fields, each with its line's end. True when no body follows.
    fn readHead(parser: *Parser, head: []const u8) error{Garbage}!bool {
        var lines = std.mem.splitSequence(u8, head[0 .. head.len - 2], "\r\n");
        const status = try parser.readStatus(lines.first());
        var size: ?u64 = null;
        var is_chunked = false;
        while (lines.next()) |line| {
            const colon = std.mem.indexOfScalar(u8, line, ':') orelse return error.Garbage;
            const name = line[0..colon];
            if (name.len == 0 or std.mem.indexOfAny(u8, name, " \t") != null) return error.Garbage;
            const content = std.mem.trim(u8, line[colon + 1 ..], " \t");
            if (isName(name, "content-length")) {
                const number = try parseSize(content, 10);
                if (size != null and size != number) return error.Garbage;
                size = number;
            } else if (isName(name, "transfer-encoding")) {
                // Other codings were not asked for.
                if (!isName(content, "chunked")) return error.Garbage;
                is_chunked = true;
            } else if (isName(name, "connection")) {
                parser.readConnection(content);
            }
        }
        if (is_chunked and size != null) return error.Garbage;
        return parser.beginBody(status, size, is_chunked);
    }

    fn readStatus(parser: *Parser, line: []const u8) error{Garbage}!u16 {
        if (line.len < 12 or !std.mem.startsWith(u8, line, "HTTP/1.") or line[8] != ' ') return error.Garbage;
        if (line.len > 12 and line[12] != ' ') return error.Garbage;
        parser.answer.closes = switch (line[7]) {
            '1' => false,
            '0' => true,
            else => return error.Garbage,
        };
        const status: u16 = @intCast(try parseSize(line[9..12], 10));
        if (status < 100) return error.Garbage;
        return status;
    }

    fn readConnection(parser: *Parser, content: []const u8) void {
        var options = std.mem.tokenizeAny(u8, content, ", \t");
        while (options.next()) |option| {
            if (isName(option, "close")) parser.answer.closes = true;
            if (isName(option, "keep-alive")) parser.answer.closes = false;
        }
    }

    fn beginBody(parser: *Parser, status: u16, size: ?u64, is_chunked: bool) error{Garbage}!bool {
        if (status < 200) {
            // An interim answer; 101 would leave HTTP.
            if (status == 101) return error.Garbage;
            parser.reset();
            return false;
        }
        parser.answer.has_right_status = status == 200;
        if (status == 204 or status == 304) return true;
        if (is_chunked) {
            parser.state = .chunk_size;
            return false;
        }
        if (size) |bytes| {
            parser.state = .sized;
            parser.left = bytes;
            return bytes == 0;
        }
        parser.state = .until_close;
        parser.left = std.math.maxInt(u64);
        parser.answer.closes = true;
        return false;
    }

    fn feedBody(parser: *Parser, rest: *[]const u8) error{Garbage}!bool {
        const size: usize = @intCast(@min(rest.len, parser.left));
        parser.compare(rest.*[0..size]);
        rest.* = rest.*[size..];
        parser.left -= size;
        if (parser.left > 0) return false;
        if (parser.state == .sized) return true;
        parser.state = .chunk_end;
        return false;
    }

    fn compare(parser: *Parser, bytes: []const u8) void {
        const left = parser.expected_body[@min(parser.taken, parser.expected_body.len)..];
        if (!std.mem.startsWith(u8, left, bytes)) parser.answer.has_right_body = false;
        parser.taken +|= bytes.len;
    }

    /// The lines between the chunks, and behind the last one.
    fn feedLine(parser: *Parser, rest: *[]const u8) error{Garbage}!bool {
        const whole = try parser.keepUntil(rest, "\r\n") orelse return false;
        const line = whole[0 .. whole.len - 2];
        switch (parser.state) {
            .chunk_size => {
                const digits = std.mem.trim(u8, std.mem.sliceTo(line, ';'), " \t");
                parser.left = try parseSize(digits, 16);
                parser.state = if (parser.left == 0) .trailer else .chunk;
            },
            .chunk_end => {
                if (line.len != 0) return error.Garbage;
                parser.state = .chunk_size;
            },
            .trailer => return line.len == 0,
            else => unreachable,
        }
        return false;
    }
};

fn isName(name: []const u8, lower_case: []const u8) bool {
    return std.ascii.eqlIgnoreCase(name, lower_case);
}

/// Digits alone: parseInt would take signs and underscores.
fn parseSize(digits: []const u8, base: u8) error{Garbage}!u64 {
    for (digits) |digit| if (!std.ascii.isHex(digit)) return error.Garbage;
    return std.fmt.parseInt(u63, digits, base) catch error.Garbage;
}

/// What came of `text`, fed in pieces of `piece` bytes.
fn parse(text: []const u8, body: []const u8, piece: usize) Outcome {
    var parser: Parser = .{ .expected_body = body };
    var at: usize = 0;
    while (at < text.len) {
        const size = @min(piece, text.len - at);
        switch (parser.feed(text[at..][0..size])) {
            .more => at += size,
            .whole => |whole| return .{ .whole = .{
                .answer = whole.answer,
                .rest = text.len - at - size + whole.rest,
            } },
            .garbage => return .garbage,
        }
    }
    return .more;
}

const pieces = [_]usize{ 1, 2, 3, 5, 7, 16, 64, 100_000 };

fn expectWhole(text: []const u8, body: []const u8, answer: Answer, rest: usize) !void {
    for (pieces) |piece| {
        const outcome = parse(text, body, piece);
        try std.testing.expectEqual(answer, outcome.whole.answer);
        try std.testing.expectEqual(rest, outcome.whole.rest);
    }
}

fn expectTag(text: []const u8, tag: std.meta.Tag(Outcome)) !void {
    for (pieces) |piece| {
        try std.testing.expectEqual(tag, std.meta.activeTag(parse(text, "Hello", piece)));
    }
}

const right: Answer = Parser.blank;

test "an answer is whole with its last byte, in pieces of any size" {
    const text = "HTTP/1.1 200 OK\r\ncontent-LENGTH:5\r\nDate: today\r\n\r\nHello";
    try expectWhole(text, "Hello", right, 0);
    try expectTag(text[0 .. text.len - 1], .more);
    try expectWhole("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", "", right, 0);
    try expectWhole(text ++ "HTTP", "Hello", right, 4);
}

test "chunks, their extensions and trailers are taken, and the body is what they make together" {
    const head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n";
    try expectWhole(head ++ "5\r\nHello\r\n0\r\n\r\n", "Hello", right, 0);
    const adorned = "1;a=b\r\nH\r\n00004\r\nello\r\n0\r\nEtag: 1\r\nX: 2\r\n\r\n!";
    try expectWhole(head ++ adorned, "Hello", right, 1);
    try expectTag(head ++ "5\r\nHello\r\n0\r\n", .more);
    try expectTag(head ++ "5\r\nHelloo\r\n0\r\n\r\n", .garbage);
    try expectTag(head ++ "x\r\nHello\r\n0\r\n\r\n", .garbage);
    try expectTag(head ++ "\r\nHello\r\n0\r\n\r\n", .garbage);
    try expectTag(head ++ "-5\r\nHello\r\n0\r\n\r\n", .garbage);
}

test "another status and another body are told apart" {
    const wrong_status: Answer = .{ .has_right_status = false, .has_right_body = true, .closes = false };
    try expectWhole("HTTP/1.1 500 No\r\nContent-Length: 5\r\n\r\nHello", "Hello", wrong_status, 0);
    const wrong_body: Answer = .{ .has_right_status = true, .has_right_body = false, .closes = false };
    for ([_][]const u8{ "Hallo", "Hell", "Hello!", "" }) |expected| {
        try expectWhole("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHello", expected, wrong_body, 0);
    }
    var empty = wrong_status;
    empty.has_right_body = false;
    try expectWhole("HTTP/1.1 204 Nothing\r\n\r\n", "Hello", empty, 0);
}

test "whether the server will close is read from its version and its Connection field" {
    const closing: Answer = .{ .has_right_status = true, .has_right_body = true, .closes = true };
    const sized = "\r\nContent-Length: 5\r\n\r\nHello";
    try expectWhole("HTTP/1.1 200 OK\r\nconnection: Close" ++ sized, "Hello", closing, 0);
    try expectWhole("HTTP/1.1 200 OK\r\nConnection: x, close" ++ sized, "Hello", closing, 0);
    try expectWhole("HTTP/1.0 200 OK" ++ sized, "Hello", closing, 0);
    try expectWhole("HTTP/1.0 200 OK\r\nConnection: keep-alive" ++ sized, "Hello", right, 0);
    // Without a size it ends with the connection.
    var parser: Parser = .{ .expected_body = "Hello" };
    try std.testing.expectEqual(.more, std.meta.activeTag(parser.feed("HTTP/1.1 200 OK\r\n\r\nHel")));
    try std.testing.expectEqual(.more, std.meta.activeTag(parser.feed("lo")));
    try std.testing.expectEqual(closing, parser.end().?);
    parser.reset();
    _ = parser.feed("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHel");
    try std.testing.expect(parser.hasBegun());
    try std.testing.expectEqual(null, parser.end());
}

test "an interim answer is passed over" {
    try expectWhole(
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: x\r\n\r\n" ++
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHello",
        "Hello",
        right,
        0,
    );
}

test "what is no HTTP/1 is garbage" {
    for ([_][]const u8{
        "SSH-2.0-OpenSSH_9.9\r\n\r\n",
        "HTTP/2.0 200 OK\r\n\r\n",
        "HTTP/1.1 2000 OK\r\n\r\n",
        "HTTP/1.1 +20 OK\r\n\r\n",
        "HTTP/1.1 099 OK\r\n\r\n",
        "HTTP/1.1 101 Switching\r\n\r\n",
        "\r\n\r\n",
        "HTTP/1.1 200 OK\r\nNo colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA : b\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1_0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
    }) |text| try expectTag(text, .garbage);
    const endless: [most_head_bytes + 1]u8 = @splat('x');
    try expectTag(&endless, .garbage);
}

test "a head that is too long is garbage, whether it comes at once or in pieces" {
    const long: [most_head_bytes]u8 = @splat('x');
    const text = "HTTP/1.1 200 OK\r\nA: " ++ long ++ "\r\nContent-Length: 0\r\n\r\n";
    for ([_]usize{ 1, 1000, text.len }) |piece| try std.testing.expectEqual(Outcome.garbage, parse(text, "", piece));
}

test "no bytes at all bring it down, and it takes what it says it takes" {
    var random: std.Random.DefaultPrng = .init(1);
    const words = [_][]const u8{
        "HTTP/1.1 ", "200 OK", "\r\n",  "\r",              "\n",          "Content-Length: ",
        "5",         "Hello",  "0\r\n", "close",           "Connection:", "Transfer-Encoding: chunked",
        "\r\n\r\n",  ":",      "\x00",  "fffffffffffffff",
    };
    var text: [400]u8 = undefined;
    for (0..3000) |_| {
        var size: usize = 0;
        while (size < 300) {
            const word = words[random.random().uintLessThan(usize, words.len)];
            @memcpy(text[size..][0..word.len], word);
            size += word.len;
        }
        const whole = parse(text[0..size], "Hello", size);
        // Cut in other pieces it is the same.
        const cut = parse(text[0..size], "Hello", 1 + random.random().uintLessThan(usize, 20));
        try std.testing.expectEqual(whole, cut);
    }
}
