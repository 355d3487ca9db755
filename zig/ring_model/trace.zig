//! Writes a counterexample down so that it can be read.

const std = @import("std");
const Explorer = @import("explorer.zig").Explorer;
const Event = @import("explorer.zig").Event;
const machine_file = @import("machine.zig");
const Machine = machine_file.Machine;
const WriteId = @import("history.zig").WriteId;

/// One line for each operation of the last execution, in the order in which they were executed, and
/// what is wrong in the end. The last thread is the consumer.
pub fn print(allocator: std.mem.Allocator, explorer: *const Explorer) ![]u8 {
    var output: std.Io.Writer.Allocating = .init(allocator);
    errdefer output.deinit();
    const writer = &output.writer;
    for (explorer.events[0..explorer.event_count], 0..) |*event, at| {
        try line(writer, explorer, event, at);
    }
    try writer.print("=> {s}\n", .{explorer.result.failure orelse "nothing wrong"});
    return output.toOwnedSlice();
}

fn line(writer: *std.Io.Writer, explorer: *const Explorer, event: *const Event, at: usize) !void {
    const machine = explorer.machine;
    const operation = event.operation;
    const operand: Value = .{ .value = operation.operand };
    if (event.thread == machine.thread_count - 1) {
        try writer.print("{d:>3}  consumer    ", .{at});
    } else {
        try writer.print("{d:>3}  producer {d}  ", .{ at, event.thread });
    }
    switch (operation.kind) {
        .fence => return writer.writeAll("full fence\n"),
        .ring => return writer.writeAll("rings the doorbell\n"),
        .rung => return writer.writeAll("is rung awake\n"),
        .woken => return writer.writeAll("is woken\n"),
        .stall => return,
        .load, .store, .rmw, .cas, .wait, .wake => {},
    }
    try writeLocation(writer, machine, operation.location);
    switch (operation.kind) {
        .load => try writer.print(".load({t})", .{operation.order}),
        .store => try writer.print(".store({f}, {t})", .{ operand, operation.order }),
        .rmw => try writer.print(".{t}({f}, {t})", .{ operation.rmw, operand, operation.order }),
        .cas => try writer.print(
            ".exchange({f} for {x}, {t})",
            .{ operand, operation.expected, operation.order },
        ),
        .wait => try writer.print(": waits while {x}", .{operation.expected}),
        .wake => try writer.print(": wakes {x}", .{operation.operand}),
        else => unreachable,
    }
    if (operation.reads()) try writeRead(writer, machine, event);
    try writer.writeAll("\n");
}

/// In hexadecimal, for the flag of a closed queue is its highest bit.
const Value = struct {
    value: u64,

    pub fn format(value: Value, writer: *std.Io.Writer) std.Io.Writer.Error!void {
        if (value.value == std.math.maxInt(u64)) return writer.writeAll("none");
        try writer.print("{x}", .{value.value});
    }
};

fn writeLocation(writer: *std.Io.Writer, machine: *const Machine, location: u8) !void {
    const at = &machine.history.locations[location];
    try writer.writeAll(at.name);
    if (at.index) |index| try writer.print("[{d}]", .{index});
}

fn writeRead(writer: *std.Io.Writer, machine: *const Machine, event: *const Event) !void {
    if (event.choice == machine_file.spurious) return writer.writeAll("  returns for no reason");
    try writer.print("  reads {f}", .{Value{ .value = event.value }});
    const write = &machine.history.writes[event.choice];
    const newer = newest(machine, write.location, event.wrote);
    if (newer != event.choice) {
        const value: Value = .{ .value = machine.history.writes[newer].value };
        try writer.print(", in the end it holds {f}", .{value});
    }
}

fn newest(machine: *const Machine, location: u8, except: WriteId) WriteId {
    var found: WriteId = 0;
    const at = &machine.history.locations[location];
    for (at.writes[0..at.count], 0..) |id, index| {
        if (id == except) continue;
        const later = machine.history.writes[id].timestamp > machine.history.writes[found].timestamp;
        if (index == 0 or later) found = id;
    }
    return found;
}
