//! For tests of doorbells: a seam that keeps what is bound to it and the number of the last stamp.

const std = @import("std");
const seam_module = @import("seam.zig");

const Seam = seam_module.Seam;

pub const RecordingSeam = struct {
    seam: Seam = .{ .bind = bind, .stamp = stamp, .next = next },
    notify: ?seam_module.Notify = null,
    user: ?*anyopaque = null,
    stamps: u32 = 0,
    last_stamp: ?u32 = null,

    /// Rings what was bound, and fails unless it stamps just that wake.
    pub fn ring(recording: *RecordingSeam, seq: u32) !void {
        const before = recording.stamps;
        recording.notify.?(recording.user, seq);
        try std.testing.expectEqual(before + 1, recording.stamps);
        try std.testing.expectEqual(seq, recording.last_stamp);
    }

    fn of(seam: *Seam) *RecordingSeam {
        return @alignCast(@fieldParentPtr("seam", seam));
    }

    fn bind(seam: *Seam, notify: seam_module.Notify, user: ?*anyopaque) callconv(.c) void {
        of(seam).notify = notify;
        of(seam).user = user;
    }

    fn stamp(seam: *Seam, seq: u32) callconv(.c) void {
        of(seam).stamps += 1;
        of(seam).last_stamp = seq;
    }

    fn next(seam: *Seam) callconv(.c) i64 {
        _ = seam;
        return -1;
    }
};
