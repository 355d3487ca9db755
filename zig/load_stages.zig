//! From the first connection of a load to its end, and what counts as measured.
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

const std = @import("std");
const clock = @import("clock.zig");
const load_client = @import("load_client.zig");

const Client = load_client.Client;
const lead_ns = load_client.lead_ns;

/// How often a connection is tried before the load begins without it.
const most_attempts = 5;
/// So many failures in a row, for each connection, without a single answer: the server is gone.
const most_failures_each = 10;
const most_drain_ns = std.time.ns_per_s;
/// How often it is asked whether a warm-up that is over has been long enough.
const warmth_period_ns = 2 * std.time.ns_per_ms;

/// Goes on to the next stage when it is time for it.
pub fn advance(client: *Client, now_ns: u64) void {
    // Monotonic: nothing is read with it.
    if (client.is_told_to_stop.load(.monotonic)) return finish(client, now_ns);
    if (client.failures >= most_failures_each * client.connections.len) {
        client.gave_up = true;
        return finish(client, now_ns);
    }
    switch (client.stage) {
        .connecting => if (now_ns >= client.stage_ends_ns or hasTried(client)) warmUp(client, now_ns),
        .warming_up => if (now_ns + lead_ns >= client.stage_ends_ns) {
            if (!isWarm(client, now_ns)) {
                client.stage_ends_ns = now_ns + lead_ns + warmth_period_ns;
                return;
            }
            watchServer(client);
            if (now_ns >= client.stage_ends_ns) begin(client, clock.nowNs());
        },
        .measuring => if (now_ns >= client.stage_ends_ns) end(client, now_ns),
        .draining => if (now_ns >= client.stage_ends_ns or owedMeasured(client) == 0) {
            client.pending = owedMeasured(client);
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
pub fn connected(client: *const Client) u32 {
    var count: u32 = 0;
    for (client.connections) |*connection| {
        if (connection.phase == .free or connection.phase == .asking) count += 1;
    }
    return count;
}

fn warmUp(client: *Client, now_ns: u64) void {
    if (connected(client) == 0) {
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
        watchServer(client);
        begin(client, clock.nowNs());
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
    client.carried = underWay(client);
    client.cpu_ns = clock.threadCpuNs();
    client.began_ns = now_ns;
    client.stage_ends_ns = now_ns + client.plan.duration_ns;
    client.stage = .measuring;
}

fn end(client: *Client, now_ns: u64) void {
    client.ended_ns = now_ns;
    client.cpu_ns = clock.threadCpuNs() - client.cpu_ns;
    if (client.watch) |*watch| watch.end();
    client.pending = underWay(client);
    if (!client.isOpen()) {
        client.stage = .over;
        return;
    }
    client.stage = .draining;
    client.stage_ends_ns = now_ns + @min(client.plan.timeout_ns, most_drain_ns);
}

/// Ends at once.
fn finish(client: *Client, now_ns: u64) void {
    if (client.stage == .measuring) end(client, now_ns);
    if (client.stage == .draining) client.pending = owedMeasured(client);
    client.stage = .over;
}

fn underWay(client: *const Client) u64 {
    var count: u64 = 0;
    for (client.connections) |*connection| count += @intFromBool(connection.phase == .asking);
    return count;
}

/// Open loop: requests that are due before this are sent.
pub fn lastDueNs(client: *const Client) u64 {
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
