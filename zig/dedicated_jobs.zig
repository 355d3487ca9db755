//! What the dedicated threads of the scenario `dispatch` do, and of its tests: jobs as a user's library has
//! them, behind include/wakerbench_worker.h.

const builtin = @import("builtin");
const std = @import("std");
const call_module = @import("dedicated_call.zig");
const clock = @import("clock.zig");
const placement = @import("placement.zig");
const sqlite = @import("sqlite.zig");

const allocator = std.heap.c_allocator;
const Call = call_module.Call;
const Work = call_module.Work;

extern "c" fn syscall(number: c_long, ...) c_long;
extern "c" fn pthread_exit(value: ?*anyopaque) noreturn;

/// What a call asks for. JavaScript knows these by number (src/dispatchers/jobs.ts).
const Kind = enum(u32) {
    /// Answers with the call's number; so do the next three, after their work.
    echo = 0,
    spin = 1,
    yield = 2,
    query = 3,
    /// Fails, with the number in its message.
    fail = 4,
    /// Answers with the bytes that were sent, in reverse.
    reverse = 5,
    /// Works until the call is cancelled, and then answers all the same.
    until_cancelled = 6,
    /// Returns without a word.
    silence = 7,
    /// The thread ends in the middle of the job, by the system call where there is one, else by
    /// pthread_exit.
    die = 8,
    /// Spins for so many nanoseconds as the call's number says, and answers with it.
    spin_number = 9,
    _,
};

/// What the jobs are opened with.
pub const Config = extern struct {
    spin_ns: u64,
    /// 1: opens a query when the thread starts.
    has_query: u32,
    /// 1: `start` fails, for tests.
    cannot_start: u32 = 0,
};

/// Handed over as the `wakerbench_work` that it begins with.
pub const Jobs = extern struct {
    work: Work,
    config: Config,
    query: ?*anyopaque = null,
    /// By the thread; JavaScript looks when it has ended.
    started: u32 = 0,
    stopped: u32 = 0,
};

/// Null when there is no memory.
pub fn open(config: *const Config) callconv(.c) ?*Jobs {
    const jobs = allocator.create(Jobs) catch return null;
    jobs.* = .{
        .work = .{ .user = jobs, .start = start, .job = perform, .stop = stop },
        .config = config.*,
    };
    return jobs;
}

/// The thread has ended by then.
pub fn close(jobs: *Jobs) callconv(.c) void {
    // A thread that has died has not closed it.
    if (queryOf(jobs)) |query| query.close();
    allocator.destroy(jobs);
}

/// Writes how often `start` and `stop` were called.
pub fn lives(jobs: *const Jobs, out: *[2]f64) callconv(.c) void {
    out.* = .{ @floatFromInt(jobs.started), @floatFromInt(jobs.stopped) };
}

fn queryOf(jobs: *const Jobs) ?*sqlite.Query {
    return @ptrCast(@alignCast(jobs.query));
}

fn start(user: ?*anyopaque, starting: *Call) callconv(.c) ?*anyopaque {
    const jobs: *Jobs = @ptrCast(@alignCast(user));
    jobs.started += 1;
    if (jobs.config.cannot_start != 0) fail(starting, "StartError", "it was told not to start", @src());
    if (jobs.config.has_query != 0) {
        jobs.query = sqlite.Query.open() catch {
            fail(starting, "SqliteError", sqlite.messageOfThread(), @src());
            return user;
        };
    }
    return user;
}

fn stop(user: ?*anyopaque) callconv(.c) void {
    const jobs: *Jobs = @ptrCast(@alignCast(user));
    jobs.stopped += 1;
    if (queryOf(jobs)) |query| query.close();
    jobs.query = null;
}

fn perform(user: ?*anyopaque, call: *Call) callconv(.c) void {
    const jobs: *Jobs = @ptrCast(@alignCast(user));
    const kind: Kind = @enumFromInt(call.kind);
    switch (kind) {
        .echo => call.answer_number(call, call.number),
        .spin => {
            clock.spinNs(jobs.config.spin_ns);
            call.answer_number(call, call.number);
        },
        .yield => {
            placement.yield();
            call.answer_number(call, call.number);
        },
        .query => answerQuery(jobs, call),
        .fail => {
            var text: [80]u8 = undefined;
            const message = std.fmt.bufPrintSentinel(&text, "call {d} failed on purpose", .{call.number}, 0) catch "it failed";
            fail(call, "PurposeError", message, @src());
        },
        .reverse => reverse(call),
        .until_cancelled => {
            while (call.is_cancelled(call) == 0) std.atomic.spinLoopHint();
            call.answer_number(call, call.number);
        },
        .silence => {},
        .die => die(),
        .spin_number => {
            clock.spinNs(@intFromFloat(call.number));
            call.answer_number(call, call.number);
        },
        _ => fail(call, "RangeError", "there is no such job", @src()),
    }
}

fn answerQuery(jobs: *Jobs, call: *Call) void {
    const query = queryOf(jobs) orelse return fail(call, "SqliteError", "no query is open", @src());
    const answer = query.run(@intFromFloat(call.number)) catch
        return fail(call, "SqliteError", sqlite.messageOfThread(), @src());
    call.answer_number(call, @floatFromInt(answer));
}

fn reverse(call: *Call) void {
    const sent = if (call.bytes) |bytes| bytes[0..call.byte_count] else &.{};
    const reversed = allocator.dupe(u8, sent) catch return fail(call, "Error", "no memory", @src());
    defer allocator.free(reversed);
    std.mem.reverse(u8, reversed);
    if (call.answer_bytes(call, reversed.ptr, reversed.len) != 0) fail(call, "Error", "no memory", @src());
}

/// A thread that ends so runs nothing of its own any more, as one that the kernel has killed. ThreadSanitizer would
/// wait for its last words for ever.
fn die() noreturn {
    const is_silent = builtin.os.tag == .linux and !builtin.sanitize_thread;
    if (is_silent) _ = syscall(@intFromEnum(std.os.linux.SYS.exit), @as(c_int, 0));
    pthread_exit(null);
}

/// A stack of one line, as a native library can tell it.
fn fail(call: *Call, name: [:0]const u8, message: [:0]const u8, source: std.builtin.SourceLocation) void {
    var text: [512]u8 = undefined;
    const stack = std.fmt.bufPrintSentinel(&text, "{s}: {s}\n    at {s} (zig/{s}:{d}:{d})", .{
        name, message, source.fn_name, source.file, source.line, source.column,
    }, 0) catch "";
    call.fail(call, name, message, stack);
}
