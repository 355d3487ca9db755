//! TCP sockets (tcp(7)): listening, accepting, reading and writing without ever waiting, and without Nagle's delay.

const builtin = @import("builtin");
const std = @import("std");

const is_darwin = builtin.os.tag.isDarwin();

extern "c" fn socket(domain: c_int, kind: c_int, protocol: c_int) c_int;
extern "c" fn bind(fd: c_int, address: *const anyopaque, length: c_uint) c_int;
extern "c" fn listen(fd: c_int, backlog: c_int) c_int;
extern "c" fn accept(fd: c_int, address: ?*anyopaque, length: ?*c_uint) c_int;
extern "c" fn accept4(fd: c_int, address: ?*anyopaque, length: ?*c_uint, flags: c_int) c_int;
extern "c" fn getsockname(fd: c_int, address: *anyopaque, length: *c_uint) c_int;
extern "c" fn setsockopt(fd: c_int, level: c_int, name: c_int, value: *const anyopaque, length: c_uint) c_int;
extern "c" fn recv(fd: c_int, buffer: [*]u8, size: usize, flags: c_int) isize;
extern "c" fn send(fd: c_int, buffer: [*]const u8, size: usize, flags: c_int) isize;
extern "c" fn shutdown(fd: c_int, how: c_int) c_int;
extern "c" fn close(fd: c_int) c_int;
extern "c" fn fcntl(fd: c_int, command: c_int, ...) c_int;
extern "c" fn inet_pton(family: c_int, text: [*:0]const u8, out: *anyopaque) c_int;

const internet = 2;
const internet6: u8 = if (is_darwin) 30 else 10;
const stream_kind = 1;
const set_descriptor_flags = 2;
const set_status_flags = 4;
const close_on_exec = 1;
const non_blocking: c_int = if (is_darwin) 0x4 else 0o4000;
const accept_close_on_exec = 0o2000000;
const socket_level: c_int = if (is_darwin) 0xffff else 1;
const reuse_address: c_int = if (is_darwin) 4 else 2;
/// SO_NOSIGPIPE of macOS, which has no such flag for send.
const no_signal_option = 0x1022;
const tcp_level = 6;
const tcp_no_delay = 1;
/// MSG_DONTWAIT, MSG_NOSIGNAL.
const do_not_wait: c_int = if (is_darwin) 0x80 else 0x40;
const no_signal: c_int = if (is_darwin) 0 else 0x4000;
const shut_write = 1;
/// As many as Linux allows without being told to allow more (listen(2), somaxconn).
const backlog = 4096;

/// A `sockaddr_in` or a `sockaddr_in6`.
pub const Address = struct {
    bytes: [28]u8 align(4),
    length: c_uint,

    /// Null when the text is no IPv4 or IPv6 address.
    pub fn parse(text: [*:0]const u8, port: u16) ?Address {
        var address: Address = .{ .bytes = @splat(0), .length = 16 };
        if (inet_pton(internet, text, address.bytes[4..8]) == 1) {
            address.setFamily(internet);
        } else {
            address.length = 28;
            if (inet_pton(internet6, text, address.bytes[8..24]) != 1) return null;
            address.setFamily(internet6);
        }
        std.mem.writeInt(u16, address.bytes[2..4], port, .big);
        return address;
    }

    /// BSDs begin with the length (ip(4)).
    fn setFamily(address: *Address, family: u8) void {
        if (is_darwin) {
            address.bytes[0] = @intCast(address.length);
            address.bytes[1] = family;
        } else std.mem.writeInt(u16, address.bytes[0..2], family, builtin.cpu.arch.endian());
    }

    fn familyOf(address: *const Address) c_int {
        return if (is_darwin) address.bytes[1] else std.mem.readInt(u16, address.bytes[0..2], builtin.cpu.arch.endian());
    }
};

/// The calling thread's last error.
pub fn lastError() std.c.E {
    return @enumFromInt(std.c._errno().*);
}

pub const Opened = union(enum) { fd: c_int, failed: std.c.E };

/// Opens a socket for such an address, which never blocks and sends what it is given at once.
pub fn open(address: *const Address) Opened {
    const fd = socket(address.familyOf(), stream_kind, 0);
    if (fd < 0) return .{ .failed = lastError() };
    prepare(fd);
    return .{ .fd = fd };
}

/// Opens a socket that listens and never blocks.
pub fn openListener(address: *const Address) Opened {
    const fd = switch (open(address)) {
        .fd => |fd| fd,
        .failed => |why| return .{ .failed = why },
    };
    // A port whose last connections have not faded yet is free; one that somebody listens on is not.
    const yes: c_int = 1;
    _ = setsockopt(fd, socket_level, reuse_address, &yes, @sizeOf(c_int));
    if (bind(fd, &address.bytes, address.length) == 0 and listen(fd, backlog) == 0) return .{ .fd = fd };
    const why = lastError();
    _ = close(fd);
    return .{ .failed = why };
}

