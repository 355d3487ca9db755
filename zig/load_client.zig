//! The load client: one thread that sends requests over many connections and takes their times.
//!
//! Closed loop: each connection sends when it has its answer. Open loop: a request is sent when it is due,
//! by a connection that is free, or by the next one that gets free; its time counts from when it was due,
//! so that a stall is seen in all that it held up (no coordinated omission: see open_loop.zig).
//!
//!     connecting ──▶ warming_up ──▶ measuring ──▶ draining (open loop) ──▶ over
//!     all stand      dropped        counted       what was due is awaited
//!
//! A closed loop's warm-up lasts until each connection has had an answer, however short it was to be: where
//! requests queue up, the first answers come before the queue is as long as it will be.
//!
//! The measured part is a span of time. What counts in it:
//!
//! - `answered`: answers whose last byte came in it, whenever they were sent. Answers that take long are
//!   cut off at its end by as many as came over from the warm-up, so the rate is right for slow servers, too.
//! - Closed loop: the times of just these answers.
//! - Open loop: the times of all requests that were due in it, for which it is drained: a stall at its end
//!   is seen. What is still unanswered when the draining is over is `pending`.
//!
//! Stamps are read right before send(2) and right after the recv(2) that brought the last byte.

const std = @import("std");
const clock = @import("clock.zig");
const load_connection = @import("load_connection.zig");
const placement = @import("placement.zig");
const poller_module = @import("poller.zig");
const load_socket = @import("load_socket.zig");
const sockets = @import("sockets.zig");

const Connection = load_connection.Connection;
const FreeQueue = load_connection.FreeQueue;
const Poller = poller_module.Poller;
const Samples = @import("load_samples.zig").Samples;
const Schedule = @import("schedule.zig").Schedule;
const Watch = @import("foreign_usage.zig").Watch;
const Answer = @import("load_http.zig").Answer;

