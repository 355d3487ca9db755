//! What stands before the fields of an answer: its status line, its date, its length, and what becomes of the
//! connection.

const std = @import("std");

/// Bytes that the prefix of any answer fits into.
pub const prefix_bytes_max = 256;

/// Seconds of the date since 1970, as the text that HTTP wants (RFC 9110, 5.6.7).
pub const DateText = struct {
    text: [bytes]u8 = undefined,
    seconds: i64 = -1,

    const bytes = "Sun, 06 Nov 1994 08:49:37 GMT".len;
    const days = [_][]const u8{ "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed" };
    const months = [_][]const u8{ "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

    /// Made anew once a second.
    pub fn at(date: *DateText, seconds: i64) []const u8 {
        if (date.seconds != seconds) date.write(seconds);
        return &date.text;
    }

    fn write(date: *DateText, seconds: i64) void {
        date.seconds = seconds;
        const epoch: std.time.epoch.EpochSeconds = .{ .secs = @intCast(@max(seconds, 0)) };
        const day = epoch.getEpochDay();
        const year = day.calculateYearDay();
        const month = year.calculateMonthDay();
        const clock = epoch.getDaySeconds();
        _ = std.fmt.bufPrint(&date.text, "{s}, {d:0>2} {s} {d:0>4} {d:0>2}:{d:0>2}:{d:0>2} GMT", .{
            days[@intCast(day.day % 7)],            @as(u32, month.day_index) + 1,     months[month.month.numeric() - 1],
            @as(u32, year.year),                    @as(u32, clock.getHoursIntoDay()), @as(u32, clock.getMinutesIntoHour()),
            @as(u32, clock.getSecondsIntoMinute()),
        }) catch unreachable;
    }
};

pub const Connection = enum {
    /// As the version of the request has it, if nothing is said.
    unsaid,
    close,
    /// Said to a client of HTTP/1.0.
    keep_alive,
};

pub const Prefix = struct {
    /// 200 to 599.
    status: u16,
    date: []const u8,
    content_bytes: u64,
    connection: Connection,

    /// Writes it to the end of `out`, so that what follows there is part of the answer, and returns it.
    pub fn writeBefore(prefix: Prefix, out: *[prefix_bytes_max]u8) []u8 {
        var begin: usize = out.len;
        switch (prefix.connection) {
            .unsaid => {},
            .close => prepend(out, &begin, "connection: close\r\n"),
            .keep_alive => prepend(out, &begin, "connection: keep-alive\r\n"),
        }
        if (!isBodiless(prefix.status)) {
            prepend(out, &begin, "\r\n");
            prependNumber(out, &begin, prefix.content_bytes);
            prepend(out, &begin, "content-length: ");
        }
        prepend(out, &begin, "\r\n");
        prepend(out, &begin, prefix.date);
        prepend(out, &begin, "\r\ndate: ");
        prepend(out, &begin, reasonOf(prefix.status));
        prepend(out, &begin, " ");
        prependNumber(out, &begin, prefix.status);
        prepend(out, &begin, "HTTP/1.1 ");
        return out[begin..];
    }
};

pub const refusal_bytes_max = 2 * prefix_bytes_max;

/// Writes the whole answer to what cannot be served, and returns it. It closes the connection, and says no date: it
/// is made without looking at the clock.
pub fn writeRefusal(out: *[refusal_bytes_max]u8, status: u16) []const u8 {
    const reason = reasonOf(status);
    const text = "HTTP/1.1 {d} {s}\r\ncontent-type: text/plain\r\ncontent-length: {d}\r\nconnection: close\r\n\r\n{s}\n";
    return std.fmt.bufPrint(out, text, .{ status, reason, reason.len + 1, reason }) catch unreachable;
}

/// Answers that have no body, whatever the handler says (RFC 9110, 6.4.1).
pub fn isBodiless(status: u16) bool {
    return status == 204 or status == 304;
}

fn prepend(out: []u8, begin: *usize, text: []const u8) void {
    begin.* -= text.len;
    @memcpy(out[begin.*..][0..text.len], text);
}

fn prependNumber(out: []u8, begin: *usize, number: u64) void {
    var left = number;
    while (true) {
        begin.* -= 1;
        out[begin.*] = '0' + @as(u8, @intCast(left % 10));
        left /= 10;
        if (left == 0) return;
    }
}

/// The reason phrase; empty for a status that has none of its own.
pub fn reasonOf(status: u16) []const u8 {
    return switch (status) {
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        204 => "No Content",
        206 => "Partial Content",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        410 => "Gone",
        413 => "Content Too Large",
        415 => "Unsupported Media Type",
        417 => "Expectation Failed",
        422 => "Unprocessable Content",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        505 => "HTTP Version Not Supported",
        else => "",
    };
}

const testing = std.testing;

test "a date is what HTTP says it is" {
    var date: DateText = .{};
    try testing.expectEqualStrings("Sun, 06 Nov 1994 08:49:37 GMT", date.at(784_111_777));
    try testing.expectEqualStrings("Thu, 29 Feb 2024 23:59:59 GMT", date.at(1_709_251_199));
    try testing.expectEqualStrings("Fri, 01 Mar 2024 00:00:00 GMT", date.at(1_709_251_200));
    try testing.expectEqualStrings("Thu, 01 Jan 1970 00:00:00 GMT", date.at(0));
}

test "a prefix ends where the fields begin" {
    var out: [prefix_bytes_max]u8 = undefined;
    var prefix: Prefix = .{ .status = 200, .date = "D", .content_bytes = 13, .connection = .unsaid };
    const text = prefix.writeBefore(&out);
    try testing.expectEqualStrings("HTTP/1.1 200 OK\r\ndate: D\r\ncontent-length: 13\r\n", text);
    try testing.expectEqual(@intFromPtr(&out) + out.len, @intFromPtr(text.ptr) + text.len);
    prefix = .{ .status = 299, .date = "D", .content_bytes = 0, .connection = .close };
    try testing.expectEqualStrings(
        "HTTP/1.1 299 \r\ndate: D\r\ncontent-length: 0\r\nconnection: close\r\n",
        prefix.writeBefore(&out),
    );
    prefix = .{ .status = 204, .date = "D", .content_bytes = 9, .connection = .keep_alive };
    try testing.expectEqualStrings(
        "HTTP/1.1 204 No Content\r\ndate: D\r\nconnection: keep-alive\r\n",
        prefix.writeBefore(&out),
    );
}

test "the longest prefix fits" {
    var out: [prefix_bytes_max]u8 = undefined;
    var date: DateText = .{};
    const prefix: Prefix = .{
        .status = 431,
        .date = date.at(784_111_777),
        .content_bytes = std.math.maxInt(u64),
        .connection = .keep_alive,
    };
    try testing.expect(prefix.writeBefore(&out).len < out.len);
}

test "a refusal is a whole answer" {
    var out: [refusal_bytes_max]u8 = undefined;
    const text = writeRefusal(&out, 431);
    try testing.expect(std.mem.startsWith(u8, text, "HTTP/1.1 431 Request Header Fields Too Large\r\n"));
    try testing.expect(std.mem.endsWith(u8, text, "content-length: 32\r\nconnection: close\r\n\r\nRequest Header Fields Too Large\n"));
}
