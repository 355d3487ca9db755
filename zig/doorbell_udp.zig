//! The doorbell `udp`: the waker thread sends a datagram with the wake's number over the loopback
//! device to a socket that the event loop reads.

const builtin = @import("builtin");
const std = @import("std");
const payload = @import("payload.zig");
const seam_module = @import("seam.zig");
const RecordingSeam = @import("recording_seam.zig").RecordingSeam;

const allocator = std.heap.c_allocator;
const Seam = seam_module.Seam;

/// struct sockaddr_in: BSDs begin it with its length (ip(7)).
const Address = if (builtin.os.tag.isDarwin()) extern struct {
    length: u8 = 16,
    family: u8 = internet,
    port: [2]u8,
    host: [4]u8 = loopback,
    padding: [8]u8 = @splat(0),
} else extern struct {
    family: u16 = internet,
    port: [2]u8,
    host: [4]u8 = loopback,
    padding: [8]u8 = @splat(0),
};

const internet = 2;
const datagram_kind = 2;
const loopback = [4]u8{ 127, 0, 0, 1 };
const set_descriptor_flags = 2;
const close_on_exec = 1;
/// MSG_DONTWAIT.
const do_not_wait: c_int = if (builtin.os.tag.isDarwin()) 0x80 else 0x40;

extern "c" fn socket(domain: c_int, kind: c_int, protocol: c_int) c_int;
extern "c" fn connect(fd: c_int, address: *const Address, length: c_uint) c_int;
extern "c" fn send(fd: c_int, buffer: [*]const u8, size: usize, flags: c_int) isize;
extern "c" fn fcntl(fd: c_int, command: c_int, ...) c_int;
extern "c" fn close(fd: c_int) c_int;
extern "c" fn bind(fd: c_int, address: *const Address, length: c_uint) c_int;
extern "c" fn getsockname(fd: c_int, address: *Address, length: *c_uint) c_int;
extern "c" fn recv(fd: c_int, buffer: [*]u8, size: usize, flags: c_int) isize;

pub const Doorbell = struct { seam: *Seam, fd: c_int, payload_bytes: u32 };

/// Makes a socket that sends to `port` of 127.0.0.1, each datagram a frame of payload.zig with
/// `payload_bytes`, and binds its bell to the seam. Null when it cannot carry so much, or no
/// descriptor or memory is left.
pub fn open(seam: *Seam, port: u32, payload_bytes: u32) callconv(.c) ?*Doorbell {
    if (!payload.fits(payload_bytes) or port > std.math.maxInt(u16)) return null;
    const fd = socket(internet, datagram_kind, 0);
    if (fd < 0) return null;
    _ = fcntl(fd, set_descriptor_flags, @as(c_int, close_on_exec));
    var address: Address = .{ .port = undefined };
    std.mem.writeInt(u16, &address.port, @intCast(port), .big);
    const doorbell = if (connect(fd, &address, @sizeOf(Address)) == 0)
        allocator.create(Doorbell) catch null
    else
        null;
    if (doorbell == null) _ = close(fd);
    const made = doorbell orelse return null;
    made.* = .{ .seam = seam, .fd = fd, .payload_bytes = payload_bytes };
    seam.bind(seam, notify, made);
    return made;
}

/// Safe from any thread: a datagram goes as a whole. One that finds no room is lost, as UDP loses it,
/// and is missed by the audit.
fn notify(user: ?*anyopaque, seq: u32) callconv(.c) void {
    const doorbell: *Doorbell = @ptrCast(@alignCast(user));
    var buffer: payload.Frame = undefined;
    const frame = payload.write(&buffer, seq, doorbell.payload_bytes);
    doorbell.seam.stamp(doorbell.seam, seq);
    _ = send(doorbell.fd, frame.ptr, frame.len, do_not_wait);
}

/// Closes the socket that sends, and frees the doorbell.
pub fn closeDoorbell(doorbell: *Doorbell) callconv(.c) void {
    _ = close(doorbell.fd);
    allocator.destroy(doorbell);
}

test "a wake is a datagram with its number and its payload" {
    const receiver = socket(internet, datagram_kind, 0);
    try std.testing.expect(receiver >= 0);
    defer _ = close(receiver);
    var address: Address = .{ .port = .{ 0, 0 } };
    try std.testing.expectEqual(0, bind(receiver, &address, @sizeOf(Address)));
    var length: c_uint = @sizeOf(Address);
    try std.testing.expectEqual(0, getsockname(receiver, &address, &length));
    const port = std.mem.readInt(u16, &address.port, .big);

    for ([_]u32{ 0, 8, 64 }) |bytes| {
        var recording: RecordingSeam = .{};
        const doorbell = open(&recording.seam, port, bytes).?;
        defer closeDoorbell(doorbell);
        try recording.ring(70_000);
        var received: [128]u8 = undefined;
        const size: usize = @intCast(recv(receiver, &received, received.len, 0));
        var expected: payload.Frame = undefined;
        try std.testing.expectEqualSlices(u8, payload.write(&expected, 70_000, bytes), received[0..size]);
    }
    var recording: RecordingSeam = .{};
    try std.testing.expectEqual(null, open(&recording.seam, port, 7));
}

test "a flood that nobody reads is dropped without holding the thread up" {
    const receiver = socket(internet, datagram_kind, 0);
    defer _ = close(receiver);
    var address: Address = .{ .port = .{ 0, 0 } };
    try std.testing.expectEqual(0, bind(receiver, &address, @sizeOf(Address)));
    var length: c_uint = @sizeOf(Address);
    try std.testing.expectEqual(0, getsockname(receiver, &address, &length));
    var recording: RecordingSeam = .{};
    const doorbell = open(&recording.seam, std.mem.readInt(u16, &address.port, .big), 64).?;
    defer closeDoorbell(doorbell);
    const sent = 10_000;
    for (0..sent) |seq| try recording.ring(@intCast(seq));
    var received: [128]u8 = undefined;
    var count: u32 = 0;
    while (recv(receiver, &received, received.len, do_not_wait) > 0) count += 1;
    try std.testing.expect(count > 0 and count < sent);
}
