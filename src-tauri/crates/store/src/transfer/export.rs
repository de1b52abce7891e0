//! Writing everything down, line by line.

use super::ExportError;
use super::record::{Header, KIND, Record, VERSION, hex};
use crate::open::for_reading;
use crate::table::{counters, engine_state, facts, from_text, instant, resources, templates};
use aegis_domain::{Event, EventSeq};
use rusqlite::{Connection, Row, TransactionBehavior};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use std::io::Write;
use std::path::Path;

/// What was exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Exported {
    /// Tasks, deleted ones too.
    pub tasks: u64,
    /// Lines.
    pub lines: u64,
    /// Bytes.
    pub bytes: u64,
}

/// Writes everything in the database of `dir` to `to`, as of one moment and beside whoever writes.
/// Memory does not grow with the database.
///
/// # Errors
/// [`ExportError`]; what was written by then is no whole export, and an import refuses it.
pub fn export(dir: &Path, to: &mut dyn Write) -> Result<Exported, ExportError> {
    let mut conn = for_reading(dir)?;
    let snapshot = conn.transaction_with_behavior(TransactionBehavior::Deferred)?;
    let mut lines = Lines { to, hash: Sha256::new(), lines: 0, bytes: 0 };
    lines.put(&header(&snapshot)?)?;
    for (name, capacity) in resources::all(&snapshot)? {
        lines.put(&Record::Resource { name, capacity })?;
    }
    for fact in facts::all(&snapshot)? {
        let (name, value, updated_at) = (fact.name, fact.value, fact.updated_at);
        lines.put(&Record::Fact { name, value, updated_at })?;
    }
    for template in templates::all(&snapshot)? {
        lines.put(&Record::Template(template))?;
    }
    let before = lines.lines;
    lines.all(&snapshot, "SELECT updated_at, row FROM tasks ORDER BY number", |row| {
        Ok(Record::Task { shown_since: instant(row, 0)?, task: from_text(row, 1)? })
    })?;
    let tasks = lines.lines - before;
    lines.all(&snapshot, "SELECT row FROM occurrences ORDER BY id", |row| {
        Ok(Record::Occurrence(whole(row)?))
    })?;
    lines.all(&snapshot, "SELECT row FROM runs ORDER BY id", |row| Ok(Record::Run(whole(row)?)))?;
    lines.all(&snapshot, "SELECT row, seq FROM events ORDER BY seq", |row| {
        Ok(Record::Event(Box::new(Event { seq: EventSeq(row.get(1)?), what: from_text(row, 0)? })))
    })?;
    lines.all(&snapshot, "SELECT command FROM follow_ups ORDER BY id", |row| {
        Ok(Record::FollowUp(whole(row)?))
    })?;
    let sha256 = hex(&lines.hash.clone().finalize());
    lines.put(&Record::End { lines: lines.lines, sha256 })?;
    lines.to.flush().map_err(ExportError::Write)?;
    Ok(Exported { tasks, lines: lines.lines, bytes: lines.bytes })
}

fn header(conn: &Connection) -> Result<Header, ExportError> {
    Ok(Header {
        aegis: KIND.to_owned(),
        version: VERSION,
        form: crate::latest_version(),
        task_number: counters::next_task_number(conn)? - 1,
        fencing_token: counters::next_token(conn)? - 1,
        paused: false,
        holds: engine_state::get(conn, engine_state::HOLDS)?.unwrap_or_default(),
    })
}

/// The truth of a row, from its first column.
fn whole<T: DeserializeOwned>(row: &Row<'_>) -> rusqlite::Result<T> {
    from_text(row, 0)
}

/// Where the lines go.
struct Lines<'a> {
    to: &'a mut dyn Write,
    hash: Sha256,
    lines: u64,
    bytes: u64,
}

impl Lines<'_> {
    fn put(&mut self, record: &impl Serialize) -> Result<(), ExportError> {
        let mut line = serde_json::to_vec(record).map_err(|e| ExportError::Write(e.into()))?;
        line.push(b'\n');
        self.to.write_all(&line).map_err(ExportError::Write)?;
        self.hash.update(&line);
        self.lines += 1;
        self.bytes += line.len() as u64;
        Ok(())
    }

    fn all(
        &mut self,
        conn: &Connection,
        sql: &str,
        read: impl Fn(&Row<'_>) -> rusqlite::Result<Record>,
    ) -> Result<(), ExportError> {
        let mut statement = conn.prepare(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            self.put(&read(row)?)?;
        }
        Ok(())
    }
}
