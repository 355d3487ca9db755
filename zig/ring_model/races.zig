//! Plain accesses: whether each is ordered with all others of its address.

const Clock = @import("view.zig").Clock;
const limit = @import("history.zig").limit;
const threads_max = @import("view.zig").threads_max;

const plains_max = 32;

const Access = struct { epochs: [threads_max]u16 = @splat(0) };

const Plain = struct { address: usize, reads: Access = .{}, writes: Access = .{} };

pub const Races = struct {
    plains: [plains_max]Plain = undefined,
    count: u8 = 0,

    /// Notes an access at the thread's own time. Returns a thread that it races with: one whose access
    /// `clock` does not know of. In whichever order the two come, the later one finds the race.
    pub fn note(races: *Races, address: usize, writing: bool, thread: u8, clock: Clock) ?u8 {
        const at = races.plainAt(address);
        for (0..threads_max) |other| {
            if (other == thread) continue;
            const known = clock[other];
            if (at.writes.epochs[other] > known or (writing and at.reads.epochs[other] > known))
                return @intCast(other);
        }
        const access = if (writing) &at.writes else &at.reads;
        access.epochs[thread] = clock[thread];
        return null;
    }

    fn plainAt(races: *Races, address: usize) *Plain {
        for (races.plains[0..races.count]) |*at| {
            if (at.address == address) return at;
        }
        limit(races.count < plains_max);
        const at = &races.plains[races.count];
        races.count += 1;
        at.* = .{ .address = address };
        return at;
    }
};
