//! Databases of earlier forms, as the programs of then wrote them.

use crate::support::Fixture;
use aegis_domain::hold::{HoldMode, Holds, Scope};
use aegis_domain::machine::Command;
use aegis_domain::{Actor, OccurrenceId, Schedule, State, TaskKind, TaskRef, Timestamp};
use aegis_store::{Store, StoreOptions, latest_version};
use rusqlite::{Connection, params};
use uuid::Uuid;

const FIRST_FORM: &str =
    include_str!("../../../../../migrations/0001_tasks_occurrences_runs_events.sql");

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

pub fn first_form(dir: &std::path::Path) -> (Uuid, Uuid) {
    let conn = Connection::open(dir.join("aegis.db")).unwrap();
    conn.execute_batch(FIRST_FORM).unwrap();
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
    conn.execute("UPDATE counters SET value = 1 WHERE name = 'task_number'", []).unwrap();
    (task, occurrence)
}

#[tokio::test]
async fn a_database_of_the_first_form_is_brought_up_and_loses_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let (_, occurrence) = first_form(dir.path());
    let store = Store::open(dir.path(), StoreOptions::default()).unwrap();
    let fixture = Fixture { dir, store };
    let name: TaskRef = "#1".parse().unwrap();
    let task = fixture.store.read(move |r| r.task(&name)).await.unwrap().unwrap();
    assert_eq!(task.definition.title.as_str(), "list containers");
    assert_eq!(task.definition.priority.get(), 8);
    assert_eq!(task.kind(), TaskKind::Scheduled);
    assert_eq!(task.requester, Actor::Human("cli".to_owned()));
    let settings = &task.definition.executor.as_ref().unwrap().settings;
    assert_eq!(settings["command"][3], "\\{{.Names}} \\n", "braces go on to mean themselves");
    let filled = aegis_domain::placeholder::fill(settings, &serde_json::json!({}));
    assert_eq!(filled["command"][3], "{{.Names}} \\n");
    let id = OccurrenceId(occurrence);
    let waiting = fixture.store.read(move |r| r.occurrence(id)).await.unwrap().unwrap();
    let State::Queued { not_before, .. } = waiting.state else { panic!("{:?}", waiting.state) };
    assert_eq!(waiting.not_before, not_before);
    let heads = fixture.store.read(|r| r.heads(Timestamp::MAX_UTC)).await.unwrap();
    let names: Vec<_> = heads.iter().map(|head| head.lane.to_string()).collect();
    assert_eq!(names, ["shell"], "what waits stands in the lane of its task");
    // It goes on as any other: it can be changed, and its instant does not come twice.
    let edit = aegis_domain::TaskEdit::default().set("priority", 3);
    let task = task.id;
    fixture.submit(Command::EditTask { task, edit, by: Actor::System }, 0).await.unwrap();
    fixture.create("new", Schedule::Manual).await;
    assert_eq!(fixture.title_of("2").await.as_deref(), Some("new"));
}

#[tokio::test]
async fn an_engine_that_was_paused_stays_so() {
    let dir = tempfile::tempdir().unwrap();
    first_form(dir.path());
    let conn = Connection::open(dir.path().join("aegis.db")).unwrap();
    conn.execute("INSERT INTO flags (name, value) VALUES ('paused', 1)", []).unwrap();
    drop(conn);
    let store = Store::open(dir.path(), StoreOptions::default()).unwrap();
    let holds = store.read(|r| r.engine_state::<Holds>("holds")).await.unwrap().unwrap();
    assert_eq!(holds.of(&Scope::All).unwrap().mode, HoldMode::Pause);
}

#[test]
fn a_step_that_fails_leaves_the_database_as_it_was() {
    let dir = tempfile::tempdir().unwrap();
    let (task, _) = first_form(dir.path());
    let path = dir.path().join("aegis.db");
    let conn = Connection::open(&path).unwrap();
    conn.execute("UPDATE tasks SET row = 'not JSON' WHERE id = ?1", [task]).unwrap();
    drop(conn);
    assert!(Store::open(dir.path(), StoreOptions::default()).is_err());
    let conn = Connection::open(&path).unwrap();
    let version: i64 = conn.query_row("PRAGMA user_version", [], |r| r.get(0)).unwrap();
    assert_eq!(version, 1);
    let added: i64 = conn
        .query_row("SELECT count(*) FROM sqlite_master WHERE name = 'ties'", [], |r| r.get(0))
        .unwrap();
    assert_eq!(added, 0);
    assert!(latest_version() > 1);
}
