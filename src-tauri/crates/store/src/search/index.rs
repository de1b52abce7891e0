//! Taking in what happened.

use super::text::clean;
use crate::StoreError;
use crate::table::{events, runs, tasks};
use aegis_domain::{EventKind, Outcome, Run, RunId, Task, TaskId};
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::Value;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Most bytes of a description, or of what a run found out.
const MAX_BODY: usize = 256 * 1024;
/// Most bytes of a log: its first and its last 64 KiB.
const MAX_LOG: usize = 128 * 1024;

pub(super) const CURSOR: &str = "SELECT cursor FROM progress WHERE id = 1";

/// How much has not been taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Behind {
    /// Events that have not been looked at.
    pub events: u64,
}

/// What a document of the index is about.
struct Doc {
    owner: Uuid,
    task: TaskId,
    number: u64,
    run: Option<RunId>,
    title: String,
    names: String,
    body: String,
    log: String,
}

pub(super) fn behind(conn: &Connection) -> Result<Behind, StoreError> {
    let cursor: i64 = conn.prepare_cached(CURSOR)?.query_row([], |row| row.get(0))?;
    let newest: Option<i64> = conn
        .prepare_cached("SELECT seq FROM source.events ORDER BY seq DESC LIMIT 1")?
        .query_row([], |row| row.get(0))
        .optional()?;
    Ok(Behind { events: u64::try_from(newest.unwrap_or(cursor) - cursor).unwrap_or(0) })
}

pub(super) fn catch_up(
    conn: &Connection,
    rows: u32,
    log: &dyn Fn(RunId) -> String,
) -> Result<Behind, StoreError> {
    let begin: i64 = conn.prepare_cached(CURSOR)?.query_row([], |row| row.get(0))?;
    let mut cursor = begin;
    let mut changed = BTreeSet::new();
    let mut ended = BTreeSet::new();
    {
        let mut since = conn.prepare_cached(
            "SELECT seq, task_id, row FROM source.events WHERE seq > ?1 ORDER BY seq LIMIT ?2",
        )?;
        let mut rows = since.query((cursor, rows))?;
        while let Some(row) = rows.next()? {
            cursor = row.get(0)?;
            for event in events::of_row(row)? {
                match event.what.kind {
                    EventKind::TaskCreated | EventKind::TaskEdited { .. } => {
                        changed.insert(event.what.task);
                    }
                    EventKind::RunEnded { .. } => ended.extend(event.what.run),
                    _ => {}
                }
            }
        }
    }
    for task in changed {
        if let Some(task) = tasks::get(conn, task)? {
            put(conn, &of_task(&task))?;
        }
    }
    for run in ended {
        let Some(run) = runs::get(conn, run)? else { continue };
        if let Some(task) = tasks::get(conn, run.task)? {
            put(conn, &of_run(&run, &task, log))?;
        }
    }
    if cursor != begin {
        // Who has nothing new writes nothing.
        conn.prepare_cached("UPDATE progress SET cursor = ?1 WHERE id = 1")?.execute([cursor])?;
    }
    behind(conn)
}

fn of_task(task: &Task) -> Doc {
    let definition = &task.definition;
    let mut names: Vec<&str> = definition.tags.iter().map(aegis_domain::Tag::as_str).collect();
    names.extend(definition.slug.as_ref().map(aegis_domain::Slug::as_str));
    Doc {
        owner: task.id.0,
        task: task.id,
        number: task.number.0,
        run: None,
        title: clean(definition.title.as_str(), MAX_BODY),
        names: clean(&names.join(" "), MAX_BODY),
        body: clean(&definition.description, MAX_BODY),
        log: String::new(),
    }
}

