//! An HTTP/1.1 server on a thread of its own, whose requests JavaScript answers (src/handlers/native-server.ts).
//!
//! Requests go to JavaScript through a ring of wakerbench/ring, all that have come at once before one ring of the
//! bell. Answers come back through a queue of the same kind, whose bell is the descriptor that the thread waits
//! for anyway. Head, body and answer lie in memory that both sides see: a place for each connection, whose number
//! is all that goes through ring and queue. While JavaScript has a request its place belongs to JavaScript.

const builtin = @import("builtin");
const std = @import("std");
const clock = @import("clock.zig");
const futex = @import("futex.zig");
const http_answer = @import("http_answer.zig");
const http_connection = @import("http_connection.zig");
const http_places = @import("http_places.zig");
const http_reading = @import("http_reading.zig");
const memory = @import("ring_memory.zig");
const placement = @import("placement.zig");
const poller_module = @import("poller.zig");
const ring_module = @import("ring.zig");
const ring_queue = @import("ring_queue.zig");
const sockets = @import("sockets.zig");

const allocator = std.heap.c_allocator;
const Channel = @import("channel.zig").Channel;
const Connection = http_connection.Connection;
const Exchange = http_places.Exchange;
const Main = *const fn (?*anyopaque) callconv(.c) ?*anyopaque;
const Places = http_places.Places;
const Poller = poller_module.Poller;

extern "c" fn pthread_create(out: *usize, attributes: ?*const anyopaque, main: Main, argument: ?*anyopaque) c_int;
extern "c" fn pthread_join(thread: usize, result: ?*?*anyopaque) c_int;
extern "c" fn prctl(option: c_int, ...) c_int;
extern "c" fn time(out: ?*i64) i64;

const connections_max = 1 << 14;
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

    fn live(server: *Server) void {
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
        // It has room for a call and a farewell of each place, and is closed after the thread has ended.
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

    fn endAll(server: *Server) void {
        for (server.connections) |*connection| connection.end();
    }
};

/// Why a server could not be opened.
pub const Fault = extern struct { errno: c_int = 0 };

/// Opens a server that listens at an address of this machine, `127.0.0.1` or `::1`, and a port, 0 for a free one.
/// Null when it cannot: `fault` has the errno, EINVAL for what is no address or out of bounds.
pub fn open(
    address_text: [*:0]const u8,
    port: u32,
    connections: u32,
    body_bytes_max: f64,
    fault: *Fault,
) callconv(.c) ?*Server {
    fault.errno = @intFromEnum(std.c.E.INVAL);
    if (connections < 1 or connections > connections_max or port > std.math.maxInt(u16)) return null;
    if (!(body_bytes_max >= 0 and body_bytes_max <= 1 << 40)) return null;
    const address = sockets.Address.parse(address_text, @intCast(port)) orelse return null;
    const listener = switch (sockets.openListener(&address)) {
        .fd => |fd| fd,
        .failed => |why| {
            fault.errno = @intFromEnum(why);
            return null;
        },
    };
    fault.errno = 0;
    return make(listener, connections, @trunc(body_bytes_max)) catch |failed| {
        sockets.closeSocket(listener);
        const errno: std.c.E = if (failed == error.OutOfMemory) .NOMEM else .MFILE;
        fault.errno = @intFromEnum(errno);
        return null;
    };
}

