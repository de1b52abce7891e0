//! Reading a run's log from a byte on.

use super::record;
use aegis_domain::Timestamp;
use aegis_ports::LogStream;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

/// One line, or a part of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// When it arrived.
    pub at: Timestamp,
    /// Where it came from.
    pub stream: LogStream,
    /// The text; what was not UTF-8 is U+FFFD.
    pub text: String,
    /// The line goes on in the next one of the same stream.
    pub partial: bool,
}

/// Consecutive lines.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LogPage {
    /// The lines.
    pub lines: Vec<LogLine>,
    /// Where to read on.
    pub next_offset: u64,
    /// Bytes in the file.
    pub len: u64,
}

/// Why a log could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The offset is not the beginning of a record.
    #[error("Byte {0} is not the beginning of a line of this log")]
    NotALine(u64),
    /// The system says no.
    #[error("The log could not be read: {0}")]
    Io(#[from] std::io::Error),
}

/// Whole records from `offset`, about `limit` bytes of them. A log without a file is empty.
pub(super) fn page(path: &Path, offset: u64, limit: usize) -> Result<LogPage, ReadError> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Ok(LogPage { next_offset: offset, ..LogPage::default() });
        }
        Err(error) => return Err(error.into()),
    };
    let len = file.metadata()?.len();
    if offset > 0 {
        // The byte before a record is the line end of the one before.
        let mut before = [0u8];
        file.seek(SeekFrom::Start(offset - 1))?;
        if offset > len || file.read(&mut before)? != 1 || before != *b"\n" {
            return Err(ReadError::NotALine(offset));
        }
    }
    // One record may be longer than a small limit.
    let limit = limit.max(record::MAX_TEXT + 64);
    let mut bytes = Vec::with_capacity(limit.min(1 << 20));
    file.take(limit as u64).read_to_end(&mut bytes)?;
    let whole = bytes.iter().rposition(|b| *b == b'\n').map_or(0, |i| i + 1);
    let lines = bytes[..whole]
        .split(|b| *b == b'\n')
        .filter(|line| !line.is_empty())
        .filter_map(record::parse)
        .map(|record| LogLine {
            at: record.at,
            stream: record.stream,
            text: String::from_utf8_lossy(record.text).into_owned(),
            partial: record.goes_on,
        })
        .collect();
    Ok(LogPage { lines, next_offset: offset + whole as u64, len })
}
