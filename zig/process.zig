//! The agent's process: it must not outlive the program that started it.

const builtin = @import("builtin");

extern "c" fn prctl(option: c_int, ...) c_int;
extern "c" fn getppid() c_int;

/// Asks the kernel to kill this process when its parent ends (prctl(2), PR_SET_PDEATHSIG). Returns 1
/// when that holds, 0 when the parent has ended already or the platform has no such thing.
pub fn dieWithParent(parent_pid: i32) callconv(.c) u32 {
    if (builtin.os.tag != .linux) return 0;
    const set_parent_death_signal = 1;
    const kill: c_ulong = 9;
    if (prctl(set_parent_death_signal, kill) != 0) return 0;
    return @intFromBool(getppid() == parent_pid);
}
