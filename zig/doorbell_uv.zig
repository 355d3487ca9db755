//! The doorbell `uv-async`: the waker thread sends a uv_async_t of the runtime's libuv, or of what the
//! runtime has in its place (https://docs.libuv.org/en/v1.x/async.html).

const std = @import("std");
const node_api = @import("node_api.zig");
const seam_module = @import("seam.zig");

const allocator = std.heap.c_allocator;
const Env = node_api.Env;
const Error = node_api.Error;
const Reference = node_api.Reference;
const Seam = seam_module.Seam;
const Status = node_api.Status;
const Value = node_api.Value;
const check = node_api.check;
const find = node_api.find;

const Loop = *opaque {};
const Scope = *opaque {};

/// Room for a uv_async_t, which has 128 bytes on Linux and macOS. uv_handle_size would tell, but is
/// one of the functions that Bun does not have.
const Handle = extern struct { bytes: [256]u8 align(16) };
const Listener = *const fn (handle: *Handle) callconv(.c) void;

const Api = struct {
    basics: node_api.Basics,
    getLoop: *const fn (Env, *?Loop) callconv(.c) Status,
    asyncInit: *const fn (Loop, *Handle, Listener) callconv(.c) c_int,
    asyncSend: *const fn (*Handle) callconv(.c) c_int,
    close: *const fn (*Handle, Listener) callconv(.c) void,
    createReference: *const fn (Env, ?Value, u32, *?Reference) callconv(.c) Status,
    deleteReference: *const fn (Env, Reference) callconv(.c) Status,
    getReferenceValue: *const fn (Env, Reference, *?Value) callconv(.c) Status,
    openScope: *const fn (Env, *?Scope) callconv(.c) Status,
    closeScope: *const fn (Env, Scope) callconv(.c) Status,
    getGlobal: *const fn (Env, *?Value) callconv(.c) Status,
    makeCallback: *const fn (Env, ?*anyopaque, ?Value, ?Value, usize, ?[*]const ?Value, ?*?Value) callconv(.c) Status,

    fn load(basics: node_api.Basics) error{SymbolMissing}!Api {
        return .{
            .basics = basics,
            .getLoop = try find(@FieldType(Api, "getLoop"), "napi_get_uv_event_loop"),
            .asyncInit = try find(@FieldType(Api, "asyncInit"), "uv_async_init"),
            .asyncSend = try find(@FieldType(Api, "asyncSend"), "uv_async_send"),
            .close = try find(@FieldType(Api, "close"), "uv_close"),
            .createReference = try find(@FieldType(Api, "createReference"), "napi_create_reference"),
            .deleteReference = try find(@FieldType(Api, "deleteReference"), "napi_delete_reference"),
            .getReferenceValue = try find(@FieldType(Api, "getReferenceValue"), "napi_get_reference_value"),
            .openScope = try find(@FieldType(Api, "openScope"), "napi_open_handle_scope"),
            .closeScope = try find(@FieldType(Api, "closeScope"), "napi_close_handle_scope"),
            .getGlobal = try find(@FieldType(Api, "getGlobal"), "napi_get_global"),
            .makeCallback = try find(@FieldType(Api, "makeCallback"), "napi_make_callback"),
        };
    }
};

const Doorbell = struct {
    /// Known to libuv by its address: it may be freed only after `closed`.
    handle: Handle = undefined,
    api: Api,
    seam: *Seam,
    env: Env,
    callback: Reference,
};

/// Adds `openUvAsync(seam, callback)`, which returns a handle or undefined, and
/// `closeUvAsync(handle)` to a module's exports.
pub fn register(basics: node_api.Basics, env: Env, exports: Value) Error!void {
    _ = try Api.load(basics);
    try basics.add(env, exports, "openUvAsync", openFromJs);
    try basics.add(env, exports, "closeUvAsync", closeFromJs);
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
    const address = try basics.addressOf(env, doorbell);

    var loop: ?Loop = null;
    try check(api.getLoop(env, &loop));
    var reference: ?Reference = null;
    try check(api.createReference(env, given.value, 1, &reference));
    const callback = reference orelse return error.CallFailed;
    errdefer _ = api.deleteReference(env, callback);
    doorbell.* = .{
        .api = api,
        .seam = @ptrFromInt(given.address),
        .env = env,
        .callback = callback,
    };
    @memset(&doorbell.handle.bytes, 0);
    if (api.asyncInit(loop orelse return error.CallFailed, &doorbell.handle, heard) != 0)
        return error.CallFailed;
    doorbell.seam.bind(doorbell.seam, notify, doorbell);
    return address;
}

fn notify(user: ?*anyopaque, seq: u32) callconv(.c) void {
    const doorbell: *Doorbell = @ptrCast(@alignCast(user));
    doorbell.seam.stamp(doorbell.seam, seq);
    _ = doorbell.api.asyncSend(&doorbell.handle);
}

/// Runs on the loop thread, once for one or more sends.
fn heard(handle: *Handle) callconv(.c) void {
    const doorbell: *Doorbell = @fieldParentPtr("handle", handle);
    const api = &doorbell.api;
    const env = doorbell.env;
    var scope: ?Scope = null;
    if (api.openScope(env, &scope) != node_api.ok) return;
    defer _ = api.closeScope(env, scope.?);
    var callback: ?Value = null;
    var global: ?Value = null;
    if (api.getReferenceValue(env, doorbell.callback, &callback) != node_api.ok) return;
    if (api.getGlobal(env, &global) != node_api.ok) return;
    // Unlike napi_call_function it lets promises go on when the callback is done.
    _ = api.makeCallback(env, null, global, callback, 0, null, null);
}

fn closeFromJs(env: Env, info: node_api.CallbackInfo) callconv(.c) ?Value {
    const basics = node_api.Basics.load() catch return null;
    const given = basics.arguments(env, info) catch return null;
    const doorbell: *Doorbell = @ptrFromInt(given.address);
    _ = doorbell.api.deleteReference(env, doorbell.callback);
    doorbell.api.close(&doorbell.handle, closed);
    return null;
}

/// Runs on the loop thread when libuv has let go of the handle.
fn closed(handle: *Handle) callconv(.c) void {
    const doorbell: *Doorbell = @fieldParentPtr("handle", handle);
    allocator.destroy(doorbell);
}

test "the stamp is taken before the handle is sent" {
    const Fake = struct {
        var log: [2]u32 = undefined;
        var count: usize = 0;
        fn bind(seam: *Seam, bound: seam_module.Notify, user: ?*anyopaque) callconv(.c) void {
            _ = .{ seam, bound, user };
        }
        fn stamp(seam: *Seam, seq: u32) callconv(.c) void {
            _ = seam;
            log[count] = seq;
            count += 1;
        }
        fn next(seam: *Seam) callconv(.c) i64 {
            _ = seam;
            return -1;
        }
        fn send(handle: *Handle) callconv(.c) c_int {
            _ = handle;
            log[count] = 100;
            count += 1;
            return 0;
        }
    };
    var seam: Seam = .{ .bind = Fake.bind, .stamp = Fake.stamp, .next = Fake.next };
    var doorbell: Doorbell = .{
        .api = undefined,
        .seam = &seam,
        .env = @ptrCast(&seam),
        .callback = @ptrCast(&seam),
    };
    doorbell.api.asyncSend = Fake.send;
    notify(&doorbell, 7);
    try std.testing.expectEqualSlices(u32, &.{ 7, 100 }, &Fake.log);
}

test "a process without libuv has no asynchronous handles, and says so" {
    try std.testing.expectError(error.SymbolMissing, Api.load(undefined));
}
