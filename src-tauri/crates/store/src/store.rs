//! The handle that everybody holds.

use crate::apply::Applied;
use crate::backup::{self, Backup, BackupError, Reason};
use crate::figures::Meter;
use crate::fold::Folding;
use crate::retention::{Chore, Tidied};
use crate::search::SearchIndex;
use crate::starter::Asked;
use crate::table::flags::Flag;
use crate::writer::{self, Commit, Job, QUEUE, Submission};
use crate::{OpenError, Reader, StoreError, StoreOptions, WriteError, open};
use aegis_domain::{Ctx, Timestamp};
use rusqlite::{Connection, TransactionBehavior};
use serde::Serialize;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use tokio::sync::{Semaphore, broadcast, mpsc, oneshot};

/// Connections that read at the same time.
const READERS: usize = 4;
/// Commits that a follower may be behind before it is told that it has missed some.
const COMMITS: usize = 1024;

/// The database. Clones share it; it closes with [`Store::close`].
#[derive(Clone)]
pub struct Store {
    shared: Arc<Shared>,
}

struct Shared {
    dir: PathBuf,
    jobs: Mutex<Option<mpsc::Sender<Job>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    meter: Arc<Meter>,
    commits: broadcast::Sender<Arc<Commit>>,
    starter: Asked,
    idle_readers: Mutex<Vec<Connection>>,
    permits: Semaphore,
    /// Held while a backup is made: one at a time.
    backups: Mutex<()>,
    search: SearchIndex,
}

impl Store {
    /// Opens the database in `dir`, creates it if it is not there, and brings it to today's form.
    ///
    /// # Errors
    /// [`OpenError`]: newer, damaged, not writable, no room.
    pub fn open(dir: &Path, options: StoreOptions) -> Result<Self, OpenError> {
        let conn = open::for_writing(dir, options)?;
        let folding = open::for_folding(dir, options)?;
        let failed =
            |e: io::Error| OpenError::Other { path: open::database(dir), detail: e.to_string() };
        let folding = Folding::start(folding, options.log_pages).map_err(failed)?;
        let (jobs, queue) = mpsc::channel(QUEUE);
        let (commits, _) = broadcast::channel(COMMITS);
        let followers = commits.clone();
        let meter = Arc::new(Meter::default());
        let measured = Arc::clone(&meter);
        let starter = Asked::default();
        let asked = Arc::clone(&starter);
        let thread = std::thread::Builder::new()
            .name("aegis-writer".to_owned())
            .spawn(move || writer::run(conn, folding, queue, &followers, &measured, &asked))
            .map_err(failed)?;
        Ok(Self {
            shared: Arc::new(Shared {
                dir: dir.to_owned(),
                jobs: Mutex::new(Some(jobs)),
                thread: Mutex::new(Some(thread)),
                meter,
                commits,
                starter,
                idle_readers: Mutex::new(Vec::new()),
                permits: Semaphore::new(READERS),
                backups: Mutex::new(()),
                search: SearchIndex::new(dir),
            }),
        })
    }

    /// Commits a command; returns when it is durable.
    ///
    /// # Errors
    /// [`WriteError`]: refused by the domain, or the database failed. Nothing was changed then.
    pub async fn submit(&self, submission: Submission) -> Result<Applied, WriteError> {
        self.job(|reply| Job::Apply(Box::new(submission), reply)).await
    }

    /// Does some of the commands that follow from committed ones and did not fit beside them; the
    /// hints of the commit say whether there are more.
    ///
    /// # Errors
    /// As [`Store::submit`].
    pub async fn follow_up(&self, ctx: Ctx) -> Result<Applied, WriteError> {
        self.job(|reply| Job::FollowUp(ctx, reply)).await
    }

    /// Notes that a message of the outbox was sent.
    ///
    /// # Errors
    /// As [`Store::submit`].
    pub async fn sent(&self, id: i64, now: Timestamp) -> Result<(), WriteError> {
        self.job(|reply| Job::Sent(id, now, reply)).await
    }

    /// Removes what is old, and notes that it was done: see [`Chore`].
    ///
    /// # Errors
    /// As [`Store::submit`].
    pub async fn tidy(&self, chore: Chore) -> Result<Tidied, WriteError> {
        self.job(|reply| Job::Tidy(chore, reply)).await
    }

    /// Keeps what the engine knows of itself under a name, over a restart.
    ///
    /// # Errors
    /// As [`Store::submit`].
    pub async fn keep<T: Serialize + Sync>(
        &self,
        name: &'static str,
        value: &T,
    ) -> Result<(), WriteError> {
        let json = serde_json::to_string(value).map_err(|e| StoreError::Sqlite(e.to_string()))?;
        self.job(|reply| Job::Keep(name, json, reply)).await
    }

    /// Notes that the runs of a restored database have been dealt with.
    ///
    /// # Errors
    /// As [`Store::submit`].
    pub async fn restored_is_settled(&self) -> Result<(), WriteError> {
        self.job(|reply| Job::SetFlag(Flag::Restored, false, reply)).await
    }

    /// Moves what has waited for its time, and whose time has come by `now`, into its lane: some
    /// hundreds at most. The agenda says whether there is more.
    ///
    /// # Errors
    /// As [`Store::submit`].
    pub async fn line_up(&self, now: Timestamp) -> Result<(), WriteError> {
        self.job(|reply| Job::LineUp(now, reply)).await
    }

