//! One connection of the HTTP server: it reads a request, waits for its answer, writes that, and reads the next.
//! While JavaScript has a request nothing more is read, so answers go out in the order of the requests, and a
//! client that sends more than it is answered is held back by its own window.

const std = @import("std");
const http_answer = @import("http_answer.zig");
const http_reading = @import("http_reading.zig");
const sockets = @import("sockets.zig");

const allocator = std.heap.c_allocator;
const Event = @import("poller.zig").Event;
const Reading = http_reading.Reading;

/// Bytes of what is behind a refused request that are read away at most.
const discarded_max = 1 << 20;
const linger_ns = 2 * std.time.ns_per_s;
const yield_ns = 100 * std.time.ns_per_ms;

pub const Phase = enum {
    free,
    /// A request comes.
    reading,
    /// JavaScript has the request.
    calling,
    /// JavaScript has the request, and its client is gone.
    orphaned,
    /// The answer goes out.
    writing,
    /// All is said. What the client still sends is read away: closing over it would reset the connection, and
    /// the client might lose the answer (RFC 9112, 9.6).
    lingering,
};

/// What the server has to do.
pub const Outcome = enum {
    nothing,
    /// The request is whole: JavaScript is to be called.
    call,
    /// The descriptor is closed, and the place free.
    closed,
    /// The descriptor is closed, and JavaScript is to be told.
    orphaned,
};

/// What is written of an answer, and what the connection does then.
pub const Answer = struct {
    /// The whole of it.
    bytes: []const u8,
    /// Freed when it is written.
    owned: ?[]u8 = null,
};

