//! The seam between the harness and the native half of a waker, ours or a user's.
//!
//! The same table is declared in include/wakerbench.h for C. A waker either binds a notify function,
//! which the harness calls from its own thread, or brings its own thread, which calls `next`.

/// Raised when a field of `Seam` changes its meaning.
pub const abi_version: u32 = 1;

/// Rings the doorbell for wake `seq`. Called on the waker thread, after the gap. Must call
/// `seam.stamp` immediately before it rings.
pub const Notify = *const fn (user: ?*anyopaque, seq: u32) callconv(.c) void;

pub const Seam = extern struct {
    /// `abi_version` of the harness.
    abi: u32 = abi_version,
    reserved: u32 = 0,
    /// Registers `notify`; the harness then calls it with `user` from its waker thread.
    bind: *const fn (seam: *Seam, notify: Notify, user: ?*anyopaque) callconv(.c) void,
    /// Stamps the notify of wake `seq`: call it immediately before ringing. The first stamp of a
    /// wake counts. Safe from any thread.
    stamp: *const fn (seam: *Seam, seq: u32) callconv(.c) void,
    /// For a waker with a thread of its own: sleeps until JavaScript waits for a wake, spends the
    /// gap, and returns the number of the wake; in an open loop it returns when the next wake is due.
    /// -1 means: leave, the visit is over. The first call of a thread places it on the waker's core.
    next: *const fn (seam: *Seam) callconv(.c) i64,
};

/// `Seam.next` of whichever harness made the seam, for Workers.
pub fn callNext(seam: *Seam) callconv(.c) i64 {
    return seam.next(seam);
}

/// `Seam.stamp`, as `callNext`.
pub fn callStamp(seam: *Seam, seq: u32) callconv(.c) void {
    seam.stamp(seam, seq);
}
