//! A run's log: one append-only file.
//!
//! A record is a line, so that the file can be read with anything:
//! `<milliseconds since 1970> <stream> <text>`. The stream is `o` (standard output), `e` (standard
//! error) or `a` (Aegis); a capital letter says that the line goes on in the next record of the
//! same stream. The text is what the program printed, byte for byte; it cannot contain a line end,
//! so no program can forge a record.

mod ends;
mod files;
mod read;
mod record;
mod write;

pub use files::{LogFile, Logs, path};
pub use read::{LogLine, LogPage, ReadError};
pub use write::{CAP, TAIL};

pub(crate) use write::RunLog;
