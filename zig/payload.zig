//! What a wake carries beside its number, when it is asked to carry something: a pattern that follows
//! from the number, so that the reader can tell whether all of it has come, and nothing else.
//!
//!     | number, 4 bytes | word 0 | word 1 | …      word k = number × 0x9e3779b1 + k
//!
//! All words are 32 bits wide and little-endian. src/wakers/payload.ts reads them.

const std = @import("std");

/// Enough for `max_bytes` of payload and the number; far below PIPE_BUF, so that one write is one
/// piece in a pipe (pipe(7)).
pub const Frame = [4 + max_bytes]u8;
pub const max_bytes = 64;
/// 2³² ÷ the golden ratio: neighbouring numbers get unlike patterns.
const multiplier: u32 = 0x9e3779b1;

/// Whether a wake can carry so many bytes.
pub fn fits(bytes: u32) bool {
    return bytes <= max_bytes and bytes % 4 == 0;
}

/// Writes the frame of wake `seq` and returns it: its number and `bytes` of payload.
pub fn write(frame: *Frame, seq: u32, bytes: u32) []const u8 {
    std.debug.assert(fits(bytes));
    std.mem.writeInt(u32, frame[0..4], seq, .little);
    for (0..bytes / 4) |k| {
        const word = seq *% multiplier +% @as(u32, @intCast(k));
        std.mem.writeInt(u32, frame[4 + 4 * k ..][0..4], word, .little);
    }
    return frame[0 .. 4 + bytes];
}

test "a frame is the number and words that follow from it" {
    var frame: Frame = undefined;
    try std.testing.expectEqualSlices(u8, &.{ 7, 0, 0, 0 }, write(&frame, 7, 0));
    const expected = [_]u8{ 1, 0, 0, 0, 0xb1, 0x79, 0x37, 0x9e, 0xb2, 0x79, 0x37, 0x9e };
    try std.testing.expectEqualSlices(u8, &expected, write(&frame, 1, 8));
    try std.testing.expectEqual(68, write(&frame, 1, 64).len);
    try std.testing.expect(fits(0) and fits(64) and !fits(68) and !fits(7));
}
