//! Real threads on the ring's protocol for a while, with pauses at random where they hurt: between
//! claiming and publishing, and on both sides of each fence. `zig build stress -Dseconds=60`.

const std = @import("std");
const clock = @import("clock.zig");
const futex = @import("futex.zig");
const options = @import("options");
const ring_memory = @import("ring_memory.zig");
const ring_queue = @import("ring_queue.zig");

const allocator = std.heap.c_allocator;
const producers_max = 8;
const items_max = 4000;
/// Producers never pause for so long, and the last to end rings: a longer sleep is a lost wake.
const lost_after_ns = 30 * std.time.ns_per_s;

threadlocal var random_state: std.Random.DefaultPrng = .init(0);

/// The ring's own memory, in no hurry.
const slow_memory = struct {
    pub const Atomic = ring_memory.Atomic;
    pub const backOff = ring_memory.backOff;
    pub const wait = ring_memory.wait;
    pub const wake = ring_memory.wake;

    pub fn fullFence() void {
        pause();
        // Left out on purpose: only the compiler keeps the order.
        if (options.unfenced) asm volatile ("" ::: .{ .memory = true }) else ring_memory.fullFence();
        pause();
    }

    /// Apart, on every processor: a pause fits in between.
    pub fn storeThenFence(word: *Atomic(u32), value: u32) void {
        word.store(value, .release);
        fullFence();
    }

    pub const Cells = struct {
        inner: ring_memory.Cells,
        count: usize,

        pub fn tag(cells: *const Cells, index: usize) *Atomic(u32) {
            return cells.inner.tag(index);
        }

        /// Between claiming and publishing.
        pub fn copyIn(cells: *const Cells, index: usize, source: [*]const u8) void {
            pause();
            cells.inner.copyIn(index, source);
            pause();
        }

        pub fn copyOut(cells: *const Cells, index: usize, target: [*]u8, nth: usize) void {
            cells.inner.copyOut(index, target, nth);
        }
    };
};

fn pause() void {
    const random = random_state.random();
    switch (random.uintLessThan(u32, 4096)) {
        0 => clock.sleepNs(random.uintLessThan(u64, 200_000)),
        1...31 => std.Thread.yield() catch {},
        32...255 => for (0..random.uintLessThan(usize, 300)) |_| std.atomic.spinLoopHint(),
        else => {},
    }
}

const Queue = ring_queue.Queue(slow_memory);

const Payload = extern struct { producer: u32, item: u32 };

const Ending = enum { drained, closed_and_drained, closed_and_discarded };

