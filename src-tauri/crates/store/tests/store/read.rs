//! What readers see.

use crate::support::{Fixture, instant};
use aegis_domain::coarse::Column;
use aegis_domain::machine::Command;
use aegis_domain::{Actor, Event, EventSeq, Schedule, TaskEdit, TaskRef};
use std::collections::HashSet;

#[tokio::test]
async fn the_board_and_its_sequence_number_are_of_one_moment() {
    let fixture = Fixture::new();
    fixture.create("now", Schedule::Now).await;
    fixture.create("by hand", Schedule::Manual).await;
    let board = fixture.store.read(|r| r.board(100)).await.unwrap();
    let last = fixture.store.read(|r| r.last_seq()).await.unwrap();
    assert_eq!(board.seq, last);
    let mut columns: Vec<_> =
        board.cards.iter().map(|c| (c.task.definition.title.to_string(), c.column)).collect();
    columns.sort();
    assert_eq!(
        columns,
        [("by hand".to_owned(), Column::Backlog), ("now".to_owned(), Column::Queued)]
    );
    assert_eq!(board.totals[0], (Column::Backlog, 1));
}

#[tokio::test]
async fn a_task_is_found_by_each_of_its_names() {
    let fixture = Fixture::new();
    let id = fixture.create("findable", Schedule::Now).await;
    let task = fixture.store.read(move |r| r.task(&TaskRef::Id(id))).await.unwrap().unwrap();
    for name in [task.number.to_string(), format!("#{}", task.number), task.short_id.to_string()] {
        assert_eq!(fixture.title_of(&name).await.as_deref(), Some("findable"), "{name}");
    }
    assert_eq!(fixture.title_of("999").await, None);
}

#[tokio::test]
async fn ready_work_comes_by_urgency_and_only_when_its_time_has_come() {
    let fixture = Fixture::new();
    let calm = fixture.create("calm", Schedule::Now).await;
    let urgent = fixture.create("urgent", Schedule::Now).await;
    let later = fixture.create("later", Schedule::at(instant(60_000))).await;
    let edit = TaskEdit::default().set("priority", 10);
    fixture.submit(Command::EditTask { task: urgent, edit, by: Actor::System }, 1).await.unwrap();
    let order = async |at| {
        let mut tasks = Vec::new();
        for id in fixture.ready(at).await {
            let occurrence = fixture.store.read(move |r| r.occurrence(id)).await.unwrap();
            tasks.push(occurrence.unwrap().task);
        }
        tasks
    };
    assert_eq!(order(10).await, [urgent, calm]);
    let next = fixture.store.read(|r| r.agenda(instant(10), 0)).await.unwrap().next;
    assert_eq!(next, Some(instant(60_000)));
    let due = async |at| fixture.store.read(move |r| r.agenda(instant(at), 10)).await.unwrap().due;
    assert!(due(59_999).await.is_empty());
    assert_eq!(due(60_000).await, [later]);
    fixture.submit(Command::Advance { task: later }, 60_000).await.unwrap();
    assert_eq!(order(60_000).await, [urgent, calm, later]);
    assert!(due(60_000).await.is_empty());
}

#[tokio::test]
async fn a_deleted_task_leaves_the_board_and_comes_back() {
    let fixture = Fixture::new();
    let id = fixture.create("oops", Schedule::Manual).await;
    let by = Actor::System;
    fixture.submit(Command::DeleteTask { task: id, by: by.clone() }, 5).await.unwrap();
    assert!(fixture.store.read(|r| r.board(10)).await.unwrap().cards.is_empty());
    fixture.submit(Command::RestoreTask { task: id, by }, 6).await.unwrap();
    assert_eq!(fixture.store.read(|r| r.board(10)).await.unwrap().cards.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_do_not_wait_for_the_writer() {
    let fixture = Fixture::new();
    fixture.create("one", Schedule::Manual).await;
    let path = fixture.dir.path().join("aegis.db");
    // Another connection holds the write lock, as the writer does while it commits.
    let blocker = rusqlite::Connection::open(path).unwrap();
    blocker.execute_batch("BEGIN IMMEDIATE").unwrap();
    let read = fixture.store.read(|r| r.board(10));
    let board = tokio::time::timeout(std::time::Duration::from_secs(2), read).await;
    assert_eq!(board.unwrap().unwrap().cards.len(), 1);
    blocker.execute_batch("ROLLBACK").unwrap();
}

/// Several events lie in a row: a reader may begin, and end, within one.
#[tokio::test]
async fn events_are_read_from_any_place_to_any_other() {
    let fixture = Fixture::new();
    let tasks = [
        fixture.create("one", Schedule::Now).await,
        fixture.create("two", Schedule::Manual).await,
        fixture.create("three", Schedule::Now).await,
    ];
    let edit = TaskEdit::default().set("priority", 1);
    let by = Actor::Human("window".to_owned());
    fixture.submit(Command::EditTask { task: tasks[0], edit, by }, 5).await.unwrap();
    fixture.submit(Command::DeleteTask { task: tasks[2], by: Actor::System }, 6).await.unwrap();
    let all = fixture.store.read(|r| r.events_after(EventSeq(0), 1000)).await.unwrap();
    let seqs: Vec<u64> = all.iter().map(|event| event.seq.0).collect();
    assert_eq!(seqs, (1..=all.len() as u64).collect::<Vec<_>>());
    assert!(fixture.count("events").await < all.len() as u64, "some lie together");
    let actors: HashSet<_> = all.iter().map(|event| format!("{:?}", event.what.actor)).collect();
    assert!(actors.len() > 1, "{actors:?}");
    for place in 0..=all.len() as u64 + 1 {
        let place = EventSeq(place);
        for limit in [0, 1, 2, 3, 1000] {
            let most = limit as usize;
            let after: Vec<_> = all.iter().filter(|e| e.seq > place).take(most).cloned().collect();
            let read = fixture.store.read(move |r| r.events_after(place, limit)).await.unwrap();
            assert_eq!(read, after, "{limit} after {place:?}");
            for task in tasks.map(Some).into_iter().chain([None]) {
                let wanted = |e: &&Event| e.seq < place && task.is_none_or(|t| t == e.what.task);
                let before: Vec<_> = all.iter().rev().filter(wanted).take(most).cloned().collect();
                let read = fixture
                    .store
                    .read(move |r| r.events_before(task, Some(place), limit))
                    .await
                    .unwrap();
                assert_eq!(read, before, "{limit} before {place:?} of {task:?}");
            }
        }
    }
}
