//! The doorbell `napi`: the waker thread calls a threadsafe function of Node-API with the wake's
//! number (https://nodejs.org/api/n-api.html#asynchronous-thread-safe-function-calls).

const std = @import("std");
const node_api = @import("node_api.zig");
const seam_module = @import("seam.zig");

const allocator = std.heap.c_allocator;
const Env = node_api.Env;
const Error = node_api.Error;
const Seam = seam_module.Seam;
const Status = node_api.Status;
const Value = node_api.Value;
const check = node_api.check;
const find = node_api.find;

const Threadsafe = *opaque {};
const CallJs = *const fn (?Env, ?Value, ?*anyopaque, ?*anyopaque) callconv(.c) void;
const Finalize = *const fn (?Env, ?*anyopaque, ?*anyopaque) callconv(.c) void;

/// napi_tsfn_nonblocking and napi_tsfn_abort.
const nonblocking: c_int = 0;
const abort: c_int = 1;

const Api = struct {
    basics: node_api.Basics,
    create: *const fn (Env, ?Value, ?Value, ?Value, usize, usize, ?*anyopaque, ?Finalize, ?*anyopaque, CallJs, *?Threadsafe) callconv(.c) Status,
    call: *const fn (Threadsafe, ?*anyopaque, c_int) callconv(.c) Status,
    release: *const fn (Threadsafe, c_int) callconv(.c) Status,
    unref: *const fn (Env, Threadsafe) callconv(.c) Status,
    createUint32: *const fn (Env, u32, *?Value) callconv(.c) Status,
    createString: *const fn (Env, [*]const u8, usize, *?Value) callconv(.c) Status,
    getUndefined: *const fn (Env, *?Value) callconv(.c) Status,
    callFunction: *const fn (Env, ?Value, Value, usize, [*]const ?Value, ?*?Value) callconv(.c) Status,

    fn load(basics: node_api.Basics) error{SymbolMissing}!Api {
        return .{
            .basics = basics,
            .create = try find(@FieldType(Api, "create"), "napi_create_threadsafe_function"),
            .call = try find(@FieldType(Api, "call"), "napi_call_threadsafe_function"),
            .release = try find(@FieldType(Api, "release"), "napi_release_threadsafe_function"),
            .unref = try find(@FieldType(Api, "unref"), "napi_unref_threadsafe_function"),
            .createUint32 = try find(@FieldType(Api, "createUint32"), "napi_create_uint32"),
            .createString = try find(@FieldType(Api, "createString"), "napi_create_string_utf8"),
            .getUndefined = try find(@FieldType(Api, "getUndefined"), "napi_get_undefined"),
            .callFunction = try find(@FieldType(Api, "callFunction"), "napi_call_function"),
        };
    }
};

const Doorbell = struct { api: Api, seam: *Seam, threadsafe: Threadsafe };

/// Adds to a module's exports: `openThreadsafeFunction(seam, callback)`, which returns a handle or
/// undefined, `closeThreadsafeFunction(handle)`, and `unrefThreadsafeFunction(handle)`, after which it
/// no longer keeps the event loop alive.
pub fn register(basics: node_api.Basics, env: Env, exports: Value) Error!void {
    _ = try Api.load(basics);
    try basics.add(env, exports, "openThreadsafeFunction", openFromJs);
    try basics.add(env, exports, "closeThreadsafeFunction", closeFromJs);
    try basics.add(env, exports, "unrefThreadsafeFunction", unrefFromJs);
}

fn openFromJs(env: Env, info: node_api.CallbackInfo) callconv(.c) ?Value {
    return open(env, info) catch null;
}

fn open(env: Env, info: node_api.CallbackInfo) Error!?Value {
    const basics = try node_api.Basics.load();
    const api = try Api.load(basics);
    const given = try basics.arguments(env, info);
    const doorbell = try allocator.create(Doorbell);
    errdefer allocator.destroy(doorbell);
    const handle = try basics.addressOf(env, doorbell);

    const text = "wakerbench";
    var name: ?Value = null;
    try check(api.createString(env, text, text.len, &name));
    // The queue has no bound, and one owner: the loop thread, which closes it when the waker threads
    // have stopped. So threads that come and go need neither acquire nor release.
    const queue_size_max = 0;
    const owners = 1;
    var threadsafe: ?Threadsafe = null;
    try check(api.create(env, given.value, null, name, queue_size_max, owners, null, finalize, doorbell, callJs, &threadsafe));
    doorbell.* = .{
        .api = api,
        .seam = @ptrFromInt(given.address),
        .threadsafe = threadsafe orelse return error.CallFailed,
    };
    doorbell.seam.bind(doorbell.seam, notify, doorbell);
    return handle;
}