/// One queue's life.
const Round = struct {
    seed: u64,
    at_full: ring_queue.AtFull,
    ending: Ending,
    producers: u32,
    items: u32,
    budget: u32,
    stay_awake_from: u32,
    queue: Queue,
    /// Counts rings: what the consumer sleeps on.
    bell: futex.Word = .init(0),
    bell_is_open: std.atomic.Value(bool) = .init(true),
    accepted: std.atomic.Value(u64) = .init(0),
    running: std.atomic.Value(u32),
    delivered: u64 = 0,
    discarded: u64 = 0,
    sleeps: u64 = 0,
    next: [producers_max]u32 = @splat(0),

    fn open(seed: u64) !Round {
        var state: std.Random.DefaultPrng = .init(seed);
        const random = state.random();
        const capacity = @as(usize, 1) << random.intRangeAtMost(u6, 0, 7);
        const producers = random.intRangeAtMost(u32, 1, producers_max);
        const cells: ring_memory.Cells = try .open(capacity, @sizeOf(Payload));
        return .{
            .seed = seed,
            .at_full = random.enumValue(ring_queue.AtFull),
            .ending = random.enumValue(Ending),
            .producers = producers,
            .items = random.intRangeAtMost(u32, 1, items_max),
            .budget = random.intRangeAtMost(u32, 1, 64),
            .stay_awake_from = random.intRangeAtMost(u32, 1, 64),
            // Fresh cells are those of the first lap.
            .queue = .init(.{ .inner = cells, .count = capacity }, 0),
            .running = .init(producers),
        };
    }

    fn produce(round: *Round, producer: u32) void {
        random_state = .init(round.seed ^ (producer + 1));
        var accepted: u64 = 0;
        for (0..round.items) |item| {
            const payload: Payload = .{ .producer = producer, .item = @intCast(item) };
            switch (round.queue.push(std.mem.asBytes(&payload), round.at_full)) {
                .full => continue,
                .closed => break,
                .quiet => {},
                .ring => round.ring(),
            }
            accepted += 1;
        }
        _ = round.accepted.fetchAdd(accepted, .monotonic);
        // Release: who sees that nobody is left sees what was accepted. It wakes the consumer, who has
        // no other way to know that nothing more will come.
        if (round.running.fetchSub(1, .release) == 1) {
            _ = round.bell.fetchAdd(1, .release);
            futex.wake(&round.bell);
        }
    }

    fn ring(round: *Round) void {
        pause();
        if (!round.bell_is_open.load(.monotonic)) round.fail("rung after it was quiet");
        _ = round.bell.fetchAdd(1, .release);
        futex.wake(&round.bell);
        pause();
        round.queue.rung();
    }

    fn run(round: *Round) !void {
        random_state = .init(round.seed);
        var threads: [producers_max]std.Thread = undefined;
        for (threads[0..round.producers], 0..) |*thread, producer| {
            const settings: std.Thread.SpawnConfig = .{ .stack_size = 1 << 20 };
            thread.* = try .spawn(settings, produce, .{ round, @as(u32, @intCast(producer)) });
        }
        round.consume();
        for (threads[0..round.producers]) |thread| thread.join();
        round.check();
        round.queue.cells.inner.close();
    }

    fn consume(round: *Round) void {
        const total = @as(u64, round.producers) * round.items;
        const closes_at = random_state.random().uintLessThan(u64, total + 1);
        while (true) {
            const heard = round.bell.load(.acquire);
            // Before the drain: what was pushed before they ended is in it.
            const all_ended = round.running.load(.acquire) == 0;
            const asleep = round.drain();
            if (round.ending != .drained and round.delivered >= closes_at) break;
            if (asleep and all_ended) break;
            if (asleep) round.sleep(heard);
        }
        round.queue.close();
        while (!round.queue.isQuiet()) {
            if (round.ending == .closed_and_discarded) {
                round.discarded += round.queue.discard();
            } else {
                _ = round.drain();
            }
            std.Thread.yield() catch {};
        }
        round.bell_is_open.store(false, .monotonic);
    }

    /// True: asleep.
    fn drain(round: *Round) bool {
        var out: [64]Payload = undefined;
        const bytes = std.mem.sliceAsBytes(&out);
        const drained = round.queue.drain(bytes.ptr, round.budget, round.stay_awake_from);
        for (out[0..drained.count]) |payload| {
            if (payload.producer >= round.producers) round.fail("a payload that nobody pushed");
            if (payload.item < round.next[payload.producer]) round.fail("out of order or doubled");
            round.next[payload.producer] = payload.item + 1;
        }
        round.delivered += drained.count;
        round.sleeps += @intFromBool(drained.asleep);
        pause();
        return drained.asleep;
    }

    fn sleep(round: *Round, heard: u32) void {
        const began_ns = clock.nowNs();
        while (round.bell.load(.acquire) == heard) {
            futex.waitFor(&round.bell, heard, std.time.ns_per_s);
            if (clock.nowNs() - began_ns > lost_after_ns) round.fail("lost wake");
        }
    }

    fn check(round: *Round) void {
        const accepted = round.accepted.load(.monotonic);
        if (accepted != round.delivered + round.discarded) round.fail("lost or doubled");
        const all = @as(u64, round.producers) * round.items;
        if (round.at_full == .sleep and round.ending == .drained and accepted != all)
            round.fail("refused though it should have waited");
        if (round.queue.rings.load(.monotonic) > round.sleeps) round.fail("rung more than once for a sleep");
    }

    fn fail(round: *const Round, what: []const u8) noreturn {
        std.debug.print("seed {d}: {s}\n", .{ round.seed, what });
        std.debug.print("{d} producers × {d}, {d} cells, {t}, {t}, budget {d}, awake from {d}\n", .{
            round.producers,
            round.items,
            round.queue.cells.count,
            round.at_full,
            round.ending,
            round.budget,
            round.stay_awake_from,
        });
        std.process.exit(1);
    }
};

pub fn main() !void {
    const began_ns = clock.nowNs();
    const first_seed: u64 = began_ns;
    var rounds: u64 = 0;
    var pushed: u64 = 0;
    var sleeps: u64 = 0;
    while (clock.nowNs() - began_ns < options.seconds * std.time.ns_per_s) : (rounds += 1) {
        const round = try allocator.create(Round);
        defer allocator.destroy(round);
        round.* = try .open(first_seed +% rounds *% 0x9e3779b97f4a7c15);
        try round.run();
        pushed += round.accepted.load(.monotonic);
        sleeps += round.sleeps;
    }
    std.debug.print(
        "{d} queues, {d} payloads, {d} sleeps: nothing lost, doubled or out of order\n",
        .{ rounds, pushed, sleeps },
    );
}
