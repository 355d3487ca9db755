//! A load on a server, as JavaScript orders it: opened, started, awaited, read and closed.
//!
//! All but the run itself, which is the client's thread, is called by the thread that opened it.

const std = @import("std");
const clock = @import("clock.zig");
const load_client = @import("load_client.zig");
const load_connection = @import("load_connection.zig");
const sockets = @import("sockets.zig");

const Client = load_client.Client;
const Connection = load_connection.Connection;
const Samples = @import("load_samples.zig").Samples;

const allocator = std.heap.c_allocator;
/// As much as one recv takes at most.
const buffer_bytes = 64 * 1024;

/// As src/load/client.ts lays it out.
pub const Config = extern struct {
    warmup_ns: u64,
    duration_ns: u64,
    timeout_ns: u64,
    request_bytes: u32,
    body_bytes: u32,
    connections: u32,
    /// 0: a closed loop.
    rate_per_second: u32,
    protocol: u32,
    most_samples: u32,
    port: u32,
    core: i32,
    server_pid: i32,
    server_thread_count: u32,
};

pub const Load = struct {
    arena: std.heap.ArenaAllocator,
    client: Client,
    thread: ?std.Thread = null,
    is_over: std.atomic.Value(bool) = .init(false),
};

/// Takes all memory, and copies what it is given. Null when there is no memory, or the address is none.
pub fn open(
    config: *const Config,
    address: [*:0]const u8,
    request: [*]const u8,
    body: ?[*]const u8,
    server_thread_ids: ?[*]const i32,
) callconv(.c) ?*Load {
    const parsed = sockets.Address.parse(address, @intCast(config.port)) orelse return null;
    const load = allocator.create(Load) catch return null;
    load.* = .{ .arena = .init(allocator), .client = undefined };
    load.client = prepare(&load.arena, config, parsed, .{
        .request = request[0..config.request_bytes],
        .body = if (body) |bytes| bytes[0..config.body_bytes] else "",
        .thread_ids = if (server_thread_ids) |ids| ids[0..config.server_thread_count] else &.{},
    }) catch {
        load.arena.deinit();
        allocator.destroy(load);
        return null;
    };
    return load;
}

const Given = struct { request: []const u8, body: []const u8, thread_ids: []const i32 };

fn prepare(
    arena: *std.heap.ArenaAllocator,
    config: *const Config,
    address: sockets.Address,
    given: Given,
) error{OutOfMemory}!Client {
    const memory = arena.allocator();
    const body = try memory.dupe(u8, given.body);
    const connections = try memory.alloc(Connection, config.connections);
    const protocol: load_connection.Protocol = @enumFromInt(config.protocol);
    for (connections) |*connection| connection.* = .{ .reader = .init(protocol, body) };
    const is_open = config.rate_per_second > 0;
    const buffer = try memory.alloc(u8, buffer_bytes);
    @memset(buffer, 0);
    return .{
        .plan = .{
            .address = address,
            .request = try memory.dupe(u8, given.request),
            .warmup_ns = config.warmup_ns,
            .duration_ns = config.duration_ns,
            .timeout_ns = config.timeout_ns,
            .rate_per_second = config.rate_per_second,
            .core = config.core,
        },
        .connections = connections,
        .free = .{ .indices = try memory.alloc(u32, config.connections) },
        .samples = try .open(memory, config.most_samples, config.connections, is_open),
        .watch = if (config.server_pid == 0) null else .{
            .pid = config.server_pid,
            .worker_ids = try memory.dupe(i32, given.thread_ids),
        },
        .buffer = buffer,
    };
}

/// Starts the client's thread. Returns 0, or -1 when there is none to be had.
pub fn start(load: *Load) callconv(.c) i32 {
    load.thread = std.Thread.spawn(.{}, run, .{load}) catch return -1;
    return 0;
}

fn run(load: *Load) void {
    load.client.run();
    // Release: whoever sees it sees all that the thread has written.
    load.is_over.store(true, .release);
}

/// 1 when the thread has nothing left to do.
pub fn isOver(load: *const Load) callconv(.c) u32 {
    // Acquire: what the thread has written is read next.
    return @intFromBool(load.is_over.load(.acquire));
}

/// Lets the run end within some milliseconds; what was measured stays.
pub fn stop(load: *Load) callconv(.c) void {
    // Monotonic: nothing else is told by it.
    load.client.is_told_to_stop.store(true, .monotonic);
}

