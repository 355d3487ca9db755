//! The load client: one thread that sends requests over many connections and takes their times.
//!
//! Closed loop: each connection sends when it has its answer. Open loop: a request is sent when it is due,
//! by a connection that is free, or by the next one that gets free; its time counts from when it was due,
//! so that a stall is seen in all that it held up (no coordinated omission: see open_loop.zig).
//!
//! Stamps are read right before send(2) and right after the recv(2) that brought the last byte.

const std = @import("std");
const clock = @import("clock.zig");
const load_connection = @import("load_connection.zig");
const placement = @import("placement.zig");
const poller_module = @import("poller.zig");
const load_socket = @import("load_socket.zig");
const sockets = @import("sockets.zig");
const stages = @import("load_stages.zig");

const Connection = load_connection.Connection;
const FreeQueue = load_connection.FreeQueue;
const Poller = poller_module.Poller;
const Samples = @import("load_samples.zig").Samples;
const Schedule = @import("schedule.zig").Schedule;
const Watch = @import("foreign_usage.zig").Watch;
const Answer = @import("load_http.zig").Answer;

/// The server's use is read so long before the measured part: reading takes up to 100 µs, which no
/// measured answer shall wait for.
pub const lead_ns = std.time.ns_per_ms;
const longest_sweep_ns = 20 * std.time.ns_per_ms;
/// One answer in so many has its stamps' cost measured.
const probe_every = 256;
const most_probes = 1024;

/// What went wrong with a request, in the order of TypeScript's `loadErrorNames`.
pub const Kind = enum(u32) { refused, reset, status, garbage, timeout, descriptors };
pub const kind_count = std.enums.values(Kind).len;

pub const Stage = enum { connecting, warming_up, measuring, draining, over };

pub const Plan = struct {
    address: sockets.Address,
    request: []const u8,
    warmup_ns: u64,
    duration_ns: u64,
    timeout_ns: u64,
    /// 0: a closed loop.
    rate_per_second: u32,
    /// -1: it is not pinned.
    core: i32,
};

/// Of the measured part; when it was never reached, of all that was.
pub const Tally = struct {
    sent: u64 = 0,
    answered: u64 = 0,
    errors: [kind_count]u64 = @splat(0),
};

