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
    /// Entries of an open loop's doorbell since the visit began, with or without news.
    entries: u64 = 0,
    /// How many of them were more than there had been rings when the measured part began.
    excess_before: u64 = 0,
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
        audit.excess_before = audit.excessEntries();
    }

    /// JavaScript was entered with the number `message` while it waited for `current`. `first` is
    /// the first wake of the measured part, `rung` how many wakes have been stamped so far.
    pub fn enterMessage(audit: *Audit, message: i64, current: u32, first: u32) Entry {
        const seq = audit.takeMessage(message, current, first) orelse return .stale;
        return if (seq == current) .expected else .stale;
    }

    /// Takes note of a message, of which `highest` is the highest number that may come. Returns its
    /// number, or null when it is none that was sent, or came before.
    pub fn takeMessage(audit: *Audit, message: i64, highest: i64, first: u32) ?u32 {
        if (message < 0 or message >= audit.seen.len or message > highest) {
            audit.foreign += 1;
            return null;
        }
        const seq: u32 = @intCast(message);
        if (audit.seen[seq]) {
            audit.duplicated += 1;
            return null;
        }
        audit.seen[seq] = true;
        if (seq >= first) audit.received += 1;
        if (message < audit.highest_seen) audit.reordered += 1;
        audit.highest_seen = @max(audit.highest_seen, message);
        return seq;
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

    /// JavaScript was entered by a doorbell of an open loop, after `rung` rings in all. Returns how
    /// many of them are news. An entry without news is no fault by itself: a wake is stamped a moment
    /// before its bell rings, so it may have been noted at the entry of the bell before.
    pub fn takeRings(audit: *Audit, rung: u32) u32 {
        audit.entries += 1;
        const news = rung -% audit.settled_rings;
        audit.settled_rings = rung;
        audit.received += news;
        audit.coalesced += news -| 1;
        return news;
    }

    /// Entries beyond one for each ring: those that no ring can have caused.
    fn excessEntries(audit: *const Audit) u64 {
        return audit.entries -| audit.settled_rings;
    }

    /// What was heard twice in the measured part; of an open loop's doorbell at least.
    pub fn duplicates(audit: *const Audit) u64 {
        return audit.duplicated + (audit.excessEntries() -| audit.excess_before);
    }

    /// All of an open loop's rings that JavaScript has not taken note of by now are lost.
    pub fn writeOffRings(audit: *Audit, rung: u32) void {
        if (audit.kind == .message) return;
        audit.lost_rings += rung -% audit.settled_rings;
        audit.settled_rings = rung;
    }

    /// The watchdog gave up on the last ring.
    pub fn writeOff(audit: *Audit) void {
        if (audit.kind == .message) return; // A message is lost when it has not come by the end.
        audit.settled_rings +%= 1;
        audit.lost_rings += 1;
    }

    /// How many wakes were never heard, of those from `first` on of which `stamps` are the notify
    /// stamps. A wake that was never rung is not lost.
    pub fn lost(audit: *const Audit, first: u32, stamps: []const u64) u64 {
        if (audit.kind == .doorbell) return audit.lost_rings;
        var count: u64 = 0;
        for (audit.seen[first..][0..stamps.len], stamps) |heard, *stamp| {
            // Acquire, as every reader of a stamp: its thread may still be about.
            count += @intFromBool(!heard and @atomicLoad(u64, stamp, .acquire) != 0);
        }
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
    try std.testing.expectEqual(1, audit.lost(0, &.{ 1, 1, 1, 1, 0 })); // 3 never came, 4 was not rung
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
    try std.testing.expectEqual(1, audit.lost(0, &.{}));
}

test "an open loop's doorbell: an entry without news may belong to the ring before, one too many is a duplicate" {
    var audit: Audit = try .init(std.testing.allocator, .doorbell, 1);
    defer audit.deinit(std.testing.allocator);
    try std.testing.expectEqual(2, audit.takeRings(2)); // the second was stamped, not yet rung
    try std.testing.expectEqual(0, audit.takeRings(2)); // and rings now
    audit.begin();
    try std.testing.expectEqual(3, audit.takeRings(5));
    try std.testing.expectEqual(0, audit.takeRings(5));
    try std.testing.expectEqual(0, audit.takeRings(5));
    try std.testing.expectEqual(0, audit.duplicates());
    try std.testing.expectEqual(0, audit.takeRings(5)); // a sixth entry of five rings
    try std.testing.expectEqual(1, audit.duplicates());
    audit.writeOffRings(8);
    try std.testing.expectEqual(3, audit.lost(0, &.{}));
    try std.testing.expectEqual(3, audit.received);
    try std.testing.expectEqual(2, audit.coalesced);
}
