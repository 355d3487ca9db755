//! The ring's protocol: a bounded queue from many producers to one consumer, with a doorbell that is
//! rung once for each time the consumer fell asleep. docs/ring.md says why it is right.
//!
//! The cells follow D. Vyukov's bounded queue: a producer claims a position, writes its cell, and
//! publishes it by storing the cell's tag. A producer that is stopped between the two holds back all
//! that were claimed after it; nothing is lost, and the consumer sleeps meanwhile.
//!
//! The doorbell: a consumer that finds nothing stores the position that it awaits and looks once
//! more. A producer that has published a position looks whether just that one is awaited, and rings
//! if so. Each side writes one word and then reads the other's, so each needs a full fence between
//! the two: without them both may read what was before, and the wake is lost (Dekker's pattern, also
//! called store buffering). The invariant: once the cell at the consumer's position is published,
//! the consumer is awake, or a ring is under way, or the producer of that cell stands between
//! publishing and its look at `awaited`.
//!
//! Generic over its memory, so that a model can explore what weakly ordered memory may do with this
//! very code. `Memory` declares:
//! - `Atomic(T)`, with the methods of `std.atomic.Value`;
//! - `fullFence()`: no access before it is reordered with one after it;
//! - `storeThenFence(word: *Atomic(u32), value: u32)`: stores with release order, then a full fence;
//! - `backOff(lost: u32)`: a thread has lost the race for a claim, after so many before: it may let the
//!   others go first for a moment;
//! - `wait(word: *Atomic(u32), expected: u32)`: sleeps while the word holds it, may return early;
//! - `wake(word: *Atomic(u32), most: u32)`: wakes at most so many of those that sleep on it;
//! - `Cells`: `count: usize` cells, a power of two, with
//!   `tag(cells, index: usize) *Atomic(u32)`, which is 0 at first, and for the payload, which is not
//!   atomic, `copyIn(cells, index: usize, source)` and `copyOut(cells, index: usize, target, nth: usize)`.

const std = @import("std");

/// What became of a push.
pub const Pushed = enum {
    /// It is in the queue, and the consumer is awake or somebody else's to wake.
    quiet,
    /// It is in the queue, and the caller must ring the doorbell once and then call `rung`.
    ring,
    /// There is no room.
    full,
    /// The queue takes nothing any more.
    closed,
};

/// What a producer does when there is no room.
pub const AtFull = enum { sleep, give_up };

/// What a drain found.
pub const Drained = struct {
    /// How many payloads were copied.
    count: u32,
    /// Whether the queue was found empty and the doorbell will ring when there is more. Otherwise
    /// the consumer is awake: it must drain again, and nobody rings.
    asleep: bool,
};

