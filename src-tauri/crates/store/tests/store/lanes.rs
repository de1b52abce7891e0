//! The lanes of what waits.

use crate::support::{Fixture, ctx, draft, instant};
use aegis_domain::fair::Lane;
use aegis_domain::machine::Command;
use aegis_domain::{Actor, Schedule, TaskEdit, TaskId};
use aegis_store::{Reader, StoreError};
use rusqlite::Connection;
use std::time::{Duration, Instant};

async fn create(fixture: &Fixture, title: &str, workspace: &str, priority: u8) -> TaskId {
    let id = TaskId(ctx(0).uuid());
    let mut draft = draft(title, Schedule::Now);
    draft.workspace = Some(workspace.to_owned());
    draft.priority = priority.try_into().unwrap();
    let create = Command::CreateTask { id, draft, by: Actor::System, origin: None };
    fixture.submit(create, 0).await.unwrap();
    id
}

/// The workspaces of the lanes that have something to start, with how much waits there.
async fn lanes(fixture: &Fixture, at: i64) -> Vec<(String, u64)> {
    let place = |lane: Lane| lane.workspace.unwrap_or_default();
    let heads = fixture.store.read(move |r| r.heads(instant(at))).await.unwrap();
    let waiting = fixture.store.read(move |r| r.waiting(instant(at))).await.unwrap();
    let counts: Vec<_> =
        waiting.into_iter().filter(|w| w.ready > 0).map(|w| (place(w.lane), w.ready)).collect();
    let heads: Vec<_> = heads.into_iter().map(|head| place(head.lane)).collect();
    assert_eq!(heads, counts.iter().map(|c| c.0.clone()).collect::<Vec<_>>());
    counts
}

fn of(expected: &[(&str, u64)]) -> Vec<(String, u64)> {
    expected.iter().map(|(place, count)| ((*place).to_owned(), *count)).collect()
}

#[tokio::test]
async fn an_edit_moves_what_waits_to_its_new_lane() {
    let fixture = Fixture::new();
    let a = create(&fixture, "a", "one", 5).await;
    create(&fixture, "b", "one", 2).await;
    create(&fixture, "c", "two", 10).await;
    assert_eq!(lanes(&fixture, 1).await, of(&[("one", 2), ("two", 1)]));
    let edit = TaskEdit::default().set("workspace", "three");
    fixture.submit(Command::EditTask { task: a, edit, by: Actor::System }, 1).await.unwrap();
    assert_eq!(lanes(&fixture, 1).await, of(&[("one", 1), ("three", 1), ("two", 1)]));
    // What has been called off stands in no lane.
    fixture.submit(Command::DeleteTask { task: a, by: Actor::System }, 2).await.unwrap();
    assert_eq!(lanes(&fixture, 2).await, of(&[("one", 1), ("two", 1)]));
}

#[tokio::test]
async fn what_waits_is_counted_by_urgency() {
    let fixture = Fixture::new();
    for (title, priority) in [("a", 0), ("b", 3), ("c", 4), ("d", 8), ("e", 9)] {
        create(&fixture, title, "one", priority).await;
    }
    let moved = create(&fixture, "f", "one", 7).await;
    let bands = async || fixture.store.read(|r| r.waiting(instant(1))).await.unwrap()[0].bands;
    assert_eq!(bands().await, [2, 2, 2, 0]);
    let edit = TaskEdit::default().set("priority", 10);
    fixture.submit(Command::EditTask { task: moved, edit, by: Actor::System }, 1).await.unwrap();
    assert_eq!(bands().await, [2, 1, 2, 1]);
}

/// Ten lanes with `each` in them, written as rows.
fn fill(fixture: &Fixture, each: u32) {
    let conn = Connection::open(fixture.dir.path().join("aegis.db")).unwrap();
    conn.execute_batch("PRAGMA synchronous = OFF; BEGIN").unwrap();
    let (task, lane): (Vec<u8>, String) = conn
        .query_row("SELECT id, lane FROM tasks", [], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    let mut insert = conn
        .prepare(
            "INSERT INTO occurrences (id, task_id, cause, key, state, terminal, not_before,
                 sort_key, updated_at, row, lane, priority)
             VALUES (randomblob(16), ?1, 'run_now', ?2, 'queued', 0, 0, ?2, 0, '{}', ?3, 5)",
        )
        .unwrap();
    for n in 0..each * 10 {
        insert.execute((&task, n, format!("{lane}{}", n % 10))).unwrap();
    }
    drop(insert);
    conn.execute_batch("COMMIT").unwrap();
}

/// The fastest of several reads.
async fn fastest<T: Send + 'static>(
    fixture: &Fixture,
    read: fn(&Reader<'_>) -> Result<Vec<T>, StoreError>,
) -> Duration {
    let mut fastest = Duration::MAX;
    for _ in 0..20 {
        let begun = Instant::now();
        let found = fixture.store.read(read).await.unwrap();
        fastest = fastest.min(begun.elapsed());
        assert!(found.len() >= 10);
    }
    fastest
}

#[tokio::test]
async fn the_heads_of_lanes_cost_the_same_however_much_waits() {
    let (few, many) = (Fixture::new(), Fixture::new());
    for fixture in [&few, &many] {
        fixture.create("one", Schedule::Now).await;
    }
    fill(&few, 10);
    fill(&many, 4_000);
    let heads = |r: &Reader<'_>| r.heads(instant(0));
    let (of_few, of_many) = (fastest(&few, heads).await, fastest(&many, heads).await);
    assert!(of_many < of_few * 5, "{of_few:?} and {of_many:?}");
    // The control: what looks at everything takes longer with more of it.
    let count = |r: &Reader<'_>| r.waiting(instant(0));
    let (of_few, of_many) = (fastest(&few, count).await, fastest(&many, count).await);
    assert!(of_many > of_few * 5, "{of_few:?} and {of_many:?}");
}

/// The plans of the queries that run on every look: none reads more than it answers.
#[test]
fn no_look_scans_what_waits() {
    let fixture = Fixture::new();
    let conn = Connection::open(fixture.dir.path().join("aegis.db")).unwrap();
    let plan = |sql: &str| -> Vec<String> {
        let mut explain = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        explain.query_map([], |row| row.get(3)).unwrap().map(Result::unwrap).collect()
    };
    let next = "SELECT lane FROM occurrences WHERE state = 'queued' AND lane > '' \
                ORDER BY lane LIMIT 1";
    let first = "SELECT sort_key FROM occurrences WHERE state = 'queued' AND lane = 'a' \
                 AND sort_key <= 5 AND not_before <= 5 ORDER BY sort_key, id LIMIT 1";
    for sql in [next, first] {
        let plan = plan(sql).join("; ");
        assert!(plan.contains("COVERING INDEX occurrences_lane"), "{plan}");
        assert!(!plan.contains("TEMP B-TREE"), "{plan}");
    }
    let ready = "SELECT o.id, t.row FROM occurrences o JOIN tasks t ON t.id = o.task_id \
                 WHERE o.state = 'queued' AND o.lane = 'a' AND o.sort_key <= 5 \
                 AND o.not_before <= 5 ORDER BY o.sort_key, o.id LIMIT 5";
    let plan = plan(ready).join("; ");
    assert!(plan.contains("INDEX occurrences_lane") && !plan.contains("TEMP B-TREE"), "{plan}");
}
