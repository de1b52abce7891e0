//! The calls that are about one open file.
#![allow(
    unsafe_code,
    reason = "SQLite's interface to the disk is in C: there is no other way to stand in between"
)]

use super::{Honesty, Watch, is_kept, watch_lock};
use crate::faults::Call;
use rusqlite::ffi;
use std::ffi::{c_int, c_void};
use std::slice;

/// Our part of an open file; the real file system's part lies behind it.
#[repr(C)]
struct Shim {
    base: ffi::sqlite3_file,
    /// Null for a file that is nobody's business.
    tracked: *mut Tracked,
}

struct Tracked {
    id: u64,
    name: String,
    /// The next sync also makes the folder's names durable.
    syncs_names: bool,
}

/// The room that an open file takes.
pub(super) fn size(real: c_int) -> c_int {
    size_of::<Shim>() as c_int + real
}

/// The real file system's part.
///
/// # Safety
/// `file` has room for [`size`] bytes.
pub(super) unsafe fn behind(file: *mut ffi::sqlite3_file) -> *mut ffi::sqlite3_file {
    // SAFETY: the caller says so.
    unsafe { file.cast::<u8>().add(size_of::<Shim>()).cast() }
}

/// Not open: SQLite closes nothing that has no methods.
///
/// # Safety
/// As [`behind`].
pub(super) unsafe fn vacant(file: *mut ffi::sqlite3_file) {
    let shim = file.cast::<Shim>();
    // SAFETY: the caller says so.
    unsafe {
        (*shim).base.pMethods = std::ptr::null();
        (*shim).tracked = std::ptr::null_mut();
        (*behind(file)).pMethods = std::ptr::null();
    }
}

/// Open, with these files behind it.
///
/// # Safety
/// As [`behind`], and the real file is open.
pub(super) unsafe fn occupy(
    file: *mut ffi::sqlite3_file,
    tracked: Option<(u64, String)>,
    syncs_names: bool,
) {
    let shim = file.cast::<Shim>();
    let boxed = tracked.map(|(id, name)| Box::new(Tracked { id, name, syncs_names }));
    // SAFETY: the caller says so.
    unsafe {
        (*shim).tracked = boxed.map_or(std::ptr::null_mut(), Box::into_raw);
        (*shim).base.pMethods = &METHODS;
    }
}

static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    // With shared memory, without memory maps: every read and write is a call.
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: None,
    xUnfetch: None,
};

/// Calls one of the real file's methods.
macro_rules! pass {
    ($file:expr, $method:ident $(, $argument:expr)*) => {{
        let file = behind($file);
        match (*file).pMethods.as_ref().and_then(|methods| methods.$method) {
            Some(method) => method(file $(, $argument)*),
            None => ffi::SQLITE_IOERR,
        }
    }};
}

/// Notes a call on a file of a watched database; what it fails with, if it does.
///
/// # Safety
/// `file` is open.
unsafe fn note(file: *mut ffi::sqlite3_file, call: Call) -> Option<i32> {
    // SAFETY: the caller says so.
    unsafe { with(file, |watch, tracked| watch.call(call, &tracked.name)) }.flatten()
}

/// # Safety
/// `file` is open.
unsafe fn with<T>(
    file: *mut ffi::sqlite3_file,
    act: impl FnOnce(&mut Watch, &mut Tracked) -> T,
) -> Option<T> {
    // SAFETY: the caller says so; SQLite uses a file from one thread at a time.
    let tracked = unsafe { (*file.cast::<Shim>()).tracked.as_mut() }?;
    let mut watch = watch_lock();
    let watch = watch.as_mut().filter(|watch| watch.id == tracked.id)?;
    Some(act(watch, tracked))
}

/// The same for a file of which account is kept.
///
/// # Safety
/// `file` is open.
unsafe fn kept(file: *mut ffi::sqlite3_file, act: impl FnOnce(&mut Watch, &mut Tracked)) {
    // SAFETY: the caller says so.
    unsafe {
        with(file, |watch, it| {
            if is_kept(&it.name) {
                act(watch, it);
            }
        });
    }
}

unsafe extern "C" fn close(file: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: SQLite closes an open file once; `tracked` came out of a box.
    unsafe {
        let result = pass!(file, xClose);
        let tracked = std::mem::replace(&mut (*file.cast::<Shim>()).tracked, std::ptr::null_mut());
        if !tracked.is_null() {
            drop(Box::from_raw(tracked));
        }
        result
    }
}

unsafe extern "C" fn read(
    file: *mut ffi::sqlite3_file,
    to: *mut c_void,
    len: c_int,
    at: i64,
) -> c_int {
    // SAFETY: passed on as it came.
    unsafe {
        if let Some(error) = note(file, Call::Read) {
            return error;
        }
        pass!(file, xRead, to, len, at)
    }
}

