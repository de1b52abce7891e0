//! Opening the database: its file, its pragmas and its form.

use crate::OpenError;
use crate::backup::{self, BackupError};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, OptionalExtension};
use rusqlite_migration::{M, Migrations};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// When a commit counts as safe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// When it is on the disk: survives a power cut (`synchronous=FULL`).
    #[default]
    Full,
    /// When the system has it: survives any crash of Aegis, and a power cut costs at most the last
    /// moments (`synchronous=NORMAL`).
    Normal,
}

impl Durability {
    /// The value of `PRAGMA synchronous`.
    fn pragma(self) -> &'static str {
        match self {
            Self::Full => "FULL",
            Self::Normal => "NORMAL",
        }
    }
}

/// How to open the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoreOptions {
    /// When a commit counts as safe.
    pub durability: Durability,
    /// From how many pages of 4 KiB on the write-ahead log is folded back into the database. What
    /// changes often is copied once for each time: rarely is better, and a log of 16 MiB, the
    /// default, is still read in no time after a crash.
    pub log_pages: u32,
}

impl StoreOptions {
    /// The default, with another durability.
    #[must_use]
    pub const fn with(durability: Durability) -> Self {
        Self { durability, log_pages: 4000 }
    }
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self::with(Durability::default())
    }
}

/// Every step from nothing to today's form, oldest first. Append-only.
const STEPS: &[&str] = &[
    include_str!("../../../../migrations/0001_tasks_occurrences_runs_events.sql"),
    include_str!("../../../../migrations/0002_schedules_dependencies_knowledge.sql"),
    include_str!("../../../../migrations/0003_lanes.sql"),
    include_str!("../../../../migrations/0004_keys_lists_retention.sql"),
    include_str!("../../../../migrations/0005_figures.sql"),
    include_str!("../../../../migrations/0006_rows_in_order.sql"),
    include_str!("../../../../migrations/0007_what_waits_for_its_time.sql"),
    include_str!("../../../../migrations/0008_agents_at_work.sql"),
    include_str!("../../../../migrations/0009_budgets.sql"),
    include_str!("../../../../migrations/0010_fewer_rows.sql"),
];

/// The newest form of the database that this program knows: the number of migrations.
#[must_use]
pub fn latest_version() -> i64 {
    i64::try_from(STEPS.len()).unwrap_or(i64::MAX)
}

/// Versions of SQLite before this can damage a database in WAL mode when a checkpoint and a
/// writer meet (fixed in 3.51.3).
const OLDEST_SQLITE: i32 = 3_051_003;

/// Databases up to this size are checked whole at every start; it takes milliseconds.
const CHECKED_WHOLE: u64 = 32 * 1024 * 1024;

pub(crate) fn database(dir: &Path) -> PathBuf {
    dir.join("aegis.db")
}

/// Opens the database in `dir` for writing and brings it to today's form.
pub(crate) fn for_writing(dir: &Path, options: StoreOptions) -> Result<Connection, OpenError> {
    if rusqlite::version_number() < OLDEST_SQLITE {
        return Err(OpenError::SqliteTooOld { found: rusqlite::version() });
    }
    let path = database(dir);
    let fail = |e: rusqlite::Error| OpenError::from_sqlite(path.clone(), &e);
    let mut conn = Connection::open(&path).map_err(fail)?;
    prepare_once(&conn).map_err(fail)?;
    conn.busy_timeout(Duration::from_secs(5)).map_err(fail)?;
    let form = refuse_newer(&conn, &path)?;
    check(&conn, &path)?;
    // In another mode a power cut costs the last commit, and readers wait for the writer.
    let mode = journal_mode(&conn, "WAL").map_err(fail)?;
    if mode != "wal" {
        let detail = format!("its journal stays in the mode “{mode}”");
        return Err(OpenError::Other { path, detail });
    }
    conn.pragma_update(None, "synchronous", options.durability.pragma()).map_err(fail)?;
    fold_back(&conn).map_err(fail)?;
    conn.pragma_update(None, "cache_size", -16_000).map_err(fail)?;
    conn.pragma_update(None, "wal_autocheckpoint", options.log_pages).map_err(fail)?;
    // A restart of the log keeps it this small.
    conn.pragma_update(None, "journal_size_limit", 16 * 1024 * 1024).map_err(fail)?;
    if (1..latest_version()).contains(&form) {
        backup::before_migration(&mut conn, dir, form).map_err(|e| unsaved(&path, e))?;
    }
    // A table that is put in the place of another one is not there for a moment; each step checks
    // at its end that every row that is named exists.
    conn.pragma_update(None, "foreign_keys", "OFF").map_err(fail)?;
    migrations().to_latest(&mut conn).map_err(|e| match e {
        rusqlite_migration::Error::RusqliteError { err, .. } => fail(err),
        other => OpenError::Other { path: path.clone(), detail: other.to_string() },
    })?;
    conn.pragma_update(None, "foreign_keys", "ON").map_err(fail)?;
    Ok(conn)
}

