//! Calls as asynchronous work of Node-API: each is one napi_async_work, done by the runtime's own thread
//! pool (https://nodejs.org/api/n-api.html#simple-asynchronous-operations).

const std = @import("std");
const node_api = @import("node_api.zig");
const placement = @import("placement.zig");
const sqlite = @import("sqlite.zig");
const work_module = @import("work.zig");

const allocator = std.heap.c_allocator;
const Env = node_api.Env;
const Error = node_api.Error;
const Reference = node_api.Reference;
const Status = node_api.Status;
const Value = node_api.Value;
const Work = work_module.Work;
const check = node_api.check;
const find = node_api.find;

const AsyncWork = *opaque {};
const Execute = *const fn (?Env, ?*anyopaque) callconv(.c) void;
const Complete = *const fn (?Env, Status, ?*anyopaque) callconv(.c) void;

/// napi_cancelled.
const cancelled: Status = 11;

const Api = struct {
    basics: node_api.Basics,
    create: *const fn (Env, ?Value, ?Value, Execute, Complete, ?*anyopaque, *?AsyncWork) callconv(.c) Status,
    delete: *const fn (Env, AsyncWork) callconv(.c) Status,
    queue: *const fn (Env, AsyncWork) callconv(.c) Status,
    cancel: *const fn (Env, AsyncWork) callconv(.c) Status,
    createString: *const fn (Env, [*]const u8, usize, *?Value) callconv(.c) Status,
    createReference: *const fn (Env, ?Value, u32, *?Reference) callconv(.c) Status,
    deleteReference: *const fn (Env, Reference) callconv(.c) Status,
    getReferenceValue: *const fn (Env, Reference, *?Value) callconv(.c) Status,
    getUndefined: *const fn (Env, *?Value) callconv(.c) Status,
    callFunction: *const fn (Env, ?Value, Value, usize, [*]const ?Value, ?*?Value) callconv(.c) Status,

    fn load(basics: node_api.Basics) error{SymbolMissing}!Api {
        return .{
            .basics = basics,
            .create = try find(@FieldType(Api, "create"), "napi_create_async_work"),
            .delete = try find(@FieldType(Api, "delete"), "napi_delete_async_work"),
            .queue = try find(@FieldType(Api, "queue"), "napi_queue_async_work"),
            .cancel = try find(@FieldType(Api, "cancel"), "napi_cancel_async_work"),
            .createString = try find(@FieldType(Api, "createString"), "napi_create_string_utf8"),
            .createReference = try find(@FieldType(Api, "createReference"), "napi_create_reference"),
            .deleteReference = try find(@FieldType(Api, "deleteReference"), "napi_delete_reference"),
            .getReferenceValue = try find(@FieldType(Api, "getReferenceValue"), "napi_get_reference_value"),
            .getUndefined = try find(@FieldType(Api, "getUndefined"), "napi_get_undefined"),
            .callFunction = try find(@FieldType(Api, "callFunction"), "napi_call_function"),
        };
    }
};

/// What JavaScript opens a pool with (src/dispatchers/async-work.ts).
pub const Config = extern struct {
    spin_ns: u64,
    work: work_module.Kind,
    /// Calls that may be on their way at once.
    capacity: u32,
    /// Where each thread pins itself at its first call; -1: nowhere.
    core: i32,
    reserved: u32 = 0,
};

/// What a call does: the work, nothing but fail, or nothing but open the work of the thread that takes it.
const Job = enum(u32) { work = 0, fail = 1, greet = 2, _ };

/// How a call ended, as JavaScript is told.
const Ending = enum(u32) { answered = 0, failed = 1, cancelled = 2 };

const max_threads = 256;

/// A thread of the pool that has worked here. Only that thread touches the work, until all is done.
const Seat = struct {
    /// Its kernel's id; 0: the seat is free.
    thread_id: std.atomic.Value(i32) = .init(0),
    work: ?Work = null,
};