unsafe extern "C" fn write(
    file: *mut ffi::sqlite3_file,
    from: *const c_void,
    len: c_int,
    at: i64,
) -> c_int {
    // SAFETY: `from` has `len` bytes; the rest is passed on as it came.
    unsafe {
        let error = note(file, Call::Write);
        // What fails may have been half done.
        let len = if error.is_some() { len / 2 } else { len };
        let result = pass!(file, xWrite, from, len, at);
        if result == ffi::SQLITE_OK {
            let bytes = slice::from_raw_parts(from.cast::<u8>(), len as usize);
            kept(file, |watch, it| watch.disk.write(&it.name, at as usize, bytes));
        }
        error.unwrap_or(result)
    }
}

unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, len: i64) -> c_int {
    // SAFETY: passed on as it came.
    unsafe {
        if let Some(error) = note(file, Call::Truncate) {
            return error;
        }
        let result = pass!(file, xTruncate, len);
        if result == ffi::SQLITE_OK {
            kept(file, |watch, it| watch.disk.set_len(&it.name, len as usize));
        }
        result
    }
}

unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, _: c_int) -> c_int {
    // SAFETY: the file is open.
    unsafe {
        let error = note(file, Call::Sync);
        kept(file, |watch, it| {
            if error.is_some() {
                watch.disk.sync_failed(&it.name, &mut watch.dice);
            } else if watch.honesty == Honesty::Honest {
                watch.disk.sync(&it.name);
                if std::mem::take(&mut it.syncs_names) {
                    watch.disk.sync_names();
                }
            }
        });
        error.unwrap_or(ffi::SQLITE_OK)
    }
}

unsafe extern "C" fn file_size(file: *mut ffi::sqlite3_file, to: *mut i64) -> c_int {
    // SAFETY: passed on as it came.
    unsafe {
        if let Some(error) = note(file, Call::Size) {
            return error;
        }
        pass!(file, xFileSize, to)
    }
}

unsafe extern "C" fn lock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    // SAFETY: passed on as it came.
    unsafe {
        if let Some(error) = note(file, Call::Lock) {
            return error;
        }
        pass!(file, xLock, level)
    }
}

unsafe extern "C" fn unlock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    // SAFETY: passed on as it came.
    unsafe { pass!(file, xUnlock, level) }
}

unsafe extern "C" fn check_reserved_lock(file: *mut ffi::sqlite3_file, to: *mut c_int) -> c_int {
    // SAFETY: passed on as it came.
    unsafe { pass!(file, xCheckReservedLock, to) }
}

unsafe extern "C" fn file_control(
    file: *mut ffi::sqlite3_file,
    what: c_int,
    with: *mut c_void,
) -> c_int {
    // SAFETY: passed on as it came.
    unsafe { pass!(file, xFileControl, what, with) }
}

unsafe extern "C" fn sector_size(_: *mut ffi::sqlite3_file) -> c_int {
    4096
}

/// The least that a disk of today promises.
unsafe extern "C" fn device_characteristics(_: *mut ffi::sqlite3_file) -> c_int {
    ffi::SQLITE_IOCAP_POWERSAFE_OVERWRITE
}

unsafe extern "C" fn shm_map(
    file: *mut ffi::sqlite3_file,
    page: c_int,
    size: c_int,
    extend: c_int,
    to: *mut *mut c_void,
) -> c_int {
    // SAFETY: passed on as it came.
    unsafe {
        if let Some(error) = note(file, if extend == 0 { Call::Map } else { Call::Extend }) {
            return error;
        }
        pass!(file, xShmMap, page, size, extend, to)
    }
}

unsafe extern "C" fn shm_lock(
    file: *mut ffi::sqlite3_file,
    at: c_int,
    count: c_int,
    flags: c_int,
) -> c_int {
    // SAFETY: passed on as it came.
    unsafe {
        if flags & ffi::SQLITE_SHM_LOCK != 0
            && let Some(error) = note(file, Call::SharedLock)
        {
            return error;
        }
        pass!(file, xShmLock, at, count, flags)
    }
}

unsafe extern "C" fn shm_barrier(file: *mut ffi::sqlite3_file) {
    // SAFETY: the file is open.
    unsafe {
        let real = behind(file);
        if let Some(barrier) = (*real).pMethods.as_ref().and_then(|methods| methods.xShmBarrier) {
            barrier(real);
        }
    }
}

unsafe extern "C" fn shm_unmap(file: *mut ffi::sqlite3_file, delete: c_int) -> c_int {
    // SAFETY: passed on as it came.
    unsafe { pass!(file, xShmUnmap, delete) }
}
