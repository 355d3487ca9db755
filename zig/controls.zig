//! Controls: a waker's bell with a fault of known size, to check that the harness sees it.

const std = @import("std");
const clock = @import("clock.zig");
const seam_module = @import("seam.zig");
const session_module = @import("session.zig");

const allocator = std.heap.c_allocator;
const Session = session_module.Session;

pub const Control = struct {
    session: *Session,
    inner: seam_module.Notify,
    inner_user: ?*anyopaque,
    delay_ns: u64,
    lose_every: u32,
    duplicate_every: u32,
};

/// Wraps the bell that is bound to the session: `delay_ns` of work between stamp and bell; every
/// `lose_every`th wake stamped and not rung; every `duplicate_every`th rung twice (0: none). Null
/// when nothing is bound or there is no memory.
pub fn wrap(session: *Session, delay_ns: u64, lose_every: u32, duplicate_every: u32) callconv(.c) ?*Control {
    const inner = session.notify orelse return null;
    const control = allocator.create(Control) catch return null;
    control.* = .{
        .session = session,
        .inner = inner,
        .inner_user = session.notify_user,
        .delay_ns = delay_ns,
        .lose_every = lose_every,
        .duplicate_every = duplicate_every,
    };
    session.seam.bind(&session.seam, notify, control);
    return control;
}

fn notify(user: ?*anyopaque, seq: u32) callconv(.c) void {
    const control: *Control = @ptrCast(@alignCast(user));
    const seam = &control.session.seam;
    seam.stamp(seam, seq); // The first stamp counts; that of the inner bell is ignored.
    if (control.delay_ns > 0) clock.spinNs(control.delay_ns);
    if (hits(seq, control.lose_every)) return;
    control.inner(control.inner_user, seq);
    if (hits(seq, control.duplicate_every)) control.inner(control.inner_user, seq);
}

fn hits(seq: u32, every: u32) bool {
    return every != 0 and seq % every == every - 1;
}

/// Frees the control. The session's waker threads must have been stopped.
pub fn unwrap(control: *Control) callconv(.c) void {
    allocator.destroy(control);
}

const Flood = struct { callback: *const fn (u32) callconv(.c) void, calls: u32 };

/// Starts `threads` threads that each call `callback` `calls` times as fast as they can, and lets
/// them run. Returns 0, or -1 when a thread could not be made.
pub fn flood(
    callback: *const fn (u32) callconv(.c) void,
    thread_count: u32,
    calls: u32,
) callconv(.c) i32 {
    for (0..thread_count) |_| {
        const thread = std.Thread.spawn(.{}, pour, .{Flood{ .callback = callback, .calls = calls }}) catch
            return -1;
        thread.detach();
    }
    return 0;
}

fn pour(one: Flood) void {
    for (0..one.calls) |call| one.callback(@intCast(call));
}

test "every hundredth of a thousand is ten" {
    var count: u32 = 0;
    for (0..1000) |seq| count += @intFromBool(hits(@intCast(seq), 100));
    try std.testing.expectEqual(10, count);
    try std.testing.expect(!hits(0, 0));
}
