//! Requests that count once, and tasks of which there is one at a time.

use crate::support::{Fixture, teller};
use aegis_domain::{NewTask, Schedule};
use aegis_protocol::{CancelTask, CreateTask, DeleteTask, ErrorKind, ListTasks, UniqueTask};
use serde_json::json;

fn request(title: &str, key: Option<&str>, unique: Option<UniqueTask>) -> CreateTask {
    let new = NewTask {
        title: title.to_owned(),
        schedule: Schedule::Manual,
        executor: teller(json!({"lines": 0})),
        ..NewTask::default()
    };
    CreateTask { key: key.map(str::to_owned), unique, ..CreateTask::from(new) }
}

fn unique(key: &str, while_in: &[&str], existing: bool) -> Option<UniqueTask> {
    let while_in = while_in.iter().map(|word| (*word).to_owned()).collect();
    Some(UniqueTask { key: key.to_owned(), while_in, existing })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_request_gets_the_same_task() {
    let world = Fixture::new().await;
    let made = world.call(request("an order", Some("7"), None)).await.unwrap();
    assert!(!made.existing);
    let again = world.call(request("an order", Some("7"), None)).await.unwrap();
    assert_eq!((again.existing, again.card.id), (true, made.card.id));
    let other = world.call(request("another", Some("7"), None)).await.unwrap_err();
    assert_eq!(other.kind, ErrorKind::Conflict);
    assert!(other.message.contains("“7” belongs to another request"), "{other}");
    assert!(other.hint.unwrap().contains("new key"));
    world.call(DeleteTask { task: made.card.id.into() }).await.unwrap();
    let deleted = world.call(request("an order", Some("7"), None)).await.unwrap();
    assert_eq!((deleted.existing, deleted.card.id), (true, made.card.id), "it counts all the same");
    assert!(world.call(ListTasks::default()).await.unwrap().tasks.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_was_in_time_counts_when_its_time_has_passed() {
    let world = Fixture::new().await;
    let at = world.engine.ctx().now + chrono::TimeDelta::milliseconds(300);
    let mut wanted = request("soon", Some("7"), None);
    wanted.task.schedule = Schedule::at(at);
    let made = world.call(wanted.clone()).await.unwrap();
    world.until(made.card.id, |card| card.due.is_none()).await;
    let again = world.call(wanted.clone()).await.unwrap();
    assert_eq!(again.card.id, made.card.id);
    // The control: without the key it is too late.
    let late = world.call(CreateTask { key: None, ..wanted }).await.unwrap_err();
    assert!(late.message.contains("in the past"), "{late}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_a_kind_is_refused_with_the_one_that_is_there_or_answered_with_it() {
    let world = Fixture::new().await;
    let first = world.call(request("nightly", None, unique("nightly", &[], false))).await.unwrap();
    let refused =
        world.call(request("nightly", None, unique("nightly", &[], false))).await.unwrap_err();
    assert_eq!(refused.kind, ErrorKind::Conflict);
    assert!(refused.message.contains("#1 is waiting to be run"), "{refused}");
    let there = world.call(request("nightly", None, unique("nightly", &[], true))).await.unwrap();
    assert_eq!((there.existing, there.card.id), (true, first.card.id));
    // Only while it runs, somebody else says: it does not.
    let second = unique("nightly", &["running"], false);
    let second = world.call(request("nightly", None, second)).await.unwrap();
    assert_ne!(second.card.id, first.card.id);
    let odd = unique("nightly", &["flying"], false);
    let odd = world.call(request("nightly", None, odd)).await.unwrap_err();
    assert_eq!((odd.kind, odd.field.as_deref()), (ErrorKind::Invalid, Some("unique")));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_runs_is_in_the_way_until_it_has_ended() {
    let world = Fixture::new().await;
    let mut wanted = request("long", None, unique("long", &["queued", "running"], false));
    wanted.task.schedule = Schedule::Now;
    wanted.task.executor = teller(json!({"lines": 1, "hold": true}));
    let card = world.call(wanted.clone()).await.unwrap().card;
    world.until(card.id, |c| c.run.as_ref().is_some_and(|r| r.started_at.is_some())).await;
    let refused = world.call(wanted.clone()).await.unwrap_err();
    assert!(refused.message.contains("#1 is executing"), "{refused}");
    world.call(CancelTask { task: card.id.into() }).await.unwrap();
    world.until(card.id, |c| c.state.as_ref().is_some_and(|s| s.is_terminal())).await;
    world.call(wanted).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_cannot_stand_is_refused() {
    let world = Fixture::new().await;
    for bad in ["", "a\nb", &"k".repeat(201)] {
        let refused = world.call(request("t", Some(bad), None)).await.unwrap_err();
        assert_eq!((refused.kind, refused.field.as_deref()), (ErrorKind::Invalid, Some("key")));
        let refused = world.call(request("t", None, unique(bad, &[], false))).await.unwrap_err();
        assert_eq!(refused.field.as_deref(), Some("unique"));
    }
    assert!(world.call(ListTasks::default()).await.unwrap().tasks.is_empty());
}