    /// The clock was put back: what waits for a moment that was written down after `now` may start.
    ///
    /// # Errors
    /// As [`Store::submit`].
    pub async fn clock_was_put_back(&self, now: Timestamp) -> Result<(), WriteError> {
        self.job(|reply| Job::ClockPutBack(now, reply)).await
    }

    /// Counts one more engine and returns its number.
    ///
    /// # Errors
    /// As [`Store::submit`].
    pub async fn next_epoch(&self) -> Result<u64, WriteError> {
        self.job(Job::NextEpoch).await
    }

    /// Writes something down that no command is about.
    pub(crate) async fn note(
        &self,
        write: impl Fn(&Connection) -> rusqlite::Result<()> + Send + 'static,
    ) -> Result<(), WriteError> {
        self.job(|reply| Job::Note(Box::new(write), reply)).await
    }

    pub(crate) fn starter(&self) -> &Asked {
        &self.shared.starter
    }

    pub(crate) fn meter(&self) -> &Meter {
        &self.shared.meter
    }

    async fn job<T>(
        &self,
        job: impl FnOnce(oneshot::Sender<Result<T, WriteError>>) -> Job,
    ) -> Result<T, WriteError> {
        let jobs = lock(&self.shared.jobs).clone().ok_or(StoreError::Closed)?;
        let (reply, answer) = oneshot::channel();
        jobs.send(job(reply)).await.map_err(|_| StoreError::Closed)?;
        // Whoever is not answered by a writer that is there was unlucky with it.
        answer
            .await
            .map_err(|_| if jobs.is_closed() { StoreError::Closed } else { StoreError::Broken })?
    }

    /// Every commit from now on. A follower that is too slow is told that it missed some.
    #[must_use]
    pub fn commits(&self) -> broadcast::Receiver<Arc<Commit>> {
        self.shared.commits.subscribe()
    }

    /// Reads on one snapshot, beside the writer.
    ///
    /// # Errors
    /// What `read` returns, or [`StoreError`] when the database fails.
    pub async fn read<T, F>(&self, read: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Reader<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        let _permit = self.shared.permits.acquire().await.map_err(|_| StoreError::Closed)?;
        let shared = Arc::clone(&self.shared);
        tokio::task::spawn_blocking(move || shared.read(read))
            .await
            .map_err(|e| StoreError::Sqlite(e.to_string()))?
    }

    /// Reads a few rows on one snapshot, on the thread that asks: quicker than waking another one,
    /// for what takes less time than that.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub async fn glance<T>(
        &self,
        read: impl FnOnce(&Reader<'_>) -> Result<T, StoreError> + Send,
    ) -> Result<T, StoreError> {
        let _permit = self.shared.permits.acquire().await.map_err(|_| StoreError::Closed)?;
        self.shared.read(read)
    }

    /// Copies the database into the folder of backups, checks the copy, and removes those that are
    /// older than the newest [`backup::KEPT`]. Nobody who writes or reads waits for it.
    ///
    /// # Errors
    /// [`BackupError`]. No half copy stays.
    pub async fn back_up(&self, now: Timestamp) -> Result<Backup, BackupError> {
        let shared = Arc::clone(&self.shared);
        let path = backup::folder(&shared.dir);
        let failed = move |detail| BackupError::Other { path, detail };
        tokio::task::spawn_blocking(move || shared.back_up(now))
            .await
            .map_err(|e| failed(e.to_string()))?
    }

    /// Takes no more commands, commits those that wait, and closes the files. Blocks until done.
    pub fn close(&self) {
        self.shared.search.close();
        drop(lock(&self.shared.jobs).take());
        if let Some(thread) = lock(&self.shared.thread).take()
            && thread.join().is_err()
        {
            tracing::error!("the writer ended in a panic");
        }
        lock(&self.shared.idle_readers).clear();
    }

    /// Does something with the index of the search, where waiting for the disk holds nobody up.
    ///
    /// # Errors
    /// What `work` returns.
    pub async fn search<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&SearchIndex) -> Result<T, StoreError> + Send + 'static,
    {
        let shared = Arc::clone(&self.shared);
        tokio::task::spawn_blocking(move || work(&shared.search))
            .await
            .map_err(|e| StoreError::Sqlite(e.to_string()))?
    }

    /// Where the database lives.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.shared.dir
    }

    /// SQLite's version.
    #[must_use]
    pub fn sqlite_version() -> &'static str {
        rusqlite::version()
    }
}

impl Shared {
    fn back_up(&self, now: Timestamp) -> Result<Backup, BackupError> {
        let _one = lock(&self.backups);
        // A connection of its own: a long copy keeps no reader waiting.
        let mut conn = open::for_reading(&self.dir).map_err(|e| BackupError::Other {
            path: open::database(&self.dir),
            detail: e.to_string(),
        })?;
        let backup = backup::make(&mut conn, &self.dir, now, Reason::Regular)?;
        for old in backup::prune(&self.dir)? {
            tracing::info!(backup = %old.name(), "an old backup was removed");
        }
        Ok(backup)
    }

    fn read<T>(
        &self,
        read: impl FnOnce(&Reader<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let idle = lock(&self.idle_readers).pop();
        let mut conn = match idle {
            Some(conn) => conn,
            None => open::for_reading(&self.dir)?,
        };
        let result = {
            let tx = conn.transaction_with_behavior(TransactionBehavior::Deferred)?;
            read(&Reader::new(&tx))?
        };
        lock(&self.idle_readers).push(conn);
        Ok(result)
    }
}

/// A poisoned lock is still a lock: the data behind it is a whole value at every moment.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
