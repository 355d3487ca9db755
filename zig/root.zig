//! Every exported symbol of libwakerbench. A table of contents: the logic is in the files named.

const builtin = @import("builtin");
const accounting = @import("accounting.zig");
const async_work = @import("async_work.zig");
const seam = @import("seam.zig");
const burner = @import("burner.zig");
const burst = @import("burst.zig");
const burst_accounting = @import("burst_accounting.zig");
const burst_floor = @import("burst_floor.zig");
const calls = @import("calls.zig");
const channel = @import("channel.zig");
const clock = @import("clock.zig");
const control_bell = @import("control_bell.zig");
const controls = @import("controls.zig");
const dispatch_floor = @import("dispatch_floor.zig");
const dedicated = @import("dedicated.zig");
const dedicated_jobs = @import("dedicated_jobs.zig");
const doorbell_callback = @import("doorbell_callback.zig");
const doorbell_counter = @import("doorbell_counter.zig");
const doorbell_fd = @import("doorbell_fd.zig");
const doorbell_ring = @import("doorbell_ring.zig");
const doorbell_signal = @import("doorbell_signal.zig");
const doorbell_udp = @import("doorbell_udp.zig");
const floor = @import("floor.zig");
const handshake = @import("handshake.zig");
const http_server = @import("http_server.zig");
const inline_work = @import("inline_work.zig");
const load = @import("load.zig");
const loop_state = @import("loop_state.zig");
const node_api = @import("node_api.zig");
const open_loop = @import("open_loop.zig");
const options = @import("options");
const parked_worker = @import("parked_worker.zig");
const placement = @import("placement.zig");
const producer = @import("producer.zig");
const process = @import("process.zig");
const returning = @import("returning.zig");
const ring = @import("ring.zig");
const ring_pusher = @import("ring_pusher.zig");
const session = @import("session.zig");
const sqlite = @import("sqlite.zig");
const task_log = @import("task_log.zig");
const trial = @import("trial.zig");
const waker_thread = @import("waker_thread.zig");

/// The version of package.json that this library was built from.
fn version() callconv(.c) [*:0]const u8 {
    return options.version;
}

/// The Zig that compiled this library.
fn zigVersion() callconv(.c) [*:0]const u8 {
    return builtin.zig_version_string;
}

