//! Who comes through a door as somebody in particular.

use crate::support::Fixture;
use aegis_api::{Guest, Service};
use aegis_domain::Actor;
use aegis_protocol::{ErrorKind, ShowTask};
use serde_json::json;
use std::sync::Arc;

fn guest(world: &Fixture, name: &str) -> Arc<dyn Service> {
    world.door.for_guest(&Guest::Agent(name.to_owned())).expect("a door of its own")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_is_recorded_under_its_name_cleaned() {
    let world = Fixture::new().await;
    let door = guest(&world, "mcp: odd\u{202e}\n one\0");
    let new = json!({"task": {"title": "a", "schedule": {"kind": "manual"}}});
    let made = door.call("task.create", new).await.unwrap();
    let id = serde_json::from_value(made["card"]["id"].clone()).unwrap();
    let shown = world.call(ShowTask { task: aegis_domain::TaskRef::Id(id) }).await.unwrap();
    assert_eq!(shown.task.requester, Actor::Agent("mcp: odd one".to_owned()));
    let nobody = guest(&world, "\u{200b}").call("task.list", json!({})).await;
    assert!(nobody.is_ok(), "a name of nothing is a name like any other");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_has_no_rights_of_its_users_and_cannot_get_them_back() {
    let world = Fixture::new().await;
    let door = guest(&world, "mcp");
    for method in ["rule.make", "task.answer", "settings.update", "key.set", "engine.stop"] {
        let refused = door.call(method, json!({})).await.unwrap_err();
        assert_eq!(refused.kind, ErrorKind::Refused, "{method}: {refused:?}");
        assert!(refused.hint.is_some());
    }
    for again in [Guest::Agent("you".to_owned()), Guest::Process(1)] {
        assert!(door.for_guest(&again).is_none(), "{again:?}");
    }
}

/// With nothing at work no process is anybody's but the user's.
#[tokio::test(flavor = "multi_thread")]
async fn a_process_of_no_run_is_the_users() {
    let world = Fixture::new().await;
    let own = i32::try_from(std::process::id()).unwrap();
    assert!(world.door.for_guest(&Guest::Process(own)).is_none());
}
