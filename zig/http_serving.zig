//! The thread of a native HTTP server (http_server.zig): it waits for sockets and for answers, moves every
//! connection on as far as that goes, and hands to JavaScript what has come, all at once.

const builtin = @import("builtin");
const std = @import("std");
const clock = @import("clock.zig");
const futex = @import("futex.zig");
const http_answer = @import("http_answer.zig");
const http_connection = @import("http_connection.zig");
const http_places = @import("http_places.zig");
const memory = @import("ring_memory.zig");
const poller_module = @import("poller.zig");
const ring_module = @import("ring.zig");
const ring_queue = @import("ring_queue.zig");
const sockets = @import("sockets.zig");

const allocator = std.heap.c_allocator;
const Channel = @import("channel.zig").Channel;
const Connection = http_connection.Connection;
const Places = http_places.Places;
const Poller = poller_module.Poller;

extern "c" fn time(out: ?*i64) i64;

/// Set in a number that goes to JavaScript: the client of this request is gone.
const gone_bit = 1 << 31;
/// Answers that are taken at once.
const batch_most = 256;
/// Connections that are accepted before those that are there have their turn.
const accepted_at_once = 64;
/// How often it is looked for connections that shall be given up, and for descriptors when there were none.
const sweep_ns = 100 * std.time.ns_per_ms;
/// Tags of what is no connection.
const listener_tag = std.math.maxInt(u64);
const bell_tag = listener_tag - 1;

/// What the thread counts. Read by JavaScript in this order.
const Counts = struct {
    const Name = enum { accepted, connected, called, answered, dropped, batches };
    const Number = std.atomic.Value(u64);

    numbers: [std.enums.values(Name).len]Number = @splat(.init(0)),

    inline fn add(counts: *Counts, comptime name: Name, count: u64) void {
        const number = &counts.numbers[@intFromEnum(name)];
        // Monotonic, and no exchange: one thread counts, and others only look.
        number.store(number.load(.monotonic) +% count, .monotonic);
    }
};

