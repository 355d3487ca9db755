//! One call of a dedicated thread: what was sent, what became of it, and the face that a job sees
//! (`wakerbench_call` of include/wakerbench_worker.h).

const std = @import("std");

const allocator = std.heap.c_allocator;

/// Raised when a field of `Call` or `Work` changes its meaning.
pub const abi_version: u32 = 1;

/// What became of a call. JavaScript knows these by number (src/dispatch/native-thread.ts).
pub const Status = enum(u32) { undefined = 0, number = 1, bytes = 2, failed = 3, taken_back = 4 };

/// Read by JavaScript in place, once it has heard of the call.
pub const Outcome = extern struct {
    status: Status = .undefined,
    reserved: u32 = 0,
    /// A number that was answered, or how many bytes were; of a failure, those of its texts.
    value: f64 = 0,
};

pub const Phase = enum(u32) {
    /// In the queue, and to be done.
    queued,
    /// In the queue, and not to be done.
    taken_back,
    running,
    /// Running, and nobody awaits its answer.
    cancelled,
};

/// Where one call lies from when it is sent until JavaScript has heard what became of it.
pub const Slot = struct {
    /// The only field that both threads change while the call is under way.
    phase: std.atomic.Value(Phase) = .init(.queued),
    kind: u32 = 0,
    number: f64 = 0,
    /// Made by the sender, freed by the worker.
    input: []u8 = &.{},
    /// Made by the worker, freed by JavaScript: bytes, or the texts of a failure, each ended by a zero.
    answer: []u8 = &.{},

    pub fn freeInput(slot: *Slot) void {
        allocator.free(slot.input);
        slot.input = &.{};
    }

    pub fn freeAnswer(slot: *Slot) void {
        allocator.free(slot.answer);
        slot.answer = &.{};
    }

    /// Tells whoever works on it, or will, that nobody awaits it. Called by the sender.
    pub fn cancel(slot: *Slot) void {
        // Monotonic: a mark, which hands nothing over. That the worker begins with a call, or finds it taken
        // back, is decided by one exchange of the same word.
        const was = slot.phase.cmpxchgStrong(.queued, .taken_back, .monotonic, .monotonic);
        if (was != .running) return;
        _ = slot.phase.cmpxchgStrong(.running, .cancelled, .monotonic, .monotonic);
    }

    /// Keeps the worker from beginning with it. What it works on already is not told. Called by the sender.
    pub fn takeBack(slot: *Slot) void {
        // Monotonic: as in `cancel`.
        _ = slot.phase.cmpxchgStrong(.queued, .taken_back, .monotonic, .monotonic);
    }

    /// False when the call was taken back. Called by the worker.
    pub fn begin(slot: *Slot) bool {
        // Monotonic: as in `cancel`; what was sent came through the queue.
        return slot.phase.cmpxchgStrong(.queued, .running, .monotonic, .monotonic) == null;
    }
};

