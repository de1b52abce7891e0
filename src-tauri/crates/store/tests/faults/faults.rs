//! Which calls fail, and with what.

use rusqlite::ffi;

/// What SQLite asks the file system to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    Open,
    Delete,
    Access,
    Read,
    Write,
    Truncate,
    Sync,
    Size,
    Lock,
    SharedLock,
    /// Of shared memory that is there.
    Map,
    /// Of shared memory that may have to grow.
    Extend,
}

/// What is wrong with the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `ENOSPC`.
    Full,
    /// `EIO`.
    Broken,
    /// Somebody else holds every lock.
    Busy,
}

impl Kind {
    /// What a call of this kind fails with, if it can.
    fn code(self, call: Call) -> Option<i32> {
        let code = match (self, call) {
            (Self::Full, Call::Open) => ffi::SQLITE_CANTOPEN,
            (Self::Full, Call::Write) => ffi::SQLITE_FULL,
            (Self::Full, Call::Sync) => ffi::SQLITE_IOERR_FSYNC,
            (Self::Full, Call::Extend) => ffi::SQLITE_IOERR_SHMSIZE,
            (Self::Broken, Call::Open) => ffi::SQLITE_CANTOPEN,
            (Self::Broken, Call::Delete) => ffi::SQLITE_IOERR_DELETE,
            (Self::Broken, Call::Access) => ffi::SQLITE_IOERR_ACCESS,
            (Self::Broken, Call::Read) => ffi::SQLITE_IOERR_READ,
            (Self::Broken, Call::Write) => ffi::SQLITE_IOERR_WRITE,
            (Self::Broken, Call::Truncate) => ffi::SQLITE_IOERR_TRUNCATE,
            (Self::Broken, Call::Sync) => ffi::SQLITE_IOERR_FSYNC,
            (Self::Broken, Call::Size) => ffi::SQLITE_IOERR_FSTAT,
            (Self::Broken, Call::Lock) => ffi::SQLITE_IOERR_LOCK,
            (Self::Broken, Call::SharedLock) => ffi::SQLITE_IOERR_SHMLOCK,
            (Self::Broken, Call::Map | Call::Extend) => ffi::SQLITE_IOERR_SHMMAP,
            (Self::Busy, Call::Lock | Call::SharedLock) => ffi::SQLITE_BUSY,
            _ => return None,
        };
        Some(code)
    }
}

/// Calls that fail.
#[derive(Debug, Clone)]
pub struct Plan {
    kind: Kind,
    /// The first call that may fail.
    from: u64,
    /// Calls that fail at most.
    most: u64,
    /// Only calls about this file.
    file: Option<&'static str>,
    /// Only such calls.
    call: Option<Call>,
    failed: u64,
}

impl Plan {
    /// The first call that can fail so, from the numbered one on.
    pub fn once(kind: Kind, from: u64) -> Self {
        Self { kind, from, most: 1, file: None, call: None, failed: 0 }
    }

    /// Every call that can fail so, from the numbered one on.
    pub fn for_good(kind: Kind, from: u64) -> Self {
        Self { most: u64::MAX, ..Self::once(kind, from) }
    }

    /// Only such calls about this file.
    pub fn only(self, call: Call, file: &'static str) -> Self {
        Self { call: Some(call), file: Some(file), ..self }
    }

    pub fn failures(&self) -> u64 {
        self.failed
    }

    /// Whether calls fail again and again: whoever tries again does not move on.
    pub(crate) fn is_under_way(&self) -> bool {
        self.failed > 0 && self.most > 1
    }

    pub(crate) fn judge(&mut self, number: u64, call: Call, name: &str) -> Option<i32> {
        if number < self.from
            || self.failed >= self.most
            || self.file.is_some_and(|file| file != name)
            || self.call.is_some_and(|only| only != call)
        {
            return None;
        }
        let code = self.kind.code(call)?;
        self.failed += 1;
        Some(code)
    }
}
