//! The calls that are about names.
#![allow(
    unsafe_code,
    reason = "SQLite's interface to the disk is in C: there is no other way to stand in between"
)]

use super::{DATABASE, Watch, file, is_kept, watch_lock};
use crate::faults::Call;
use rusqlite::ffi;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::path::PathBuf;
use std::sync::Once;
use std::sync::atomic::{AtomicPtr, Ordering};
use std::time::Duration;

static REAL: AtomicPtr<ffi::sqlite3_vfs> = AtomicPtr::new(std::ptr::null_mut());

/// Puts the shim in front of SQLite's own file system, for this process.
pub(super) fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: the default file system lives as long as the process; ours is leaked, so it does
        // too. What is copied from it are its name-independent calls.
        unsafe {
            let real = ffi::sqlite3_vfs_find(std::ptr::null());
            assert!(!real.is_null(), "SQLite has a file system");
            REAL.store(real, Ordering::Release);
            let ours = Box::leak(Box::new(ffi::sqlite3_vfs {
                iVersion: 2,
                szOsFile: file::size((*real).szOsFile),
                mxPathname: (*real).mxPathname,
                pNext: std::ptr::null_mut(),
                zName: c"aegis-faults".as_ptr(),
                pAppData: std::ptr::null_mut(),
                xOpen: Some(open),
                xDelete: Some(delete),
                xAccess: Some(access),
                xFullPathname: Some(full_pathname),
                xDlOpen: None,
                xDlError: None,
                xDlSym: None,
                xDlClose: None,
                xRandomness: Some(randomness),
                xSleep: Some(sleep),
                xCurrentTime: (*real).xCurrentTime,
                xGetLastError: (*real).xGetLastError,
                xCurrentTimeInt64: (*real).xCurrentTimeInt64,
                xSetSystemCall: None,
                xGetSystemCall: None,
                xNextSystemCall: None,
            }));
            assert_eq!(ffi::sqlite3_vfs_register(ours, 1), ffi::SQLITE_OK);
        }
    });
}

fn real() -> *mut ffi::sqlite3_vfs {
    REAL.load(Ordering::Acquire)
}

/// Calls one of the real file system's functions, which are all there.
macro_rules! pass {
    ($method:ident $(, $argument:expr)*) => {
        match (*real()).$method {
            Some(method) => method(real() $(, $argument)*),
            None => ffi::SQLITE_ERROR,
        }
    };
}

/// The database's or a copy's file that a path of SQLite's names, if it is one that is watched.
fn watched(watch: &Watch, path: *const c_char) -> Option<String> {
    if path.is_null() {
        return None;
    }
    // SAFETY: SQLite passes names that end with a NUL.
    let path = unsafe { CStr::from_ptr(path) }.to_str().ok()?;
    let path: PathBuf = path.into();
    let name = path.file_name()?.to_str()?;
    let folder = path.parent()?;
    let database = folder == watch.root && name.starts_with(DATABASE);
    (database || folder == watch.root.join("backups")).then(|| name.to_owned())
}

unsafe extern "C" fn open(
    _: *mut ffi::sqlite3_vfs,
    path: *const c_char,
    to: *mut ffi::sqlite3_file,
    flags: c_int,
    out_flags: *mut c_int,
) -> c_int {
    // SAFETY: SQLite gives room for `szOsFile` bytes at `to`; all else is passed on as it came.
    unsafe {
        file::vacant(to);
        let mut tracked = None;
        if let Some(watch) = watch_lock().as_mut()
            && let Some(name) = watched(watch, path)
        {
            if let Some(error) = watch.call(Call::Open, &name) {
                return error;
            }
            tracked = Some((watch.id, name));
        }
        let result = pass!(xOpen, path, file::behind(to), flags, out_flags);
        if result != ffi::SQLITE_OK {
            return result;
        }
        let mut syncs_names = false;
        if let Some((id, name)) = &tracked
            && let Some(watch) = watch_lock().as_mut().filter(|w| w.id == *id)
        {
            // As SQLite's own: the folder of a log or journal that may be new is synced with it.
            let log = ffi::SQLITE_OPEN_WAL | ffi::SQLITE_OPEN_MAIN_JOURNAL;
            syncs_names = flags & ffi::SQLITE_OPEN_CREATE != 0 && flags & log != 0;
            if is_kept(name) {
                watch.disk.open(name);
            }
        }
        file::occupy(to, tracked, syncs_names);
        result
    }
}

unsafe extern "C" fn delete(
    _: *mut ffi::sqlite3_vfs,
    path: *const c_char,
    sync_names: c_int,
) -> c_int {
    let mut watch = watch_lock();
    let name = watch.as_ref().and_then(|watch| watched(watch, path));
    if let (Some(watch), Some(name)) = (watch.as_mut(), &name)
        && let Some(error) = watch.call(Call::Delete, name)
    {
        return error;
    }
    // SAFETY: passed on as it came; without the sync, which would be a real one.
    let result = unsafe { pass!(xDelete, path, 0) };
    if let (Some(watch), Some(name)) = (watch.as_mut(), &name)
        && result == ffi::SQLITE_OK
        && is_kept(name)
    {
        watch.disk.remove(name);
        if sync_names != 0 {
            watch.disk.sync_names();
        }
    }
    result
}

unsafe extern "C" fn access(
    _: *mut ffi::sqlite3_vfs,
    path: *const c_char,
    flags: c_int,
    found: *mut c_int,
) -> c_int {
    if let Some(watch) = watch_lock().as_mut()
        && let Some(name) = watched(watch, path)
        && let Some(error) = watch.call(Call::Access, &name)
    {
        return error;
    }
    // SAFETY: passed on as it came.
    unsafe { pass!(xAccess, path, flags, found) }
}

unsafe extern "C" fn full_pathname(
    _: *mut ffi::sqlite3_vfs,
    path: *const c_char,
    len: c_int,
    to: *mut c_char,
) -> c_int {
    // SAFETY: passed on as it came.
    unsafe { pass!(xFullPathname, path, len, to) }
}

unsafe extern "C" fn randomness(_: *mut ffi::sqlite3_vfs, len: c_int, to: *mut c_char) -> c_int {
    // SAFETY: passed on as it came.
    unsafe { pass!(xRandomness, len, to) }
}

/// Waiting for somebody's lock takes little of its time here: five seconds of patience are over in
/// 25 milliseconds. That is enough for a thread that is really at work to let go of its lock.
unsafe extern "C" fn sleep(_: *mut ffi::sqlite3_vfs, micros: c_int) -> c_int {
    std::thread::sleep(Duration::from_micros(u64::from(micros.unsigned_abs()) / 200));
    micros
}

const _: () = assert!(size_of::<*mut c_void>() == 8, "the layout of `file` counts on it");
