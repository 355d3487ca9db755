//! A library with threads of its own that pushes numbers into a ring. It links nothing but Rust's own
//! library: all it knows of the ring is the layout of include/wakerbench_ring.h.
//!
//!     rustc --edition 2021 --crate-type cdylib -O ring-rust.rs

use std::ffi::c_void;
use std::sync::Arc;
use std::thread;

const ABI: u32 = 1;
const OK: i32 = 0;
const CLOSED: i32 = 3;

/// The `wakerbench_ring` of include/wakerbench_ring.h.
#[repr(C)]
pub struct WakerbenchRing {
    abi: u32,
    payload_bytes: u32,
    push: unsafe extern "C" fn(*mut WakerbenchRing, *const c_void) -> i32,
    retain: unsafe extern "C" fn(*mut WakerbenchRing),
    release: unsafe extern "C" fn(*mut WakerbenchRing),
}

/// One hold of a ring, let go when it is dropped.
struct Ring(*mut WakerbenchRing);

// SAFETY: the header says that all functions may be called from any thread, several at once.
unsafe impl Send for Ring {}
unsafe impl Sync for Ring {}

impl Ring {
    /// Takes over the hold that comes with the pointer. None when the ring is another one than this
    /// was written for.
    ///
    /// # Safety
    /// `pointer` is that of an open ring, and its hold is nobody else's.
    unsafe fn take(pointer: *mut WakerbenchRing) -> Option<Ring> {
        if (*pointer).abi != ABI {
            return None;
        }
        let ring = Ring(pointer);
        ((*pointer).payload_bytes == 8).then_some(ring)
    }

    /// Sleeps while the ring is full. False when JavaScript wants no more.
    fn push(&self, value: f64) -> bool {
        // SAFETY: this hold keeps the ring, and 8 bytes are what it copies.
        let pushed = unsafe { ((*self.0).push)(self.0, (&raw const value).cast()) };
        debug_assert!(pushed == OK || pushed == CLOSED);
        pushed == OK
    }
}

impl Drop for Ring {
    fn drop(&mut self) {
        // SAFETY: the hold is let go once, and `self` is not used any more.
        unsafe { ((*self.0).release)(self.0) }
    }
}

/// Starts `workers` threads that push square roots for as long as the ring takes them. Returns how
/// many there are, or -1 when the ring is another one than this was written for.
///
/// # Safety
/// `pointer` is that of an open ring, whose native hold is handed over.
#[no_mangle]
pub unsafe extern "C" fn ring_rust_start(pointer: *mut WakerbenchRing, workers: u32) -> i32 {
    let Some(ring) = Ring::take(pointer) else {
        return -1;
    };
    // One hold for all threads: the last of them to end drops it.
    let ring = Arc::new(ring);
    for worker in 0..workers {
        let ring = Arc::clone(&ring);
        thread::spawn(move || {
            let mut number = f64::from(worker);
            while ring.push(number.sqrt()) {
                number += f64::from(workers);
            }
        });
    }
    workers as i32
}