fn make(listener: c_int, count: u32, body_bytes_max: f64) error{ OutOfMemory, NoDescriptor }!*Server {
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
        connection.* = .{ .reading = .init(places.inputOf(place), @intFromFloat(body_bytes_max)) };
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

fn closeBell(bell: *Channel) void {
    bell.closeWriteEnd();
    bell.closeReadEnd();
}

/// The port that it listens on.
pub fn portOf(server: *const Server) callconv(.c) u32 {
    return sockets.portOf(server.listener);
}

/// Where the exchanges lie, by place.
pub fn exchangesOf(server: *Server) callconv(.c) [*]Exchange {
    return server.places.exchanges.ptr;
}

/// Where the inputs lie, `input_bytes` for each place: a head is at the beginning of one.
pub fn inputsOf(server: *Server) callconv(.c) [*]u8 {
    return server.places.inputs.ptr;
}

/// Where the answers lie, `answer_bytes` for each place.
pub fn outputsOf(server: *Server) callconv(.c) [*]u8 {
    return server.places.outputs.ptr;
}

/// Starts the thread, and returns its id when it runs; -1 when it cannot be made. Requests are items of the ring,
/// of four bytes each, from now on; its native hold is taken over. It must have room for two items of each place.
pub fn start(server: *Server, ring: *ring_module.Table) callconv(.c) i32 {
    server.ring = ring;
    if (pthread_create(&server.thread, null, main, server) != 0) {
        server.ring = null;
        return -1;
    }
    // Acquire: the id is there.
    while (server.begun.load(.acquire) == 0) futex.wait(&server.begun, 0);
    return server.thread_id;
}

fn main(argument: ?*anyopaque) callconv(.c) ?*anyopaque {
    const server: *Server = @ptrCast(@alignCast(argument));
    // PR_SET_NAME: at most 15 bytes (prctl(2)).
    const set_name = 15;
    if (builtin.os.tag == .linux) _ = prctl(set_name, @as([*:0]const u8, "wakerbench"));
    server.thread_id = placement.threadId();
    // Release: who sees it sees the id.
    server.begun.store(1, .release);
    futex.wake(&server.begun);
    server.live();
    server.endAll();
    sockets.closeSocket(server.listener);
    return null;
}

/// Sends the answers that lie in these places. Called by JavaScript's thread alone, once for each call.
pub fn answerAll(server: *Server, places: [*]const u32, count: u32) callconv(.c) void {
    var owed: u32 = 0;
    for (places[0..count]) |place| {
        switch (server.answers.push(std.mem.asBytes(&place).ptr, .give_up)) {
            .quiet => {},
            .ring => owed += 1,
            // It has room for all places, and each is here once.
            .full, .closed => unreachable,
        }
    }
    // After all of them: the thread, if it shares this core, would be woken for the first alone.
    if (owed > 0) server.bell.ring();
    for (0..owed) |_| server.answers.rung();
}

/// Copies an answer that does not fit its place: its fields with the empty line behind them, and its body.
/// Returns 0, or -1 when there is no memory.
pub fn copyAnswer(
    server: *Server,
    place: u32,
    fields: [*]const u8,
    fields_bytes: u32,
    body: ?[*]const u8,
    body_bytes: usize,
) callconv(.c) i32 {
    const body_slice: []const u8 = if (body) |begin| begin[0..body_bytes] else &.{};
    server.places.copyAnswer(place, fields[0..fields_bytes], body_slice) catch return -1;
    return 0;
}

/// Writes what the thread has counted: connections accepted and standing, requests called for, answered and
/// answered to nobody, and how often requests went to JavaScript together.
pub fn counters(server: *const Server, out: *[6]f64) callconv(.c) void {
    for (&server.counts.numbers, out) |*number, *counted| counted.* = @floatFromInt(number.load(.monotonic));
}

/// Ends the thread with all of its connections and the listener, waits for it, and frees the server. JavaScript
/// touches no place any more.
pub fn close(server: *Server) callconv(.c) void {
    if (server.ring) |ring| {
        // Release: the thread that sees it may leave.
        server.stopping.store(true, .release);
        server.bell.ring();
        _ = pthread_join(server.thread, null);
        ring.release(ring);
    } else sockets.closeSocket(server.listener);
    for (0..server.connections.len) |place| {
        if (server.places.takeOwned(@intCast(place))) |owned| allocator.free(owned);
    }
    server.poller.close();
    closeBell(&server.bell);
    server.answers.cells.close();
    server.places.close();
    server.calls.deinit(allocator);
    server.free.deinit(allocator);
    allocator.free(server.connections);
    allocator.destroy(server);
}