/// `struct wakerbench_call`, and behind it what its functions work on.
pub const Call = extern struct {
    abi: u32 = abi_version,
    kind: u32,
    number: f64,
    bytes: ?[*]const u8,
    byte_count: usize,
    answer_number: *const fn (call: *Call, number: f64) callconv(.c) void = answerNumber,
    answer_bytes: *const fn (call: *Call, bytes: ?[*]const u8, count: usize) callconv(.c) i32 = answerBytes,
    fail: *const fn (call: *Call, name: ?[*:0]const u8, message: ?[*:0]const u8, stack: ?[*:0]const u8) callconv(.c) void = failWith,
    is_cancelled: *const fn (call: *const Call) callconv(.c) i32 = isCancelled,
    /// Not in the header: ours.
    slot: *anyopaque,
    outcome: *Outcome,

    pub fn init(slot: *Slot, outcome: *Outcome) Call {
        outcome.* = .{};
        return .{
            .kind = slot.kind,
            .number = slot.number,
            .bytes = if (slot.input.len == 0) null else slot.input.ptr,
            .byte_count = slot.input.len,
            .slot = slot,
            .outcome = outcome,
        };
    }

    fn slotOf(call: *const Call) *Slot {
        return @ptrCast(@alignCast(call.slot));
    }

    fn answerNumber(call: *Call, number: f64) callconv(.c) void {
        forget(call);
        call.outcome.* = .{ .status = .number, .value = number };
    }

    fn answerBytes(call: *Call, bytes: ?[*]const u8, count: usize) callconv(.c) i32 {
        const copy = allocator.alloc(u8, count) catch return -1;
        if (count > 0) @memcpy(copy, bytes.?);
        forget(call);
        call.slotOf().answer = copy;
        call.outcome.* = .{ .status = .bytes, .value = @floatFromInt(count) };
        return 0;
    }

    fn failWith(
        call: *Call,
        name: ?[*:0]const u8,
        message: ?[*:0]const u8,
        stack: ?[*:0]const u8,
    ) callconv(.c) void {
        forget(call);
        const texts = [_][]const u8{
            std.mem.span(name orelse "Error"), "\x00",
            std.mem.span(message orelse ""),   "\x00",
            std.mem.span(stack orelse ""),
        };
        // Without memory for its texts a failure is one all the same.
        const joined: []u8 = std.mem.concat(allocator, u8, &texts) catch &.{};
        call.slotOf().answer = joined;
        call.outcome.* = .{ .status = .failed, .value = @floatFromInt(joined.len) };
    }

    fn isCancelled(call: *const Call) callconv(.c) i32 {
        // Monotonic: a mark, which hands nothing over.
        return @intFromBool(call.slotOf().phase.load(.monotonic) == .cancelled);
    }

    /// What was answered before does not count.
    fn forget(call: *Call) void {
        if (call.slotOf().answer.len > 0) call.slotOf().freeAnswer();
    }
};

/// `struct wakerbench_work` of include/wakerbench_worker.h.
pub const Work = extern struct {
    abi: u32 = abi_version,
    reserved: u32 = 0,
    user: ?*anyopaque = null,
    start: ?*const fn (user: ?*anyopaque, starting: *Call) callconv(.c) ?*anyopaque = null,
    job: ?*const fn (user: ?*anyopaque, call: *Call) callconv(.c) void,
    stop: ?*const fn (user: ?*anyopaque) callconv(.c) void = null,
};

test "the last word counts, and nothing that was said before stays in memory" {
    var slot: Slot = .{ .kind = 3, .number = 0.5 };
    var outcome: Outcome = .{ .status = .failed, .value = 7 };
    var call: Call = .init(&slot, &outcome);
    try std.testing.expectEqual(Outcome{}, outcome);
    try std.testing.expectEqual(3, call.kind);
    try std.testing.expectEqual(null, call.bytes);
    try std.testing.expectEqual(0, call.answer_bytes(&call, "abc", 3));
    try std.testing.expectEqualStrings("abc", slot.answer);
    call.fail(&call, "RangeError", "too far", "at job");
    try std.testing.expectEqual(Status.failed, outcome.status);
    try std.testing.expectEqualStrings("RangeError\x00too far\x00at job", slot.answer);
    try std.testing.expectEqual(@as(f64, @floatFromInt(slot.answer.len)), outcome.value);
    call.fail(&call, null, null, null);
    try std.testing.expectEqualStrings("Error\x00\x00", slot.answer);
    call.answer_number(&call, 2.5);
    try std.testing.expectEqual(Outcome{ .status = .number, .value = 2.5 }, outcome);
    try std.testing.expectEqual(0, slot.answer.len);
    try std.testing.expectEqual(0, call.answer_bytes(&call, null, 0));
    try std.testing.expectEqual(Outcome{ .status = .bytes }, outcome);
}

test "a call is taken back before it begins, and is told while it runs" {
    var slot: Slot = .{};
    var outcome: Outcome = .{};
    slot.cancel();
    try std.testing.expect(!slot.begin());
    slot.phase.store(.queued, .monotonic);
    try std.testing.expect(slot.begin());
    var call: Call = .init(&slot, &outcome);
    try std.testing.expectEqual(0, call.is_cancelled(&call));
    slot.takeBack();
    try std.testing.expectEqual(0, call.is_cancelled(&call));
    slot.cancel();
    try std.testing.expectEqual(1, call.is_cancelled(&call));
    slot.phase.store(.queued, .monotonic);
    slot.takeBack();
    try std.testing.expect(!slot.begin());
}
