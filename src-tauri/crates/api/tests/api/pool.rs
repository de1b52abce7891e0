//! What may start, through the door.

use crate::support::Fixture;
use aegis_domain::hold::{HoldMode, Scope};
use aegis_protocol::{
    ErrorKind, GetEngineStatus, GetPool, HoldWork, LiftHold, PauseEngine, ResumeEngine,
    WaitForDrain,
};
use serde_json::json;

fn teller() -> Scope {
    Scope::Executor("teller".to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pool_is_told_with_the_words_of_its_first_description() {
    let world = Fixture::new().await;
    world.call(PauseEngine {}).await.unwrap();
    for _ in 0..3 {
        world.create("one of three", json!({ "lines": 1 })).await;
    }
    let pool = world.raw("engine.pool", json!({})).await.unwrap();
    let numbers = ["total_workers", "active_workers", "queued_tasks", "queue_size", "max_agents"];
    let told: Vec<_> = numbers.iter().map(|name| pool[name].as_u64().unwrap()).collect();
    assert_eq!(told, [2, 0, 3, 3, 2], "{pool}");
    assert_eq!(pool["bands"], json!({ "HIGH": 0, "NORMAL": 3, "LOW": 0, "critical": 0 }));
    let group = &pool["groups"][0];
    assert_eq!(group["executor"], "teller");
    assert_eq!((&group["waiting"], &group["running"]), (&json!(3), &json!(0)));
    assert_eq!(group["held"], "all work is paused");
    assert_eq!(pool["holds"][0]["by"], json!({ "kind": "human", "id": "test" }));
    let status = world.call(ResumeEngine {}).await.unwrap();
    assert!(!status.paused);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_group_is_drained_and_let_go() {
    let world = Fixture::new().await;
    let card = world.create("runs on", json!({ "lines": 0, "hold": true })).await;
    world.until(card.id, |c| c.run.as_ref().is_some_and(|r| r.started_at.is_some())).await;
    let pool = world.call(HoldWork { scope: teller(), mode: HoldMode::Drain }).await.unwrap();
    assert_eq!((pool.holds.len(), pool.holds[0].running), (1, 1));
    let waits = WaitForDrain { scope: teller(), limit_secs: 0 };
    assert_eq!(world.call(waits.clone()).await.unwrap().running, 1, "the time is up");
    assert!(!world.call(GetEngineStatus {}).await.unwrap().paused, "only a part is held");
    let cancel = aegis_protocol::CancelTask { task: card.id.into() };
    let ends = async {
        world.call(cancel).await.unwrap();
    };
    let (left, ()) = tokio::join!(world.call(WaitForDrain { limit_secs: 20, ..waits }), ends);
    assert_eq!(left.unwrap().running, 0);
    let pool = world.call(LiftHold { scope: teller() }).await.unwrap();
    assert!(pool.holds.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_held_or_let_go_is_refused() {
    let world = Fixture::new().await;
    let unknown = Scope::Executor("sehll".to_owned());
    let hold = HoldWork { scope: unknown, mode: HoldMode::Pause };
    let refused = world.call(hold).await.unwrap_err();
    assert_eq!(refused.kind, ErrorKind::NotFound);
    assert_eq!(refused.hint.as_deref(), Some("There are: teller."));
    let refused = world.call(LiftHold { scope: teller() }).await.unwrap_err();
    assert_eq!(refused.message, "Nothing holds back executor teller.");
    let cases = [
        ("engine.hold", json!({ "scope": { "kind": "agent", "name": " " }, "mode": "pause" })),
        ("engine.hold", json!({ "scope": { "kind": "planet" }, "mode": "pause" })),
        ("engine.hold", json!({ "scope": { "kind": "all" }, "mode": "stop" })),
        (
            "engine.hold",
            json!({ "scope": { "kind": "workspace", "name": "a\u{7}" }, "mode": "pause" }),
        ),
        ("engine.drained", json!({ "limit_secs": -1 })),
    ];
    for (method, params) in cases {
        let refused = world.raw(method, params.clone()).await.unwrap_err();
        assert_eq!(refused.kind, ErrorKind::Invalid, "{params}");
        assert!(refused.hint.is_some(), "{params}");
    }
    let refused = world.raw("engine.end_rest", json!({ "executor": "teller" })).await.unwrap_err();
    assert_eq!(
        (refused.kind, refused.message.as_str()),
        (ErrorKind::NotFound, "teller does not rest.")
    );
    assert!(world.call(GetPool {}).await.unwrap().holds.is_empty(), "nothing was held");
}
