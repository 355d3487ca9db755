//! The doorbells `pipe`, `eventfd`, `socketpair` and `pipe-threadpool`: the waker thread writes to a
//! file descriptor that JavaScript reads.

const std = @import("std");
const channel_module = @import("channel.zig");
const payload = @import("payload.zig");
const seam_module = @import("seam.zig");
const RecordingSeam = @import("recording_seam.zig").RecordingSeam;

const allocator = std.heap.c_allocator;
const Channel = channel_module.Channel;
const Seam = seam_module.Seam;

const PollFd = extern struct { fd: c_int, events: c_short, revents: c_short };

extern "c" fn write(fd: c_int, buffer: [*]const u8, size: usize) isize;
extern "c" fn read(fd: c_int, buffer: [*]u8, size: usize) isize;
extern "c" fn poll(fds: *PollFd, count: c_ulong, timeout_ms: c_int) c_int;

const writable: c_short = 4;
/// How long a thread waits for room in a full pipe before it drops what the wake carries.
const patience_ms = 1_000;

pub const Doorbell = struct {
    seam: *Seam,
    channel: Channel,
    /// 0: a wake is one byte, or 1 added to an eventfd, and carries nothing.
    payload_bytes: u32 = 0,
};

/// Makes the descriptor and binds its bell to the seam. Null when the platform has no such
/// descriptor or none is left.
pub fn open(seam: *Seam, kind: channel_module.Kind) callconv(.c) ?*Doorbell {
    const doorbell = allocator.create(Doorbell) catch return null;
    doorbell.* = .{ .seam = seam, .channel = Channel.open(kind) catch {
        allocator.destroy(doorbell);
        return null;
    } };
    seam.bind(seam, notify, doorbell);
    return doorbell;
}

/// From now on each wake writes its number and `bytes` of payload (payload.zig) in one piece, or one
/// byte again when `bytes` is 0. To be called before the first wake. Returns 0, or -1 when this
/// descriptor cannot carry so much.
pub fn carry(doorbell: *Doorbell, bytes: u32) callconv(.c) i32 {
    if (doorbell.channel.kind != .pipe or !payload.fits(bytes)) return -1;
    doorbell.payload_bytes = bytes;
    return 0;
}

fn notify(user: ?*anyopaque, seq: u32) callconv(.c) void {
    const doorbell: *Doorbell = @ptrCast(@alignCast(user));
    if (doorbell.payload_bytes == 0) {
        doorbell.seam.stamp(doorbell.seam, seq);
        return doorbell.channel.ring();
    }
    var buffer: payload.Frame = undefined;
    const frame = payload.write(&buffer, seq, doorbell.payload_bytes);
    doorbell.seam.stamp(doorbell.seam, seq);
    deliver(doorbell.channel.write_fd, frame);
}

/// Writes all of a frame or nothing. A full pipe has a wake pending, but what this one carries would
/// be lost: the thread waits for room, as one does that needs its bytes to arrive.
fn deliver(fd: c_int, frame: []const u8) void {
    while (write(fd, frame.ptr, frame.len) < 0) {
        var room: PollFd = .{ .fd = fd, .events = writable, .revents = 0 };
        if (poll(&room, 1, patience_ms) <= 0) return;
    }
}

/// The end that JavaScript reads. It belongs to the reader, which closes it.
pub fn readFd(doorbell: *const Doorbell) callconv(.c) i32 {
    return doorbell.channel.read_fd;
}

/// Makes the reading end block whoever reads it; of an eventfd that is the only end.
pub fn block(doorbell: *const Doorbell) callconv(.c) void {
    doorbell.channel.makeReadEndBlock();
}

/// Closes the writing end, so that the reader of a pipe or socket sees its end.
pub fn close(doorbell: *Doorbell) callconv(.c) void {
    doorbell.channel.closeWriteEnd();
    allocator.destroy(doorbell);
}

test "a wake is stamped and written, and nothing is carried that the kind cannot" {
    inline for (.{ channel_module.Kind.pipe, .socketpair, .blocking_pipe }) |kind| {
        var recording: RecordingSeam = .{};
        const doorbell = open(&recording.seam, kind).?;
        var channel = doorbell.channel;
        defer channel.closeReadEnd();
        defer close(doorbell);
        try recording.ring(3);
        try std.testing.expect(channel.drain());
        try std.testing.expectEqual(-1, carry(doorbell, 6));
        if (kind != .pipe) try std.testing.expectEqual(-1, carry(doorbell, 8));
    }
}

const Reader = struct {
    seen: u32 = 0,
    broken: u32 = 0,

    fn run(reader: *Reader, fd: c_int, wakes: u32) void {
        var frame: [12]u8 = undefined;
        while (reader.seen < wakes) {
            var ready: PollFd = .{ .fd = fd, .events = 1, .revents = 0 };
            if (poll(&ready, 1, 10_000) <= 0) return;
            // Frames are whole and of one size, so that a read of that size is one of them.
            if (read(fd, &frame, frame.len) != frame.len) return;
            var expected: payload.Frame = undefined;
            const number = std.mem.readInt(u32, frame[0..4], .little);
            if (!std.mem.eql(u8, &frame, payload.write(&expected, number, 8))) reader.broken += 1;
            reader.seen += 1;
        }
    }
};

test "payloads of several threads arrive whole, through a pipe that is often full" {
    const wakes = 20_000;
    const Producer = struct {
        fn run(doorbell: *Doorbell, first: u32) void {
            for (first..first + wakes) |seq| notify(doorbell, @intCast(seq));
        }
    };
    var recording: RecordingSeam = .{};
    const doorbell = open(&recording.seam, .pipe).?;
    var channel = doorbell.channel;
    defer channel.closeReadEnd();
    defer close(doorbell);
    // Threads stamp at once here, which the recording does not count by.
    recording.seam.stamp = struct {
        fn ignore(seam: *Seam, seq: u32) callconv(.c) void {
            _ = .{ seam, seq };
        }
    }.ignore;
    try std.testing.expectEqual(0, carry(doorbell, 8));
    var reader: Reader = .{};
    const reading = try std.Thread.spawn(.{}, Reader.run, .{ &reader, channel.read_fd, 2 * wakes });
    const one = try std.Thread.spawn(.{}, Producer.run, .{ doorbell, 0 });
    const other = try std.Thread.spawn(.{}, Producer.run, .{ doorbell, wakes });
    one.join();
    other.join();
    reading.join();
    try std.testing.expectEqual(2 * wakes, reader.seen);
    try std.testing.expectEqual(0, reader.broken);
}
