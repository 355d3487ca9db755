//! All that was ever written to the atomics of a case.

const std = @import("std");
const View = @import("view.zig").View;
const Timestamp = @import("view.zig").Timestamp;
const locations_max = @import("view.zig").locations_max;

const writes_max = 512;
/// Room for twenty stores between two others, and for four thousand one behind the other.
const step: Timestamp = 1 << 20;

pub const WriteId = u16;
pub const no_write: WriteId = std.math.maxInt(WriteId);

pub const Write = struct {
    location: u8,
    thread: u8,
    timestamp: Timestamp,
    value: u64,
    view: View,
    /// A read-modify-write read this one: nothing can be put between the two.
    glued: bool = false,
};

const Location = struct {
    address: usize,
    name: []const u8 = "?",
    index: ?u32 = null,
    writes: [64]WriteId = undefined,
    count: u8 = 0,
};

/// Locations and their writes. What is written stays.
pub const History = struct {
    locations: [locations_max]Location = undefined,
    location_count: u8 = 0,
    writes: [writes_max]Write = undefined,
    write_count: WriteId = 0,

    pub fn reset(history: *History) void {
        history.location_count = 0;
        history.write_count = 0;
    }

    /// The location at an address; its first write is what stands there now.
    pub fn locationAt(history: *History, address: usize, initial: u64) u8 {
        for (history.locations[0..history.location_count], 0..) |location, index| {
            if (location.address == address) return @intCast(index);
        }
        const index = history.location_count;
        limit(index < locations_max);
        history.location_count += 1;
        history.locations[index] = .{ .address = address };
        _ = history.append(index, 0, 1, initial, .{});
        return index;
    }

    /// For traces and mutations.
    pub fn name(history: *History, location: u8, text: []const u8, index: ?u32) void {
        history.locations[location].name = text;
        history.locations[location].index = index;
    }

    /// Puts a write behind another, as near as it goes.
    pub fn insert(
        history: *History,
        behind: WriteId,
        thread: u8,
        value: u64,
        view: View,
    ) void {
        const location = history.writes[behind].location;
        _ = history.append(location, thread, history.timestampBehind(behind), value, view);
    }

    /// Where a write behind another one comes to stand.
    pub fn timestampBehind(history: *const History, behind: WriteId) Timestamp {
        const write = &history.writes[behind];
        const following = history.next(write.location, write.timestamp);
        const until = if (following) |other| other.timestamp else write.timestamp + 2 * step;
        const timestamp = write.timestamp + (until - write.timestamp) / 2;
        limit(timestamp > write.timestamp);
        return timestamp;
    }

    fn append(
        history: *History,
        location: u8,
        thread: u8,
        timestamp: Timestamp,
        value: u64,
        view: View,
    ) WriteId {
        const id = history.write_count;
        const at = &history.locations[location];
        limit(id < writes_max and at.count < at.writes.len);
        history.write_count += 1;
        history.writes[id] = .{
            .location = location,
            .thread = thread,
            .timestamp = timestamp,
            .value = value,
            .view = view,
        };
        history.writes[id].view.seen[location] = timestamp;
        at.writes[at.count] = id;
        at.count += 1;
        return id;
    }

    /// The write to a location that comes next in its modification order.
    pub fn next(history: *const History, location: u8, previous: Timestamp) ?*const Write {
        var found: ?*const Write = null;
        const at = &history.locations[location];
        for (at.writes[0..at.count]) |id| {
            const write = &history.writes[id];
            if (write.timestamp <= previous) continue;
            if (found == null or write.timestamp < found.?.timestamp) found = write;
        }
        return found;
    }
};

/// Always checked: the model is built without safety checks, for they take half of its time.
pub fn limit(holds: bool) void {
    if (!holds) @panic("the model's machine is too small for this case");
}