comptime {
    // The library itself.
    @export(&version, .{ .name = "wb_version" }); // the version it was built as
    @export(&zigVersion, .{ .name = "wb_zig_version" }); // what compiled it
    @export(&process.dieWithParent, .{ .name = "wb_die_with_parent" }); // no orphaned agents

    // Clock.
    @export(&clock.nowNs, .{ .name = "wb_now_ns" }); // the stamp
    @export(&clock.resolutionNs, .{ .name = "wb_clock_resolution_ns" }); // what the platform claims

    // Placement.
    @export(&placement.threadId, .{ .name = "wb_thread_id" }); // the calling thread
    @export(&placement.pin, .{ .name = "wb_pin" }); // one thread to one core
    @export(&placement.unpin, .{ .name = "wb_unpin" }); // one thread to the cores that it is given
    @export(&placement.coreOf, .{ .name = "wb_core_of" }); // read back
    @export(&placement.coreCountOf, .{ .name = "wb_core_count_of" }); // read back, helper threads
    @export(&placement.allowedCores, .{ .name = "wb_allowed_cores" }); // of the calling thread

    // A visit: handshake, stamps, audit.
    @export(&session.open, .{ .name = "wb_session_open" });
    @export(&session.close, .{ .name = "wb_session_close" });
    @export(&session.seamOf, .{ .name = "wb_session_seam" }); // what the waker is given
    @export(&session.start, .{ .name = "wb_session_start" }); // starts the waker thread
    @export(&session.stop, .{ .name = "wb_session_stop" }); // ends the waker threads
    @export(&session.isBound, .{ .name = "wb_session_is_bound" }); // has the waker bound a bell?
    @export(&session.place, .{ .name = "wb_session_place" }); // the calling thread, by its role
    @export(&session.placedThreads, .{ .name = "wb_session_placed_threads" }); // for the read-back
    @export(&accounting.begin, .{ .name = "wb_session_begin" }); // after the warm-up
    @export(&accounting.end, .{ .name = "wb_session_end" });
    @export(&handshake.arm, .{ .name = "wb_arm" }); // asks for a wake
    @export(&seam.callNext, .{ .name = "wb_next" }); // the waker's side takes it
    @export(&seam.callStamp, .{ .name = "wb_stamp" }); // notify
    @export(&handshake.enter, .{ .name = "wb_enter" }); // first line of JavaScript
    @export(&handshake.resumeWake, .{ .name = "wb_resume" }); // the coroutine goes on
    @export(&handshake.probe, .{ .name = "wb_probe" }); // what a stamp costs here
    @export(&handshake.watch, .{ .name = "wb_watch" }); // finds lost wakes
    @export(&open_loop.start, .{ .name = "wb_open_loop_start" }); // wakes on a schedule
    @export(&open_loop.hear, .{ .name = "wb_open_loop_hear" }); // the coroutine goes on
    @export(&open_loop.watch, .{ .name = "wb_open_loop_watch" }); // finds its end
    @export(&accounting.collect, .{ .name = "wb_collect" }); // samples
    @export(&accounting.counters, .{ .name = "wb_counters" }); // audit and cost
    @export(&session.canProveParking, .{ .name = "wb_can_prove_parking" });

    // Doorbells.
    @export(&doorbell_fd.open, .{ .name = "wb_fd_open" });
    @export(&doorbell_fd.carry, .{ .name = "wb_fd_carry" }); // a payload with each wake
    @export(&doorbell_fd.readFd, .{ .name = "wb_fd_read_fd" });
    @export(&doorbell_fd.block, .{ .name = "wb_fd_block" }); // for readers that block
    @export(&doorbell_fd.close, .{ .name = "wb_fd_close" });
    @export(&doorbell_udp.open, .{ .name = "wb_udp_open" });
    @export(&doorbell_udp.closeDoorbell, .{ .name = "wb_udp_close" });
    @export(&doorbell_signal.open, .{ .name = "wb_signal_open" });
    @export(&doorbell_signal.close, .{ .name = "wb_signal_close" });
    @export(&node_api.register, .{ .name = "napi_register_module_v1" }); // doorbells napi, uv-async
    @export(&doorbell_callback.open, .{ .name = "wb_callback_open" });
    @export(&doorbell_callback.close, .{ .name = "wb_callback_close" });
    @export(&doorbell_counter.open, .{ .name = "wb_counter_open" });
    @export(&doorbell_counter.look, .{ .name = "wb_counter_look" }); // polled
    @export(&doorbell_counter.close, .{ .name = "wb_counter_close" });
    @export(&doorbell_ring.open, .{ .name = "wb_ring_waker_open" }); // pushes each wake into a ring
    @export(&doorbell_ring.close, .{ .name = "wb_ring_waker_close" });
    @export(&parked_worker.open, .{ .name = "wb_parked_open" });
    @export(&parked_worker.park, .{ .name = "wb_parked_park" }); // a Worker sleeps here
    @export(&parked_worker.leave, .{ .name = "wb_parked_leave" }); // and is let go
    @export(&parked_worker.close, .{ .name = "wb_parked_close" });
    @export(&inline_work.work, .{ .name = "wb_inline_work" }); // a Worker works here

    // The ring, as JavaScript drains it. Threads push through its table.
    @export(&ring.open, .{ .name = "wb_ring_open" });
    @export(&ring.bellOf, .{ .name = "wb_ring_bell" }); // what a doorbell binds itself to
    @export(&ring.drain, .{ .name = "wb_ring_drain" });
    @export(&ring.close, .{ .name = "wb_ring_close" }); // refuses what is pushed from now on
    @export(&ring.isQuiet, .{ .name = "wb_ring_is_quiet" }); // the doorbell may be closed
    @export(&ring.discard, .{ .name = "wb_ring_discard" });
    @export(&ring.free, .{ .name = "wb_ring_free" }); // JavaScript's hold is let go
    @export(&ring.release, .{ .name = "wb_ring_release" }); // a hold that was handed to nobody
    @export(&ring.counters, .{ .name = "wb_ring_counters" });
    @export(&ring_pusher.start, .{ .name = "wb_ring_pusher_start" }); // threads that push, for tests
    @export(&ring_pusher.leftOf, .{ .name = "wb_ring_pusher_left" }); // threads that still push
    @export(&ring_pusher.join, .{ .name = "wb_ring_pusher_join" }); // what became of the pushes

    // A dedicated thread that JavaScript calls and awaits.
    @export(&dedicated.open, .{ .name = "wb_dedicated_open" });
    @export(&dedicated.bellOf, .{ .name = "wb_dedicated_bell" }); // what a waker binds itself to
    @export(&dedicated.isBound, .{ .name = "wb_dedicated_is_bound" }); // has a waker bound a bell?
    @export(&dedicated.carryByRing, .{ .name = "wb_dedicated_carry_by_ring" }); // answers are its items
    @export(&dedicated.outcomesOf, .{ .name = "wb_dedicated_outcomes" }); // read in place
    @export(&dedicated.start, .{ .name = "wb_dedicated_start" });
    @export(&dedicated.send, .{ .name = "wb_dedicated_send" });
    @export(&dedicated.sendBytes, .{ .name = "wb_dedicated_send_bytes" });
    @export(&dedicated.cancel, .{ .name = "wb_dedicated_cancel" }); // nobody awaits it any more
    @export(&dedicated.takeBackAll, .{ .name = "wb_dedicated_take_back_all" }); // nor any that waits
    @export(&dedicated.take, .{ .name = "wb_dedicated_take" }); // whose calls are done
    @export(&dedicated.takeAnswer, .{ .name = "wb_dedicated_take_answer" }); // bytes, texts of a failure
    @export(&dedicated.close, .{ .name = "wb_dedicated_close" }); // nothing is sent any more
    @export(&dedicated.stateOf, .{ .name = "wb_dedicated_state" }); // is the thread still there?
    @export(&dedicated.counters, .{ .name = "wb_dedicated_counters" });
    @export(&dedicated.join, .{ .name = "wb_dedicated_join" }); // it touches nothing any more
    @export(&dedicated.free, .{ .name = "wb_dedicated_free" });
    @export(&dedicated_jobs.open, .{ .name = "wb_dedicated_jobs_open" }); // what is done in a benchmark
    @export(&dedicated_jobs.lives, .{ .name = "wb_dedicated_jobs_lives" }); // starts and stops
    @export(&dedicated_jobs.close, .{ .name = "wb_dedicated_jobs_close" });

    // An HTTP server on a native thread, whose requests JavaScript answers.
    @export(&http_server.open, .{ .name = "wb_http_open" }); // listens
    @export(&http_server.portOf, .{ .name = "wb_http_port" });
    @export(&http_server.exchangesOf, .{ .name = "wb_http_exchanges" }); // read and written in place
    @export(&http_server.inputsOf, .{ .name = "wb_http_inputs" }); // heads of requests
    @export(&http_server.outputsOf, .{ .name = "wb_http_outputs" }); // small answers
    @export(&http_server.start, .{ .name = "wb_http_start" }); // requests are a ring's items
    @export(&http_server.answerAll, .{ .name = "wb_http_answer_all" }); // answers that lie there are sent
    @export(&http_server.copyAnswer, .{ .name = "wb_http_copy_answer" }); // one that does not fit
    @export(&http_server.counters, .{ .name = "wb_http_counters" });
    @export(&http_server.close, .{ .name = "wb_http_close" }); // ends all connections; joins

    // What a notify costs its thread (bench/notify.ts).
    @export(&producer.open, .{ .name = "wb_producer_open" });
    @export(&producer.seamOf, .{ .name = "wb_producer_seam" }); // what the waker is given
    @export(&producer.start, .{ .name = "wb_producer_start" }); // the thread, its core and its gap
    @export(&producer.leftOf, .{ .name = "wb_producer_left" }); // calls still to be made
    @export(&producer.collect, .{ .name = "wb_producer_collect" }); // joins; the durations
    @export(&producer.close, .{ .name = "wb_producer_close" });

    // A flood: many threads ring one waker.
    @export(&burst.open, .{ .name = "wb_burst_open" });
    @export(&burst.seamOf, .{ .name = "wb_burst_seam" }); // what the waker is given
    @export(&burst.isBound, .{ .name = "wb_burst_is_bound" }); // has the waker bound a bell?
    @export(&burst.cellsOf, .{ .name = "wb_burst_cells" }); // what JavaScript counts in
    @export(&burst.start, .{ .name = "wb_burst_start" }); // makes the threads
    @export(&burst.begin, .{ .name = "wb_burst_begin" }); // lets them go
    @export(&burst_accounting.tick, .{ .name = "wb_burst_tick" }); // the loop's 1 ms timer
    @export(&burst_accounting.finish, .{ .name = "wb_burst_finish" }); // all is heard
    @export(&burst_accounting.numbers, .{ .name = "wb_burst_numbers" }); // notifies of each thread
    @export(&burst_accounting.counters, .{ .name = "wb_burst_counters" });
    @export(&burst_accounting.collectNotify, .{ .name = "wb_burst_collect_notify" }); // samples
    @export(&burst_accounting.collectLate, .{ .name = "wb_burst_collect_late" }); // of the timer
    @export(&burst.stop, .{ .name = "wb_burst_stop" }); // ends the threads
    @export(&burst.close, .{ .name = "wb_burst_close" });
    @export(&burst_floor.open, .{ .name = "wb_burst_floor_open" });
    @export(&burst_floor.run, .{ .name = "wb_burst_floor_run" }); // flood and settling
    @export(&burst_floor.faultsOf, .{ .name = "wb_burst_floor_faults" });
    @export(&burst_floor.close, .{ .name = "wb_burst_floor_close" });

    // Calls to a worker: their stamps, and what they use.
    @export(&calls.open, .{ .name = "wb_calls_open" });
    @export(&calls.sent, .{ .name = "wb_calls_sent" }); // the line before a call
    @export(&calls.answered, .{ .name = "wb_calls_answered" }); // the line after it
    @export(&calls.probe, .{ .name = "wb_calls_probe" }); // what a stamp costs here
    @export(&calls.begin, .{ .name = "wb_calls_begin" }); // after the warm-up
    @export(&calls.end, .{ .name = "wb_calls_end" });
    @export(&calls.counters, .{ .name = "wb_calls_counters" }); // cost
    @export(&calls.collect, .{ .name = "wb_calls_collect" }); // samples
    @export(&calls.stampsNs, .{ .name = "wb_calls_stamps_ns" });
    @export(&calls.close, .{ .name = "wb_calls_close" });
    @export(&dispatch_floor.open, .{ .name = "wb_dispatch_floor_open" }); // native to native
    @export(&dispatch_floor.threadIdOf, .{ .name = "wb_dispatch_floor_thread_id" });
    @export(&dispatch_floor.run, .{ .name = "wb_dispatch_floor_run" });
    @export(&dispatch_floor.close, .{ .name = "wb_dispatch_floor_close" });

    // The tasks of a workload: their stamps by slot, from any thread, and what they use.
    @export(&task_log.open, .{ .name = "wb_tasks_open" });
    @export(&task_log.began, .{ .name = "wb_tasks_began" }); // a task is made
    @export(&task_log.ended, .{ .name = "wb_tasks_ended" }); // its last line
    @export(&task_log.probe, .{ .name = "wb_tasks_probe" }); // what a stamp costs here
    @export(&task_log.begin, .{ .name = "wb_tasks_begin" }); // after the warm-up
    @export(&task_log.end, .{ .name = "wb_tasks_end" });
    @export(&task_log.counters, .{ .name = "wb_tasks_counters" }); // cost
    @export(&task_log.collect, .{ .name = "wb_tasks_collect" }); // durations by slot
    @export(&task_log.tally, .{ .name = "wb_tasks_tally" }); // audit
    @export(&task_log.stampsNs, .{ .name = "wb_tasks_stamps_ns" });
    @export(&task_log.close, .{ .name = "wb_tasks_close" });

    // A load on a server.
    @export(&load.open, .{ .name = "wb_load_open" });
    @export(&load.start, .{ .name = "wb_load_start" }); // makes the client's thread
    @export(&load.isOver, .{ .name = "wb_load_is_over" });
    @export(&load.stop, .{ .name = "wb_load_stop" }); // before its time
    @export(&load.counters, .{ .name = "wb_load_counters" }); // answers, errors, cost
    @export(&load.collect, .{ .name = "wb_load_collect" }); // samples
    @export(&load.close, .{ .name = "wb_load_close" });

    // A waker tried out: does it work at all?
    @export(&trial.open, .{ .name = "wb_trial_open" });
    @export(&trial.seamOf, .{ .name = "wb_trial_seam" }); // what the waker is given
    @export(&trial.start, .{ .name = "wb_trial_start" }); // threads that notify
    @export(&trial.rungOf, .{ .name = "wb_trial_rung" }); // notifies so far
    @export(&trial.runningOf, .{ .name = "wb_trial_running" }); // threads that still notify
    @export(&trial.leave, .{ .name = "wb_trial_leave" }); // to a waker's own thread
    @export(&trial.close, .{ .name = "wb_trial_close" });
    @export(&returning.start, .{ .name = "wb_returning_start" }); // calls, and keeps what returns
    @export(&returning.isOver, .{ .name = "wb_returning_is_over" });
    @export(&returning.collect, .{ .name = "wb_returning_collect" });

    // Operations that burn CPU (src/burners).
    @export(&burner.open, .{ .name = "wb_burner_open" }); // also what a dedicated thread is opened with
    @export(&burner.burn, .{ .name = "wb_burner_burn" }); // once, on the calling thread
    @export(&burner.counters, .{ .name = "wb_burner_counters" });
    @export(&burner.close, .{ .name = "wb_burner_close" });

    // What calls do on a Worker.
    @export(&clock.spinNs, .{ .name = "wb_spin_ns" });
    @export(&placement.yield, .{ .name = "wb_yield" });
    @export(&async_work.threads, .{ .name = "wb_async_work_threads" }); // of the runtime's pool
    @export(&sqlite.fault, .{ .name = "wb_sqlite_fault" }); // why it cannot be done here
    @export(&sqlite.schemaText, .{ .name = "wb_sqlite_schema" }); // SQL, for Bun's SQLite
    @export(&sqlite.queryText, .{ .name = "wb_sqlite_query" });

    // Floors, loop states, controls.
    @export(&floor.open, .{ .name = "wb_floor_open" });
    @export(&floor.run, .{ .name = "wb_floor_run" });
    @export(&floor.runOpenLoop, .{ .name = "wb_floor_run_open_loop" });
    @export(&floor.closeFloor, .{ .name = "wb_floor_close" });
    @export(&loop_state.turn, .{ .name = "wb_busy_turn" }); // one turn of a busy loop
    @export(&controls.wrap, .{ .name = "wb_control_wrap" }); // a bell with a known fault
    @export(&controls.flood, .{ .name = "wb_control_flood" }); // threads that call and call
    @export(&controls.unwrap, .{ .name = "wb_control_unwrap" });
    @export(&control_bell.open, .{ .name = "wb_control_bell_open" }); // faults in a flood
    @export(&control_bell.seamOf, .{ .name = "wb_control_bell_seam" });
    @export(&control_bell.faults, .{ .name = "wb_control_bell_faults" });
    @export(&control_bell.close, .{ .name = "wb_control_bell_close" });
}

