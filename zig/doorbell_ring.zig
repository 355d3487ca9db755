//! The doorbell `ring`: the waker thread pushes the wake's number into a ring, as a user's library
//! does, through the table of include/wakerbench_ring.h. The ring rings when JavaScript sleeps.

const std = @import("std");
const payload = @import("payload.zig");
const ring_module = @import("ring.zig");
const seam_module = @import("seam.zig");
const RecordingSeam = @import("recording_seam.zig").RecordingSeam;

const allocator = std.heap.c_allocator;
const Seam = seam_module.Seam;
const Table = ring_module.Table;

pub const Doorbell = struct { seam: *Seam, ring: *Table };

/// Binds pushes into `ring` to the seam, and takes over the native hold of it. An item is the frame of
/// payload.zig: the wake's number, then what there is room for. Null when there is no memory, or an
/// item has another size than a frame; the hold is still the caller's then.
pub fn open(seam: *Seam, ring: *Table) callconv(.c) ?*Doorbell {
    if (ring.payload_bytes < 4 or !payload.fits(ring.payload_bytes - 4)) return null;
    const doorbell = allocator.create(Doorbell) catch return null;
    doorbell.* = .{ .seam = seam, .ring = ring };
    seam.bind(seam, notify, doorbell);
    return doorbell;
}

fn notify(user: ?*anyopaque, seq: u32) callconv(.c) void {
    const doorbell: *Doorbell = @ptrCast(@alignCast(user));
    const ring = doorbell.ring;
    var buffer: payload.Frame = undefined;
    const frame = payload.write(&buffer, seq, ring.payload_bytes - 4);
    doorbell.seam.stamp(doorbell.seam, seq);
    // What is refused is missed by the audit: the ring is closed, and the visit over.
    _ = ring.push(ring, frame.ptr);
}

/// Lets the ring go and frees. The waker threads have stopped by then.
pub fn close(doorbell: *Doorbell) callconv(.c) void {
    doorbell.ring.release(doorbell.ring);
    allocator.destroy(doorbell);
}

test "each wake is an item of the ring, with its payload" {
    const ring = ring_module.open(&.{ .capacity = 4, .payload_bytes = 12, .when_full = .fail }).?;
    defer ring_module.free(ring);
    var recording: RecordingSeam = .{};
    const doorbell = open(&recording.seam, ring).?;
    defer close(doorbell);
    try recording.ring(5);
    try recording.ring(6);
    var items: [2 * 12]u8 = undefined;
    try std.testing.expectEqual(-1 - 2, ring_module.drain(ring, &items, 4));
    var frame: payload.Frame = undefined;
    try std.testing.expectEqualSlices(u8, payload.write(&frame, 5, 8), items[0..12]);
    try std.testing.expectEqualSlices(u8, payload.write(&frame, 6, 8), items[12..]);
}

test "a ring whose items are no frames is refused" {
    for ([_]u32{ 0, 3, 6, 72 }) |payload_bytes| {
        const ring = ring_module.open(&.{ .capacity = 2, .payload_bytes = payload_bytes, .when_full = .fail }).?;
        defer ring_module.free(ring);
        defer ring.release(ring);
        var recording: RecordingSeam = .{};
        try std.testing.expectEqual(null, open(&recording.seam, ring));
    }
}
