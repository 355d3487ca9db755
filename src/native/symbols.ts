import type { FFIFunction } from "bun:ffi";

/**
 * The C ABI of libwakerbench as `bun:ffi` declares it. zig/root.zig names each symbol and says what
 * it does; the file it points to documents units and errors.
 *
 * Wake numbers are 32 bits wide and durations inside a visit stay native, so that no BigInt is made
 * between two stamps.
 */
export const symbols = {
  wb_version: { args: [], returns: "cstring" },
  wb_zig_version: { args: [], returns: "cstring" },
  wb_die_with_parent: { args: ["i32"], returns: "u32" },
  wb_now_ns: { args: [], returns: "u64" },
  wb_clock_resolution_ns: { args: [], returns: "u64" },
  wb_thread_id: { args: [], returns: "i32" },
  wb_pin: { args: ["i32", "u32"], returns: "i32" },
  wb_unpin: { args: ["i32", "ptr", "u32"], returns: "i32" },
  wb_core_of: { args: ["i32"], returns: "i32" },
  wb_core_count_of: { args: ["i32"], returns: "i32" },
  wb_allowed_cores: { args: ["ptr", "u32"], returns: "i32" },
  wb_session_open: { args: ["ptr"], returns: "ptr" },
  wb_session_seam: { args: ["ptr"], returns: "ptr" },
  wb_session_close: { args: ["ptr"], returns: "void" },
  wb_session_start: { args: ["ptr"], returns: "i32" },
  wb_session_stop: { args: ["ptr"], returns: "void" },
  wb_session_is_bound: { args: ["ptr"], returns: "u32" },
  wb_session_place: { args: ["ptr", "u32"], returns: "i32" },
  wb_session_placed_threads: { args: ["ptr", "ptr"], returns: "u32" },
  wb_session_begin: { args: ["ptr"], returns: "void" },
  wb_session_end: { args: ["ptr"], returns: "void" },
  wb_arm: { args: ["ptr"], returns: "i32" },
  wb_next: { args: ["ptr"], returns: "i64" },
  wb_stamp: { args: ["ptr", "u32"], returns: "void" },
  wb_enter: { args: ["ptr"], returns: "void" },
  wb_resume: { args: ["ptr", "i32"], returns: "i32" },
  wb_probe: { args: ["ptr"], returns: "void" },
  wb_watch: { args: ["ptr"], returns: "i32" },
  wb_collect: { args: ["ptr", "u32", "ptr"], returns: "u32" },
  wb_counters: { args: ["ptr", "ptr"], returns: "void" },
  wb_can_prove_parking: { args: [], returns: "u32" },
  wb_fd_open: { args: ["ptr", "u32"], returns: "ptr" },
  wb_fd_read_fd: { args: ["ptr"], returns: "i32" },
  wb_fd_close: { args: ["ptr"], returns: "void" },
  wb_callback_open: { args: ["ptr", "ptr"], returns: "ptr" },
  wb_callback_close: { args: ["ptr"], returns: "void" },
  wb_parked_open: { args: ["ptr"], returns: "ptr" },
  wb_parked_park: { args: ["ptr"], returns: "i32" },
  wb_parked_leave: { args: ["ptr"], returns: "void" },
  wb_parked_close: { args: ["ptr"], returns: "void" },
  wb_floor_open: { args: ["ptr", "u32"], returns: "ptr" },
  wb_floor_run: { args: ["ptr", "u32", "u32"], returns: "i32" },
  wb_floor_close: { args: ["ptr"], returns: "void" },
  wb_busy_turn: { args: [], returns: "void" },
  wb_control_wrap: { args: ["ptr", "u64", "u32", "u32"], returns: "ptr" },
  wb_control_unwrap: { args: ["ptr"], returns: "void" },
} as const satisfies Record<string, FFIFunction>;
