//! What the client's sockets (sockets.zig) need beyond a server's: connecting, without waiting for it.

const builtin = @import("builtin");
const std = @import("std");
const sockets = @import("sockets.zig");

extern "c" fn connect(fd: c_int, address: *const anyopaque, size: c_uint) c_int;
extern "c" fn getsockopt(fd: c_int, level: c_int, name: c_int, value: *anyopaque, size: *u32) c_int;

const is_darwin = builtin.os.tag.isDarwin();
const socket_level = if (is_darwin) 0xffff else 1;
const pending_error = if (is_darwin) 0x1007 else 4;

/// Why there is no connection.
pub const Fault = enum { refused, descriptors };

pub const Opened = union(enum) { fd: c_int, fault: Fault };

/// Begins to connect. The socket is writable once that has come to an end: `hasConnected` tells which.
pub fn open(address: *const sockets.Address) Opened {
    const fd = switch (sockets.open(address)) {
        .fd => |fd| fd,
        .failed => return .{ .fault = .descriptors },
    };
    if (connect(fd, &address.bytes, address.length) == 0 or sockets.lastError() == .INPROGRESS) return .{ .fd = fd };
    sockets.closeSocket(fd);
    return .{ .fault = .refused };
}

pub fn hasConnected(fd: c_int) bool {
    var fault: c_int = -1;
    var size: u32 = @sizeOf(c_int);
    return getsockopt(fd, socket_level, pending_error, &fault, &size) == 0 and fault == 0;
}

test "a port that nobody listens on is refused, at once or when the attempt comes to its end" {
    const Poller = @import("poller.zig").Poller;
    // Port 1 (tcpmux) has been nobody's for decades.
    const address = sockets.Address.parse("127.0.0.1", 1).?;
    switch (open(&address)) {
        .fault => |fault| try std.testing.expectEqual(Fault.refused, fault),
        .fd => |fd| {
            defer sockets.closeSocket(fd);
            var poller: Poller = try .open();
            defer poller.close();
            try std.testing.expect(poller.watch(fd, 0));
            try std.testing.expectEqual(1, poller.wait(5 * std.time.ns_per_s).len);
            try std.testing.expect(!hasConnected(fd));
        },
    }
}
