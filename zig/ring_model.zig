//! The model of the ring's protocol, a test of its own: docs/ring-testing.md.

test {
    _ = @import("ring_model/litmus.zig");
    _ = @import("ring_model/cases.zig");
    _ = @import("ring_model/mutants.zig");
}
