//! Folding the write-ahead log back into the database, beside the writer.
//!
//! A checkpoint copies every page that changed and waits for the disk, some ten milliseconds in
//! which no command would be committed. So a thread with a connection of its own does it while the
//! writer goes on. What the writer has added meanwhile is little, of the same pages, and the writer
//! folds that back itself: only a log of which nothing is left to fold back is begun anew
//! (SQLite, "Write-Ahead Logging", "Avoiding Excessively Large WAL Files").

use rusqlite::{Connection, Result};
use std::cell::Cell;
use std::io;
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::thread::JoinHandle;

/// What the writer folds back itself, as a share of the pages from which a log is folded back: it
/// takes a few milliseconds.
const REST: u32 = 4;
/// How many times as long as that a log may become before the writer waits until it is folded back.
const MOST: u32 = 4;

thread_local! {
    /// Pages of the log after the last commit of this thread.
    static PAGES: Cell<u32> = const { Cell::new(0) };
}

/// What folds the log of one database back.
pub(crate) struct Folding {
    /// From how many pages on.
    pages: u32,
    /// `None` once it is over.
    ask: Option<SyncSender<()>>,
    /// How many pages it has folded back; `None` when it could not.
    told: Receiver<Option<u32>>,
    thread: Option<JoinHandle<()>>,
    at_work: bool,
}

impl Folding {
    /// Starts the thread that works on `conn`, for a log of `pages` pages and more.
    pub(crate) fn start(conn: Connection, pages: u32) -> io::Result<Self> {
        let (ask, asked) = sync_channel::<()>(1);
        let (tell, told) = sync_channel(1);
        let thread =
            std::thread::Builder::new().name("aegis-folder".to_owned()).spawn(move || {
                let mut failed = false;
                while asked.recv().is_ok() {
                    let folded = fold(&conn);
                    match &folded {
                        Ok(_) => failed = false,
                        // Once is enough: it is tried again after every commit.
                        Err(error) if !failed => {
                            failed = true;
                            tracing::warn!(%error, "the write-ahead log cannot be folded back");
                        }
                        Err(_) => {}
                    }
                    if tell.send(folded.ok()).is_err() {
                        return;
                    }
                }
            })?;
        Ok(Self { pages, ask: Some(ask), told, thread: Some(thread), at_work: false })
    }

    /// Has the writer's connection count the pages of its log instead of folding it back itself.
    /// To be called by the thread that commits.
    pub(crate) fn count_pages(conn: &Connection) {
        conn.wal_hook(Some(|_, pages| {
            PAGES.set(u32::try_from(pages).unwrap_or(0));
            Ok(())
        }));
    }

    /// Does what there is to do after a commit of `conn` by this thread.
    pub(crate) fn committed(&mut self, conn: &Connection) {
        let pages = PAGES.get();
        if self.at_work {
            let folded = match self.told.try_recv() {
                Ok(folded) => folded,
                Err(TryRecvError::Empty) => return,
                // It died of a fault of its own.
                Err(TryRecvError::Disconnected) => Some(0),
            };
            self.at_work = false;
            let Some(folded) = folded else { return };
            let rest = pages.saturating_sub(folded);
            if rest <= self.pages / REST || pages >= self.pages.saturating_mul(MOST) {
                // What stays is folded back another time.
                if let Err(error) = fold(conn) {
                    tracing::warn!(%error, "the end of the write-ahead log stays");
                }
                return;
            }
        }
        if pages >= self.pages
            && let Some(ask) = &self.ask
        {
            self.at_work = ask.try_send(()).is_ok();
        }
    }
}

impl Drop for Folding {
    fn drop(&mut self) {
        drop(self.ask.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread that folds the log back ended in a panic");
        }
    }
}

/// Folds back as much as there is, without waiting for anybody; says how many pages of the log are
/// in the database now.
fn fold(conn: &Connection) -> Result<u32> {
    conn.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| {
        // -1 without a log.
        let folded: i64 = row.get(2)?;
        Ok(u32::try_from(folded).unwrap_or(0))
    })
}