/// Opens the database in `dir`, which is open for writing, to fold its log back beside that.
pub(crate) fn for_folding(dir: &Path, options: StoreOptions) -> Result<Connection, OpenError> {
    let path = database(dir);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let open = || {
        let conn = Connection::open_with_flags(&path, flags)?;
        conn.pragma_update(None, "synchronous", options.durability.pragma())?;
        read_schema(&conn)?;
        Ok(conn)
    };
    open().map_err(|e: rusqlite::Error| OpenError::from_sqlite(path.clone(), &e))
}

/// Statements that a connection keeps: all that this crate has.
const STATEMENTS: usize = 256;

/// Has a statement prepared once, and its plan not depend on the values that are bound to it. Else
/// SQLite prepares it again whenever a value could make one of the partial indices fit.
pub(crate) fn prepare_once(conn: &Connection) -> rusqlite::Result<()> {
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map(drop)
}

/// A checkpoint that has to read the schema itself finds its own read in its way.
fn read_schema(conn: &Connection) -> rusqlite::Result<()> {
    conn.query_row("SELECT name FROM sqlite_master LIMIT 1", [], |_| Ok(())).optional()?;
    Ok(())
}

/// Copies what the log of an earlier start holds into the database, and syncs that. What is found
/// in a log may never have reached the disk: when a sync failed, Linux forgets what it was about,
/// and a later sync says nothing of it (fsync(2)). What came behind such a piece would be lost with
/// it, so nothing is written behind it.
fn fold_back(conn: &Connection) -> rusqlite::Result<()> {
    read_schema(conn)?;
    conn.pragma_update(None, "wal_checkpoint", "TRUNCATE")
}

/// Puts a database into a journal mode, and says in which one it is then.
pub(crate) fn journal_mode(conn: &Connection, mode: &str) -> rusqlite::Result<String> {
    let mut change = conn.prepare(&format!("PRAGMA journal_mode = {mode}"))?;
    let mut rows = change.query([])?;
    // To the end: the change is committed after its row, and may fail there.
    while rows.next()?.is_some() {}
    conn.query_row("PRAGMA journal_mode", [], |row| row.get(0))
}

/// Opens the database in `dir` for reading beside the writer.
pub(crate) fn for_reading(dir: &Path) -> Result<Connection, OpenError> {
    let path = database(dir);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let open = || {
        let conn = Connection::open_with_flags(&path, flags)?;
        conn.busy_timeout(Duration::from_secs(5))?;
        conn.pragma_update(None, "query_only", "ON")?;
        prepare_once(&conn)?;
        Ok(conn)
    };
    open().map_err(|e: rusqlite::Error| OpenError::from_sqlite(path.clone(), &e))
}

fn migrations() -> Migrations<'static> {
    Migrations::new(STEPS.iter().map(|sql| M::up(sql).foreign_key_check()).collect())
}

/// The form that the database has.
fn refuse_newer(conn: &Connection, path: &Path) -> Result<i64, OpenError> {
    let found: i64 = conn
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .map_err(|e| OpenError::from_sqlite(path.to_owned(), &e))?;
    let known = latest_version();
    if found > known {
        return Err(OpenError::NewerVersion { path: path.to_owned(), found, known });
    }
    Ok(found)
}

/// Without a backup the form of a database is not changed.
fn unsaved(path: &Path, error: BackupError) -> OpenError {
    match error {
        BackupError::DiskFull(path) => OpenError::DiskFull { path },
        BackupError::ReadOnly { path, detail } => OpenError::ReadOnly { path, detail },
        error => OpenError::Other { path: path.to_owned(), detail: error.to_string() },
    }
}

fn check(conn: &Connection, path: &Path) -> Result<(), OpenError> {
    let small = std::fs::metadata(path).is_ok_and(|m| m.len() <= CHECKED_WHOLE);
    if !small {
        return Ok(());
    }
    let verdict: String = conn
        .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
        .map_err(|e| OpenError::from_sqlite(path.to_owned(), &e))?;
    if verdict == "ok" { Ok(()) } else { Err(OpenError::from_verdict(path.to_owned(), verdict)) }
}
