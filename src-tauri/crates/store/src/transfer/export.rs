//! Writing everything down, line by line.

use super::ExportError;
use super::record::{Header, KIND, Record, VERSION};
use crate::open::for_reading;
use crate::table::counters::Counters;
use crate::table::{
    engine_state, events, facts, from_text, instant, request_keys, resources, rules, spending,
    templates, unique_keys,
};
use aegis_domain::{Key, Once, TaskId, Timestamp, Usd};
use rusqlite::{Connection, Row, TransactionBehavior};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use std::io::Write;
use std::path::Path;

/// Instants of one line.
const INSTANTS: usize = 1000;

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
    for rule in rules::all(&snapshot)? {
        lines.put(&Record::Rule(Box::new(rule)))?;
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
    lines.all(&snapshot, "SELECT row FROM tool_uses ORDER BY id", |row| {
        Ok(Record::ToolUse(whole(row)?))
    })?;
    lines.all(
        &snapshot,
        "SELECT task_id, quarter, micros FROM spending_by_task ORDER BY task_id, quarter",
        |row| {
            let (task, at) = (TaskId(row.get(0)?), spending::begins(row, 1)?);
            let micros: i64 = row.get(2)?;
            let amount = Usd::from_micros(micros.unsigned_abs());
            let (cost, back) =
                if micros < 0 { (Usd::default(), amount) } else { (amount, Usd::default()) };
            Ok(Record::Spending { task, at, cost, back })
        },
    )?;
    let mut events = snapshot.prepare("SELECT seq, task_id, row FROM events ORDER BY seq")?;
    let mut rows = events.query([])?;
    while let Some(row) = rows.next()? {
        for event in events::of_row(row)? {
            lines.put(&Record::Event(Box::new(event)))?;
        }
    }
    lines.all(&snapshot, "SELECT command FROM follow_ups ORDER BY id", |row| {
        Ok(Record::FollowUp(whole(row)?))
    })?;
    past_instants(&snapshot, &mut lines)?;
    keys(&snapshot, &mut lines)?;
    let sha256 = hex::encode(lines.hash.clone().finalize());
    lines.put(&Record::End { lines: lines.lines, sha256 })?;
    lines.to.flush().map_err(ExportError::Write)?;
    Ok(Exported { tasks, lines: lines.lines, bytes: lines.bytes })
}

/// Instants that may not come again, in lines of bounded length.
fn past_instants(conn: &Connection, lines: &mut Lines<'_>) -> Result<(), ExportError> {
    let mut all =
        conn.prepare("SELECT task_id, instant FROM past_instants ORDER BY task_id, instant")?;
    let mut rows = all.query([])?;
    let mut line: Option<(TaskId, Vec<Timestamp>)> = None;
    while let Some(row) = rows.next()? {
        let (task, at) = (TaskId(row.get(0)?), instant(row, 1)?);
        match &mut line {
            Some((of, instants)) if *of == task && instants.len() < INSTANTS => instants.push(at),
            _ => {
                if let Some((task, instants)) = line.replace((task, vec![at])) {
                    lines.put(&Record::PastInstants { task, instants })?;
                }
            }
        }
    }
    if let Some((task, instants)) = line {
        lines.put(&Record::PastInstants { task, instants })?;
    }
    Ok(())
}

/// What requests with keys have made, and what is one of a kind.
fn keys(conn: &Connection, lines: &mut Lines<'_>) -> Result<(), ExportError> {
    let key = |text: &str| {
        Key::new("key", text).map_err(|e| {
            rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, Box::new(e))
        })
    };
    lines.all(conn, request_keys::ALL, |row| {
        let found = request_keys::read(row)?;
        let once = Once { key: key(&found.key)?, request: found.request };
        Ok(Record::RequestKey { once, task: found.task, at: found.at })
    })?;
    lines.all(conn, unique_keys::ALL, |row| {
        Ok(Record::UniqueKey { key: key(row.get_ref(0)?.as_str()?)?, task: TaskId(row.get(1)?) })
    })
}

fn header(conn: &Connection) -> Result<Header, ExportError> {
    let counters = Counters::read(conn)?;
    Ok(Header {
        aegis: KIND.to_owned(),
        version: VERSION,
        form: crate::latest_version(),
        task_number: counters.next_task_number() - 1,
        fencing_token: counters.next_token() - 1,
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
