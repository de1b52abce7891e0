//! SQLite's memory, that runs out when it is told to.
#![allow(
    unsafe_code,
    reason = "SQLite takes its memory through an interface in C: there is no other way to refuse it"
)]

use rusqlite::ffi;
use std::ffi::{c_int, c_void};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Once, OnceLock};

type Malloc = unsafe extern "C" fn(c_int) -> *mut c_void;
type Realloc = unsafe extern "C" fn(*mut c_void, c_int) -> *mut c_void;

/// SQLite's own.
static REAL: OnceLock<(Malloc, Realloc)> = OnceLock::new();
/// Allocations so far.
static COUNT: AtomicU64 = AtomicU64::new(0);
/// The first one that fails, and how many do at most.
static FROM: AtomicU64 = AtomicU64::new(u64::MAX);
static MOST: AtomicU64 = AtomicU64::new(0);
static FAILED: AtomicU64 = AtomicU64::new(0);

/// Stands before SQLite's own allocator. Has to be done before anything else is asked of SQLite.
pub fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let mut methods = std::mem::MaybeUninit::<ffi::sqlite3_mem_methods>::uninit();
        // SAFETY: SQLite fills the methods in, and copies ours; nothing has used it before.
        unsafe {
            let asked = ffi::sqlite3_config(ffi::SQLITE_CONFIG_GETMALLOC, methods.as_mut_ptr());
            assert_eq!(asked, ffi::SQLITE_OK, "SQLite was used before");
            let mut ours = methods.assume_init();
            let real = (ours.xMalloc, ours.xRealloc);
            let (Some(malloc_real), Some(realloc_real)) = real else { panic!("no allocator") };
            assert!(REAL.set((malloc_real, realloc_real)).is_ok());
            ours.xMalloc = Some(malloc);
            ours.xRealloc = Some(realloc);
            let put = ffi::sqlite3_config(ffi::SQLITE_CONFIG_MALLOC, &raw const ours);
            assert_eq!(put, ffi::SQLITE_OK);
        }
    });
}

/// From the numbered allocation on, counted from now, so many fail.
pub fn fail(from: u64, most: u64) {
    enough();
    COUNT.store(0, Ordering::SeqCst);
    FAILED.store(0, Ordering::SeqCst);
    MOST.store(most, Ordering::SeqCst);
    FROM.store(from, Ordering::SeqCst);
}

/// There is memory again.
pub fn enough() {
    FROM.store(u64::MAX, Ordering::SeqCst);
}

/// How many have failed since [`fail`].
pub fn failures() -> u64 {
    FAILED.load(Ordering::SeqCst)
}

fn refused() -> bool {
    let number = COUNT.fetch_add(1, Ordering::SeqCst) + 1;
    let fails = number >= FROM.load(Ordering::SeqCst)
        && FAILED.load(Ordering::SeqCst) < MOST.load(Ordering::SeqCst);
    if fails {
        FAILED.fetch_add(1, Ordering::SeqCst);
    }
    fails
}

unsafe extern "C" fn malloc(len: c_int) -> *mut c_void {
    match REAL.get() {
        // SAFETY: passed on as it came.
        Some((malloc, _)) if !refused() => unsafe { malloc(len) },
        _ => std::ptr::null_mut(),
    }
}

unsafe extern "C" fn realloc(old: *mut c_void, len: c_int) -> *mut c_void {
    match REAL.get() {
        // SAFETY: passed on as it came.
        Some((_, realloc)) if !refused() => unsafe { realloc(old, len) },
        _ => std::ptr::null_mut(),
    }
}
