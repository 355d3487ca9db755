//! Client sockets: TCP, non-blocking, and without Nagle's delay (tcp(7), TCP_NODELAY).

const builtin = @import("builtin");
const std = @import("std");

extern "c" fn socket(domain: c_int, kind: c_int, protocol: c_int) c_int;
extern "c" fn connect(fd: c_int, address: *const anyopaque, size: u32) c_int;
extern "c" fn setsockopt(fd: c_int, level: c_int, name: c_int, value: *const anyopaque, size: u32) c_int;
extern "c" fn getsockopt(fd: c_int, level: c_int, name: c_int, value: *anyopaque, size: *u32) c_int;
extern "c" fn recv(fd: c_int, buffer: [*]u8, size: usize, flags: c_int) isize;
extern "c" fn send(fd: c_int, buffer: [*]const u8, size: usize, flags: c_int) isize;
extern "c" fn fcntl(fd: c_int, command: c_int, ...) c_int;
extern "c" fn inet_pton(domain: c_int, text: [*:0]const u8, out: *anyopaque) c_int;
extern "c" fn close(fd: c_int) c_int;

const is_darwin = builtin.os.tag.isDarwin();
const internet = 2;
const internet_6 = if (is_darwin) 30 else 10;
const stream = 1;
const tcp = 6;
const no_delay = 1;
const socket_level = if (is_darwin) 0xffff else 1;
const pending_error = if (is_darwin) 0x1007 else 4;
/// A connection that has been closed fails the write, and kills nobody with a signal.
const no_signal = if (is_darwin) 0 else 0x4000;
const no_signal_option = 0x1022;
const set_descriptor_flags = 2;
const set_status_flags = 4;
const close_on_exec = 1;
const non_blocking = if (is_darwin) 0x4 else 0o4000;

/// struct sockaddr_in and sockaddr_in6.
pub const Address = extern union {
    v4: extern struct { family: [2]u8, port: [2]u8, host: [4]u8, unused: [8]u8 },
    v6: extern struct { family: [2]u8, port: [2]u8, flow: u32, host: [16]u8, scope: u32 },

    /// Null when the text is no IPv4 or IPv6 address.
    pub fn parse(text: [*:0]const u8, port: u16) ?Address {
        var address: Address = undefined;
        @memset(std.mem.asBytes(&address), 0);
        std.mem.writeInt(u16, &address.v4.port, port, .big);
        if (inet_pton(internet, text, &address.v4.host) == 1) {
            address.v4.family = familyBytes(internet, @sizeOf(@TypeOf(address.v4)));
            return address;
        }
        if (inet_pton(internet_6, text, &address.v6.host) != 1) return null;
        address.v6.family = familyBytes(internet_6, @sizeOf(@TypeOf(address.v6)));
        return address;
    }

    /// The BSDs have a byte for the size before a byte for the family.
    fn familyBytes(family: u8, size: u8) [2]u8 {
        return if (is_darwin) .{ size, family } else @bitCast(@as(u16, family));
    }

    fn isV6(address: *const Address) bool {
        const family: u16 = if (is_darwin) address.v4.family[1] else @bitCast(address.v4.family);
        return family == internet_6;
    }
};

/// Why there is no connection.
pub const Fault = enum { refused, descriptors };

pub const Opened = union(enum) { fd: c_int, fault: Fault };

/// Begins to connect. The socket is writable once that has come to an end: `hasConnected` tells which.
pub fn open(address: *const Address) Opened {
    const is_v6 = address.isV6();
    const fd = socket(if (is_v6) internet_6 else internet, stream, 0);
    if (fd < 0) return .{ .fault = .descriptors };
    _ = fcntl(fd, set_descriptor_flags, @as(c_int, close_on_exec));
    _ = fcntl(fd, set_status_flags, @as(c_int, non_blocking));
    const on: c_int = 1;
    _ = setsockopt(fd, tcp, no_delay, &on, @sizeOf(c_int));
    if (is_darwin) _ = setsockopt(fd, socket_level, no_signal_option, &on, @sizeOf(c_int));
    const size: u32 = if (is_v6) @sizeOf(@TypeOf(address.v6)) else @sizeOf(@TypeOf(address.v4));
    if (connect(fd, address, size) == 0 or errno() == .INPROGRESS) return .{ .fd = fd };
    _ = close(fd);
    return .{ .fault = .refused };
}

pub fn hasConnected(fd: c_int) bool {
    var fault: c_int = -1;
    var size: u32 = @sizeOf(c_int);
    return getsockopt(fd, socket_level, pending_error, &fault, &size) == 0 and fault == 0;
}

pub fn shut(fd: c_int) void {
    _ = close(fd);
}

pub const Transferred = union(enum) {
    bytes: usize,
    /// Nothing can be read or written now.
    later,
    /// Reading: there will be no more.
    end,
    failed,
};

pub fn receive(fd: c_int, buffer: []u8) Transferred {
    while (true) {
        const size = recv(fd, buffer.ptr, buffer.len, 0);
        if (size > 0) return .{ .bytes = @intCast(size) };
        if (size == 0) return .end;
        switch (errno()) {
            .INTR => {},
            .AGAIN => return .later,
            else => return .failed,
        }
    }
}

pub fn transmit(fd: c_int, bytes: []const u8) Transferred {
    while (true) {
        const size = send(fd, bytes.ptr, bytes.len, no_signal);
        if (size >= 0) return .{ .bytes = @intCast(size) };
        switch (errno()) {
            .INTR => {},
            // The kernel is out of buffers: as when the socket's own is full.
            .AGAIN, .NOBUFS => return .later,
            else => return .failed,
        }
    }
}

fn errno() std.c.E {
    return @enumFromInt(std.c._errno().*);
}

test "addresses of both families are read, names are not" {
    const v4 = Address.parse("127.0.0.1", 8080).?;
    try std.testing.expect(!v4.isV6());
    try std.testing.expectEqual([4]u8{ 127, 0, 0, 1 }, v4.v4.host);
    try std.testing.expectEqual([2]u8{ 0x1f, 0x90 }, v4.v4.port);
    const v6 = Address.parse("::1", 80).?;
    try std.testing.expect(v6.isV6());
    try std.testing.expectEqual(1, v6.v6.host[15]);
    try std.testing.expect(Address.parse("localhost", 80) == null);
    try std.testing.expect(Address.parse("127.0.0", 80) == null);
}

test "a port that nobody listens on is refused, at once or when the attempt comes to its end" {
    const Poller = @import("poller.zig").Poller;
    // Port 1 (tcpmux) has been nobody's for decades.
    const address = Address.parse("127.0.0.1", 1).?;
    switch (open(&address)) {
        .fault => |fault| try std.testing.expectEqual(Fault.refused, fault),
        .fd => |fd| {
            defer shut(fd);
            var poller: Poller = try .open();
            defer poller.close();
            try std.testing.expect(poller.watch(fd, 0));
            try std.testing.expectEqual(1, poller.wait(5 * std.time.ns_per_s).len);
            try std.testing.expect(!hasConnected(fd));
        },
    }
}