fn of_run(run: &Run, task: &Task, log: &dyn Fn(RunId) -> String) -> Doc {
    let mut body = String::new();
    let mut has_log = false;
    if let Some(end) = &run.end {
        match &end.outcome {
            Outcome::Succeeded { summary } => body.push_str(summary),
            Outcome::Failed(failure) => body.push_str(&failure.sentence()),
            _ => {}
        }
        words(&end.result, &mut body);
        has_log = end.log_len > 0 && !end.log_removed;
    }
    Doc {
        owner: run.id.0,
        task: task.id,
        number: task.number.0,
        run: Some(run.id),
        title: String::new(),
        names: String::new(),
        body: clean(&body, MAX_BODY),
        log: if has_log { clean(&log(run.id), MAX_LOG) } else { String::new() },
    }
}

/// Appends what can be read in a result: names, texts and numbers.
fn words(value: &Value, to: &mut String) {
    if to.len() > MAX_BODY {
        return;
    }
    match value {
        Value::Null | Value::Bool(_) => {}
        Value::Number(number) => to.push_str(&format!(" {number}")),
        Value::String(text) => to.push_str(&format!(" {text}")),
        Value::Array(items) => items.iter().for_each(|item| words(item, to)),
        Value::Object(fields) => fields.iter().for_each(|(name, value)| {
            to.push_str(&format!(" {name}"));
            words(value, to);
        }),
    }
}

/// Puts a document in the place of the one that its owner had.
fn put(conn: &Connection, doc: &Doc) -> rusqlite::Result<()> {
    let old: Option<i64> = conn
        .prepare_cached("SELECT id FROM docs WHERE owner = ?1")?
        .query_row([doc.owner], |row| row.get(0))
        .optional()?;
    if let Some(old) = old {
        remove(conn, old)?;
    }
    conn.prepare_cached(
        "INSERT INTO docs (owner, task_id, number, run_id, logged) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![
        doc.owner,
        doc.task.0,
        doc.number,
        doc.run.map(|run| run.0),
        !doc.log.is_empty()
    ])?;
    conn.prepare_cached(
        "INSERT INTO words (rowid, title, names, body, log) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![conn.last_insert_rowid(), doc.title, doc.names, doc.body, doc.log])?;
    Ok(())
}

fn remove(conn: &Connection, doc: i64) -> rusqlite::Result<()> {
    conn.prepare_cached("DELETE FROM words WHERE rowid = ?1")?.execute([doc])?;
    conn.prepare_cached("DELETE FROM docs WHERE id = ?1")?.execute([doc])?;
    Ok(())
}

pub(super) fn forget(conn: &Connection, task: TaskId) -> Result<(), StoreError> {
    let docs: Vec<i64> = conn
        .prepare_cached("SELECT id FROM docs WHERE task_id = ?1")?
        .query_map([task.0], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for doc in docs {
        remove(conn, doc)?;
    }
    Ok(())
}

pub(super) fn sweep(conn: &Connection, after: i64, limit: u32) -> Result<Option<i64>, StoreError> {
    // Whether the task or the run has gone, and whether only its log has.
    let looked_at: Vec<(i64, bool, bool)> = conn
        .prepare_cached(
            "SELECT d.id, t.id IS NULL OR (d.run_id IS NOT NULL AND r.id IS NULL),
                    d.logged AND ifnull(r.row ->> '$.end.log_removed', 0)
             FROM docs d
             LEFT JOIN source.tasks t ON t.id = d.task_id
             LEFT JOIN source.runs r ON r.id = d.run_id
             WHERE d.id > ?1 ORDER BY d.id LIMIT ?2",
        )?
        .query_map((after, limit), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<rusqlite::Result<_>>()?;
    for (doc, gone, without_log) in &looked_at {
        if *gone {
            remove(conn, *doc)?;
        } else if *without_log {
            conn.prepare_cached("UPDATE words SET log = '' WHERE rowid = ?1")?.execute([doc])?;
            conn.prepare_cached("UPDATE docs SET logged = 0 WHERE id = ?1")?.execute([doc])?;
        }
    }
    Ok(looked_at.last().map(|(doc, ..)| *doc))
}