pub const Client = struct {
    plan: Plan,
    connections: []Connection,
    free: FreeQueue,
    samples: Samples,
    /// Null: the server's process is not looked at.
    watch: ?Watch,
    buffer: []u8,
    poller: Poller = undefined,
    schedule: Schedule = undefined,
    /// Another thread wants it to end.
    is_told_to_stop: std.atomic.Value(bool) = .init(false),

    stage: Stage = .connecting,
    tally: Tally = .{},
    /// Failures since the last answer on any connection.
    failures: u64 = 0,
    gave_up: bool = false,
    connected_at_end: u32 = 0,
    /// Requests that were under way when the measured part began, and when it was over.
    carried: u64 = 0,
    pending: u64 = 0,
    stage_ends_ns: u64 = 0,
    began_ns: u64 = 0,
    ended_ns: u64 = 0,
    warmup_began_ns: u64 = 0,
    cpu_ns: u64 = 0,
    is_watching: bool = false,
    next_sweep_ns: u64 = 0,
    /// Open loop: the next request, and those due in the measured part that came to an end.
    next_due: u32 = 0,
    next_due_ns: u64 = 0,
    settled_measured: u32 = 0,
    /// The core that the thread was seen to be pinned to, -1: none.
    pinned_core: i32 = -1,
    answers_until_probe: u32 = probe_every,
    probe_count: u32 = 0,
    probes_ns: [most_probes]u64 = undefined,

    /// Whether requests are due on a schedule.
    pub fn isOpen(client: *const Client) bool {
        return client.plan.rate_per_second > 0;
    }

    /// The client's thread, from its first connection to its last.
    pub fn run(client: *Client) void {
        client.place();
        client.poller = Poller.open() catch {
            client.tally.errors[@intFromEnum(Kind.descriptors)] += 1;
            client.gave_up = true;
            client.stage = .over;
            return;
        };
        defer client.poller.close();
        const now_ns = clock.nowNs();
        client.stage_ends_ns = now_ns + client.plan.timeout_ns;
        for (client.connections) |*connection| client.connect(connection, now_ns);
        while (client.stage != .over) client.turn();
        client.connected_at_end = stages.connected(client);
        for (client.connections) |*connection| connection.close();
    }

    fn place(client: *Client) void {
        clock.sharpenTimers();
        const id = placement.threadId();
        if (client.plan.core >= 0) _ = placement.pin(id, @intCast(client.plan.core));
        client.pinned_core = @max(-1, placement.coreOf(id));
    }

    fn turn(client: *Client) void {
        var now_ns = clock.nowNs();
        if (now_ns >= client.next_sweep_ns) {
            client.sweep(now_ns);
            now_ns = clock.nowNs();
        }
        stages.advance(client, now_ns);
        if (client.stage == .over) return;
        if (client.isOpen()) client.launch(now_ns);
        for (client.poller.wait(client.untilNs() -| clock.nowNs())) |event| {
            client.handle(event);
        }
    }

    /// When there is something to be done though there is no news.
    fn untilNs(client: *const Client) u64 {
        var until_ns = @min(client.stage_ends_ns, client.next_sweep_ns);
        if (client.stage == .warming_up and !client.is_watching) {
            until_ns = @min(until_ns, client.stage_ends_ns -| lead_ns);
        }
        if (client.free.count > 0 and client.next_due_ns < stages.lastDueNs(client)) {
            until_ns = @min(until_ns, client.next_due_ns);
        }
        return until_ns;
    }

    /// Open loop: sends what is due by the connections that are free.
    fn launch(client: *Client, now_ns: u64) void {
        const last_ns = stages.lastDueNs(client);
        var at_ns = now_ns;
        while (client.next_due_ns <= at_ns and client.next_due_ns < last_ns) {
            const connection = client.free.pop(client.connections) orelse return;
            connection.due_ns = client.next_due_ns;
            connection.is_measured = client.stage != .warming_up and connection.due_ns >= client.began_ns;
            client.next_due += 1;
            client.next_due_ns = client.schedule.dueNs(client.next_due);
            at_ns = client.ask(connection);
        }
    }

    /// The connection stands, and nothing is asked of it.
    pub fn proceed(client: *Client, connection: *Connection) void {
        connection.phase = .free;
        if (!client.isOpen()) {
            if (client.stage == .warming_up or client.stage == .measuring) _ = client.ask(connection);
            return;
        }
        client.free.push(client.connections, client.indexOf(connection));
    }

    /// Sends a request. Returns when that was.
    fn ask(client: *Client, connection: *Connection) u64 {
        connection.reader.reset();
        connection.phase = .asking;
        connection.unsent = client.plan.request.len;
        connection.heard = 0;
        client.tally.sent += 1;
        const now_ns = clock.nowNs();
        connection.since_ns = now_ns;
        client.push(connection);
        return now_ns;
    }

    fn push(client: *Client, connection: *Connection) void {
        const request = client.plan.request;
        switch (sockets.transmit(connection.fd, request[request.len - connection.unsent ..])) {
            .bytes => |size| connection.unsent -= size,
            .later => {},
            .end, .failed => client.fail(connection, .reset),
        }
    }

    fn handle(client: *Client, event: poller_module.Event) void {
        const connection = &client.connections[@as(u32, @truncate(event.tag))];
        if (connection.generation != @as(u32, @truncate(event.tag >> 32))) return;
        switch (connection.phase) {
            .closed => {},
            .connecting => {
                const stands = !event.isClosed() and load_socket.hasConnected(connection.fd);
                if (stands) client.proceed(connection) else client.fail(connection, .refused);
            },
            .free => client.hearUnasked(connection),
            .asking => {
                if (connection.unsent > 0) client.push(connection);
                if (connection.phase == .asking) client.hear(connection, event.isClosed());
            },
        }
    }

    fn hear(client: *Client, connection: *Connection, is_closed: bool) void {
        while (true) {
            const received = sockets.receive(connection.fd, client.buffer);
            const now_ns = clock.nowNs();
            switch (received) {
                .later => return,
                .failed => return client.fail(connection, .reset),
                .end => {
                    const answer = connection.reader.end() orelse return client.fail(connection, .reset);
                    return client.take(connection, answer, now_ns);
                },
                .bytes => |size| switch (connection.reader.feed(client.buffer[0..size])) {
                    .more => {
                        connection.heard += size;
                        // Of an answer without an end the thread would see nothing but that.
                        if (connection.heard > connection.reader.tooMany()) return client.fail(connection, .garbage);
                        // Less than there was room for: all that there was, unless it was the last.
                        if (size < client.buffer.len and !is_closed) return;
                    },
                    .garbage => return client.fail(connection, .garbage),
                    .whole => |whole| {
                        if (whole.rest > 0 or connection.unsent > 0) return client.fail(connection, .garbage);
                        var answer = whole.answer;
                        if (is_closed) answer.closes = true;
                        return client.take(connection, answer, now_ns);
                    },
                },
            }
        }
    }

    /// The answer is whole since `now_ns`.
    fn take(client: *Client, connection: *Connection, answer: Answer, now_ns: u64) void {
        client.failures = 0;
        connection.failures = 0;
        connection.has_answered = true;
        if (!answer.has_right_status) {
            client.countError(.status);
        } else if (!answer.has_right_body) {
            client.countError(.garbage);
        } else {
            client.keep(connection, now_ns);
        }
        client.settle(connection);
        client.answers_until_probe -= 1;
        if (client.answers_until_probe == 0) client.probe();
        if (answer.closes) {
            connection.close();
            return client.connect(connection, now_ns);
        }
        client.proceed(connection);
        if (client.isOpen()) client.launch(now_ns);
    }

    fn keep(client: *Client, connection: *Connection, now_ns: u64) void {
        // `ended_ns` is read when all answers of the measured part have been taken.
        if (client.stage != .draining) client.tally.answered += 1;
        if (!client.isOpen()) {
            if (client.stage == .measuring) client.samples.add(now_ns - connection.since_ns, 0);
        } else if (connection.is_measured) {
            client.samples.add(now_ns - connection.due_ns, connection.since_ns - connection.due_ns);
        }
    }

    /// The request has come to an end, good or bad.
    fn settle(client: *Client, connection: *Connection) void {
        if (connection.is_measured) client.settled_measured += 1;
        connection.is_measured = false;
        connection.is_warm = true;
    }

    fn countError(client: *Client, kind: Kind) void {
        if (client.stage != .draining) client.tally.errors[@intFromEnum(kind)] += 1;
    }

    /// News of a connection of which nothing was asked.
    fn hearUnasked(client: *Client, connection: *Connection) void {
        switch (sockets.receive(connection.fd, client.buffer)) {
            .later => {},
            .bytes => client.fail(connection, .garbage),
            .end, .failed => {
                // A server may close what was idle; one that takes nothing at all is as good as none.
                if (!connection.has_answered) return client.fail(connection, .refused);
                connection.close();
                client.connect(connection, clock.nowNs());
            },
        }
    }

    fn connect(client: *Client, connection: *Connection, now_ns: u64) void {
        connection.generation +%= 1;
        switch (load_socket.open(&client.plan.address)) {
            .fault => |fault| client.fail(connection, switch (fault) {
                .refused => .refused,
                .descriptors => .descriptors,
            }),
            .fd => |fd| {
                connection.fd = fd;
                connection.phase = .connecting;
                connection.since_ns = now_ns;
                const tag = @as(u64, connection.generation) << 32 | client.indexOf(connection);
                if (!client.poller.watch(fd, tag)) client.fail(connection, .descriptors);
            },
        }
    }

    fn indexOf(client: *const Client, connection: *const Connection) u32 {
        return @intCast(connection - client.connections.ptr);
    }

    fn fail(client: *Client, connection: *Connection, kind: Kind) void {
        client.countError(kind);
        if (connection.phase == .asking) client.settle(connection);
        // For lack of descriptors the others go on; it is not the server's fault.
        if (kind != .descriptors) client.failures += 1;
        connection.backOff(clock.nowNs());
        client.next_sweep_ns = @min(client.next_sweep_ns, connection.retry_ns);
    }

    /// Looks for what takes too long, and for what is to be tried again.
    fn sweep(client: *Client, now_ns: u64) void {
        const timeout_ns = client.plan.timeout_ns;
        client.next_sweep_ns = now_ns + std.math.clamp(timeout_ns / 8, std.time.ns_per_ms, longest_sweep_ns);
        for (client.connections) |*connection| {
            const waited_ns = now_ns -| connection.since_ns;
            switch (connection.phase) {
                .free => {},
                .asking => if (waited_ns >= timeout_ns) client.fail(connection, .timeout),
                .connecting => if (waited_ns >= timeout_ns) client.fail(connection, .refused),
                .closed => if (connection.retry_ns <= now_ns) {
                    client.connect(connection, now_ns);
                } else {
                    client.next_sweep_ns = @min(client.next_sweep_ns, connection.retry_ns);
                },
            }
        }
        if (client.is_watching) if (client.watch) |*watch| watch.sample();
    }

    /// What a stamp costs here: between an answer's last stamp and the next request's first one.
    fn probe(client: *Client) void {
        client.answers_until_probe = probe_every;
        if (client.probe_count == most_probes) return;
        const before_ns = clock.nowNs();
        client.probes_ns[client.probe_count] = clock.nowNs() - before_ns;
        client.probe_count += 1;
    }

    /// Nanoseconds of the two stamps of a request, from the median of the probes; null when there are none.
    pub fn stampsNs(client: *Client) ?u64 {
        const probes_ns = client.probes_ns[0..client.probe_count];
        if (probes_ns.len == 0) return null;
        std.mem.sort(u64, probes_ns, {}, std.sort.asc(u64));
        return 2 * probes_ns[probes_ns.len / 2];
    }
};
