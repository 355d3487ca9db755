//! The doorbell `signal`: the waker thread sends a signal to its own process, where the runtime's
//! handler wakes the event loop (kill(2), signal(7)).

const std = @import("std");
const seam_module = @import("seam.zig");
const RecordingSeam = @import("recording_seam.zig").RecordingSeam;

const allocator = std.heap.c_allocator;
const Seam = seam_module.Seam;

extern "c" fn kill(pid: c_int, signal: c_int) c_int;
extern "c" fn getpid() c_int;

pub const Doorbell = struct { seam: *Seam, pid: c_int, number: c_int };

/// Binds a bell that sends signal `number`, which the process must handle already: its default action may be
/// to end the process. Null when there is no memory.
pub fn open(seam: *Seam, number: i32) callconv(.c) ?*Doorbell {
    const doorbell = allocator.create(Doorbell) catch return null;
    doorbell.* = .{ .seam = seam, .pid = getpid(), .number = number };
    seam.bind(seam, notify, doorbell);
    return doorbell;
}

/// Safe from any thread. A signal that is pending already is not sent twice.
fn notify(user: ?*anyopaque, seq: u32) callconv(.c) void {
    const doorbell: *Doorbell = @ptrCast(@alignCast(user));
    doorbell.seam.stamp(doorbell.seam, seq);
    _ = kill(doorbell.pid, doorbell.number);
}

/// Frees the doorbell.
pub fn close(doorbell: *Doorbell) callconv(.c) void {
    allocator.destroy(doorbell);
}

const HandleSignal = *const fn (number: c_int) callconv(.c) void;
extern "c" fn signal(number: c_int, handler: ?HandleSignal) ?HandleSignal;

test "a wake is stamped, and its signal is handled" {
    const Handler = struct {
        var handled: std.atomic.Value(u32) = .init(0);
        fn handle(number: c_int) callconv(.c) void {
            // Monotonic is enough: the one thread that sends it is the one that reads.
            _ = handled.fetchAdd(@intCast(number), .monotonic);
        }
    };
    // SIGURG: ignored by default, so that a late one does no harm.
    const harmless = if (@import("builtin").os.tag.isDarwin()) 16 else 23;
    const before = signal(harmless, Handler.handle);
    defer _ = signal(harmless, before);
    var recording: RecordingSeam = .{};
    const doorbell = open(&recording.seam, harmless).?;
    defer close(doorbell);
    try recording.ring(5);
    // A signal that a process sends to itself is delivered before kill returns (kill(2)).
    try std.testing.expectEqual(harmless, Handler.handled.load(.monotonic));
}