pub const Connection = struct {
    reading: Reading,
    fd: c_int = -1,
    phase: Phase = .free,
    /// As far as is known: who tries and fails knows better, and is told of the event.
    can_read: bool = false,
    can_write: bool = true,
    /// The client sends nothing more. It may still read.
    has_ended: bool = false,
    /// The connection ends with the answer that is written.
    is_last: bool = false,
    unsent: []const u8 = &.{},
    owned: ?[]u8 = null,
    discarded: usize = 0,
    /// Since when it was seen to linger, or to stand in the way, by the clock; 0: it was not.
    seen_since_ns: u64 = 0,

    /// A connection whose client has just been accepted.
    pub fn begin(connection: *Connection, fd: c_int) void {
        connection.* = .{
            .reading = .init(connection.reading.input, connection.reading.body_bytes_max),
            .fd = fd,
            .phase = .reading,
        };
    }

    /// Gives back all but the place.
    pub fn end(connection: *Connection) void {
        connection.closeSocket();
        connection.freeOwned();
        connection.reading.deinit();
        connection.phase = .free;
    }

    /// The kernel says that something has changed.
    pub fn hear(connection: *Connection, event: Event) Outcome {
        connection.can_read = connection.can_read or event.can_read or event.has_ended;
        connection.can_write = connection.can_write or event.can_write;
        connection.has_ended = connection.has_ended or event.has_ended;
        if (event.is_gone) return connection.giveUp();
        return switch (connection.phase) {
            .free, .orphaned, .calling => .nothing,
            .reading => connection.read(),
            .writing => connection.write(),
            .lingering => connection.readAway(),
        };
    }

    /// Nobody is there any more who could be answered.
    pub fn giveUp(connection: *Connection) Outcome {
        switch (connection.phase) {
            .free, .orphaned => return .nothing,
            .calling => {
                // The input stays: JavaScript may look at it until it has heard.
                connection.closeSocket();
                connection.phase = .orphaned;
                return .orphaned;
            },
            .reading, .writing, .lingering => {
                connection.end();
                return .closed;
            },
        }
    }

    /// Whether it has lingered long enough; or, where others wait for a place, has a client that sends nothing more
    /// and may well be gone. Asked now and then, it finds that the second time at the earliest.
    pub fn isOverdue(connection: *Connection, now_ns: u64, is_crowded: bool) bool {
        const patience_ns: u64 = switch (connection.phase) {
            .lingering => linger_ns,
            .calling => if (is_crowded and connection.has_ended) yield_ns else return false,
            else => return false,
        };
        if (connection.seen_since_ns == 0) connection.seen_since_ns = now_ns;
        return now_ns - connection.seen_since_ns >= patience_ns;
    }

    /// Writes an answer, and goes on with the next request.
    pub fn answer(connection: *Connection, what: Answer) Outcome {
        connection.seen_since_ns = 0;
        connection.unsent = what.bytes;
        connection.owned = what.owned;
        connection.phase = .writing;
        return connection.write();
    }

    fn write(connection: *Connection) Outcome {
        while (connection.unsent.len > 0) {
            if (!connection.can_write) return .nothing;
            switch (sockets.transmit(connection.fd, connection.unsent)) {
                .bytes => |count| connection.unsent = connection.unsent[count..],
                .later => connection.can_write = false,
                .end, .failed => return connection.giveUp(),
            }
        }
        connection.freeOwned();
        if (connection.is_last) return connection.linger();
        connection.reading.next();
        connection.phase = .reading;
        // The client may have sent the next request before it had this answer.
        if (connection.reading.filled > 0) return connection.advance() orelse connection.read();
        return connection.read();
    }

    fn read(connection: *Connection) Outcome {
        while (connection.can_read) {
            const room = connection.reading.room();
            if (room.len == 0) return connection.refuse(503);
            switch (sockets.receive(connection.fd, room)) {
                .bytes => |count| {
                    // Who gets less than it asked for has got all; but an end is told only by reading on.
                    if (count < room.len and !connection.has_ended) connection.can_read = false;
                    connection.reading.add(count);
                    if (connection.advance()) |outcome| return outcome;
                },
                .later => connection.can_read = false,
                .end, .failed => return connection.giveUp(),
            }
        }
        return .nothing;
    }

    /// Null: more has to be read.
    fn advance(connection: *Connection) ?Outcome {
        switch (connection.reading.advance()) {
            .whole => {
                connection.phase = .calling;
                return .call;
            },
            .refused => |status| return connection.refuse(status),
            .more => if (connection.reading.owes_continue) {
                connection.reading.owes_continue = false;
                const interim = "HTTP/1.1 100 Continue\r\n\r\n";
                switch (sockets.transmit(connection.fd, interim)) {
                    .bytes => |count| if (count == interim.len) return null,
                    else => {},
                }
                // There is no room for a few bytes, though nothing else is on its way.
                return connection.giveUp();
            },
        }
        return null;
    }

    /// Answers what is no request, or none that can be served, and ends the connection.
    fn refuse(connection: *Connection, status: u16) Outcome {
        connection.is_last = true;
        const bytes_max = http_answer.refusal_bytes_max;
        // The input is of no use any more, and the answer is shorter.
        return connection.answer(.{ .bytes = http_answer.writeRefusal(connection.reading.input[0..bytes_max], status) });
    }

    fn linger(connection: *Connection) Outcome {
        if (connection.has_ended and !connection.can_read) return connection.giveUp();
        sockets.endSending(connection.fd);
        connection.phase = .lingering;
        connection.seen_since_ns = 0;
        return connection.readAway();
    }

    fn readAway(connection: *Connection) Outcome {
        while (connection.can_read) {
            switch (sockets.receive(connection.fd, connection.reading.input)) {
                .bytes => |count| connection.discarded += count,
                .later => connection.can_read = false,
                .end, .failed => return connection.giveUp(),
            }
            if (connection.discarded > discarded_max) return connection.giveUp();
        }
        return .nothing;
    }

    fn freeOwned(connection: *Connection) void {
        if (connection.owned) |owned| allocator.free(owned);
        connection.owned = null;
    }

    fn closeSocket(connection: *Connection) void {
        if (connection.fd >= 0) sockets.closeSocket(connection.fd);
        connection.fd = -1;
    }
};
