//! An HTTP/1.1 server on a thread of its own, whose requests JavaScript answers (src/handlers/native-server.ts).
//!
//! Requests go to JavaScript through a ring of wakerbench/ring, all that have come at once before one ring of the
//! bell. Answers come back through a queue of the same kind, whose bell is the descriptor that the thread waits
//! for anyway. Head, body and answer lie in memory that both sides see: a place for each connection, whose number
//! is all that goes through ring and queue. While JavaScript has a request its place belongs to JavaScript.

const builtin = @import("builtin");
const std = @import("std");
const futex = @import("futex.zig");
const placement = @import("placement.zig");
const ring_module = @import("ring.zig");
const sockets = @import("sockets.zig");

const Exchange = @import("http_places.zig").Exchange;
const Main = *const fn (?*anyopaque) callconv(.c) ?*anyopaque;
const Server = @import("http_serving.zig").Server;

extern "c" fn pthread_create(out: *usize, attributes: ?*const anyopaque, main: Main, argument: ?*anyopaque) c_int;
extern "c" fn pthread_join(thread: usize, result: ?*?*anyopaque) c_int;
extern "c" fn prctl(option: c_int, ...) c_int;

const connections_max = 1 << 14;

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
    return Server.make(listener, connections, @intFromFloat(@trunc(body_bytes_max))) catch |failed| {
        sockets.closeSocket(listener);
        const errno: std.c.E = if (failed == error.OutOfMemory) .NOMEM else .MFILE;
        fault.errno = @intFromEnum(errno);
        return null;
    };
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
/// of four bytes each, from now on; its native hold is taken over. It must have room for three items of each place:
/// of a client that went away while its answer was on its way, and of the one after it, which went away, too.
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
    }
    server.destroy();
}
