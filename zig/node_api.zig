//! The library's Node-API face: the same file that `bun:ffi` opens is a module for `process.dlopen`.
//!
//! All functions of the runtime are looked up when a module is made of the library, never bound when
//! it is loaded, so that a process without Node-API (Python's ctypes) can load it too. Types and
//! meanings are those of <node_api.h>, https://nodejs.org/api/n-api.html.

const builtin = @import("builtin");
const std = @import("std");
const async_work = @import("async_work.zig");
const doorbell_napi = @import("doorbell_napi.zig");
const doorbell_uv = @import("doorbell_uv.zig");

pub const Env = *opaque {};
pub const Value = *opaque {};
pub const Reference = *opaque {};
pub const CallbackInfo = *opaque {};
pub const Status = c_int;
pub const ok: Status = 0;
pub const Callback = *const fn (env: Env, info: CallbackInfo) callconv(.c) ?Value;

/// Why nothing can be opened here.
pub const Error = error{ SymbolMissing, OutOfMemory, CallFailed, WrongArguments };

extern "c" fn dlsym(handle: ?*anyopaque, name: [*:0]const u8) ?*anyopaque;

/// Looks up a function of the runtime that loaded this library, by dlsym(RTLD_DEFAULT).
pub fn find(comptime Function: type, name: [*:0]const u8) error{SymbolMissing}!Function {
    const everywhere: usize = if (builtin.os.tag.isDarwin()) @bitCast(@as(isize, -2)) else 0;
    const symbol = dlsym(@ptrFromInt(everywhere), name) orelse return error.SymbolMissing;
    return @ptrCast(@alignCast(symbol));
}

/// Makes an error of a status.
pub fn check(status: Status) error{CallFailed}!void {
    if (status != ok) return error.CallFailed;
}

/// What every module needs, whichever doorbells it has.
pub const Basics = struct {
    createFunction: *const fn (Env, ?[*:0]const u8, usize, Callback, ?*anyopaque, *?Value) callconv(.c) Status,
    setNamedProperty: *const fn (Env, Value, [*:0]const u8, ?Value) callconv(.c) Status,
    getCallbackInfo: *const fn (Env, CallbackInfo, *usize, [*]?Value, ?*?Value, ?*?*anyopaque) callconv(.c) Status,
    getDouble: *const fn (Env, ?Value, *f64) callconv(.c) Status,
    createDouble: *const fn (Env, f64, *?Value) callconv(.c) Status,

    pub fn load() error{SymbolMissing}!Basics {
        return .{
            .createFunction = try find(@FieldType(Basics, "createFunction"), "napi_create_function"),
            .setNamedProperty = try find(@FieldType(Basics, "setNamedProperty"), "napi_set_named_property"),
            .getCallbackInfo = try find(@FieldType(Basics, "getCallbackInfo"), "napi_get_cb_info"),
            .getDouble = try find(@FieldType(Basics, "getDouble"), "napi_get_value_double"),
            .createDouble = try find(@FieldType(Basics, "createDouble"), "napi_create_double"),
        };
    }

    /// The arguments of a call: an address, and a value that need not be there.
    pub fn arguments(basics: Basics, env: Env, info: CallbackInfo) Error!Arguments {
        var values: [2]?Value = .{ null, null };
        var count: usize = values.len;
        try check(basics.getCallbackInfo(env, info, &count, &values, null, null));
        var number: f64 = 0;
        try check(basics.getDouble(env, values[0], &number));
        // Exact: addresses of user space have at most 48 bits, a double has 53.
        if (!(number >= 1 and number < 1 << 53)) return error.WrongArguments;
        return .{ .address = @intFromFloat(number), .value = values[1] };
    }

    /// An address as a number of JavaScript.
    pub fn addressOf(basics: Basics, env: Env, pointer: *const anyopaque) Error!?Value {
        var value: ?Value = null;
        try check(basics.createDouble(env, @floatFromInt(@intFromPtr(pointer)), &value));
        return value;
    }

    /// Gives the exports object one more function.
    pub fn add(basics: Basics, env: Env, exports: Value, name: [*:0]const u8, call: Callback) Error!void {
        var function: ?Value = null;
        const length = std.mem.len(name);
        try check(basics.createFunction(env, name, length, call, null, &function));
        try check(basics.setNamedProperty(env, exports, name, function));
    }
};

pub const Arguments = struct { address: usize, value: ?Value };

/// Called by the runtime for each `process.dlopen`: adds the functions of those mechanisms that the
/// runtime has all symbols for. What it lacks is missing from the exports.
pub fn register(env: Env, exports: Value) callconv(.c) ?Value {
    const basics = Basics.load() catch return exports;
    doorbell_napi.register(basics, env, exports) catch {};
    doorbell_uv.register(basics, env, exports) catch {};
    async_work.register(basics, env, exports) catch {};
    return exports;
}

test "a process without Node-API gets errors, not a crash" {
    try std.testing.expectError(error.SymbolMissing, Basics.load());
    var nothing: u8 = 0;
    const exports: Value = @ptrCast(&nothing);
    try std.testing.expectEqual(exports, register(@ptrCast(&nothing), exports));
}

test "what the process has is found" {
    const Length = *const fn ([*:0]const u8) callconv(.c) usize;
    const strlen = try find(Length, "strlen");
    try std.testing.expectEqual(5, strlen("found"));
}