test {
    _ = .{ doorbell_ring, doorbell_signal, doorbell_udp, node_api };
    _ = .{ accounting, handshake, open_loop };
    _ = @import("audit.zig");
    _ = @import("adaptive_wait.zig");
    _ = @import("bell.zig");
    _ = @import("courtesy.zig");
    _ = @import("dedicated_test.zig");
    _ = @import("doorbell_napi.zig");
    _ = @import("doorbell_uv.zig");
    _ = .{ burner, burst, burst_accounting, burst_floor, control_bell };
    _ = @import("foreign_usage.zig");
    _ = @import("futex.zig");
    _ = @import("load_connection.zig");
    _ = @import("load_http.zig");
    _ = @import("load_samples.zig");
    _ = @import("load_socket.zig");
    _ = @import("parking.zig");
    _ = @import("payload.zig");
    _ = @import("poller.zig");
    _ = .{ @import("http_answer.zig"), @import("http_chunks.zig"), @import("http_places.zig") };
    _ = .{ @import("http_reading.zig"), @import("http_request.zig"), @import("http_server_test.zig") };
    _ = @import("sockets.zig");
    _ = @import("recorder.zig");
    _ = @import("ring_memory.zig");
    _ = @import("ring_test.zig");
    _ = @import("ring_queue_test.zig");
    _ = @import("schedule.zig");
    _ = .{ seam, channel, clock, controls, doorbell_callback, doorbell_fd, floor, loop_state };
    _ = .{ doorbell_counter, inline_work, parked_worker, placement, process, producer, session, waker_thread };
    _ = .{ ring, ring_pusher, returning, sqlite, task_log, trial };
    _ = .{ async_work, @import("work.zig") };
}
