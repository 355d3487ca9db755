//! The head of an HTTP/1.1 request (RFC 9112): its request line and its fields, and what they say of the body
//! and of the connection. Strict, because two readers of one request that differ are a way to smuggle another
//! in: lines end with CR LF, no space stands before a colon, no field is folded, and a length is said once.

const std = @import("std");

/// A head that is longer is refused with 431.
pub const head_bytes_max = 8192;

/// JavaScript knows these by number (src/handlers/native-request.ts); `other` is read as text.
pub const Method = enum(u32) { other = 0, get, head, post, put, delete, options, patch };

/// Where things lie in the bytes that were parsed, and what they mean.
pub const Head = struct {
    /// To the end of the empty line.
    bytes: u32,
    method: Method,
    method_at: u32,
    method_bytes: u32,
    target_at: u32,
    target_bytes: u32,
    /// The lines between the request line and the empty line, each with its end.
    fields_at: u32,
    fields_bytes: u32,
    /// 0 where no length is said.
    content_bytes: u64 = 0,
    is_chunked: bool = false,
    /// HTTP/1.0, whose connections end with the answer unless the client asks otherwise.
    is_old: bool,
    keeps_alive: bool,
    expects_continue: bool = false,
};

pub const Parsed = union(enum) {
    incomplete,
    /// The status that the request is refused with.
    refused: u16,
    head: Head,
};

/// Parses what begins with a head. @param scanned how many bytes an earlier call, which found it incomplete, was
/// given
pub fn parse(bytes: []const u8, scanned: usize) Parsed {
    const start = emptyLines(bytes);
    const from = @max(start, scanned -| 3);
    const end = std.mem.indexOfPos(u8, bytes, from, "\r\n\r\n") orelse {
        if (isHopeless(bytes[start..])) return .{ .refused = 400 };
        return if (bytes.len >= head_bytes_max) .{ .refused = 431 } else .incomplete;
    };
    if (end + 4 > head_bytes_max) return .{ .refused = 431 };
    return parseLines(bytes[0 .. end + 4], start);
}

/// Empty lines before a request are skipped (RFC 9112, 2.2).
fn emptyLines(bytes: []const u8) usize {
    var at: usize = 0;
    while (std.mem.startsWith(u8, bytes[at..], "\r\n")) at += 2;
    return at;
}

/// Whether it cannot become a request, whatever follows: another protocol is told so, and does not wait.
fn isHopeless(bytes: []const u8) bool {
    if (bytes.len == 0) return false;
    // The beginning of an empty line, or none.
    if (bytes[0] == '\r') return bytes.len > 1;
    if (!isTokenByte(bytes[0])) return true;
    const line_end = std.mem.indexOfScalar(u8, bytes, '\n') orelse return false;
    return bytes[line_end - 1] != '\r';
}

fn parseLines(bytes: []const u8, start: usize) Parsed {
    const line_end = std.mem.indexOfPos(u8, bytes, start, "\r\n").?;
    var head = switch (parseRequestLine(bytes, start, line_end)) {
        .head => |head| head,
        else => |failed| return failed,
    };
    head.bytes = @intCast(bytes.len);
    head.fields_at = @intCast(line_end + 2);
    head.fields_bytes = @intCast(bytes.len - 2 - head.fields_at);
    var seen: Seen = .{};
    var at: usize = head.fields_at;
    while (at < bytes.len - 2) {
        const end = std.mem.indexOfPos(u8, bytes, at, "\r\n").?;
        if (readField(&head, &seen, bytes[at..end])) |status| return .{ .refused = status };
        at = end + 2;
    }
    if (seen.hosts > 1 or (seen.hosts == 0 and !head.is_old)) return .{ .refused = 400 };
    // Both, or chunks in HTTP/1.0: whoever read it before us may have seen another end (RFC 9112, 6.1).
    if (head.is_chunked and (seen.has_length or head.is_old)) return .{ .refused = 400 };
    return .{ .head = head };
}

fn parseRequestLine(bytes: []const u8, start: usize, end: usize) Parsed {
    const line = bytes[start..end];
    const bad: Parsed = .{ .refused = 400 };
    const method_end = std.mem.indexOfScalar(u8, line, ' ') orelse return bad;
    const target_end = std.mem.indexOfScalarPos(u8, line, method_end + 1, ' ') orelse return bad;
    const method = line[0..method_end];
    const target = line[method_end + 1 .. target_end];
    const version = line[target_end + 1 ..];
    if (!isToken(method) or target.len == 0) return bad;
    for (target) |byte| if (byte <= ' ' or byte >= 0x7f) return bad;
    if (version.len != 8 or !std.mem.startsWith(u8, version, "HTTP/") or version[6] != '.') return bad;
    if (!std.ascii.isDigit(version[5]) or !std.ascii.isDigit(version[7])) return bad;
    if (version[5] != '1') return .{ .refused = 505 };
    // A tunnel is not made here (RFC 9110, 9.3.6).
    if (std.mem.eql(u8, method, "CONNECT")) return .{ .refused = 501 };
    const is_old = version[7] == '0';
    return .{ .head = .{
        .bytes = 0,
        .method = methodOf(method),
        .method_at = @intCast(start),
        .method_bytes = @intCast(method.len),
        .target_at = @intCast(start + method_end + 1),
        .target_bytes = @intCast(target.len),
        .fields_at = 0,
        .fields_bytes = 0,
        .is_old = is_old,
        .keeps_alive = !is_old,
    } };
}

