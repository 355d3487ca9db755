//! The work `sqlite`: one prepared query of an in-memory database, through the SQLite of the system.
//!
//! SQLite is found when the first query is opened, never bound when this library is loaded, so that
//! nothing but this work needs it. Types and meanings are those of <sqlite3.h>,
//! https://www.sqlite.org/c3ref/intro.html.

const builtin = @import("builtin");
const std = @import("std");

const allocator = std.heap.c_allocator;

const Database = *opaque {};
const Statement = *opaque {};

/// Makes the table: a thousand rows, each of which holds its own number. Its Bun twin
/// (src/dispatchers/query.ts) reads this text, and that of the query, from here.
pub const schema =
    \\CREATE TABLE item (id INTEGER PRIMARY KEY, value INTEGER NOT NULL);
    \\WITH RECURSIVE n (id) AS (VALUES (0) UNION ALL SELECT id + 1 FROM n WHERE id < 999)
    \\  INSERT INTO item SELECT id, id FROM n;
;

/// Answers with the number that is bound, by way of a row: another row would give another number.
pub const query =
    \\SELECT ?1 - ?1 % 1000 + value AS answer FROM item WHERE id = ?1 % 1000
;

pub const Error = error{
    /// There is no SQLite to be found. `messageOfThread` says where it was looked for.
    SqliteMissing,
    /// SQLite says no. `messageOfThread` has its own words.
    SqliteFailed,
    OutOfMemory,
};

const is_ok = 0;
const is_row = 100;
const is_done = 101;
const open_flags = struct {
    const read_write = 0x2;
    const create = 0x4;
    const memory = 0x80;
    /// A connection is used by the thread that opened it, so it needs no mutex of its own.
    const no_mutex = 0x8000;
};

extern "c" fn dlopen(path: [*:0]const u8, mode: c_int) ?*anyopaque;
extern "c" fn dlsym(handle: ?*anyopaque, name: [*:0]const u8) ?*anyopaque;
extern "c" fn getenv(name: [*:0]const u8) ?[*:0]const u8;

const lazily = 1;

/// The functions of SQLite that are needed here.
const Api = struct {
    open: *const fn ([*:0]const u8, *?Database, c_int, ?[*:0]const u8) callconv(.c) c_int,
    close: *const fn (?Database) callconv(.c) c_int,
    errmsg: *const fn (?Database) callconv(.c) [*:0]const u8,
    exec: *const fn (Database, [*:0]const u8, ?*anyopaque, ?*anyopaque, ?*anyopaque) callconv(.c) c_int,
    prepare: *const fn (Database, [*]const u8, c_int, *?Statement, ?*anyopaque) callconv(.c) c_int,
    finalize: *const fn (?Statement) callconv(.c) c_int,
    bind: *const fn (Statement, c_int, i64) callconv(.c) c_int,
    step: *const fn (Statement) callconv(.c) c_int,
    column: *const fn (Statement, c_int) callconv(.c) i64,
    reset: *const fn (Statement) callconv(.c) c_int,

    /// The library stays loaded: other threads may have found their functions in it.
    fn load() Error!Api {
        const library = try find();
        return .{
            .open = try symbol(@FieldType(Api, "open"), library, "sqlite3_open_v2"),
            .close = try symbol(@FieldType(Api, "close"), library, "sqlite3_close_v2"),
            .errmsg = try symbol(@FieldType(Api, "errmsg"), library, "sqlite3_errmsg"),
            .exec = try symbol(@FieldType(Api, "exec"), library, "sqlite3_exec"),
            .prepare = try symbol(@FieldType(Api, "prepare"), library, "sqlite3_prepare_v2"),
            .finalize = try symbol(@FieldType(Api, "finalize"), library, "sqlite3_finalize"),
            .bind = try symbol(@FieldType(Api, "bind"), library, "sqlite3_bind_int64"),
            .step = try symbol(@FieldType(Api, "step"), library, "sqlite3_step"),
            .column = try symbol(@FieldType(Api, "column"), library, "sqlite3_column_int64"),
            .reset = try symbol(@FieldType(Api, "reset"), library, "sqlite3_reset"),
        };
    }

    fn symbol(comptime Function: type, library: *anyopaque, name: [*:0]const u8) Error!Function {
        const found = dlsym(library, name) orelse {
            say("the SQLite library has no {s}", .{name});
            return error.SqliteMissing;
        };
        return @ptrCast(@alignCast(found));
    }

    fn find() Error!*anyopaque {
        if (getenv("WAKERBENCH_SQLITE")) |named| if (named[0] != 0) {
            if (dlopen(named, lazily)) |library| return library;
            say("WAKERBENCH_SQLITE names no library that can be loaded: {s}", .{named});
            return error.SqliteMissing;
        };
        const names: []const [*:0]const u8 = if (builtin.os.tag.isDarwin())
            &.{ "/usr/lib/libsqlite3.dylib", "libsqlite3.dylib" }
        else
            &.{ "libsqlite3.so.0", "libsqlite3.so" };
        for (names) |name| if (dlopen(name, lazily)) |library| return library;
        say("SQLite cannot be loaded: there is no {s}", .{names[0]});
        return error.SqliteMissing;
    }
};

threadlocal var message_bytes: [256]u8 = @splat(0);

/// What was wrong when a function of this file last failed on the calling thread, ended by zero and
/// empty when nothing did. Valid until the next failure.
pub fn messageOfThread() [:0]const u8 {
    const text: [*:0]const u8 = @ptrCast(&message_bytes);
    return std.mem.span(text);
}

