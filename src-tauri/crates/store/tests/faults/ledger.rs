//! What was acknowledged, and whether a database still has it.

use aegis_domain::{EventKind, EventSeq, OccurrenceId, StateName, TaskId, TaskRef, Timestamp};
use aegis_store::{Reader, Store, StoreError, StoreOptions};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

/// Something that the store said is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// A task was made, with this title.
    Created(TaskId, String),
    /// Work was completed.
    Completed(OccurrenceId),
    /// The fact that counts was set to so much.
    Counted(i64),
}

/// The fact that counts.
pub const COUNT: &str = "count";

/// What is wrong with a database, in words.
pub type Wrong = String;

/// Opens the database in `dir` as a new start would, and says what of `deeds` it has lost, or what
/// else is wrong with it.
pub async fn check(dir: &Path, deeds: &[Deed]) -> Result<(), Wrong> {
    let store =
        Store::open(dir, StoreOptions::default()).map_err(|e| format!("not opened: {e}"))?;
    let deeds = deeds.to_vec();
    let found = store.read(move |reader| compare(reader, &deeds)).await;
    store.close();
    match found {
        Ok(None) => sound(dir),
        Ok(Some(wrong)) => Err(wrong),
        Err(error) => Err(format!("not read: {error}")),
    }
}

/// What SQLite itself says of the file.
fn sound(dir: &Path) -> Result<(), Wrong> {
    let conn = rusqlite::Connection::open(dir.join("aegis.db")).map_err(|e| e.to_string())?;
    let ask = |sql: &str| conn.query_row(sql, [], |row| row.get::<_, String>(0));
    let verdict = ask("PRAGMA integrity_check(1)").map_err(|e| e.to_string())?;
    if verdict != "ok" {
        return Err(format!("integrity_check: {verdict}"));
    }
    let broken = conn
        .query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get::<_, i64>(0));
    match broken {
        Ok(0) => Ok(()),
        other => Err(format!("foreign_key_check: {other:?}")),
    }
}

fn compare(reader: &Reader<'_>, deeds: &[Deed]) -> Result<Option<Wrong>, StoreError> {
    let mut counted = None;
    for deed in deeds {
        match deed {
            Deed::Created(id, title) => {
                let found = reader.task(&TaskRef::Id(*id))?;
                let found = found.as_ref().map(|task| task.definition.title.as_str());
                if found != Some(title) {
                    return Ok(Some(format!("lost: {deed:?}, found {found:?}")));
                }
                if reader.occurrences(*id, 1)?.is_empty() {
                    return Ok(Some(format!("half: {deed:?} has no occurrence")));
                }
            }
            Deed::Completed(id) => {
                let found = reader.occurrence(*id)?.map(|occurrence| occurrence.state);
                let found = found.map(|state| state.name());
                if found != Some(StateName::Completed) {
                    return Ok(Some(format!("lost: {deed:?}, found {found:?}")));
                }
            }
            Deed::Counted(count) => counted = Some(*count),
        }
    }
    if let Some(counted) = counted {
        let facts = reader.facts()?;
        let found = facts.iter().find(|fact| fact.name == COUNT).and_then(|f| f.value.as_i64());
        // What was not acknowledged may be there too.
        if found.is_none_or(|found| found < counted) {
            return Ok(Some(format!("lost: a count of {counted}, found {found:?}")));
        }
    }
    events(reader)
}

/// Whether the events are without a gap, and nothing was completed twice.
fn events(reader: &Reader<'_>) -> Result<Option<Wrong>, StoreError> {
    let mut completed = BTreeSet::new();
    let mut next = 1;
    loop {
        let events = reader.events_after(EventSeq(next - 1), 1000)?;
        if events.is_empty() {
            return Ok(None);
        }
        for event in events {
            if event.seq.0 != next {
                return Ok(Some(format!("event {} stands where {next} should", event.seq.0)));
            }
            next += 1;
            if let EventKind::Moved { to, .. } = &event.what.kind
                && to.name() == StateName::Completed
                && !completed.insert(event.what.occurrence)
            {
                return Ok(Some(format!("completed twice: {:?}", event.what.occurrence)));
            }
        }
    }
}

/// A value that no later one undoes.
pub fn count(count: i64) -> Option<Value> {
    Some(count.into())
}

/// A moment of the tests, in milliseconds since their beginning.
pub fn at(millis: i64) -> Timestamp {
    crate::support::instant(millis)
}