/// Ends the run if it goes on, and frees all.
pub fn close(load: *Load) callconv(.c) void {
    stop(load);
    if (load.thread) |thread| thread.join();
    load.arena.deinit();
    allocator.destroy(load);
}

/// In the order in which TypeScript reads it. -1: not known.
pub const Counters = extern struct {
    sent: f64,
    answered: f64,
    carried: f64,
    pending: f64,
    errors: [load_client.kind_count]f64,
    wall_ns: f64,
    cpu_client_ns: f64,
    connected: f64,
    harness_ns: f64,
    gave_up: f64,
    core: f64,
    server_cpu_process_ns: f64,
    server_cpu_loop_ns: f64,
    server_cpu_worker_ns: f64,
    server_cpu_other_ns: f64,
    server_voluntary_switches: f64,
    server_peak_rss_bytes: f64,
};

/// To be called once the run is over.
pub fn counters(load: *Load, out: *Counters) callconv(.c) void {
    const client = &load.client;
    const has_measured = client.ended_ns > 0;
    const usage = if (client.watch) |*watch| watch.usage() else null;
    out.* = .{
        .sent = asFloat(client.tally.sent),
        .answered = asFloat(client.tally.answered),
        .carried = asFloat(client.carried),
        .pending = asFloat(client.pending),
        .errors = undefined,
        .wall_ns = if (has_measured) asFloat(client.ended_ns - client.began_ns) else 0,
        .cpu_client_ns = if (has_measured) asFloat(client.cpu_ns) else 0,
        .connected = asFloat(client.connected_at_end),
        .harness_ns = asFloat(client.stampsNs()),
        .gave_up = @floatFromInt(@intFromBool(client.gave_up)),
        .core = @floatFromInt(client.pinned_core),
        .server_cpu_process_ns = asFloat(if (usage) |used| used.cpu_process_ns else null),
        .server_cpu_loop_ns = asFloat(if (usage) |used| used.cpu_loop_ns else null),
        .server_cpu_worker_ns = asFloat(if (usage) |used| used.cpu_worker_ns else null),
        .server_cpu_other_ns = asFloat(if (usage) |used| used.cpu_other_ns else null),
        .server_voluntary_switches = asFloat(if (usage) |used| used.voluntary_switches else null),
        .server_peak_rss_bytes = asFloat(if (usage) |used| used.peak_rss_bytes else null),
    };
    for (&out.errors, client.tally.errors) |*number, count| number.* = asFloat(count);
}

fn asFloat(number: ?u64) f64 {
    return if (number) |known| @floatFromInt(known) else -1;
}

/// Writes the times of the answers, and in an open loop how late each was sent, nanoseconds, to memory that
/// has room for as many samples as were ordered. Returns how many there are. To be called once it is over.
pub fn collect(load: *const Load, latency_out: [*]f64, late_out: [*]f64) callconv(.c) u32 {
    const samples = &load.client.samples;
    for (samples.latency_ns[0..samples.count], 0..) |latency_ns, index| {
        latency_out[index] = @floatFromInt(latency_ns);
    }
    if (samples.late_ns.len > 0) {
        for (samples.late_ns[0..samples.count], 0..) |late_ns, index| {
            late_out[index] = @floatFromInt(late_ns);
        }
    }
    return @intCast(samples.count);
}

