use super::*;
use crate::output::Captured;
use crate::played::Played;
use crate::render::samples;
use aegis_domain::EventKind;
use aegis_protocol::{ActivityEntry, ListEvents};
use std::future::pending;

fn args(task: Option<&str>) -> Events {
    Events { follow: true, task: task.map(|t| t.parse().unwrap()), limit: 20 }
}

fn played() -> Played {
    let past = ActivityEntry {
        event: samples::event(1, samples::task_id(12), EventKind::TaskCreated),
        number: TaskNumber(12),
        title: "cargo test".to_owned(),
    };
    Played::with(samples::task()).answers(move |_: ListEvents| Ok(vec![past.clone()])).answers(
        |request: BoardCards| {
            let known = samples::cards().into_iter().filter(|c| request.tasks.contains(&c.id));
            Ok(known.collect())
        },
    )
}

async fn followed(played: &Played, captured: &Captured, json: bool, task: Option<&str>) -> Exit {
    played.ends();
    let engine = played.engine(false);
    let error = run(&engine, &mut captured.output(json), args(task), pending()).await.unwrap_err();
    error.exit()
}

#[tokio::test]
async fn what_happened_is_followed_by_what_happens() {
    let played = played();
    played.happens(samples::event(2, samples::task_id(30), EventKind::TaskDeleted));
    played.happens(samples::event(3, samples::task_id(99), EventKind::TaskRestored));
    let captured = Captured::new();
    // The engine goes away at last, and that is told.
    assert_eq!(followed(&played, &captured, false, None).await, Exit::Unavailable);
    insta::assert_snapshot!(captured.stdout());
}

#[tokio::test]
async fn only_one_task_is_followed_when_it_is_named() {
    let played = played();
    played.happens(samples::event(2, samples::task_id(30), EventKind::TaskDeleted));
    played.happens(samples::event(3, samples::task_id(12), EventKind::TaskRestored));
    let captured = Captured::new();
    followed(&played, &captured, true, Some("12")).await;
    let events: Vec<Event> =
        captured.stdout().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(events.iter().map(|event| event.seq.0).collect::<Vec<_>>(), [1, 3]);
}

#[tokio::test]
async fn missed_events_are_said_to_be_missed() {
    let played = played();
    played.news(EventNews::Gap { snapshot_seq: EventSeq(9) });
    let captured = Captured::new();
    let engine = played.engine(false);
    let mut out = captured.output(true);
    let mut following = pin!(run(&engine, &mut out, args(None), pending()));
    assert!(futures::poll!(&mut following).is_pending());
    let last = captured.stdout().lines().last().unwrap().to_owned();
    assert_eq!(last, r#"{"type":"gap","snapshot_seq":9}"#);
}

#[tokio::test]
async fn ctrl_c_ends_it() {
    let played = played();
    let captured = Captured::new();
    let engine = played.engine(false);
    let exit = run(&engine, &mut captured.output(false), args(None), async {}).await.unwrap();
    assert_eq!(exit, Exit::Interrupted);
}
