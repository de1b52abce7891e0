//! Aegis' own figures: what is sampled, and what they are worked out of.

use crate::table::occurrences::line;
use crate::table::{from_text, samples, sessions};
use crate::{Reader, Store, StoreError, WriteError};
use aegis_domain::Timestamp;
use aegis_domain::metrics::{MAX_RUNS, Material, RunFacts, Sample, Window};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// What the writer has done since somebody last asked.
#[derive(Debug, Default)]
pub(crate) struct Meter(Mutex<Sample>);

impl Meter {
    /// A commit of so many commands took so long.
    pub(crate) fn committed(&self, commands: usize, took: Duration) {
        let mut sample = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sample.commits.add(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
        sample.batches.add(commands as u64);
    }

    fn take(&self) -> Sample {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Store {
    /// What the writer has done since this was last asked: commits and how many commands each had.
    #[must_use]
    pub fn take_commits(&self) -> Sample {
        self.meter().take()
    }

    /// Keeps a sample that was begun at `at`. It is no commit of its own figures.
    ///
    /// # Errors
    /// As [`Store::submit`].
    pub async fn keep_sample(&self, at: Timestamp, sample: Sample) -> Result<(), WriteError> {
        self.note(move |conn| samples::add(conn, at, &sample)).await
    }

    /// Notes that an engine is ready.
    ///
    /// # Errors
    /// As [`Store::submit`].
    pub async fn session_begins(&self, epoch: u64, at: Timestamp) -> Result<(), WriteError> {
        self.note(move |conn| sessions::begin(conn, epoch, at)).await
    }

    /// Notes that an engine ends as it should.
    ///
    /// # Errors
    /// As [`Store::submit`].
    pub async fn session_ends(&self, epoch: u64, at: Timestamp) -> Result<(), WriteError> {
        self.note(move |conn| sessions::end(conn, epoch, at)).await
    }
}

impl Reader<'_> {
    /// Work that waits for nothing but a slot.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub fn queue_depth(&self, now: Timestamp) -> Result<u64, StoreError> {
        Ok(line::depth(self.conn, now)?)
    }

    /// What the figures of a window are worked out of; how many slots there are is not known here.
    ///
    /// # Errors
    /// As [`Reader::queue_depth`].
    pub fn material(&self, window: Window) -> Result<Material, StoreError> {
        Ok(Material {
            runs: self.runs_claimed_in(window)?,
            samples: samples::between(self.conn, window.from, window.to)?,
            sessions: sessions::since(self.conn, window.from)?,
            slots: 0,
            queue_now: self.queue_depth(window.to)?,
        })
    }

    /// The ids of runs begin with the moment of their claim (UUIDv7), so this is a range of
    /// their index.
    fn runs_claimed_in(&self, window: Window) -> Result<Vec<RunFacts>, StoreError> {
        let first = |at: Timestamp| {
            let millis = u64::try_from(at.timestamp_millis()).unwrap_or(0);
            let mut id = [0_u8; 16];
            id[..6].copy_from_slice(&millis.to_be_bytes()[2..]);
            id
        };
        let mut runs = self.conn.prepare_cached(
            "SELECT row FROM runs WHERE id >= ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3",
        )?;
        let rows = runs
            .query_map((first(window.from), first(window.to), MAX_RUNS), |row| from_text(row, 0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}
