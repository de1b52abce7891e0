//! The lanes of what waits.

use crate::support::{Fixture, ctx, draft, instant};
use aegis_domain::fair::Lane;
use aegis_domain::machine::Command;
use aegis_domain::{Actor, Schedule, TaskEdit, TaskId};
use rusqlite::Connection;

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
    let heads = fixture.store.read(move |r| r.heads(instant(at))).await.unwrap().lanes;
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

/// The plans of the queries that run on every look: none reads more than it answers.
#[test]
fn no_look_scans_what_waits() {
    let fixture = Fixture::new();
    let conn = Connection::open(fixture.dir.path().join("aegis.db")).unwrap();
    let plan = |sql: &str| -> Vec<String> {
        let mut explain = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        explain.query_map([], |row| row.get(3)).unwrap().map(Result::unwrap).collect()
    };
    let next = "SELECT lane FROM occurrences WHERE state = 'queued' \
                AND waits_until IS NULL AND lane > '' ORDER BY lane LIMIT 1";
    let first = "SELECT sort_key, not_before FROM occurrences WHERE state = 'queued' \
                 AND waits_until IS NULL AND lane = 'a' \
                 ORDER BY sort_key, not_before, priority LIMIT 1";
    let first_come = "SELECT sort_key, not_before FROM occurrences WHERE state = 'queued' \
                      AND waits_until IS NULL AND lane = 'a' AND sort_key <= 5 \
                      AND not_before <= 5 ORDER BY sort_key, not_before, priority LIMIT 1";
    for sql in [next, first, first_come] {
        let plan = plan(sql).join("; ");
        assert!(plan.contains("COVERING INDEX occurrences_lane"), "{plan}");
        assert!(!plan.contains("TEMP B-TREE"), "{plan}");
    }
    let ready = "SELECT o.id, t.row FROM occurrences o JOIN tasks t ON t.id = o.task_id \
                 WHERE o.state = 'queued' AND o.waits_until IS NULL AND o.lane = 'a' \
                 AND o.sort_key <= 5 AND o.not_before <= 5 ORDER BY o.sort_key, o.not_before, o.priority LIMIT 5";
    let plan = plan(ready).join("; ");
    assert!(plan.contains("INDEX occurrences_lane") && !plan.contains("TEMP B-TREE"), "{plan}");
}
