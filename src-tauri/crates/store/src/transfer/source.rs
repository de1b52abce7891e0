//! Reading an export, a line at a time.

use super::ImportError;
use super::record::{Header, KIND, Record, VERSION};
use crate::latest_version;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use std::io::{BufRead, Read};

/// The most bytes of a line: as many as one request may have.
pub const MAX_LINE: usize = 16 * 1024 * 1024;

/// Lines, and how far they were read.
pub(super) struct Source<R> {
    from: R,
    hash: Sha256,
    line: Vec<u8>,
    /// The number of the line that was read last.
    pub(super) number: u64,
    rank: u8,
}

impl<R: BufRead> Source<R> {
    /// Reads the first line.
    pub(super) fn open(from: R) -> Result<(Self, Header), ImportError> {
        let mut source = Self { from, hash: Sha256::new(), line: Vec::new(), number: 0, rank: 0 };
        if !source.read()? {
            return Err(ImportError::NotAnExport);
        }
        let first: serde_json::Value =
            serde_json::from_slice(&source.line).map_err(|_| ImportError::NotAnExport)?;
        if first.get("aegis").and_then(serde_json::Value::as_str) != Some(KIND) {
            return Err(ImportError::NotAnExport);
        }
        // Before the whole: a newer one may have more fields.
        let of = |name: &str| first.get(name).and_then(serde_json::Value::as_i64).unwrap_or(0);
        if of("version") > i64::from(VERSION) || of("form") > latest_version() {
            return Err(ImportError::Newer);
        }
        let header = source.parse()?;
        Ok((source, header))
    }

    /// The next record; `None` after the last line, once everything agrees with it.
    pub(super) fn next(&mut self) -> Result<Option<Record>, ImportError> {
        let so_far = (self.number, hex::encode(self.hash.clone().finalize()));
        if !self.read()? {
            return Err(ImportError::Truncated { lines: self.number });
        }
        let record: Record = self.parse()?;
        if record.rank() < self.rank {
            return Err(self.refuse("it stands after lines that it should stand before"));
        }
        self.rank = record.rank();
        let Record::End { lines, sha256 } = record else { return Ok(Some(record)) };
        if (lines, sha256) != so_far || self.read()? {
            return Err(ImportError::Changed);
        }
        Ok(None)
    }

    /// Why the line that was read last is not taken in.
    pub(super) fn refuse(&self, detail: impl std::fmt::Display) -> ImportError {
        ImportError::Line { line: self.number, detail: detail.to_string() }
    }

    fn parse<T: DeserializeOwned>(&self) -> Result<T, ImportError> {
        serde_json::from_slice(&self.line).map_err(|e| self.refuse(e))
    }

    /// Reads a line; `false` at the end. A line without an end was cut off.
    fn read(&mut self) -> Result<bool, ImportError> {
        self.line.clear();
        let most = MAX_LINE as u64 + 1;
        let mut part = self.from.by_ref().take(most);
        part.read_until(b'\n', &mut self.line).map_err(ImportError::Read)?;
        if self.line.is_empty() {
            return Ok(false);
        }
        if self.line.last() != Some(&b'\n') {
            return Err(if self.line.len() > MAX_LINE {
                ImportError::LongLine { line: self.number + 1, most: MAX_LINE }
            } else {
                ImportError::Truncated { lines: self.number }
            });
        }
        self.number += 1;
        self.hash.update(&self.line);
        Ok(true)
    }
}
