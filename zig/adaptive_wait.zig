//! How long a thread that has run out of work shall spin for more before it parks. Learnt, as KVM learns
//! how long to poll for a halted guest (Documentation/virt/kvm/halt-polling.rst): grown when work came soon
//! after parking, so that a little more spinning would have caught it; back to nothing when it came late.
//!
//! To wake a parked thread on another core of a virtual machine takes some 25 µs on either side, so an answer
//! is followed by the next call after 50 µs and more, until the thread catches one: the bound must be above
//! that.

const std = @import("std");

/// The bound of KVM on x86.
const most_ns = 200_000;
const first_ns = 10_000;
/// Idle times that are parked through after spinning had grown to the bound in vain; doubled each time.
const pause_least = 64;
const pause_most = 4096;

pub const AdaptiveWait = struct {
    /// How long to spin next time; 0: park at once.
    spin_ns: u64 = 0,
    /// Whether spinning has caught anything since it last began to grow.
    has_caught: bool = false,
    /// Idle times in which it shall not try again.
    pause: u32 = 0,
    next_pause: u32 = pause_least,

    /// Work came while the thread spun.
    pub fn caught(wait: *AdaptiveWait) void {
        wait.has_caught = true;
        wait.next_pause = pause_least;
    }

    /// Work came when the thread was parked, `idle_ns` after it had run out of it. Returns whether it will
    /// spin longer from now on: the caller may know better, and call `giveUp`.
    pub fn missed(wait: *AdaptiveWait, idle_ns: u64) bool {
        if (wait.pause > 0) {
            wait.pause -= 1;
            return false;
        }
        if (idle_ns <= most_ns and wait.spin_ns < most_ns) {
            wait.spin_ns = @min(most_ns, @max(first_ns, wait.spin_ns * 2));
            return true;
        }
        // Work that comes only once the thread has parked, however long it spins, waits for its core.
        if (wait.spin_ns == most_ns and !wait.has_caught) wait.giveUp();
        wait.spin_ns = 0;
        wait.has_caught = false;
        return false;
    }

    /// Spinning cannot help for now.
    pub fn giveUp(wait: *AdaptiveWait) void {
        wait.spin_ns = 0;
        wait.has_caught = false;
        wait.pause = wait.next_pause;
        wait.next_pause = @min(pause_most, wait.next_pause * 2);
    }
};

/// A thread with a fake clock: work comes `gap_ns` after it ran out, plus `wake_ns` when it has to be woken.
const Simulation = struct {
    wait: AdaptiveWait = .{},
    spun_ns: u64 = 0,
    catches: u32 = 0,

    fn idle(simulation: *Simulation, gap_ns: u64, wake_ns: u64) void {
        const wait = &simulation.wait;
        if (gap_ns <= wait.spin_ns) {
            simulation.spun_ns += gap_ns;
            simulation.catches += 1;
            return wait.caught();
        }
        simulation.spun_ns += wait.spin_ns;
        _ = wait.missed(gap_ns + wake_ns);
    }
};

test "calls that come soon are caught after a few, also where waking is slow" {
    for ([_]u64{ 500, 5_000, 30_000, 60_000, 120_000 }) |gap_ns| {
        var simulation: Simulation = .{};
        for (0..1000) |_| simulation.idle(gap_ns, 25_000);
        try std.testing.expect(simulation.catches >= 994);
    }
}

test "calls that come late are not spun for" {
    var simulation: Simulation = .{};
    for (0..1000) |_| simulation.idle(1_000_000, 25_000);
    try std.testing.expectEqual(0, simulation.spun_ns);
}

test "a pause in a busy stream stops the spinning, and it is learnt anew" {
    var simulation: Simulation = .{};
    for (0..100) |_| simulation.idle(5_000, 25_000);
    const before = simulation.catches;
    simulation.idle(5_000_000, 25_000);
    try std.testing.expectEqual(0, simulation.wait.spin_ns);
    for (0..100) |_| simulation.idle(5_000, 25_000);
    try std.testing.expect(simulation.catches >= before + 98);
}

/// A thread that holds the core which its caller needs: a call comes only once it has parked.
fn spinInVain(idles: u32) u64 {
    var wait: AdaptiveWait = .{};
    var spun_ns: u64 = 0;
    for (0..idles) |_| {
        spun_ns += wait.spin_ns;
        _ = wait.missed(wait.spin_ns + 3_000);
    }
    return spun_ns;
}

test "spinning that never catches anything is tried less and less" {
    try std.testing.expect(spinInVain(1_000) / 1_000 < 4_000);
    try std.testing.expect(spinInVain(100_000) / 100_000 < 250);
}

test "giving up lasts, and what is caught later makes the next time short again" {
    var wait: AdaptiveWait = .{};
    wait.giveUp();
    for (0..pause_least) |_| try std.testing.expect(!wait.missed(1_000));
    try std.testing.expect(wait.missed(1_000));
    wait.giveUp();
    try std.testing.expectEqual(2 * pause_least, wait.pause);
    wait.caught();
    wait.giveUp();
    try std.testing.expectEqual(pause_least, wait.pause);
}