const Call = struct {
    pool: *Pool,
    slot: u32,
    /// Null when the call is not on its way. Of the loop thread alone, as all but what `execute` needs.
    async_work: ?AsyncWork = null,
    number: i64 = 0,
    job: Job = .work,
    ending: Ending = .answered,
    message: [256]u8 = undefined,
    message_length: usize = 0,

    fn fail(call: *Call, comptime format: []const u8, values: anytype) void {
        call.ending = .failed;
        const written = std.fmt.bufPrint(&call.message, format, values) catch &call.message;
        call.message_length = written.len;
    }
};

pub const Pool = struct {
    api: Api,
    env: Env,
    settle: Reference,
    config: Config,
    calls: []Call,
    seats: [max_threads]Seat,
    /// Tells this pool from one that was at the same address before.
    generation: u64,

    fn seat(pool: *Pool) ?*Seat {
        if (seated.generation == pool.generation) return &pool.seats[seated.index];
        const thread_id = placement.threadId();
        for (&pool.seats, 0..) |*one, index| {
            // Relaxed orders: a seat is taken by its own thread alone, and JavaScript reads but the number.
            const before = one.thread_id.load(.monotonic);
            const is_free = before == 0 and one.thread_id.cmpxchgStrong(0, thread_id, .monotonic, .monotonic) == null;
            if (before != thread_id and !is_free) continue;
            seated = .{ .generation = pool.generation, .index = index };
            if (pool.config.core >= 0) _ = placement.pin(thread_id, @intCast(pool.config.core));
            return one;
        }
        return null;
    }

    fn destroy(pool: *Pool) void {
        for (&pool.seats) |*one| if (one.work) |*work| work.close();
        allocator.free(pool.calls);
        allocator.destroy(pool);
    }
};

/// Where the calling thread sits, in the pool that it worked for last.
threadlocal var seated: struct { generation: u64, index: usize } = .{ .generation = 0, .index = 0 };
var generations: std.atomic.Value(u64) = .init(0);

/// The functions that every call needs, on the thread that opened a pool: looked up once, not for each call.
threadlocal var known_basics: ?node_api.Basics = null;

/// Adds to a module's exports: `openAsyncWork(config, settle)`, which returns a handle or undefined;
/// `queueAsyncWork(handle, slot, number, job)`, which returns whether the call is on its way;
/// `cancelAsyncWork(handle, slot)` and `closeAsyncWork(handle)`. `settle(slot, ending, value)` is called on
/// the loop thread, once for each call that was queued.
pub fn register(basics: node_api.Basics, env: Env, exports: Value) Error!void {
    _ = try Api.load(basics);
    try basics.add(env, exports, "openAsyncWork", openFromJs);
    try basics.add(env, exports, "queueAsyncWork", queueFromJs);
    try basics.add(env, exports, "cancelAsyncWork", cancelFromJs);
    try basics.add(env, exports, "closeAsyncWork", closeFromJs);
}

fn openFromJs(env: Env, info: node_api.CallbackInfo) callconv(.c) ?Value {
    return open(env, info) catch null;
}

fn open(env: Env, info: node_api.CallbackInfo) Error!?Value {
    const basics = try node_api.Basics.load();
    known_basics = basics;
    const api = try Api.load(basics);
    const given = try basics.arguments(env, info);
    const config: *const Config = @ptrFromInt(given.address);
    const pool = try create(config.*);
    errdefer pool.destroy();
    var settle: ?Reference = null;
    try check(api.createReference(env, given.value, 1, &settle));
    pool.api = api;
    pool.env = env;
    pool.settle = settle orelse return error.CallFailed;
    return basics.addressOf(env, pool);
}

/// What `open` makes before it asks the runtime for anything.
fn create(config: Config) error{OutOfMemory}!*Pool {
    const pool = try allocator.create(Pool);
    errdefer allocator.destroy(pool);
    const calls = try allocator.alloc(Call, config.capacity);
    for (calls, 0..) |*call, slot| call.* = .{ .pool = pool, .slot = @intCast(slot) };
    pool.* = .{
        .api = undefined,
        .env = undefined,
        .settle = undefined,
        .config = config,
        .calls = calls,
        .seats = @splat(.{}),
        // Monotonic: only its being another number counts.
        .generation = generations.fetchAdd(1, .monotonic) + 1,
    };
    return pool;
}

