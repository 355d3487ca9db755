//! The native HTTP server with its thread, and a test in JavaScript's place.

const std = @import("std");
const http_answer = @import("http_answer.zig");
const http_server = @import("http_server.zig");
const placement = @import("placement.zig");
const ring_module = @import("ring.zig");
const sockets = @import("sockets.zig");

const testing = std.testing;
const Server = @import("http_serving.zig").Server;

extern "c" fn connect(fd: c_int, address: *const anyopaque, length: c_uint) c_int;
extern "c" fn setsockopt(fd: c_int, level: c_int, name: c_int, value: *const anyopaque, length: c_uint) c_int;

const output_bytes = 4096;
const gone_bit = 1 << 31;

/// A server whose requests the test hears.
const Bench = struct {
    server: *Server,
    ring: *ring_module.Table,
    heard: [64]u32 = undefined,

    fn open(connections: u32) !Bench {
        const ring = ring_module.open(&.{ .capacity = 64, .payload_bytes = 4, .when_full = .fail }).?;
        var fault: http_server.Fault = .{};
        const server = http_server.open("127.0.0.1", 0, connections, 1 << 20, &fault) orelse return error.NotOpened;
        try testing.expect(http_server.start(server, ring) > 0);
        return .{ .server = server, .ring = ring };
    }

    fn close(bench: *Bench) void {
        http_server.close(bench.server);
        ring_module.free(bench.ring);
    }

    /// Waits for so many items.
    fn hear(bench: *Bench, count: usize) []const u32 {
        var have: usize = 0;
        while (have < count) {
            const target: [*]u8 = @ptrCast(bench.heard[have..].ptr);
            const drained = ring_module.drain(bench.ring, target, @intCast(bench.heard.len - have));
            have += @intCast(if (drained < 0) -1 - drained else drained);
            placement.yield();
        }
        return bench.heard[0..have];
    }

    fn targetOf(bench: *Bench, place: u32) []const u8 {
        const exchange = http_server.exchangesOf(bench.server)[place];
        return bench.server.places.inputOf(place)[exchange.target_at..][0..exchange.target_bytes];
    }

    /// Writes an answer as JavaScript does.
    fn write(bench: *Bench, place: u32, body: []const u8) void {
        const exchange = &http_server.exchangesOf(bench.server)[place];
        const begin = http_server.outputsOf(bench.server) + place * output_bytes + http_answer.prefix_bytes_max;
        @memcpy(begin[0..2], "\r\n");
        @memcpy(begin[2..][0..body.len], body);
        exchange.status = 200;
        exchange.answer_fields_bytes = 2;
        exchange.answer_body_bytes = @intCast(body.len);
    }

    fn connectTo(bench: *Bench) !c_int {
        const address = sockets.Address.parse("127.0.0.1", @intCast(http_server.portOf(bench.server))).?;
        const fd = sockets.open(&address).fd;
        _ = connect(fd, &address.bytes, address.length);
        return fd;
    }

    fn countOf(bench: *Bench, index: usize) f64 {
        var counts: [6]f64 = undefined;
        http_server.counters(bench.server, &counts);
        return counts[index];
    }
};

fn sendAll(fd: c_int, text: []const u8) void {
    // It is refused until the connection stands.
    while (sockets.transmit(fd, text) != .bytes) placement.yield();
}

/// Waits for an answer that ends so.
fn expectAnswer(fd: c_int, end: []const u8) !void {
    var buffer: [512]u8 = undefined;
    var have: usize = 0;
    while (!std.mem.endsWith(u8, buffer[0..have], end)) switch (sockets.receive(fd, buffer[have..])) {
        .bytes => |count| have += count,
        .later => placement.yield(),
        .end, .failed => return error.Ended,
    };
    try testing.expect(std.mem.startsWith(u8, buffer[0..have], "HTTP/1.1 200 OK\r\n"));
}

test "requests are heard together, and each client has its own answer" {
    var bench: Bench = try .open(8);
    defer bench.close();
    var clients: [8]c_int = undefined;
    for (&clients) |*client| client.* = try bench.connectTo();
    defer for (clients) |client| sockets.closeSocket(client);
    for (0..200) |_| {
        for (clients, 0..) |client, index| {
            var text: [64]u8 = undefined;
            sendAll(client, try std.fmt.bufPrint(&text, "GET /{d} HTTP/1.1\r\nHost: x\r\n\r\n", .{index}));
        }
        const places = bench.hear(clients.len);
        for (places) |place| bench.write(place, bench.targetOf(place));
        http_server.answerAll(bench.server, places.ptr, @intCast(places.len));
        for (clients, 0..) |client, index| {
            var text: [8]u8 = undefined;
            try expectAnswer(client, try std.fmt.bufPrint(&text, "\r\n\r\n/{d}", .{index}));
        }
    }
    try testing.expectEqual(1600, bench.countOf(3));
}

test "a client that resets its connection is told of, and its place is given to the next" {
    var bench: Bench = try .open(1);
    defer bench.close();
    for (0..20) |_| {
        const gone = try bench.connectTo();
        sendAll(gone, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        try testing.expectEqual(0, bench.hear(1)[0]);
        // SO_LINGER of no time: closing resets.
        const reset = [2]c_int{ 1, 0 };
        const is_darwin = @import("builtin").os.tag.isDarwin();
        _ = setsockopt(gone, if (is_darwin) 0xffff else 1, if (is_darwin) 0x80 else 13, &reset, @sizeOf(@TypeOf(reset)));
        sockets.closeSocket(gone);
        try testing.expectEqual(gone_bit, bench.hear(1)[0]);
        const next = try bench.connectTo();
        defer sockets.closeSocket(next);
        sendAll(next, "GET /next HTTP/1.0\r\n\r\n");
        http_server.answerAll(bench.server, &.{0}, 1);
        try testing.expectEqual(0, bench.hear(1)[0]);
        bench.write(0, bench.targetOf(0));
        http_server.answerAll(bench.server, &.{0}, 1);
        try expectAnswer(next, "/next");
    }
    try testing.expectEqual(20, bench.countOf(4));
}
