//! Databases of earlier forms, as the programs of then wrote them.

use crate::forms;
pub use crate::forms::first_form;
use crate::support::Fixture;
use aegis_domain::hold::{HoldMode, Holds, Scope};
use aegis_domain::machine::Command;
use aegis_domain::{Actor, EventKind, OccurrenceId, Schedule, State, TaskKind, TaskRef};
use aegis_store::{Store, StoreOptions, latest_version};
use rusqlite::Connection;

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
    let heads = async || fixture.store.read(move |r| r.heads(not_before)).await.unwrap().lanes;
    assert!(heads().await.is_empty(), "it waits for its time");
    fixture.store.line_up(not_before).await.unwrap();
    let heads = heads().await;
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

#[tokio::test]
async fn every_earlier_form_is_brought_up_and_loses_nothing() {
    let mut descriptions = Vec::new();
    for form in 1..=latest_version() {
        let dir = tempfile::tempdir().unwrap();
        let (_, occurrence) = forms::of(dir.path(), form);
        assert_eq!(forms::form_of(dir.path()), form);
        let store = Store::open(dir.path(), StoreOptions::default()).unwrap();
        assert_eq!(forms::form_of(dir.path()), latest_version());
        let fixture = Fixture { dir, store };
        assert_eq!(fixture.title_of("#1").await.as_deref(), Some("list containers"), "of {form}");
        let id = OccurrenceId(occurrence);
        let kept = fixture.store.read(move |r| r.occurrence(id)).await.unwrap().unwrap();
        assert!(matches!(kept.state, State::Queued { .. }), "{:?}", kept.state);
        let task = kept.task;
        let events =
            fixture.store.read(move |r| r.events_before(Some(task), None, 9)).await.unwrap();
        let [progressed, created] = &events[..] else { panic!("{events:?}") };
        assert_eq!((created.seq.0, &created.what.kind), (1, &EventKind::TaskCreated));
        assert_eq!(created.what.actor, Actor::Human("cli".to_owned()));
        assert_eq!(progressed.seq.0, 2);
        assert_eq!((progressed.what.task, progressed.what.occurrence), (task, Some(id)));
        assert!(progressed.what.run.is_some());
        let EventKind::Progressed { progress } = &progressed.what.kind else {
            panic!("{progressed:?}")
        };
        assert_eq!(progress.percent, Some(7));
        fixture.create("new", Schedule::Now).await;
        assert_eq!(fixture.title_of("2").await.as_deref(), Some("new"));
        fixture.store.close();
        let kept = aegis_store::backup::list(fixture.dir.path()).unwrap();
        assert_eq!(kept.len(), usize::from(form < latest_version()), "a backup before it");
        descriptions.push(forms::description_of(fixture.dir.path()));
    }
    descriptions.dedup();
    assert_eq!(descriptions.len(), 1, "the same tables and indexes, whatever it began with");
}
