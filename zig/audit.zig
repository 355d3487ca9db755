//! The audit: was every ring heard, once, in order?
//!
//! A `message` waker carries the number of the wake, so each wake is accounted for by itself. A
//! `doorbell` says only "something happened": there the rings are counted on the native side and
//! compared with what JavaScript has taken note of.

const std = @import("std");

pub const Kind = enum(u32) { doorbell = 0, message = 1 };

/// What an entry into JavaScript turned out to be.
pub const Entry = enum {
    /// The wake that was waited for.
    expected,
    /// Nothing new: a duplicate, or the late arrival of a wake that was given up.
    stale,
};

pub const Audit = struct {
    kind: Kind,
    /// One per wake: has its number been seen? Only for messages.
    seen: []bool,
    /// Rings that JavaScript has taken note of, or that were written off as lost. Only for doorbells.
    settled_rings: u32 = 0,
    highest_seen: i64 = -1,
    /// Counters of the measured part.
    received: u64 = 0,
    lost_rings: u64 = 0,
    duplicated: u64 = 0,
    reordered: u64 = 0,
    coalesced: u64 = 0,
    foreign: u64 = 0,

    pub fn init(allocator: std.mem.Allocator, kind: Kind, capacity: u32) !Audit {
        const seen = try allocator.alloc(bool, capacity);
        @memset(seen, false);
        return .{ .kind = kind, .seen = seen };
    }

    pub fn deinit(audit: *Audit, allocator: std.mem.Allocator) void {
        allocator.free(audit.seen);
        audit.* = undefined;
    }

    /// Forgets the counts of the warm-up; what has been seen stays known.
    pub fn begin(audit: *Audit) void {
        audit.received = 0;
        audit.lost_rings = 0;
        audit.duplicated = 0;
        audit.reordered = 0;
        audit.coalesced = 0;
        audit.foreign = 0;
    }

    /// JavaScript was entered with the number `message` while it waited for `current`. `first` is
    /// the first wake of the measured part, `rung` how many wakes have been stamped so far.
    pub fn enterMessage(audit: *Audit, message: i64, current: u32, first: u32) Entry {
        if (message < 0 or message >= audit.seen.len or message > current) {
            audit.foreign += 1;
            return .stale;
        }
        const seq: u32 = @intCast(message);
        if (audit.seen[seq]) {
            audit.duplicated += 1;
            return .stale;
        }
        audit.seen[seq] = true;
        if (seq >= first) audit.received += 1;
        if (message < audit.highest_seen) audit.reordered += 1;
        audit.highest_seen = @max(audit.highest_seen, message);
        return if (seq == current) .expected else .stale;
    }

    /// JavaScript was entered by a doorbell after `rung` rings in all.
    pub fn enterDoorbell(audit: *Audit, rung: u32) Entry {
        const news = rung -% audit.settled_rings;
        if (news == 0) {
            audit.duplicated += 1;
            return .stale;
        }
        audit.settled_rings = rung;
        audit.received += news;
        audit.coalesced += news - 1;
        return .expected;
    }

    /// The watchdog gave up on the last ring.
    pub fn writeOff(audit: *Audit) void {
        if (audit.kind == .message) return; // A message is lost when it has not come by the end.
        audit.settled_rings +%= 1;
        audit.lost_rings += 1;
    }

    /// How many of the wakes from `first` to `end` were never heard.
    pub fn lost(audit: *const Audit, first: u32, end: u32) u64 {
        if (audit.kind == .doorbell) return audit.lost_rings;
        var count: u64 = 0;
        for (audit.seen[first..end]) |heard| count += @intFromBool(!heard);
        return count;
    }
};

test "messages: lost, duplicated, reordered, foreign, each counted once" {
    var audit: Audit = try .init(std.testing.allocator, .message, 6);
    defer audit.deinit(std.testing.allocator);
    try std.testing.expectEqual(Entry.expected, audit.enterMessage(0, 0, 0));
    try std.testing.expectEqual(Entry.stale, audit.enterMessage(0, 1, 0)); // again
    try std.testing.expectEqual(Entry.expected, audit.enterMessage(2, 2, 0)); // 1 is late
    try std.testing.expectEqual(Entry.stale, audit.enterMessage(1, 3, 0)); // and comes now
    try std.testing.expectEqual(Entry.stale, audit.enterMessage(77, 3, 0));
    try std.testing.expectEqual(Entry.stale, audit.enterMessage(4, 3, 0)); // not yet sent
    try std.testing.expectEqual(1, audit.duplicated);
    try std.testing.expectEqual(1, audit.reordered);
    try std.testing.expectEqual(2, audit.foreign);
    try std.testing.expectEqual(3, audit.received);
    try std.testing.expectEqual(1, audit.lost(0, 4)); // 3 never came
}

test "doorbells: rings that share an entry are coalesced, an entry without a ring is a duplicate" {
    var audit: Audit = try .init(std.testing.allocator, .doorbell, 1);
    defer audit.deinit(std.testing.allocator);
    try std.testing.expectEqual(Entry.expected, audit.enterDoorbell(1));
    try std.testing.expectEqual(Entry.stale, audit.enterDoorbell(1));
    try std.testing.expectEqual(Entry.expected, audit.enterDoorbell(4));
    audit.writeOff();
    try std.testing.expectEqual(Entry.stale, audit.enterDoorbell(5)); // the late one, written off
    try std.testing.expectEqual(4, audit.received);
    try std.testing.expectEqual(2, audit.coalesced);
    try std.testing.expectEqual(2, audit.duplicated);
    try std.testing.expectEqual(1, audit.lost(0, 0));
}