fn say(comptime format: []const u8, values: anytype) void {
    // A longer text is cut: its end is zero all the same.
    const room = message_bytes[0 .. message_bytes.len - 1];
    @memset(&message_bytes, 0);
    _ = std.fmt.bufPrint(room, format, values) catch {};
}

/// One connection with one prepared statement. It belongs to the thread that opened it.
pub const Query = struct {
    api: Api,
    database: Database,
    statement: Statement,

    /// Opens a database in memory, fills its table and prepares the query.
    pub fn open() Error!*Query {
        const api = try Api.load();
        const self = try allocator.create(Query);
        errdefer allocator.destroy(self);
        const flags = open_flags.read_write | open_flags.create | open_flags.memory | open_flags.no_mutex;
        var database: ?Database = null;
        const opened = api.open(":memory:", &database, flags, null);
        // Even a connection that failed to open holds memory, and its message.
        errdefer _ = api.close(database);
        if (opened != is_ok) return failure(api, database);
        const connection = database orelse return error.OutOfMemory;
        if (api.exec(connection, schema, null, null, null) != is_ok) return failure(api, database);
        var statement: ?Statement = null;
        if (api.prepare(connection, query.ptr, query.len, &statement, null) != is_ok) {
            return failure(api, database);
        }
        self.* = .{
            .api = api,
            .database = connection,
            .statement = statement orelse return error.SqliteFailed,
        };
        return self;
    }

    /// Answers with `number`, as it comes out of the table. 0 or more.
    pub fn run(self: *Query, number: i64) Error!i64 {
        const api = &self.api;
        if (api.bind(self.statement, 1, number) != is_ok) return self.fail();
        // Whatever the step came to, the statement is ready for the next number.
        defer _ = api.reset(self.statement);
        switch (api.step(self.statement)) {
            is_row => return api.column(self.statement, 0),
            is_done => {
                say("SQLite: no row for {d}", .{number});
                return error.SqliteFailed;
            },
            else => return self.fail(),
        }
    }

    pub fn close(self: *Query) void {
        _ = self.api.finalize(self.statement);
        _ = self.api.close(self.database);
        allocator.destroy(self);
    }

    fn fail(self: *Query) Error {
        return failure(self.api, self.database);
    }
};

fn failure(api: Api, database: ?Database) Error {
    say("SQLite: {s}", .{api.errmsg(database)});
    return error.SqliteFailed;
}

/// Opens a query and closes it again. Returns null when that went well, else what is wrong, in words
/// that are valid until the next failure on the calling thread.
pub fn fault() callconv(.c) ?[*:0]const u8 {
    const opened = Query.open() catch |err| switch (err) {
        error.OutOfMemory => return "SQLite: out of memory",
        error.SqliteMissing, error.SqliteFailed => return messageOfThread().ptr,
    };
    opened.close();
    return null;
}

/// The SQL that makes the table.
pub fn schemaText() callconv(.c) [*:0]const u8 {
    return schema;
}

/// The SQL of the query.
pub fn queryText() callconv(.c) [*:0]const u8 {
    return query;
}

fn openForTest() !*Query {
    return Query.open() catch |err| {
        if (err != error.SqliteMissing) return err;
        std.debug.print("\nSKIPPED, since SQLite is missing: {s}\n", .{messageOfThread()});
        return error.SkipZigTest;
    };
}

test "each number comes back by way of its row" {
    const opened = try openForTest();
    defer opened.close();
    for ([_]i64{ 0, 1, 999, 1000, 123_456_789, (1 << 53) - 1 }) |number| {
        try std.testing.expectEqual(number, try opened.run(number));
    }
}

test "a row that is wrong is seen, one that is missing is an error, and the next query works" {
    const opened = try openForTest();
    defer opened.close();
    const api = opened.api;
    try std.testing.expectEqual(0, api.exec(opened.database, "UPDATE item SET value = 8 WHERE id = 7", null, null, null));
    try std.testing.expectEqual(1008, try opened.run(1007));
    try std.testing.expectEqual(0, api.exec(opened.database, "DELETE FROM item WHERE id = 7", null, null, null));
    try std.testing.expectError(error.SqliteFailed, opened.run(1007));
    try std.testing.expectEqualStrings("SQLite: no row for 1007", messageOfThread());
    try std.testing.expectEqual(1008, try opened.run(1008));
}

test "an error has SQLite's own words" {
    const opened = try openForTest();
    defer opened.close();
    const api = opened.api;
    try std.testing.expect(api.exec(opened.database, "DROP TABLE absent", null, null, null) != 0);
    const err = opened.fail();
    try std.testing.expectEqual(error.SqliteFailed, err);
    try std.testing.expectEqualStrings("SQLite: no such table: absent", messageOfThread());
}

test "each thread has a connection of its own" {
    (try openForTest()).close();
    const Job = struct {
        fn run(wrong: *u32) void {
            const opened = Query.open() catch return;
            defer opened.close();
            for (0..1000) |index| {
                const number: i64 = @intCast(index);
                const answer = opened.run(number) catch return;
                if (answer != number) return;
            }
            wrong.* = 0;
        }
    };
    var wrong: [4]u32 = @splat(1);
    var threads: [4]std.Thread = undefined;
    for (&threads, &wrong) |*thread, *result| thread.* = try std.Thread.spawn(.{}, Job.run, .{result});
    for (threads) |thread| thread.join();
    try std.testing.expectEqual([4]u32{ 0, 0, 0, 0 }, wrong);
}

test "a message that is too long is cut, and still ends" {
    const long: [400]u8 = @splat('x');
    say("{s}", .{&long});
    try std.testing.expect(messageOfThread().len < message_bytes.len);
    say("{s}", .{"short"});
    try std.testing.expectEqualStrings("short", messageOfThread());
}