pub fn Queue(comptime Memory: type) type {
    return struct {
        const Self = @This();
        const Cells = Memory.Cells;

        /// Never a position.
        const none: u64 = std.math.maxInt(u64);
        /// Set in `tail` once the queue is closed, so that claiming and the look whether it is still
        /// open are one atomic step: after `close` no position is claimed any more.
        const closed_bit: u64 = 1 << 63;
        /// How many sleeping producers one announcement of room wakes. They fill the room between
        /// them; waking all would make them fight for it.
        const woken_at_once = 4;

        const Claim = union(enum) { position: u64, full, closed };

        /// The next position to be claimed, and `closed_bit`. Positions are 64 bits wide and never
        /// come again, so that a producer that slept for long cannot take an old one for a new one.
        tail: Memory.Atomic(u64) align(std.atomic.cache_line),

        /// The next position to be taken; cells before it are free. Written once for each batch.
        head: Memory.Atomic(u64) align(std.atomic.cache_line),
        /// The position that the sleeping consumer awaits, or `none`. Beside `head`, because a push
        /// reads both.
        awaited: Memory.Atomic(u64),

        /// How many producers sleep because it is full, or are about to.
        sleepers: Memory.Atomic(u32) align(std.atomic.cache_line),
        /// Counts announcements of room; the word that they sleep on.
        room: Memory.Atomic(u32),
        /// How many rings have been rung to their end.
        rings: Memory.Atomic(u64),

        /// The consumer's own: no other thread looks at it.
        consumer: Consumer align(std.atomic.cache_line),
        cells: Cells,
        /// A position shifted right by it is its lap.
        lap_shift: u6,

        const Consumer = struct {
            position: u64,
            /// Positions that were taken since room was announced.
            freed: u64 = 0,
            /// Whether `awaited` was set and has not been looked at since.
            asleep: bool = false,
            /// How many sleeps a producer has ended or will end, by one ring each.
            sleeps: u64 = 0,
        };

        /// A queue over fresh cells, whose first position is `start`: 0, unless a test wants to see
        /// tags wrap around.
        pub fn init(cells: Cells, start: u64) Self {
            std.debug.assert(std.math.isPowerOfTwo(cells.count));
            std.debug.assert(start < closed_bit / 2);
            return .{
                .tail = .init(start),
                .head = .init(start),
                .awaited = .init(none),
                .sleepers = .init(0),
                .room = .init(0),
                .rings = .init(0),
                .consumer = .{ .position = start },
                .cells = cells,
                .lap_shift = std.math.log2_int(u64, cells.count),
            };
        }

        // The producers' side: any thread.

        /// Puts one payload in. After `.ring` the caller owes the doorbell a ring, and then `rung`.
        pub inline fn push(queue: *Self, source: anytype, at_full: AtFull) Pushed {
            return switch (queue.claim(at_full)) {
                .position => |position| if (queue.publish(position, source)) .ring else .quiet,
                .full => .full,
                .closed => .closed,
            };
        }

        /// Claims a position, which must be published: until then all behind it wait.
        pub inline fn claim(queue: *Self, at_full: AtFull) Claim {
            var lost: u32 = 0;
            while (true) {
                // Monotonic: what matters is that the exchange below finds it unchanged.
                const tail = queue.tail.load(.monotonic);
                if (tail & closed_bit != 0) return .closed;
                // Acquire: the consumer has read the cell before it is written again.
                const head = queue.head.load(.acquire);
                // `head` was read later and may be past `tail`; then the exchange fails.
                if (tail >= head + queue.cells.count) {
                    if (at_full == .give_up) return .full;
                    queue.awaitRoom();
                    continue;
                }
                // Monotonic: it hands out a number; the cell is handed over by its tag.
                if (queue.tail.cmpxchgWeak(tail, tail + 1, .monotonic, .monotonic) == null)
                    return .{ .position = tail };
                Memory.backOff(lost);
                lost +|= 1;
            }
        }

        /// Fills a claimed cell and hands it over. True: the caller owes a ring, and then `rung`.
        pub inline fn publish(queue: *Self, position: u64, source: anytype) bool {
            const index: usize = @intCast(position & (queue.cells.count - 1));
            queue.cells.copyIn(index, source);
            // The producer's half of the pair: publish, fence, look at `awaited`. The store is a release:
            // the consumer that sees the tag sees the payload.
            Memory.storeThenFence(queue.cells.tag(index), queue.publishedTag(position));
            // Monotonic: a hint only, the exchange decides.
            if (queue.awaited.load(.monotonic) != position) return false;
            // One of the consumer, who may have seen the cell meanwhile, and this producer takes the
            // position away. Release: a consumer that finds it gone sees the cell.
            return queue.awaited.cmpxchgStrong(position, none, .release, .monotonic) == null;
        }

        /// A ring that was owed has been rung. The producer touches the doorbell no more.
        pub inline fn rung(queue: *Self) void {
            // Release: who sees the count may free the doorbell.
            _ = queue.rings.fetchAdd(1, .release);
        }

        /// How many positions were ever claimed, when the first was 0.
        pub fn claimed(queue: *const Self) u64 {
            return queue.tail.load(.monotonic) & ~closed_bit;
        }

        /// Sleeps until there may be room, or the queue is closed.
        fn awaitRoom(queue: *Self) void {
            @branchHint(.cold);
            // Monotonic: the fence orders it. The second of the two pairs: a producer counts itself
            // and then looks for room; the consumer makes room and then looks for sleepers.
            _ = queue.sleepers.fetchAdd(1, .monotonic);
            Memory.fullFence();
            // Acquire: who sees an announcement sees the room, or the closing, that it announces.
            const seen = queue.room.load(.acquire);
            const tail = queue.tail.load(.monotonic);
            if (tail & closed_bit == 0 and tail >= queue.head.load(.monotonic) + queue.cells.count)
                Memory.wait(&queue.room, seen);
            _ = queue.sleepers.fetchSub(1, .monotonic);
        }

        // The consumer's side: one thread.

        /// Copies at most `most` payloads out, from the `nth` = 0 on. When it finds the queue empty
        /// it falls asleep, unless it took at least `stay_awake_from`: where so many came, more is
        /// on its way, and looking again in the loop's next turn spares the ring.
        pub fn drain(queue: *Self, target: anytype, most: u32, stay_awake_from: u32) Drained {
            queue.wakeUp();
            var count: u32 = 0;
            while (true) {
                count = queue.take(target, count, most);
                if (count == most) {
                    if (queue.consumer.freed >= (queue.cells.count + 3) / 4) queue.announceRoom();
                    return .{ .count = count, .asleep = false };
                }
                queue.announceRoom();
                if (count >= stay_awake_from) return .{ .count = count, .asleep = false };
                if (queue.fallAsleep()) return .{ .count = count, .asleep = true };
            }
        }

        /// Takes away what is published, and says how many. The consumer is awake afterwards.
        pub fn discard(queue: *Self) u32 {
            queue.wakeUp();
            const before = queue.consumer.position;
            while (queue.isPublished(queue.consumer.position)) {
                queue.consumer.position += 1;
                queue.consumer.freed += 1;
            }
            // Release: as in `take`.
            queue.head.store(queue.consumer.position, .release);
            queue.announceRoom();
            return @intCast(queue.consumer.position - before);
        }

        /// Refuses all pushes from now on and wakes those that sleep for room.
        pub fn close(queue: *Self) void {
            // Monotonic: claims are ordered with it by changing the same word.
            _ = queue.tail.fetchOr(closed_bit, .monotonic);
            // Release: a producer that reads the new count, rather than be woken, sees the bit. One
            // that reads the old count does not sleep, or is woken: no look at `sleepers` is needed.
            _ = queue.room.fetchAdd(1, .release);
            Memory.wake(&queue.room, std.math.maxInt(u32));
        }

        /// Whether it is closed, all that was claimed has been taken, and no ring is under way nor
        /// will there be one: the doorbell may be freed.
        pub fn isQuiet(queue: *Self) bool {
            const tail = queue.tail.load(.monotonic);
            if (tail != queue.consumer.position | closed_bit) return false;
            // Nobody can publish what is awaited now, so that one needs no ring.
            const pending = queue.awaited.load(.monotonic) != none;
            const owed = queue.consumer.sleeps - @intFromBool(pending);
            // Acquire: the producers are through with the doorbell.
            return queue.rings.load(.acquire) == owed;
        }

        fn publishedTag(queue: *const Self, position: u64) u32 {
            return @as(u32, @truncate(position >> queue.lap_shift)) +% 1;
        }

        fn isPublished(queue: *Self, position: u64) bool {
            const index: usize = @intCast(position & (queue.cells.count - 1));
            // Acquire: pairs with the release in `publish`, the payload is there.
            return queue.cells.tag(index).load(.acquire) == queue.publishedTag(position);
        }

        inline fn take(queue: *Self, target: anytype, already: u32, most: u32) u32 {
            var count = already;
            var position = queue.consumer.position;
            while (count < most and queue.isPublished(position)) {
                const index: usize = @intCast(position & (queue.cells.count - 1));
                queue.cells.copyOut(index, target, count);
                position += 1;
                count += 1;
            }
            if (count == already) return count;
            queue.consumer.position = position;
            queue.consumer.freed += count - already;
            // Release: the payloads have been read before a producer writes there again.
            queue.head.store(position, .release);
            return count;
        }

        fn announceRoom(queue: *Self) void {
            if (queue.consumer.freed == 0) return;
            queue.consumer.freed = 0;
            // The consumer's half of the second pair: make room, fence, look for sleepers.
            Memory.fullFence();
            if (queue.sleepers.load(.monotonic) == 0) return;
            // Release: a producer that reads the new count, rather than sleep, sees the room.
            _ = queue.room.fetchAdd(1, .release);
            // Those who sleep on are not forgotten: each of the woken puts something in, and taking
            // that is announced again.
            Memory.wake(&queue.room, woken_at_once);
        }

        /// True: the doorbell will ring, or is ringing. False: something came, the consumer is awake.
        fn fallAsleep(queue: *Self) bool {
            const position = queue.consumer.position;
            // Monotonic: the fence orders it. The consumer's half of the first pair: set `awaited`,
            // fence, look at the cell.
            queue.awaited.store(position, .monotonic);
            Memory.fullFence();
            // Acquire, when the producer was faster: the cell is published, as its ring will say.
            const came = queue.isPublished(position);
            if (came and queue.awaited.swap(none, .acquire) == position) return false;
            queue.consumer.asleep = true;
            queue.consumer.sleeps += 1;
            return true;
        }

        /// Comes back from sleep, whether rung for or not.
        fn wakeUp(queue: *Self) void {
            if (!queue.consumer.asleep) return;
            queue.consumer.asleep = false;
            // Acquire: where a producer has taken the position away, its cell is published.
            if (queue.awaited.load(.acquire) == none) return;
            // Nobody has rung yet: take the position back, unless a producer does so now.
            if (queue.awaited.swap(none, .acquire) != none) queue.consumer.sleeps -= 1;
        }
    };
}