/// The port that a socket is bound to.
pub fn portOf(fd: c_int) u16 {
    var bytes: [28]u8 align(4) = @splat(0);
    var length: c_uint = bytes.len;
    _ = getsockname(fd, &bytes, &length);
    return std.mem.readInt(u16, bytes[2..4], .big);
}

pub const Accepted = union(enum) {
    fd: c_int,
    /// Nobody waits.
    none,
    /// No descriptor, or no memory, is left: those who wait go on waiting.
    exhausted,
};

/// Takes the next connection, which never blocks, and sends what it is given at once.
pub fn acceptNext(listener: c_int) Accepted {
    while (true) {
        const fd = if (is_darwin)
            accept(listener, null, null)
        else
            accept4(listener, null, null, non_blocking | accept_close_on_exec);
        if (fd >= 0) {
            if (is_darwin) prepare(fd) else sendAtOnce(fd);
            return .{ .fd = fd };
        }
        switch (lastError()) {
            .MFILE, .NFILE, .NOBUFS, .NOMEM => return .exhausted,
            // It was gone again before it was taken.
            .CONNABORTED, .INTR => {},
            else => return .none,
        }
    }
}

fn prepare(fd: c_int) void {
    _ = fcntl(fd, set_descriptor_flags, @as(c_int, close_on_exec));
    _ = fcntl(fd, set_status_flags, non_blocking);
    sendAtOnce(fd);
    if (!is_darwin) return;
    const yes: c_int = 1;
    _ = setsockopt(fd, socket_level, no_signal_option, &yes, @sizeOf(c_int));
}

fn sendAtOnce(fd: c_int) void {
    const yes: c_int = 1;
    _ = setsockopt(fd, tcp_level, tcp_no_delay, &yes, @sizeOf(c_int));
}

pub const Transferred = union(enum) {
    bytes: usize,
    /// Nothing can be read or written now.
    later,
    /// Reading: there will be no more.
    end,
    failed,
};

/// Reads what has come. `into` must not be empty.
pub fn receive(fd: c_int, into: []u8) Transferred {
    while (true) {
        const size = recv(fd, into.ptr, into.len, do_not_wait);
        if (size > 0) return .{ .bytes = @intCast(size) };
        if (size == 0) return .end;
        switch (lastError()) {
            .INTR => {},
            .AGAIN => return .later,
            else => return .failed,
        }
    }
}

/// Writes as much as there is room for. `from` must not be empty.
pub fn transmit(fd: c_int, from: []const u8) Transferred {
    while (true) {
        const size = send(fd, from.ptr, from.len, do_not_wait | no_signal);
        if (size >= 0) return .{ .bytes = @intCast(size) };
        switch (lastError()) {
            .INTR => {},
            // The kernel is out of buffers: as when the socket's own is full.
            .AGAIN, .NOBUFS => return .later,
            else => return .failed,
        }
    }
}

/// The other side reads the end of what was sent; it may still send.
pub fn endSending(fd: c_int) void {
    _ = shutdown(fd, shut_write);
}

pub fn closeSocket(fd: c_int) void {
    _ = close(fd);
}

const testing = std.testing;
extern "c" fn connect(fd: c_int, address: *const anyopaque, length: c_uint) c_int;

test "addresses of both families are known, and names are none" {
    const four = Address.parse("127.0.0.1", 258).?;
    try testing.expectEqualSlices(u8, &.{ 1, 2, 127, 0, 0, 1 }, four.bytes[2..8]);
    const six = Address.parse("::1", 80).?;
    try testing.expectEqual(28, six.length);
    try testing.expectEqual(1, six.bytes[23]);
    try testing.expectEqual(null, Address.parse("localhost", 80));
    try testing.expectEqual(null, Address.parse("", 80));
}

test "bytes go there and back, a port is taken once, and the end is told" {
    const any = Address.parse("127.0.0.1", 0).?;
    const listener = openListener(&any).fd;
    defer closeSocket(listener);
    try testing.expectEqual(Accepted.none, acceptNext(listener));
    const address = Address.parse("127.0.0.1", portOf(listener)).?;
    try testing.expectEqual(std.c.E.ADDRINUSE, openListener(&address).failed);
    const client = socket(internet, stream_kind, 0);
    defer closeSocket(client);
    try testing.expectEqual(0, connect(client, &address.bytes, address.length));
    const server = acceptNext(listener).fd;
    defer closeSocket(server);
    var buffer: [8]u8 = undefined;
    try testing.expectEqual(Transferred.later, receive(server, &buffer));
    try testing.expectEqual(Transferred{ .bytes = 2 }, transmit(server, "hi"));
    try testing.expectEqual(2, recv(client, &buffer, buffer.len, 0));
    try testing.expectEqualStrings("hi", buffer[0..2]);
    endSending(server);
    try testing.expectEqual(0, recv(client, &buffer, buffer.len, 0));
    try testing.expectEqual(0, shutdown(client, shut_write));
    while (receive(server, &buffer) == .later) {}
    try testing.expectEqual(Transferred.end, receive(server, &buffer));
}
