//! Holding, files that runs leave behind, figures, and what settings say of new tasks.

use crate::support::Fixture;
use aegis_protocol::{ErrorKind, ListArtifacts, PauseTask, ShowTask};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_held_is_not_paused() {
    let world = Fixture::new().await;
    let id = world.create("long", json!({"lines": 0, "hold": true})).await.id;
    let executing = |card: &aegis_protocol::CardView| {
        card.state.as_ref().is_some_and(|state| state.name().as_str() == "executing")
    };
    let card = world.until(id, executing).await;
    assert!(!card.actions.contains(&aegis_protocol::Action::Pause));
    let error = world.call(PauseTask { task: id.into() }).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Conflict);
    assert_eq!(error.message, "What does the work has no way to hold.");
    assert_eq!(error.hint.as_deref(), Some("Cancel it, and run it again later."));
    world.raw("task.cancel", json!({"task": "1"})).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_task_that_does_not_say_has_the_retries_of_the_settings() {
    let world = Fixture::new().await;
    let id = world.manual("plain").await.id;
    let view = world.call(ShowTask { task: id.into() }).await.unwrap();
    assert_eq!(view.task.definition.max_retries, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_and_figures_are_asked_for_by_name() {
    let world = Fixture::new().await;
    let id = world.manual("plain").await.id;
    let list = world.call(ListArtifacts { task: id.into(), run: None }).await.unwrap();
    assert!(list.artifacts.is_empty());
    let unknown = world.raw("artifact.list", json!({"task": "99"})).await.unwrap_err();
    assert_eq!(unknown.kind, ErrorKind::NotFound);
    let figures = world.raw("metrics.show", json!({"days": 7})).await.unwrap();
    assert_eq!(figures["runs"], 0);
    for wrong in [json!({"hours": 0}), json!({"hours": 1, "days": 1}), json!({"days": 367})] {
        let error = world.raw("metrics.show", wrong).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Invalid);
        assert!(error.hint.is_some());
    }
    assert!(world.raw("metrics.show", json!({"weeks": 1})).await.is_err());
}
