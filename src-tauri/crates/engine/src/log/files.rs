//! Where logs are, and who still writes to them.

use super::ends;
use super::read::{self, LogPage, ReadError};
use super::write::RunLog;
use aegis_domain::RunId;
use aegis_domain::redact::Redactor;
use aegis_ports::Clock;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;

/// A log on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogFile {
    /// Whose.
    pub run: RunId,
    /// Its size.
    pub bytes: u64,
}

/// The logs of all runs.
pub struct Logs {
    dir: PathBuf,
    clock: Arc<dyn Clock>,
    redactor: watch::Receiver<Arc<Redactor>>,
    live: Mutex<HashMap<RunId, Arc<RunLog>>>,
}

/// Where a run's log is below `dir`: the day of its claim, then its id. Follows from the id alone.
#[must_use]
pub fn path(dir: &Path, run: RunId) -> PathBuf {
    let millis = run.0.get_timestamp().map_or(0, |t| {
        let (secs, nanos) = t.to_unix();
        i64::try_from(secs).unwrap_or(0) * 1000 + i64::from(nanos / 1_000_000)
    });
    let day = aegis_domain::Timestamp::from_timestamp_millis(millis)
        .map_or_else(|| "unknown".to_owned(), |t| t.date_naive().to_string());
    dir.join(day).join(format!("{run}.log"))
}

impl Logs {
    pub(crate) fn new(
        dir: PathBuf,
        clock: Arc<dyn Clock>,
        redactor: watch::Receiver<Arc<Redactor>>,
    ) -> Self {
        Self { dir, clock, redactor, live: Mutex::default() }
    }

    /// Where a run's log is.
    #[must_use]
    pub fn path(&self, run: RunId) -> PathBuf {
        path(&self.dir, run)
    }

    /// Reads whole lines from `offset`, about `limit` bytes of them. Blocks on the disk.
    ///
    /// # Errors
    /// [`ReadError`] when the offset is not the beginning of a line, or the system says no.
    pub fn read(&self, run: RunId, offset: u64, limit: usize) -> Result<LogPage, ReadError> {
        read::page(&self.path(run), offset, limit)
    }

    /// What stands in the first and the last 64 KiB of a run's log, for the search. Blocks on the
    /// disk.
    #[must_use]
    pub fn ends(&self, run: RunId) -> String {
        ends::ends(&self.path(run))
    }

    /// Every log that is on the disk, the oldest run first. Blocks on the disk.
    #[must_use]
    pub fn on_disk(&self) -> Vec<LogFile> {
        let folders = std::fs::read_dir(&self.dir).into_iter().flatten().flatten();
        let files =
            folders.filter_map(|day| std::fs::read_dir(day.path()).ok()).flatten().flatten();
        let mut logs: Vec<LogFile> = files
            .filter_map(|file| {
                let run = file.file_name().to_str()?.strip_suffix(".log")?.parse().ok()?;
                Some(LogFile { run, bytes: file.metadata().ok()?.len() })
            })
            .collect();
        // Ids begin with their moment.
        logs.sort_by_key(|log| log.run);
        logs
    }

    /// Removes a run's log, and the day's folder with the last one in it; says whether there was
    /// one. Blocks on the disk.
    ///
    /// # Errors
    /// The system says no.
    pub(crate) fn remove(&self, run: RunId) -> std::io::Result<bool> {
        let path = self.path(run);
        match std::fs::remove_file(&path) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(error),
        }
        // It stays while there are others in it.
        drop(path.parent().map(std::fs::remove_dir));
        Ok(true)
    }

    /// The length of a live run's log as it grows; `None` when the run is not live.
    #[must_use]
    pub fn growth(&self, run: RunId) -> Option<watch::Receiver<u64>> {
        self.lock().get(&run).map(|log| log.len())
    }

    /// The last line that a live run printed.
    #[must_use]
    pub fn last_line(&self, run: RunId) -> Option<String> {
        self.lock().get(&run).and_then(|log| log.last_line())
    }

    /// Opens the log of a run that is about to start.
    pub(crate) fn open(&self, run: RunId) -> Arc<RunLog> {
        let clock = Arc::clone(&self.clock);
        let log = Arc::new(RunLog::new(self.path(run), clock, self.redactor.clone()));
        self.lock().insert(run, Arc::clone(&log));
        log
    }

    /// Closes the log of a run that has ended and returns its length.
    pub(crate) fn close(&self, run: RunId) -> u64 {
        let log = self.lock().remove(&run);
        log.map_or(0, |log| log.close())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<RunId, Arc<RunLog>>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