/// The arguments of a call from JavaScript: a pool's handle, and numbers.
fn numbers(comptime count: usize, basics: node_api.Basics, env: Env, info: node_api.CallbackInfo) Error![count]f64 {
    var values: [count]?Value = @splat(null);
    var given: usize = count;
    try check(basics.getCallbackInfo(env, info, &given, &values, null, null));
    var found: [count]f64 = undefined;
    for (&found, values) |*number, value| try check(basics.getDouble(env, value, number));
    return found;
}

fn poolOf(handle: f64) *Pool {
    return @ptrFromInt(@as(usize, @intFromFloat(handle)));
}

fn queueFromJs(env: Env, info: node_api.CallbackInfo) callconv(.c) ?Value {
    const basics = known_basics orelse return null;
    const is_queued = if (queue(basics, env, info)) |_| true else |_| false;
    var value: ?Value = null;
    _ = basics.createDouble(env, if (is_queued) 1 else 0, &value);
    return value;
}

fn queue(basics: node_api.Basics, env: Env, info: node_api.CallbackInfo) Error!void {
    const handle, const slot, const number, const job = try numbers(4, basics, env, info);
    const pool = poolOf(handle);
    const api = &pool.api;
    const call = &pool.calls[@intFromFloat(slot)];
    std.debug.assert(call.async_work == null);
    call.number = @intFromFloat(number);
    call.job = @enumFromInt(@as(u32, @intFromFloat(job)));
    call.ending = .answered;

    const text = "wakerbench";
    var name: ?Value = null;
    try check(api.createString(env, text, text.len, &name));
    var made: ?AsyncWork = null;
    try check(api.create(env, null, name, execute, complete, call, &made));
    const async_work = made orelse return error.CallFailed;
    errdefer _ = api.delete(env, async_work);
    try check(api.queue(env, async_work));
    call.async_work = async_work;
}

/// Runs on a thread of the runtime's pool. Who queued it has published the call, and `complete` sees what it
/// leaves behind: both are the runtime's promise.
fn execute(env: ?Env, data: ?*anyopaque) callconv(.c) void {
    _ = env;
    const call: *Call = @ptrCast(@alignCast(data));
    const pool = call.pool;
    const seat = pool.seat() orelse return call.fail("the pool has more than {d} threads", .{max_threads});
    if (seat.work == null) {
        seat.work = Work.open(pool.config.work, pool.config.spin_ns) catch
            return call.fail("{s}", .{sqlite.messageOfThread()});
    }
    switch (call.job) {
        .fail => {
            const here = @src();
            // The first line is the message, what follows is the place.
            call.fail("call {d} failed on purpose\n    at {s} (zig/{s}:{d}, thread {d})", .{
                call.number, here.fn_name, here.file, here.line, placement.threadId(),
            });
        },
        .greet => {},
        else => call.number = seat.work.?.run(call.number) catch
            return call.fail("{s}", .{sqlite.messageOfThread()}),
    }
}

/// Runs on the loop thread, once for each call.
fn complete(maybe_env: ?Env, status: Status, data: ?*anyopaque) callconv(.c) void {
    const call: *Call = @ptrCast(@alignCast(data));
    // Null when the runtime is on its way down.
    const env = maybe_env orelse return;
    const pool = call.pool;
    const api = &pool.api;
    if (call.async_work) |async_work| _ = api.delete(env, async_work);
    call.async_work = null;
    const ending: Ending = if (status == cancelled) .cancelled else call.ending;
    // What the function throws is left pending: the runtime makes an uncaught exception of it.
    tell(pool, env, call, ending) catch {};
}

fn tell(pool: *Pool, env: Env, call: *const Call, ending: Ending) Error!void {
    const api = &pool.api;
    var this: ?Value = null;
    var settle: ?Value = null;
    var values: [3]?Value = @splat(null);
    try check(api.getUndefined(env, &this));
    try check(api.getReferenceValue(env, pool.settle, &settle));
    try check(api.basics.createDouble(env, @floatFromInt(call.slot), &values[0]));
    try check(api.basics.createDouble(env, @floatFromInt(@intFromEnum(ending)), &values[1]));
    switch (ending) {
        .failed => try check(api.createString(env, &call.message, call.message_length, &values[2])),
        .answered, .cancelled => try check(api.basics.createDouble(env, @floatFromInt(call.number), &values[2])),
    }
    _ = api.callFunction(env, this, settle orelse return error.CallFailed, values.len, &values, null);
}

