//! A commit of SQLite: one row, one transaction.

use crate::durability::Synchronous;
use anyhow::{Result, ensure};
use rusqlite::Connection;
use std::path::Path;
use std::time::{Duration, Instant};

/// Commits a second, one after the other, in a database of its own below `dir`.
pub fn unbatched(dir: &Path, sync: Synchronous, turn: Duration) -> Result<f64> {
    let dir = tempfile::tempdir_in(dir)?;
    let conn = Connection::open(dir.path().join("floor.db"))?;
    conn.pragma_update(None, "journal_mode", "WAL")?;
    conn.pragma_update(None, "synchronous", sync.name())?;
    let found: i64 = conn.query_row("PRAGMA synchronous", [], |row| row.get(0))?;
    ensure!(found == if sync == Synchronous::Full { 2 } else { 1 }, "synchronous is {found}");
    conn.execute_batch("CREATE TABLE rows (id INTEGER PRIMARY KEY, row TEXT NOT NULL)")?;
    let row = "x".repeat(200);
    let mut insert = conn.prepare("INSERT INTO rows (row) VALUES (?1)")?;
    let begun = Instant::now();
    let mut commits = 0u32;
    while begun.elapsed() < turn {
        insert.execute([&row])?;
        commits += 1;
    }
    Ok(f64::from(commits) / begun.elapsed().as_secs_f64())
}
