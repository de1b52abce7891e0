//! Bad input: a kind for programs, a sentence and a hint for people, and nothing changed.

use crate::support::Fixture;
use aegis_protocol::{ApiError, ErrorKind, ListTasks};
use serde_json::{Value, json};

async fn refused(world: &Fixture, method: &str, params: Value) -> ApiError {
    let error = world.raw(method, params.clone()).await.expect_err(&params.to_string());
    assert!(error.message.ends_with('.') || error.message.ends_with(')'), "{}", error.message);
    assert!(error.hint.as_ref().is_some_and(|h| !h.is_empty()), "{error:?} has no hint");
    error
}

#[tokio::test(flavor = "multi_thread")]
async fn every_bad_request_is_answered_with_a_kind_a_sentence_and_a_hint() {
    let world = Fixture::new().await;
    let spec = json!({"name": "teller", "settings": {"lines": 1}});
    let invalid = [
        json!({"title": "", "executor": spec}),
        json!({"title": "x".repeat(1 << 20), "executor": spec}),
        json!({"title": "nul\u{0}", "executor": spec}),
        json!({"title": "invoice\u{202e}fdp.exe", "executor": spec}),
        json!({"title": "a", "executor": spec, "priority": 11}),
        json!({"title": "a", "executor": spec, "tags": ["two words"]}),
        json!({"title": "a", "executor": spec, "timeout_secs": 0}),
        json!({"title": "a", "executor": spec, "max_retries": 1000}),
        json!({"title": "a", "executor": spec, "schedule": {"kind": "at", "at": "2020-01-01T00:00:00Z"}}),
        json!({"title": "a", "executor": {"name": "nobody"}}),
        json!({"title": "a", "executor": {"name": "teller", "settings": {}}}),
        json!({"title": "a"}),
        json!({"title": "a", "executor": spec, "colour": "red"}),
        json!({"title": 7}),
        json!("a"),
    ];
    for params in invalid {
        let params = json!({ "task": params });
        assert_eq!(refused(&world, "task.create", params).await.kind, ErrorKind::Invalid);
    }
    for method in ["task.show", "task.cancel", "task.run", "task.delete", "task.restore"] {
        let error = refused(&world, method, json!({"task": "99"})).await;
        assert_eq!(
            (error.kind, error.message.as_str()),
            (ErrorKind::NotFound, "There is no task #99.")
        );
    }
    let error = refused(&world, "task.show", json!({"task": "../../etc"})).await;
    assert_eq!(error.kind, ErrorKind::Invalid);
    assert_eq!(refused(&world, "task.fly", json!({})).await.kind, ErrorKind::NotFound);
    assert_eq!(
        refused(&world, "quick_add.add", json!({"text": "  "})).await.kind,
        ErrorKind::Invalid
    );
    let run = uuid_like();
    assert_eq!(refused(&world, "log.read", json!({"run": run})).await.kind, ErrorKind::NotFound);
    assert!(world.call(ListTasks::default()).await.unwrap().tasks.is_empty(), "nothing was made");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_fit_the_state_is_a_conflict_that_names_the_state() {
    let world = Fixture::new().await;
    world.manual("waiting").await;
    for method in ["task.cancel", "task.pause", "task.resume"] {
        let error = refused(&world, method, json!({"task": "1"})).await;
        assert_eq!(error.kind, ErrorKind::Conflict, "{method}");
    }
    let error = refused(&world, "task.restore", json!({"task": "1"})).await;
    assert_eq!(error.message, "The task was not deleted, so there is nothing to restore.");
}

fn uuid_like() -> &'static str {
    "01932b6e-7c00-7abc-8def-0123456789ab"
}

#[test]
fn a_database_that_fails_is_told_with_what_it_is_and_what_to_do() {
    use aegis_store::{OpenError, StoreError};
    let path = || "/data/aegis.db".into();
    let detail = || "disk I/O error".to_owned();
    let at_work = [
        (StoreError::DiskFull, ErrorKind::DiskFull, "space"),
        (StoreError::Io, ErrorKind::Unavailable, "disk"),
        (StoreError::Busy, ErrorKind::Locked, "Close other programs"),
        (StoreError::OutOfMemory, ErrorKind::Unavailable, "Close other programs"),
        (StoreError::Broken, ErrorKind::Internal, "please report it"),
    ];
    let at_the_start = [
        (OpenError::DiskFull { path: path() }, ErrorKind::DiskFull, "space"),
        (OpenError::Io { path: path(), detail: detail() }, ErrorKind::Unavailable, "disk"),
        (OpenError::Busy { path: path() }, ErrorKind::Locked, "Close other programs"),
        (OpenError::OutOfMemory { path: path() }, ErrorKind::Unavailable, "Close other programs"),
    ];
    let told = at_work
        .into_iter()
        .map(|(error, kind, hint)| (aegis_api::export_error(&error.into()), kind, hint))
        .chain(at_the_start.into_iter().map(|(error, kind, hint)| {
            (aegis_api::start_error(&aegis_api::StartError::Open(error)), kind, hint)
        }));
    for (error, kind, hint) in told {
        assert_eq!(error.kind, kind, "{error:?}");
        assert!(error.message.ends_with('.') && !error.message.contains("reported"), "{error:?}");
        assert!(error.hint.as_ref().is_some_and(|told| told.contains(hint)), "{error:?}");
    }
}
