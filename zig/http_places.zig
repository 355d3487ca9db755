//! The memory of a native HTTP server that JavaScript sees: for each connection what its request is, where its
//! head and body lie, and room for the answer.

const std = @import("std");
const http_answer = @import("http_answer.zig");
const http_reading = @import("http_reading.zig");

const allocator = std.heap.c_allocator;
const input_bytes = http_reading.input_bytes;

/// Room for a small answer. JavaScript begins its fields behind the room of the prefix (src/handlers/exchange.ts).
const output_bytes = 4096;
const prefix_bytes_max = http_answer.prefix_bytes_max;

/// A request and its answer. JavaScript reads and writes it as sixteen numbers of 32 bits.
pub const Exchange = extern struct {
    /// `http_request.Method`.
    method: u32 = 0,
    /// Of the text of the method, of the target, and of the fields, in the input.
    method_at: u32 = 0,
    method_bytes: u32 = 0,
    target_at: u32 = 0,
    target_bytes: u32 = 0,
    fields_at: u32 = 0,
    fields_bytes: u32 = 0,
    /// Of the answer, by JavaScript: 200 to 599.
    status: u32 = 0,
    /// With the empty line behind them.
    answer_fields_bytes: u32 = 0,
    answer_body_bytes: u32 = 0,
    body: u64 align(4) = 0,
    body_bytes: u64 align(4) = 0,
    /// An answer that does not fit its place, as it lies there: room, fields, body. 0: it lies in its place.
    owned: u64 align(4) = 0,
};

pub const Places = struct {
    exchanges: []Exchange,
    inputs: []u8,
    outputs: []u8,

    /// Memory is taken when it is first used.
    pub fn open(count: usize) error{OutOfMemory}!Places {
        const exchanges = try allocator.alloc(Exchange, count);
        errdefer allocator.free(exchanges);
        @memset(exchanges, .{});
        const inputs = try reserve(count * input_bytes);
        errdefer std.heap.page_allocator.free(inputs);
        return .{ .exchanges = exchanges, .inputs = inputs, .outputs = try reserve(count * output_bytes) };
    }

    pub fn close(places: Places) void {
        std.heap.page_allocator.free(places.outputs);
        std.heap.page_allocator.free(places.inputs);
        allocator.free(places.exchanges);
    }

    fn reserve(bytes: usize) error{OutOfMemory}![]u8 {
        // Straight from the kernel, so that no page is touched.
        return std.heap.page_allocator.alloc(u8, bytes);
    }

    pub fn inputOf(places: *const Places, place: usize) []u8 {
        return places.inputs[place * input_bytes ..][0..input_bytes];
    }

    /// Says where the parts of a request that is whole lie.
    pub fn describe(places: *const Places, place: u32, reading: *const http_reading.Reading) void {
        const head = reading.head.?;
        const body = reading.bodyOf();
        places.exchanges[place] = .{
            .method = @intFromEnum(head.method),
            .method_at = head.method_at,
            .method_bytes = head.method_bytes,
            .target_at = head.target_at,
            .target_bytes = head.target_bytes,
            .fields_at = head.fields_at,
            .fields_bytes = head.fields_bytes,
            .body = if (body.len == 0) 0 else @intFromPtr(body.ptr),
            .body_bytes = body.len,
        };
    }

    /// Keeps a copy of an answer that does not fit its place.
    pub fn copyAnswer(places: *const Places, place: u32, fields: []const u8, body: []const u8) error{OutOfMemory}!void {
        const bytes = prefix_bytes_max + fields.len + body.len;
        const owned = try allocator.alloc(u8, bytes);
        @memcpy(owned[prefix_bytes_max..][0..fields.len], fields);
        @memcpy(owned[prefix_bytes_max + fields.len ..], body);
        const exchange = &places.exchanges[place];
        exchange.owned = @intFromPtr(owned.ptr);
        exchange.answer_fields_bytes = @intCast(fields.len);
        exchange.answer_body_bytes = @intCast(body.len);
    }

    /// The copy that `copyAnswer` made, if it made one. The caller frees it.
    pub fn takeOwned(places: *const Places, place: u32) ?[]u8 {
        const exchange = &places.exchanges[place];
        if (exchange.owned == 0) return null;
        const begin: [*]u8 = @ptrFromInt(@as(usize, @intCast(exchange.owned)));
        exchange.owned = 0;
        const bytes: usize = prefix_bytes_max + @as(usize, exchange.answer_fields_bytes) + exchange.answer_body_bytes;
        return begin[0..bytes];
    }

    /// Puts the prefix before what JavaScript has written.
    pub fn compose(
        places: *const Places,
        place: u32,
        prefix: http_answer.Prefix,
        is_head: bool,
    ) @import("http_connection.zig").Answer {
        const exchange = &places.exchanges[place];
        const owned = places.takeOwned(place);
        const room = owned orelse places.outputs[place * output_bytes ..][0..output_bytes];
        const begin = room[0..prefix_bytes_max];
        const written = prefix.writeBefore(begin);
        const has_body = !is_head and !http_answer.isBodiless(prefix.status);
        const behind: usize = @as(usize, exchange.answer_fields_bytes) + if (has_body) exchange.answer_body_bytes else 0;
        return .{ .bytes = room[prefix_bytes_max - written.len .. prefix_bytes_max + behind], .owned = owned };
    }
};

const testing = std.testing;

fn answerOf(places: Places, is_head: bool, status: u16) !void {
    const exchange = &places.exchanges[1];
    const answer = places.compose(1, .{ .status = status, .date = "D", .content_bytes = exchange.answer_body_bytes, .connection = .unsaid }, is_head);
    defer if (answer.owned) |owned| allocator.free(owned);
    const length = if (status == 204) "" else "content-length: 4\r\n";
    var expected: [128]u8 = undefined;
    const reason = http_answer.reasonOf(status);
    const body = if (is_head or status == 204) "" else "body";
    try testing.expectEqualStrings(
        try std.fmt.bufPrint(&expected, "HTTP/1.1 {d} {s}\r\ndate: D\r\n{s}a: b\r\n\r\n{s}", .{ status, reason, length, body }),
        answer.bytes,
    );
}

test "an answer is the prefix, its fields and its body, wherever it lies" {
    const places: Places = try .open(2);
    defer places.close();
    try testing.expectEqual(64, @sizeOf(Exchange));
    for ([_]bool{ false, true }) |is_copied| {
        for ([_]bool{ false, true }) |is_head| {
            for ([_]u16{ 200, 204 }) |status| {
                if (is_copied) {
                    try places.copyAnswer(1, "a: b\r\n\r\n", "body");
                } else {
                    @memcpy(places.outputs[output_bytes + prefix_bytes_max ..][0..12], "a: b\r\n\r\nbody");
                    places.exchanges[1].answer_fields_bytes = 8;
                    places.exchanges[1].answer_body_bytes = 4;
                }
                try answerOf(places, is_head, status);
                try testing.expectEqual(null, places.takeOwned(1));
            }
        }
    }
}