fn methodOf(text: []const u8) Method {
    inline for (comptime std.enums.values(Method)) |method| {
        if (method != .other and equalsUpper(text, @tagName(method))) return method;
    }
    return .other;
}

/// Methods are upper case (RFC 9110, 9.1), names of the enum are not.
fn equalsUpper(text: []const u8, comptime name: []const u8) bool {
    if (text.len != name.len) return false;
    inline for (name, 0..) |letter, index| {
        if (text[index] != comptime std.ascii.toUpper(letter)) return false;
    }
    return true;
}

const Seen = struct { hosts: u32 = 0, has_length: bool = false };

/// Returns the status that the field is refused with, or null.
fn readField(head: *Head, seen: *Seen, line: []const u8) ?u16 {
    const colon = std.mem.indexOfScalar(u8, line, ':') orelse return 400;
    const name = line[0..colon];
    // This refuses folded lines, too: they begin with a space.
    if (!isToken(name)) return 400;
    const value = std.mem.trim(u8, line[colon + 1 ..], " \t");
    for (value) |byte| if ((byte < ' ' and byte != '\t') or byte == 0x7f) return 400;
    switch (name.len) {
        4 => if (isNamed(name, "host")) {
            seen.hosts += 1;
        },
        6 => if (isNamed(name, "expect")) {
            if (!std.ascii.eqlIgnoreCase(value, "100-continue")) return 417;
            // A client of HTTP/1.0 knows no such answer (RFC 9110, 10.1.1).
            head.expects_continue = !head.is_old;
        },
        10 => if (isNamed(name, "connection")) readConnection(head, value),
        14 => if (isNamed(name, "content-length")) {
            if (seen.has_length) return 400;
            seen.has_length = true;
            head.content_bytes = lengthOf(value) orelse return 400;
        },
        17 => if (isNamed(name, "transfer-encoding")) {
            if (head.is_chunked) return 400;
            if (!std.ascii.eqlIgnoreCase(value, "chunked")) return 501;
            head.is_chunked = true;
        },
        else => {},
    }
    return null;
}

fn isNamed(name: []const u8, comptime expected: []const u8) bool {
    return std.ascii.eqlIgnoreCase(name, expected);
}

fn readConnection(head: *Head, value: []const u8) void {
    var rest = value;
    while (rest.len > 0) {
        const comma = std.mem.indexOfScalar(u8, rest, ',') orelse rest.len;
        const option = std.mem.trim(u8, rest[0..comma], " \t");
        if (std.ascii.eqlIgnoreCase(option, "close")) {
            head.keeps_alive = false;
            return;
        }
        if (head.is_old and std.ascii.eqlIgnoreCase(option, "keep-alive")) head.keeps_alive = true;
        rest = rest[@min(comma + 1, rest.len)..];
    }
}

fn lengthOf(value: []const u8) ?u64 {
    // Eighteen digits overflow nothing.
    if (value.len == 0 or value.len > 18) return null;
    var length: u64 = 0;
    for (value) |digit| {
        if (!std.ascii.isDigit(digit)) return null;
        length = length * 10 + (digit - '0');
    }
    return length;
}

/// RFC 9110, 5.6.2.
const token_bytes: [256]bool = table: {
    var table: [256]bool = @splat(false);
    for ("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") |byte| table[byte] = true;
    break :table table;
};

fn isTokenByte(byte: u8) bool {
    return token_bytes[byte];
}

fn isToken(text: []const u8) bool {
    if (text.len == 0) return false;
    for (text) |byte| if (!isTokenByte(byte)) return false;
    return true;
}

const testing = std.testing;

fn expectStatus(status: u16, text: []const u8) !void {
    errdefer std.debug.print("in: {s}\n", .{text});
    try testing.expectEqual(Parsed{ .refused = status }, parse(text, 0));
}

test "a head says where its parts lie" {
    const text = "\r\nPOST /a?b=c HTTP/1.1\r\nHost: x\r\ncontent-LENGTH:  12\t\r\n\r\nrest";
    const head = parse(text, 0).head;
    try testing.expectEqual(Method.post, head.method);
    try testing.expectEqualStrings("POST", text[head.method_at..][0..head.method_bytes]);
    try testing.expectEqualStrings("/a?b=c", text[head.target_at..][0..head.target_bytes]);
    try testing.expectEqualStrings("Host: x\r\ncontent-LENGTH:  12\t\r\n", text[head.fields_at..][0..head.fields_bytes]);
    try testing.expectEqualStrings("rest", text[head.bytes..]);
    try testing.expectEqual(12, head.content_bytes);
    try testing.expect(head.keeps_alive and !head.is_chunked and !head.expects_continue);
}