/// A server that sends back what it gets, each connection by a thread of its own.
const EchoServer = struct {
    listener: c_int,
    port: u16,
    accepting: std.Thread,

    extern "c" fn socket(domain: c_int, kind: c_int, protocol: c_int) c_int;
    extern "c" fn bind(fd: c_int, address: *const anyopaque, size: u32) c_int;
    extern "c" fn listen(fd: c_int, backlog: c_int) c_int;
    extern "c" fn accept(fd: c_int, address: ?*anyopaque, size: ?*u32) c_int;
    extern "c" fn shutdown(fd: c_int, how: c_int) c_int;
    extern "c" fn read(fd: c_int, buffer: [*]u8, size: usize) isize;
    extern "c" fn write(fd: c_int, buffer: [*]const u8, size: usize) isize;

    fn start() !EchoServer {
        const listener = socket(2, 1, 0);
        const address = sockets.Address.parse("127.0.0.1", 0).?;
        try std.testing.expectEqual(0, bind(listener, &address.bytes, address.length));
        try std.testing.expectEqual(0, listen(listener, 16));
        return .{
            .listener = listener,
            .port = sockets.portOf(listener),
            .accepting = try .spawn(.{}, acceptAll, .{listener}),
        };
    }

    fn stop(server: *EchoServer) void {
        // An accept that waits comes back by it.
        _ = shutdown(server.listener, 2);
        sockets.closeSocket(server.listener);
        server.accepting.join();
    }

    fn acceptAll(listener: c_int) void {
        var threads: [16]std.Thread = undefined;
        var count: usize = 0;
        while (count < threads.len) {
            const fd = accept(listener, null, null);
            if (fd < 0) break;
            threads[count] = std.Thread.spawn(.{}, echo, .{fd}) catch break;
            count += 1;
        }
        for (threads[0..count]) |thread| thread.join();
    }

    fn echo(fd: c_int) void {
        defer sockets.closeSocket(fd);
        var buffer: [256]u8 = undefined;
        while (true) {
            const size = read(fd, &buffer, buffer.len);
            if (size <= 0 or write(fd, &buffer, @intCast(size)) != size) return;
        }
    }
};

const Changes = struct { rate_per_second: u32 = 0, warmup_ns: u64 = 0, stops: bool = false };

/// A load of four connections over TCP that is over when it is returned.
fn runOver(server: EchoServer, changes: Changes) !*Load {
    const text = "Hello";
    const config: Config = .{
        .warmup_ns = changes.warmup_ns,
        .duration_ns = if (changes.stops) 3600 * std.time.ns_per_s else 100 * std.time.ns_per_ms,
        .timeout_ns = 30 * std.time.ns_per_s,
        .request_bytes = text.len,
        .body_bytes = text.len,
        .connections = 4,
        .rate_per_second = changes.rate_per_second,
        .protocol = @intFromEnum(load_connection.Protocol.tcp),
        .most_samples = 1 << 20,
        .port = server.port,
        .core = -1,
        .server_pid = 0,
        .server_thread_count = 0,
    };
    const load = open(&config, "127.0.0.1", text, text, null).?;
    try std.testing.expectEqual(0, start(load));
    if (changes.stops) stop(load);
    while (isOver(load) == 0) clock.sleepNs(100_000);
    return load;
}

test "a closed loop accounts for each request, and has the time of each answer" {
    var server: EchoServer = try .start();
    defer server.stop();
    const load = try runOver(server, .{ .warmup_ns = 20 * std.time.ns_per_ms });
    defer close(load);
    var seen: Counters = undefined;
    counters(load, &seen);
    try std.testing.expect(seen.answered > 0 and seen.wall_ns >= 100 * std.time.ns_per_ms);
    try std.testing.expectEqual(4, seen.carried);
    try std.testing.expectEqual(seen.carried + seen.sent, seen.answered + seen.pending);
    for (seen.errors) |count| try std.testing.expectEqual(0, count);
    const latency_ns = try std.testing.allocator.alloc(f64, 1 << 20);
    defer std.testing.allocator.free(latency_ns);
    const count = collect(load, latency_ns.ptr, latency_ns.ptr);
    try std.testing.expectEqual(seen.answered, @as(f64, @floatFromInt(count)));
    for (latency_ns[0..count]) |each_ns| try std.testing.expect(each_ns > 0);
}

test "an open loop has the time of each request that was due, from then on" {
    var server: EchoServer = try .start();
    defer server.stop();
    const load = try runOver(server, .{ .rate_per_second = 1000 });
    defer close(load);
    const samples = &load.client.samples;
    const schedule = load.client.schedule;
    const first = schedule.countBefore(load.client.began_ns);
    const due = schedule.countBefore(load.client.began_ns + 100 * std.time.ns_per_ms) - first;
    try std.testing.expect(due >= 99 and due <= 101);
    try std.testing.expectEqual(due, samples.count + load.client.pending);
    for (samples.latency_ns[0..samples.count], samples.late_ns[0..samples.count]) |latency_ns, late_ns| {
        try std.testing.expect(latency_ns > late_ns);
    }
}

test "a load ends when it is told to, at whatever stage" {
    var server: EchoServer = try .start();
    defer server.stop();
    close(try runOver(server, .{ .stops = true }));
    close(try runOver(server, .{ .stops = true, .rate_per_second = 10 }));
    close(try runOver(server, .{ .stops = true, .warmup_ns = 3600 * std.time.ns_per_s }));
}
