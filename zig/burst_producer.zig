//! The threads of a flood: each notifies as fast as it can, or sleeps a jittered gap before each
//! notify. They are made before the first flood and sleep on the flood's phase between floods.

const std = @import("std");
const burst = @import("burst.zig");
const clock = @import("clock.zig");
const futex = @import("futex.zig");
const samples_module = @import("notify_samples.zig");

const Bell = @import("bell.zig").Bell;
const Flood = burst.Flood;
const Main = *const fn (?*anyopaque) callconv(.c) ?*anyopaque;

extern "c" fn pthread_create(out: *usize, attributes: ?*const anyopaque, main: Main, argument: ?*anyopaque) c_int;
extern "c" fn pthread_join(thread: usize, result: ?*?*anyopaque) c_int;

/// A thread that notifies without a pause reads the clock for one notify in so many at most.
const spinning_shift = 4;

/// What the threads of the control ring, whatever was bound.
const silent: Bell = .{};

const long_gap_ns = 10 * std.time.ns_per_ms;

pub const Producer = struct {
    flood: *Flood align(std.atomic.cache_line),
    index: u32,
    /// Notifies so far, of all floods: the number of the next one.
    number: u32 = 0,
    /// `number` when the present flood began.
    first: u32 = 0,
    /// How many floods this thread has been through.
    floods: u32 = 0,
    /// CPU time that it spent in the present flood.
    cpu_ns: u64 = 0,
    random: std.Random.SplitMix64,
    samples: samples_module.NotifySamples,
    thread: usize = 0,

    /// Forgets the flood before. The thread sleeps meanwhile.
    pub fn begin(producer: *Producer) void {
        producer.first = producer.number;
        producer.cpu_ns = 0;
        const shift: u5 = if (producer.flood.config.sleeps != 0) 0 else spinning_shift;
        producer.samples.begin(shift, @truncate(producer.random.next()));
    }

    pub fn start(producer: *Producer) bool {
        return pthread_create(&producer.thread, null, run, producer) == 0;
    }

    pub fn join(producer: *Producer) void {
        _ = pthread_join(producer.thread, null);
    }

    fn run(argument: ?*anyopaque) callconv(.c) ?*anyopaque {
        const producer: *Producer = @ptrCast(@alignCast(argument));
        const flood = producer.flood;
        while (flood.awaitFlood(&producer.floods)) |phase| {
            const begun_ns = clock.threadCpuNs();
            producer.pour(phase);
            producer.cpu_ns = clock.threadCpuNs() - begun_ns;
            flood.leaveFlood();
        }
        flood.leaveForGood();
        return null;
    }

    fn pour(producer: *Producer, phase: u32) void {
        const flood = producer.flood;
        const bell = if (flood.config.is_control == 0) &flood.bell else &silent;
        const sleeps = flood.config.sleeps != 0;
        const counts_rings = flood.config.kind == .doorbell and flood.config.is_control == 0;
        const number_mask = (@as(u32, 1) << @intCast(flood.config.number_bits)) - 1;
        const thread_bits = producer.index << @intCast(flood.config.number_bits);
        // Monotonic is enough: what the loop thread had set up was acquired with the phase.
        while (flood.phase.load(.monotonic) == phase) {
            if (sleeps) {
                producer.sleep(phase);
                if (flood.phase.load(.monotonic) != phase) return;
            }
            const seq = thread_bits | (producer.number & number_mask);
            // Release, and before the bell: whoever hears the bell sees the ring counted, as it
            // would see an item that was pushed.
            if (counts_rings) _ = flood.cells.rung.fetchAdd(1, .release);
            if (producer.samples.takes(producer.number)) {
                const before_ns = clock.nowNs();
                bell.ring(seq);
                const after_ns = clock.nowNs();
                producer.samples.add(producer.number, after_ns - before_ns);
                if (after_ns >= flood.planned_end_ns) flood.cut(phase);
            } else {
                bell.ring(seq);
            }
            producer.number +%= 1;
        }
    }

    fn sleep(producer: *Producer, phase: u32) void {
        const mean_ns = producer.flood.config.gap_ns;
        const gap_ns = mean_ns / 2 + producer.random.next() % (mean_ns + 1);
        // Only a long sleep is worth ending early: all threads would share one futex for it.
        if (gap_ns < long_gap_ns) return clock.sleepNs(gap_ns);
        futex.waitFor(&producer.flood.phase, phase, gap_ns);
    }
};
