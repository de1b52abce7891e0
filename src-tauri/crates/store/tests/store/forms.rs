//! Databases as earlier programs wrote them, of any form.

use rusqlite::{Connection, params};
use std::path::Path;
use uuid::Uuid;

/// The migrations, in order.
fn steps() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../migrations");
    let mut files: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|end| end == "sql"));
    files.sort();
    files.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect()
}

const TASK: &str = r##"{
    "id": "01932b6e-7c00-7abc-8def-0123456789ab", "number": 1, "short_id": "dbk7z2",
    "title": "list containers", "description": "all of them", "category": "user_request",
    "executor": {"name": "shell",
                 "settings": {"command": ["docker", "ps", "--format", "{{.Names}} \\n"]}},
    "kind": "scheduled", "schedule": {"kind": "at", "at": "2027-03-01T12:00:00Z"},
    "priority": 8, "tags": ["ops"], "status": "active", "max_retries": 3, "timeout_secs": null,
    "on_interrupt": "rerun", "review_required": false,
    "requester": {"kind": "human", "id": "cli"},
    "created_at": "2026-11-20T10:00:00Z", "updated_at": "2026-11-20T11:00:00Z",
    "deleted_at": null
}"##;

const OCCURRENCE: &str = r#"{
    "id": "01932b6e-7c00-7abc-8def-0123456789ac", "task": "01932b6e-7c00-7abc-8def-0123456789ab",
    "cause": "schedule", "key": "1803902400000",
    "state": {"name": "queued", "reason": "first", "not_before": "2027-03-01T12:00:00Z",
              "sort_key": 1803901920000},
    "retries": 0, "interruptions": 0, "reworks": 0, "cancel": null,
    "created_at": "2026-11-20T10:00:00Z", "updated_at": "2026-11-20T10:00:00Z"
}"#;

/// What happened, each in a row of its own.
const EVENTS: [(&str, &str); 2] = [
    (
        "task_created",
        r#"{
            "at": "2026-11-20T10:00:00Z", "actor": {"kind": "human", "id": "cli"},
            "task": "01932b6e-7c00-7abc-8def-0123456789ab", "occurrence": null, "run": null,
            "kind": {"kind": "task_created"}
        }"#,
    ),
    (
        "progressed",
        r#"{
            "at": "2026-11-20T11:00:00Z", "actor": {"kind": "system"},
            "task": "01932b6e-7c00-7abc-8def-0123456789ab",
            "occurrence": "01932b6e-7c00-7abc-8def-0123456789ac",
            "run": "01932b6e-7c00-7abc-8def-0123456789ad",
            "kind": {"kind": "progressed",
                     "data": {"progress": {"percent": 7, "step": null, "done_at": null}}}
        }"#,
    ),
];

pub fn first_form(dir: &std::path::Path) -> (Uuid, Uuid) {
    let conn = Connection::open(dir.join("aegis.db")).unwrap();
    conn.execute_batch(&steps()[0]).unwrap();
    conn.pragma_update(None, "user_version", 1).unwrap();
    let task: Uuid = "01932b6e-7c00-7abc-8def-0123456789ab".parse().unwrap();
    let occurrence: Uuid = "01932b6e-7c00-7abc-8def-0123456789ac".parse().unwrap();
    conn.execute(
        "INSERT INTO tasks (id, number, short_id, board, updated_at, row)
         VALUES (?1, 1, 'dbk7z2', 'queued', 0, ?2)",
        params![task, TASK],
    )
    .unwrap();
    conn.execute(
        "INSERT INTO occurrences
             (id, task_id, cause, key, state, terminal, not_before, sort_key, updated_at, row)
         VALUES (?1, ?2, 'schedule', '1803902400000', 'queued', 0, 1803902400000, 1803901920000,
                 1795176000000, ?3)",
        params![occurrence, task, OCCURRENCE],
    )
    .unwrap();
    for (kind, row) in EVENTS {
        conn.execute(
            "INSERT INTO events (at, task_id, kind, row) VALUES (1795176000000, ?1, ?2, ?3)",
            params![task, kind, row],
        )
        .unwrap();
    }
    conn.execute("UPDATE counters SET value = 1 WHERE name = 'task_number'", []).unwrap();
    (task, occurrence)
}

/// A database of this form, with what [`first_form`] holds.
pub fn of(dir: &Path, form: i64) -> (Uuid, Uuid) {
    let ids = first_form(dir);
    let conn = Connection::open(dir.join("aegis.db")).unwrap();
    // As they are while a form is changed: a table that takes the place of another is away for a
    // moment.
    conn.pragma_update(None, "foreign_keys", "OFF").unwrap();
    for (step, version) in steps().iter().skip(1).zip(2..=form) {
        conn.execute_batch(step).unwrap();
        conn.pragma_update(None, "user_version", version).unwrap();
    }
    ids
}

/// The form of a database.
pub fn form_of(dir: &Path) -> i64 {
    let conn = Connection::open(dir.join("aegis.db")).unwrap();
    conn.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap()
}

/// Every table, index and trigger, as it was described.
pub fn description_of(dir: &Path) -> Vec<String> {
    let conn = Connection::open(dir.join("aegis.db")).unwrap();
    let mut all =
        conn.prepare("SELECT sql FROM sqlite_master WHERE sql <> '' ORDER BY name").unwrap();
    all.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}