fn notify(user: ?*anyopaque, seq: u32) callconv(.c) void {
    const doorbell: *Doorbell = @ptrCast(@alignCast(user));
    doorbell.seam.stamp(doorbell.seam, seq);
    // It fails only when the function is closing, or there is no memory: then the audit misses it.
    _ = doorbell.api.call(doorbell.threadsafe, @ptrFromInt(seq), nonblocking);
}

/// Runs on the loop thread for each call. `env` is null when the runtime is on its way down.
fn callJs(env: ?Env, function: ?Value, context: ?*anyopaque, data: ?*anyopaque) callconv(.c) void {
    const doorbell: *const Doorbell = @ptrCast(@alignCast(context));
    const api = &doorbell.api;
    var this: ?Value = null;
    var seq: ?Value = null;
    if (api.getUndefined(env orelse return, &this) != node_api.ok) return;
    if (api.createUint32(env.?, @intCast(@intFromPtr(data)), &seq) != node_api.ok) return;
    // What the callback throws is left pending: the runtime makes an uncaught exception of it.
    _ = api.callFunction(env.?, this, function orelse return, 1, &.{seq}, null);
}

fn closeFromJs(env: Env, info: node_api.CallbackInfo) callconv(.c) ?Value {
    const basics = node_api.Basics.load() catch return null;
    const given = basics.arguments(env, info) catch return null;
    const doorbell: *Doorbell = @ptrFromInt(given.address);
    // Calls that still queue are dropped. The doorbell is theirs until `finalize`.
    _ = doorbell.api.release(doorbell.threadsafe, abort);
    return null;
}

fn unrefFromJs(env: Env, info: node_api.CallbackInfo) callconv(.c) ?Value {
    const basics = node_api.Basics.load() catch return null;
    const given = basics.arguments(env, info) catch return null;
    const doorbell: *Doorbell = @ptrFromInt(given.address);
    _ = doorbell.api.unref(env, doorbell.threadsafe);
    return null;
}

/// Runs on the loop thread when no call is under way or queued any more.
fn finalize(env: ?Env, data: ?*anyopaque, hint: ?*anyopaque) callconv(.c) void {
    _ = .{ env, hint };
    const doorbell: *Doorbell = @ptrCast(@alignCast(data));
    allocator.destroy(doorbell);
}

test "the stamp is taken before the function is called, and the number arrives" {
    const Fake = struct {
        var log: [4]usize = undefined;
        var count: usize = 0;
        fn bind(seam: *Seam, bound: seam_module.Notify, user: ?*anyopaque) callconv(.c) void {
            _ = .{ seam, bound, user };
        }
        fn stamp(seam: *Seam, seq: u32) callconv(.c) void {
            _ = seam;
            log[count] = 100 + seq;
            count += 1;
        }
        fn next(seam: *Seam) callconv(.c) i64 {
            _ = seam;
            return -1;
        }
        fn call(threadsafe: Threadsafe, data: ?*anyopaque, mode: c_int) callconv(.c) Status {
            _ = threadsafe;
            log[count] = @intFromPtr(data);
            count += 1;
            return mode;
        }
    };
    var seam: Seam = .{ .bind = Fake.bind, .stamp = Fake.stamp, .next = Fake.next };
    var doorbell: Doorbell = .{ .api = undefined, .seam = &seam, .threadsafe = @ptrCast(&seam) };
    doorbell.api.call = Fake.call;
    notify(&doorbell, 0);
    notify(&doorbell, 7);
    try std.testing.expectEqualSlices(usize, &.{ 100, 0, 107, 7 }, &Fake.log);
}

test "a process without Node-API has no threadsafe functions, and says so" {
    try std.testing.expectError(error.SymbolMissing, Api.load(undefined));
}
