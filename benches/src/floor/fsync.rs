//! One write that reaches the disk.

use anyhow::Result;
use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::time::Instant;
use tempfile::NamedTempFile;

const PAGE: usize = 4096;
/// As large as SQLite's write-ahead log gets before it is written from its beginning again.
const PAGES: u32 = 1000;

/// A file whose pages are written one after the other, each on the disk before the next. The file
/// does not grow: a write that also changes the file's length costs the file system a second one.
pub struct Fsync {
    file: NamedTempFile,
    next: u32,
}

impl Fsync {
    /// A file in `dir`.
    pub fn new(dir: &Path) -> Result<Self> {
        let mut file = NamedTempFile::new_in(dir)?;
        for _ in 0..PAGES {
            file.write_all(&[0; PAGE])?;
        }
        file.as_file().sync_all()?;
        Ok(Self { file, next: PAGES })
    }

    /// Writes a page and waits until it is on the disk; milliseconds.
    pub fn once(&mut self) -> Result<f64> {
        let file: &mut File = self.file.as_file_mut();
        if self.next == PAGES {
            file.seek(SeekFrom::Start(0))?;
            self.next = 0;
        }
        self.next += 1;
        let begun = Instant::now();
        file.write_all(&[0x5a; PAGE])?;
        file.sync_data()?;
        Ok(begun.elapsed().as_secs_f64() * 1000.0)
    }
}