/// How often a connection is tried before the load begins without it.
const most_attempts = 5;
/// So many failures in a row, for each connection, without a single answer: the server is gone.
const most_failures_each = 10;
/// The server's use is read so long before the measured part: reading takes up to 100 µs, which no
/// measured answer shall wait for.
const lead_ns = std.time.ns_per_ms;
const most_drain_ns = std.time.ns_per_s;
/// How often it is asked whether a warm-up that is over has been long enough.
const warmth_period_ns = 2 * std.time.ns_per_ms;
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

    fn isOpen(client: *const Client) bool {
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
        client.connected_at_end = client.connected();
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
        client.advance(now_ns);
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
        if (client.free.count > 0 and client.next_due_ns < client.lastDueNs()) {
            until_ns = @min(until_ns, client.next_due_ns);
        }
        return until_ns;
    }

    fn advance(client: *Client, now_ns: u64) void {
        // Monotonic: nothing is read with it.
        if (client.is_told_to_stop.load(.monotonic)) return client.finish(now_ns);
        if (client.failures >= most_failures_each * client.connections.len) {
            client.gave_up = true;
            return client.finish(now_ns);
        }
        switch (client.stage) {
            .connecting => if (now_ns >= client.stage_ends_ns or client.hasTried()) client.warmUp(now_ns),
            .warming_up => if (now_ns + lead_ns >= client.stage_ends_ns) {
                if (!client.isWarm(now_ns)) {
                    client.stage_ends_ns = now_ns + lead_ns + warmth_period_ns;
                    return;
                }
                client.watchServer();
                if (now_ns >= client.stage_ends_ns) client.begin(clock.nowNs());
            },
            .measuring => if (now_ns >= client.stage_ends_ns) client.end(now_ns),
            .draining => if (now_ns >= client.stage_ends_ns or client.owedMeasured() == 0) {
                client.pending = client.owedMeasured();
                client.stage = .over;
            },
            .over => {},
        }
    }

    /// Whether every connection stands, or has been tried often enough.
    fn hasTried(client: *const Client) bool {
        for (client.connections) |*connection| {
            if (connection.phase != .free and connection.failures < most_attempts) return false;
        }
        return true;
    }

    /// How many connections stand.
    fn connected(client: *const Client) u32 {
        var count: u32 = 0;
        for (client.connections) |*connection| {
            if (connection.phase == .free or connection.phase == .asking) count += 1;
        }
        return count;
    }

    fn warmUp(client: *Client, now_ns: u64) void {
        if (client.connected() == 0) {
            client.gave_up = true;
            client.stage = .over;
            return;
        }
        client.stage = .warming_up;
        client.warmup_began_ns = now_ns;
        client.stage_ends_ns = now_ns + client.plan.warmup_ns;
        if (client.isOpen()) {
            client.schedule = .init(now_ns, client.plan.rate_per_second, now_ns);
            client.next_due_ns = client.schedule.dueNs(0);
        }
        // Without a warm-up nothing is carried over from it.
        if (client.plan.warmup_ns == 0) {
            client.watchServer();
            client.begin(clock.nowNs());
        }
        for (client.connections) |*connection| {
            if (connection.phase == .free) client.proceed(connection);
        }
    }

    /// Whether no connection awaits its first answer. Whoever orders a timeout expects answers in half of it:
    /// after that it is not asked any more.
    fn isWarm(client: *const Client, now_ns: u64) bool {
        if (client.isOpen() or client.is_watching) return true;
        if (now_ns -| client.warmup_began_ns >= client.plan.warmup_ns +| client.plan.timeout_ns / 2) return true;
        for (client.connections) |*connection| {
            if (connection.phase == .asking and !connection.is_warm) return false;
        }
        return true;
    }

    fn watchServer(client: *Client) void {
        if (client.is_watching) return;
        client.is_watching = true;
        if (client.watch) |*watch| watch.begin();
    }

    fn begin(client: *Client, now_ns: u64) void {
        const warmed_ns = @max(1, now_ns - client.warmup_began_ns);
        const expected = if (client.isOpen())
            @as(u128, client.plan.rate_per_second) * client.plan.duration_ns / std.time.ns_per_s
        else
            @as(u128, client.tally.answered) * client.plan.duration_ns / warmed_ns;
        client.samples.begin(std.math.lossyCast(u64, expected));
        client.tally = .{};
        client.carried = client.underWay();
        client.cpu_ns = clock.threadCpuNs();
        client.began_ns = now_ns;
        client.stage_ends_ns = now_ns + client.plan.duration_ns;
        client.stage = .measuring;
    }

    fn end(client: *Client, now_ns: u64) void {
        client.ended_ns = now_ns;
        client.cpu_ns = clock.threadCpuNs() - client.cpu_ns;
        if (client.watch) |*watch| watch.end();
        client.pending = client.underWay();
        if (!client.isOpen()) {
            client.stage = .over;
            return;
        }
        client.stage = .draining;
        client.stage_ends_ns = now_ns + @min(client.plan.timeout_ns, most_drain_ns);
    }

    /// Ends at once.
    fn finish(client: *Client, now_ns: u64) void {
        if (client.stage == .measuring) client.end(now_ns);
        if (client.stage == .draining) client.pending = client.owedMeasured();
        client.stage = .over;
    }

    fn underWay(client: *const Client) u64 {
        var count: u64 = 0;
        for (client.connections) |*connection| count += @intFromBool(connection.phase == .asking);
        return count;
    }

    /// Open loop: requests that are due before this are sent.
    fn lastDueNs(client: *const Client) u64 {
        return switch (client.stage) {
            .connecting, .over => 0,
            .warming_up => std.math.maxInt(u64),
            .measuring, .draining => client.began_ns + client.plan.duration_ns,
        };
    }

    /// Open loop: how many requests that were due in the measured part have not come to an end.
    fn owedMeasured(client: *const Client) u32 {
        const last_ns = @min(client.ended_ns, client.began_ns + client.plan.duration_ns);
        const due = client.schedule.countBefore(last_ns) - client.schedule.countBefore(client.began_ns);
        return due - client.settled_measured;
    }

    /// Open loop: sends what is due by the connections that are free.
    fn launch(client: *Client, now_ns: u64) void {
        const last_ns = client.lastDueNs();
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
    fn proceed(client: *Client, connection: *Connection) void {
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
                    // Less than there was room for: all that there was, unless it was the last.
                    .more => if (size < client.buffer.len and !is_closed) return,
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
