//! What a call of the scenario `dispatch` does on a native thread. Whatever it is, the answer is the number
//! that the call was sent with.

const std = @import("std");
const clock = @import("clock.zig");
const placement = @import("placement.zig");
const sqlite = @import("sqlite.zig");

pub const Kind = enum(u32) {
    /// Burns CPU for so many nanoseconds; 0 does nothing.
    spin = 0,
    /// Gives the core away once.
    yield = 1,
    /// One prepared query.
    sqlite = 2,
    _,
};

/// The work of one thread: opened, used and closed by it alone, or by one thread after the other.
pub const Work = struct {
    kind: Kind,
    spin_ns: u64,
    query: ?*sqlite.Query,

    /// `spin_ns` counts for the kind `spin` alone.
    pub fn open(kind: Kind, spin_ns: u64) sqlite.Error!Work {
        const query = if (kind == .sqlite) try sqlite.Query.open() else null;
        return .{ .kind = kind, .spin_ns = spin_ns, .query = query };
    }

    /// Does the work. Answers with `number`, 0 or more.
    pub inline fn run(self: *const Work, number: i64) sqlite.Error!i64 {
        switch (self.kind) {
            .spin => if (self.spin_ns > 0) clock.spinNs(self.spin_ns),
            .yield => placement.yield(),
            .sqlite => if (self.query) |query| return query.run(number),
            _ => {},
        }
        return number;
    }

    pub fn close(self: *Work) void {
        if (self.query) |query| query.close();
        self.query = null;
    }
};

test "whatever the work, the answer is the number" {
    for ([_]Kind{ .spin, .yield, .sqlite }) |kind| {
        var work = Work.open(kind, 1_000) catch |err| switch (err) {
            error.SqliteMissing => {
                std.debug.print("\nSKIPPED for sqlite: {s}\n", .{sqlite.messageOfThread()});
                continue;
            },
            else => return err,
        };
        defer work.close();
        for ([_]i64{ 0, 41, (1 << 40) + 3 }) |number| {
            try std.testing.expectEqual(number, try work.run(number));
        }
    }
}