pub const Server = struct {
    poller: Poller,
    /// Rung by JavaScript when answers lie there and the thread sleeps.
    bell: Channel,
    listener: c_int,
    is_listening: bool = false,
    places: Places,
    connections: []Connection,
    /// Places that are free, the one to be taken next at the end.
    free: std.ArrayList(u32),
    /// What JavaScript is to be told before the thread waits again.
    calls: std.ArrayList(u32),
    ring: ?*ring_module.Table = null,
    answers: ring_queue.Queue(memory),
    /// At least as many as linger.
    lingering: u32 = 0,
    /// There was no descriptor left for a connection.
    is_exhausted: bool = false,
    swept_ns: u64 = 0,
    date: http_answer.DateText = .{},
    counts: Counts = .{},
    thread: usize = 0,
    thread_id: i32 = 0,
    begun: futex.Word = .init(0),
    stopping: std.atomic.Value(bool) = .init(false),

    /// Takes the listener over, if it succeeds. The thread is not started yet.
    pub fn make(listener: c_int, count: u32, body_bytes_max: u64) error{ OutOfMemory, NoDescriptor }!*Server {
        const server = try allocator.create(Server);
        errdefer allocator.destroy(server);
        var poller: Poller = try .open();
        errdefer poller.close();
        var bell = Channel.open(if (builtin.os.tag == .linux) .eventfd else .pipe) catch return error.NoDescriptor;
        errdefer closeBell(&bell);
        if (!poller.watchReading(bell.read_fd, bell_tag)) return error.NoDescriptor;
        const places: Places = try .open(count);
        errdefer places.close();
        const connections = try allocator.alloc(Connection, count);
        errdefer allocator.free(connections);
        var free: std.ArrayList(u32) = try .initCapacity(allocator, count);
        errdefer free.deinit(allocator);
        // A call and a farewell of each.
        var calls: std.ArrayList(u32) = try .initCapacity(allocator, 2 * @as(usize, count));
        errdefer calls.deinit(allocator);
        const cells: memory.Cells = try .open(std.math.ceilPowerOfTwoAssert(u32, @max(count, 2)), @sizeOf(u32));
        for (connections, 0..) |*connection, place| {
            connection.* = .{ .reading = .init(places.inputOf(place), body_bytes_max) };
            // The first one is at the end.
            free.appendAssumeCapacity(count - 1 - @as(u32, @intCast(place)));
        }
        server.* = .{
            .poller = poller,
            .bell = bell,
            .listener = listener,
            .places = places,
            .connections = connections,
            .free = free,
            .calls = calls,
            .answers = .init(cells, 0),
        };
        return server;
    }

    /// Gives all back. The thread has ended, or was never started.
    pub fn destroy(server: *Server) void {
        for (0..server.connections.len) |place| {
            if (server.places.takeOwned(@intCast(place))) |owned| allocator.free(owned);
        }
        sockets.closeSocket(server.listener);
        server.poller.close();
        closeBell(&server.bell);
        server.answers.cells.close();
        server.places.close();
        server.calls.deinit(allocator);
        server.free.deinit(allocator);
        allocator.free(server.connections);
        allocator.destroy(server);
    }

    /// What the thread does until it is told to stop.
    pub fn live(server: *Server) void {
        var answered: [batch_most]u32 = undefined;
        // Acquire: pairs with the release in `stop`.
        while (!server.stopping.load(.acquire)) {
            const drained = server.answers.drain(@as([*]u8, @ptrCast(&answered)), batch_most, std.math.maxInt(u32));
            for (answered[0..drained.count]) |place| server.take(place);
            server.pushCalls();
            server.listenIfRoom();
            const timeout_ns: u64 = if (!drained.asleep) 0 else if (server.hasToSweep()) sweep_ns else poller_module.forever;
            var is_asked_for = false;
            for (server.poller.wait(timeout_ns)) |event| switch (event.tag) {
                listener_tag => is_asked_for = true,
                bell_tag => _ = server.bell.drain(),
                else => server.hear(event),
            };
            // Last: a place that was freed above must not be taken while news of the one before may follow.
            if (is_asked_for) server.accept();
            if (server.hasToSweep()) server.sweep();
        }
        for (server.connections) |*connection| connection.end();
    }

    fn hear(server: *Server, event: poller_module.Event) void {
        const place: u32 = @intCast(event.tag);
        server.follow(place, server.connections[place].hear(event));
    }

    fn follow(server: *Server, place: u32, outcome: http_connection.Outcome) void {
        switch (outcome) {
            .nothing => {},
            .call => {
                server.counts.add(.called, 1);
                server.places.describe(place, &server.connections[place].reading);
                server.calls.appendAssumeCapacity(place);
            },
            .orphaned => {
                server.counts.add(.connected, std.math.maxInt(u64));
                server.calls.appendAssumeCapacity(place | gone_bit);
            },
            .closed => {
                server.counts.add(.connected, std.math.maxInt(u64));
                server.free.appendAssumeCapacity(place);
            },
        }
        if (server.connections[place].phase == .lingering) server.lingering += 1;
    }

    /// JavaScript is through with a place.
    fn take(server: *Server, place: u32) void {
        const connection = &server.connections[place];
        const exchange = &server.places.exchanges[place];
        if (connection.phase != .calling) {
            std.debug.assert(connection.phase == .orphaned);
            server.counts.add(.dropped, 1);
            if (server.places.takeOwned(place)) |owned| allocator.free(owned);
            connection.end();
            server.free.appendAssumeCapacity(place);
            return;
        }
        server.counts.add(.answered, 1);
        const head = connection.reading.head.?;
        connection.is_last = !head.keeps_alive;
        const answer = server.places.compose(place, .{
            .status = @intCast(exchange.status),
            .date = server.date.at(time(null)),
            .content_bytes = exchange.answer_body_bytes,
            .connection = if (connection.is_last) .close else if (head.is_old) .keep_alive else .unsaid,
        }, head.method == .head);
        server.follow(place, connection.answer(answer));
    }

    fn pushCalls(server: *Server) void {
        if (server.calls.items.len == 0) return;
        server.counts.add(.batches, 1);
        // It has room for all that can wait of each place, and is closed after the thread has ended.
        if (server.ring) |ring| _ = ring_module.pushAll(ring, std.mem.sliceAsBytes(server.calls.items));
        server.calls.clearRetainingCapacity();
    }

    fn accept(server: *Server) void {
        for (0..accepted_at_once) |_| {
            const place = server.free.getLastOrNull() orelse return server.stopListening();
            switch (sockets.acceptNext(server.listener)) {
                .none => return,
                .exhausted => {
                    server.is_exhausted = true;
                    return server.stopListening();
                },
                .fd => |fd| {
                    if (!server.poller.watch(fd, place)) {
                        sockets.closeSocket(fd);
                        continue;
                    }
                    _ = server.free.pop();
                    server.connections[place].begin(fd);
                    server.counts.add(.accepted, 1);
                    server.counts.add(.connected, 1);
                },
            }
        }
    }

    /// Those who are not accepted wait in the kernel.
    fn stopListening(server: *Server) void {
        if (server.is_listening) server.poller.unwatchReading(server.listener);
        server.is_listening = false;
    }

    fn listenIfRoom(server: *Server) void {
        if (server.is_listening or server.is_exhausted or server.free.items.len == 0) return;
        server.is_listening = server.poller.watchReading(server.listener, listener_tag);
    }

    /// Somebody waits for a place, and none is free.
    fn isCrowded(server: *const Server) bool {
        return !server.is_listening and server.free.items.len == 0;
    }

    fn hasToSweep(server: *const Server) bool {
        return server.lingering > 0 or server.is_exhausted or server.isCrowded();
    }

    fn sweep(server: *Server) void {
        const now_ns = clock.nowNs();
        if (now_ns < server.swept_ns + sweep_ns) return;
        server.swept_ns = now_ns;
        server.is_exhausted = false;
        const is_crowded = server.isCrowded();
        if (server.lingering == 0 and !is_crowded) return;
        server.lingering = 0;
        for (server.connections, 0..) |*connection, place| {
            if (connection.isOverdue(now_ns, is_crowded)) {
                server.follow(@intCast(place), connection.giveUp());
            } else if (connection.phase == .lingering) server.lingering += 1;
        }
    }
};

fn closeBell(bell: *Channel) void {
    bell.closeWriteEnd();
    bell.closeReadEnd();
}
