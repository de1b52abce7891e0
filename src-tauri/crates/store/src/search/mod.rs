//! Full-text search over tasks, results of runs, and the ends of their logs.
//!
//! The index is a database of its own beside the one that counts (`search.db`), a projection that
//! can be thrown away. So a task costs the writer nothing: whoever keeps the index reads the
//! events since it last looked ([`SearchIndex::catch_up`]), in batches and on a connection of its
//! own, and a search first lets it catch up. What a task's state is, and whether it was deleted,
//! is not in the index but asked of the database, so that it is never out of date.

mod find;
mod index;
mod inspect;
mod open;
mod text;

pub use find::{Found, Order, Place, SearchRequest};
pub use index::Behind;
pub use inspect::{IndexState, inspect_index};
pub(crate) use open::remove;
pub use text::{Marked, clean};

#[cfg(test)]
pub(crate) use find::every_statement;
#[cfg(test)]
pub(crate) use open::for_plans;

use crate::list::Page;
use crate::store::lock;
use crate::{Reader, StoreError};
use aegis_domain::{RunId, TaskId};
use rusqlite::{Connection, TransactionBehavior};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// The index of the search. Everything here waits for the disk.
pub struct SearchIndex {
    dir: PathBuf,
    /// Opened when it is first needed; held while it is written.
    writer: Mutex<Option<Connection>>,
    readers: Mutex<Vec<Connection>>,
    /// How often it was made again.
    made: AtomicU64,
    closed: AtomicBool,
}

impl SearchIndex {
    pub(crate) fn new(dir: &Path) -> Self {
        Self {
            dir: dir.to_owned(),
            writer: Mutex::default(),
            readers: Mutex::default(),
            made: AtomicU64::new(0),
            closed: AtomicBool::new(false),
        }
    }

    /// Takes in what at most `events` further events are about. `log` gives the text of a run's
    /// log that is to be found.
    ///
    /// # Errors
    /// [`StoreError`] when a database fails.
    pub fn catch_up(
        &self,
        events: u32,
        log: &dyn Fn(RunId) -> String,
    ) -> Result<Behind, StoreError> {
        self.write(|conn| index::catch_up(conn, events, log))
    }

    /// Whether there is anything that has not been taken in.
    ///
    /// # Errors
    /// As [`SearchIndex::catch_up`].
    pub fn behind(&self) -> Result<Behind, StoreError> {
        self.read(index::behind)
    }

    /// Takes out what is of a task that was removed for good.
    ///
    /// # Errors
    /// As [`SearchIndex::catch_up`].
    pub fn forget(&self, task: TaskId) -> Result<(), StoreError> {
        self.write(|conn| index::forget(conn, task))
    }

    /// Takes out what is no longer in the database: looks at `limit` entries behind the entry
    /// `after`, and says where to go on.
    ///
    /// # Errors
    /// As [`SearchIndex::catch_up`].
    pub fn sweep(&self, after: i64, limit: u32) -> Result<Option<i64>, StoreError> {
        self.write(|conn| index::sweep(conn, after, limit))
    }

    /// What is found in the index as it is.
    ///
    /// # Errors
    /// As [`SearchIndex::catch_up`].
    pub fn find(&self, request: &SearchRequest) -> Result<Page<Found>, StoreError> {
        self.read(|conn| find::find(conn, &Reader::new(conn), request))
    }

    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::Release);
        lock(&self.readers).clear();
        drop(lock(&self.writer).take());
    }

    fn write<T>(
        &self,
        write: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut slot = lock(&self.writer);
        self.refuse_closed()?;
        if slot.is_none() {
            *slot = Some(open::for_writing(&self.dir)?);
        }
        let Some(conn) = slot.as_mut() else { return Err(StoreError::Closed) };
        let attempt = || {
            let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let done = write(&tx)?;
            tx.commit()?;
            Ok(done)
        };
        let result = attempt();
        if let Err(StoreError::Corrupt(detail)) = &result {
            self.discard(&mut slot, detail);
        }
        result
    }

    fn read<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.refuse_closed()?;
        let made = self.made.load(Ordering::Acquire);
        let idle = lock(&self.readers).pop();
        let mut conn = match idle {
            Some(conn) => conn,
            None => {
                // It makes the file, and whatever the file needs.
                self.write(|_| Ok(()))?;
                open::for_reading(&self.dir)?
            }
        };
        let attempt = || {
            let tx = conn.transaction_with_behavior(TransactionBehavior::Deferred)?;
            read(&tx)
        };
        let result = attempt();
        match &result {
            Err(StoreError::Corrupt(detail)) => self.discard(&mut lock(&self.writer), detail),
            // One that still has an index open that was discarded meanwhile is of no use.
            _ if !self.closed.load(Ordering::Acquire)
                && self.made.load(Ordering::Acquire) == made =>
            {
                lock(&self.readers).push(conn);
            }
            _ => {}
        }
        result
    }

    /// Throws an index away that turned out to be damaged: the next use makes it again.
    fn discard(&self, writer: &mut Option<Connection>, detail: &str) {
        tracing::error!(detail, "the index of the search is damaged; it is made again");
        self.made.fetch_add(1, Ordering::AcqRel);
        lock(&self.readers).clear();
        drop(writer.take());
        if let Err(error) = open::remove(&self.dir) {
            tracing::error!(%error, "the damaged index could not be removed");
        }
    }

    fn refuse_closed(&self) -> Result<(), StoreError> {
        if self.closed.load(Ordering::Acquire) { Err(StoreError::Closed) } else { Ok(()) }
    }
}