/// A call that a thread has begun goes on, and its answer comes.
fn cancelFromJs(env: Env, info: node_api.CallbackInfo) callconv(.c) ?Value {
    const basics = known_basics orelse return null;
    const handle, const slot = numbers(2, basics, env, info) catch return null;
    const pool = poolOf(handle);
    if (pool.calls[@intFromFloat(slot)].async_work) |async_work| _ = pool.api.cancel(env, async_work);
    return null;
}

/// No call may be on its way.
fn closeFromJs(env: Env, info: node_api.CallbackInfo) callconv(.c) ?Value {
    const basics = known_basics orelse return null;
    const handle = numbers(1, basics, env, info) catch return null;
    const pool = poolOf(handle[0]);
    for (pool.calls) |*call| std.debug.assert(call.async_work == null);
    _ = pool.api.deleteReference(env, pool.settle);
    pool.destroy();
    return null;
}

/// Writes the kernel's ids of the threads that have worked for a pool. Returns how many; `capacity` bounds
/// what is written.
pub fn threads(pool: *const Pool, out: [*]i32, capacity: u32) callconv(.c) u32 {
    var count: u32 = 0;
    for (&pool.seats) |*one| {
        const thread_id = one.thread_id.load(.monotonic);
        if (thread_id == 0 or count == capacity) break;
        out[count] = thread_id;
        count += 1;
    }
    return count;
}

fn openForTest(kind: work_module.Kind, capacity: u32) !*Pool {
    return create(.{ .spin_ns = 0, .work = kind, .capacity = capacity, .core = -1 });
}

test "each thread has a seat of its own, and finds it again" {
    const pool = try openForTest(.yield, 8);
    defer pool.destroy();
    const Runner = struct {
        fn run(calls: []Call) void {
            for (calls) |*call| execute(null, call);
        }
    };
    for (pool.calls, 0..) |*call, index| call.number = @intCast(index * 7);
    var spawned: [4]std.Thread = undefined;
    for (&spawned, 0..) |*thread, index| {
        thread.* = try std.Thread.spawn(.{}, Runner.run, .{pool.calls[index * 2 ..][0..2]});
    }
    for (spawned) |thread| thread.join();
    for (pool.calls, 0..) |*call, index| {
        try std.testing.expectEqual(.answered, call.ending);
        try std.testing.expectEqual(@as(i64, @intCast(index * 7)), call.number);
    }
    var ids: [8]i32 = undefined;
    // A thread that started when another had ended may have been given its id.
    const count = threads(pool, &ids, ids.len);
    try std.testing.expect(count >= 1 and count <= 4);
    for (ids[0..count], 0..) |id, index| {
        try std.testing.expectEqual(null, std.mem.indexOfScalar(i32, ids[0..index], id));
    }
    try std.testing.expectEqual(0, threads(pool, &ids, 0));
}

test "a job that fails says which call it was, and where" {
    const pool = try openForTest(.spin, 1);
    defer pool.destroy();
    const call = &pool.calls[0];
    call.number = 4_321;
    call.job = .fail;
    execute(null, call);
    try std.testing.expectEqual(.failed, call.ending);
    const message = call.message[0..call.message_length];
    try std.testing.expect(std.mem.startsWith(u8, message, "call 4321 failed on purpose\n"));
    try std.testing.expect(std.mem.indexOf(u8, message, "async_work.zig:") != null);
}

test "a thread that goes from one pool to the next opens its work anew" {
    for (0..3) |_| {
        const pool = try openForTest(.sqlite, 1);
        defer pool.destroy();
        const call = &pool.calls[0];
        call.number = 12_345;
        execute(null, call);
        if (call.ending == .failed) {
            std.debug.print("\nSKIPPED: {s}\n", .{call.message[0..call.message_length]});
            return error.SkipZigTest;
        }
        try std.testing.expectEqual(12_345, call.number);
        try std.testing.expect(pool.seats[0].work != null);
    }
}
