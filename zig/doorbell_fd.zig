//! The doorbell `pipe`: the waker thread writes to a file descriptor that the event loop reads.

const std = @import("std");
const channel_module = @import("channel.zig");
const seam_module = @import("seam.zig");

const allocator = std.heap.c_allocator;
const Channel = channel_module.Channel;
const Seam = seam_module.Seam;

pub const Doorbell = struct { seam: *Seam, channel: Channel };

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

fn notify(user: ?*anyopaque, seq: u32) callconv(.c) void {
    const doorbell: *Doorbell = @ptrCast(@alignCast(user));
    doorbell.seam.stamp(doorbell.seam, seq);
    doorbell.channel.ring();
}

/// The end that the event loop reads. It belongs to the reader, which closes it.
pub fn readFd(doorbell: *const Doorbell) callconv(.c) i32 {
    return doorbell.channel.read_fd;
}

/// Closes the writing end, so that the reader of a pipe sees its end.
pub fn close(doorbell: *Doorbell) callconv(.c) void {
    doorbell.channel.closeWriteEnd();
    allocator.destroy(doorbell);
}