test "a head that is not whole yet is incomplete, wherever it was cut" {
    const text = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    for (0..text.len) |cut| {
        try testing.expectEqual(Parsed.incomplete, parse(text[0..cut], 0));
        try testing.expectEqual(text.len, parse(text, cut).head.bytes);
    }
}

test "methods are told apart, and unknown ones kept" {
    const cases = .{ .{ "GET", .get }, .{ "HEAD", .head }, .{ "DELETE", .delete }, .{ "get", .other }, .{ "BREW", .other } };
    inline for (cases) |case| {
        const head = parse(case[0] ++ " / HTTP/1.1\r\nHost:\r\n\r\n", 0).head;
        try testing.expectEqual(@as(Method, case[1]), head.method);
    }
}

test "the connection is kept or not as version and field say" {
    const cases = .{
        .{ "HTTP/1.1\r\nHost: x", true },
        .{ "HTTP/1.1\r\nHost: x\r\nConnection: Close", false },
        .{ "HTTP/1.1\r\nHost: x\r\nConnection: te , close", false },
        .{ "HTTP/1.1\r\nHost: x\r\nConnection: keep-alive", true },
        .{ "HTTP/1.0", false },
        .{ "HTTP/1.0\r\nConnection: Keep-Alive", true },
        .{ "HTTP/1.0\r\nConnection: close, keep-alive", false },
    };
    inline for (cases) |case| {
        const head = parse("GET / " ++ case[0] ++ "\r\n\r\n", 0).head;
        try testing.expectEqual(case[1], head.keeps_alive);
    }
}

test "what is wrong is refused with the status that says so" {
    for ([_][]const u8{
        "hello\r\n\r\n",                                                                      "GET /\r\n\r\n",
        "GET / HTTP/1.1\nHost: x\n\n",                                                        "\x16\x03\x01",
        "\rG",                                                                                "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n",                                       "GET  HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET / a HTTP/1.1\r\nHost: x\r\n\r\n",                                                "GET /\x01 HTTP/1.1\r\nHost: x\r\n\r\n",
        "G(T / HTTP/1.1\r\nHost: x\r\n\r\n",                                                  "GET / HTTP/1.1\r\nHost : x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n",                                       "GET / HTTP/1.1\r\nHost: x\r\nA: b\rc\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nA: b\x00\r\n\r\n",                                      "GET / HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\n: empty\r\n\r\n",                                       "GET / http/1.1\r\nHost: x\r\n\r\n",
        "GET / HTTP/1.1 \r\nHost: x\r\n\r\n",                                                 "P / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        "P / HTTP/1.1\r\nHost: x\r\nContent-Length: 1,1\r\n\r\n",                             "P / HTTP/1.1\r\nHost: x\r\nContent-Length:\r\n\r\n",
        "P / HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999999999999999\r\n\r\n",             "P / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
        "P / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", "P / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
    }) |text| try expectStatus(400, text);
    try expectStatus(505, "GET / HTTP/2.0\r\nHost: x\r\n\r\n");
    try expectStatus(501, "CONNECT a:1 HTTP/1.1\r\nHost: x\r\n\r\n");
    try expectStatus(501, "P / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n");
    try expectStatus(417, "P / HTTP/1.1\r\nHost: x\r\nExpect: wonders\r\n\r\n");
}

test "a head may be as long as the limit, and no longer" {
    const frame = "GET / HTTP/1.1\r\nHost: x\r\nA: \r\n\r\n";
    var text: [head_bytes_max + 1]u8 = undefined;
    @memset(&text, 'a');
    @memcpy(text[0 .. frame.len - 4], frame[0 .. frame.len - 4]);
    @memcpy(text[head_bytes_max - 4 .. head_bytes_max], "\r\n\r\n");
    try testing.expectEqual(head_bytes_max, parse(text[0..head_bytes_max], 0).head.bytes);
    @memcpy(text[head_bytes_max - 4 .. head_bytes_max], "aaaa");
    try expectStatus(431, text[0..head_bytes_max]);
    @memcpy(text[head_bytes_max - 3 ..], "\r\n\r\n");
    try expectStatus(431, &text);
}

test "bytes at random are refused or incomplete, and never read past their end" {
    var random: std.Random.DefaultPrng = .init(1);
    const alphabet = "GET / HTTP/1.1\r\n\r\n: hostcl,0\t\x00\xff";
    for (0..20_000) |_| {
        var text: [48]u8 = undefined;
        const bytes = random.random().intRangeAtMost(usize, 0, text.len);
        for (text[0..bytes]) |*byte| byte.* = alphabet[random.random().uintLessThan(usize, alphabet.len)];
        switch (parse(text[0..bytes], 0)) {
            .incomplete, .refused => {},
            .head => |head| try testing.expect(head.bytes <= bytes),
        }
    }
}
