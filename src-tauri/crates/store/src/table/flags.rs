//! `flags`: switches that survive a restart.

use rusqlite::{Connection, OptionalExtension, Result};

/// A switch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flag {
    /// The database was put in the place of another one: its live runs may be at work elsewhere.
    Restored,
}

impl Flag {
    const fn name(self) -> &'static str {
        match self {
            Self::Restored => "restored",
        }
    }
}

pub(crate) fn is_set(conn: &Connection, flag: Flag) -> Result<bool> {
    let value: Option<bool> = conn
        .prepare_cached("SELECT value FROM flags WHERE name = ?1")?
        .query_row([flag.name()], |row| row.get(0))
        .optional()?;
    Ok(value.unwrap_or(false))
}

pub(crate) fn set(conn: &Connection, flag: Flag, value: bool) -> Result<()> {
    conn.prepare_cached(
        "INSERT INTO flags (name, value) VALUES (?1, ?2)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    )?
    .execute((flag.name(), value))?;
    Ok(())
}
