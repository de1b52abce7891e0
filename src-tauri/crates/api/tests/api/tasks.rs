//! What can be done with a task, and what it then shows.

use crate::support::Fixture;
use aegis_domain::coarse::Column;
use aegis_domain::{TaskRef, Values};
use aegis_protocol::{
    Action, CancelTask, DeleteTask, ErrorKind, ListTasks, RestoreTask, RunTask, ShowTask,
};
use serde_json::json;

fn named(number: u64) -> TaskRef {
    TaskRef::Number(aegis_domain::TaskNumber(number))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_says_what_can_be_done_at_each_step() {
    let world = Fixture::new().await;
    let card = world.manual("by hand").await;
    assert_eq!((card.column, card.actions), (Column::Backlog, vec![Action::Run, Action::Delete]));
    world.call(RunTask { task: named(1), values: Values::new(), origin: None }).await.unwrap();
    let card = world.until(card.id, |c| c.column == Column::Done).await;
    assert_eq!(card.actions, [Action::RunAgain, Action::Delete]);
    assert_eq!(card.place.as_deref(), Some("~/stories"));
    let again =
        world.call(RunTask { task: named(1), values: Values::new(), origin: None }).await.unwrap();
    assert_ne!(again.occurrence, card.occurrence, "run again is a new occurrence");
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_shows_at_once_and_ends_the_run() {
    let world = Fixture::new().await;
    let card = world.create("hold", json!({"lines": 1, "hold": true})).await;
    let card = world.until(card.id, |c| c.actions.contains(&Action::Cancel)).await;
    world.until(card.id, |c| c.run.as_ref().is_some_and(|r| r.started_at.is_some())).await;
    world.call(CancelTask { task: card.id.into() }).await.unwrap();
    let card = world.until(card.id, |c| c.column == Column::Failed).await;
    assert_eq!(card.state.unwrap().name().as_str(), "cancelled");
    let refused = world.call(CancelTask { task: card.id.into() }).await.unwrap_err();
    assert_eq!(refused.kind, ErrorKind::Conflict);
    assert!(refused.message.contains("already ended (cancelled)"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_live_card_shows_the_last_line() {
    let world = Fixture::new().await;
    let card = world.create("tell", json!({"lines": 3, "hold": true})).await;
    let shows = |line: &'static str| {
        move |c: &aegis_protocol::CardView| {
            c.run.as_ref().and_then(|r| r.last_line.as_deref()) == Some(line)
        }
    };
    world.until(card.id, shows("line 2")).await;
    world.call(CancelTask { task: card.id.into() }).await.unwrap();
    world.until(card.id, |c| c.column == Column::Failed).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deleting_can_be_taken_back() {
    let world = Fixture::new().await;
    let card = world.manual("oops").await;
    world.call(DeleteTask { task: card.id.into() }).await.unwrap();
    assert!(world.call(ListTasks::default()).await.unwrap().tasks.is_empty());
    let shown = world.call(ShowTask { task: card.id.into() }).await.unwrap();
    assert_eq!(shown.card.actions, [Action::Restore]);
    world.call(RestoreTask { task: card.id.into() }).await.unwrap();
    assert_eq!(world.call(ListTasks::default()).await.unwrap().tasks.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_go_on_where_the_last_one_ended() {
    let world = Fixture::new().await;
    for n in 1..=7 {
        world.manual(&format!("task {n}")).await;
    }
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let request = ListTasks { limit: Some(3), after, ..ListTasks::default() };
        let page = world.call(request).await.unwrap();
        seen.extend(page.tasks.iter().map(|t| t.number.0));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(seen, [7, 6, 5, 4, 3, 2, 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_of_words_becomes_a_task_as_its_preview_said() {
    let world = Fixture::new().await;
    let text = "buy milk #home p8";
    let preview = world.raw("quick_add.preview", json!({ "text": text })).await.unwrap();
    assert_eq!(preview["problem"], json!(null), "{preview}");
    let made = world.raw("quick_add.add", json!({ "text": text })).await.unwrap();
    assert_eq!(made["card"]["title"], preview["task"]["title"]);
    assert_eq!(made["card"]["priority"], json!(8));
    assert_eq!(made["card"]["tags"], json!(["home"]));
    assert_eq!(made["card"]["actions"], json!(["done", "delete"]));
    world.raw("task.done", json!({"task": "1"})).await.unwrap();
    let done = world.raw("task.show", json!({"task": "1"})).await.unwrap();
    assert_eq!(done["card"]["column"], json!("done"));
}
