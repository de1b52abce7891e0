//! Aegis' own tools, called by an agent.

use crate::agent::own;
use crate::world::World;
use aegis_domain::machine::Answer;
use aegis_domain::{ErrorCategory, State, TaskRef};
use aegis_ports::{RunTools, ToolAnswer};
use aegis_protocol::ShowTask;
use serde_json::{Value, json};
use std::sync::Arc;

#[tokio::test(flavor = "multi_thread")]
async fn a_task_is_made_followed_and_listed_in_the_documents_shapes() {
    let world = World::new().await;
    let steps = [
        own("create_background_task", json!({"title": "tidy", "description": "Tidy up."})),
        own("get_task_status", json!({"task_id": 2})),
        own("list_all_tasks", json!({"limit": 5})),
        own(
            "create_background_task",
            json!({"title": "morning", "task_type": "recurring",
                   "schedule": {"type": "daily", "time": "07:00"}}),
        ),
    ];
    let id = world.agent(&steps, |_| {}).await;
    let did = world.did(id).await;
    assert_eq!(did[0], json!({"success": true, "task_id": 2, "status": "pending"}));
    assert_eq!((&did[1]["success"], &did[1]["title"]), (&json!(true), &json!("tidy")));
    assert!(did[2]["count"].as_u64().unwrap() >= 2, "{}", did[2]);
    let daily = world.call(ShowTask { task: TaskRef::Number(aegis_domain::TaskNumber(3)) }).await;
    let daily = daily.unwrap();
    assert_eq!(daily.card.schedule.as_deref().map(|s| s.contains("07:00")), Some(true));
    assert_eq!(daily.task.definition.parent, Some(id));
    assert_eq!(daily.task.origin.unwrap().depth, 1);
    let uses = world.uses(id).await;
    assert_eq!(uses.len(), 4);
    assert!(uses.iter().all(|used| used.success && used.took_ms.is_some()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_runs_as_a_task_of_its_own_after_a_word() {
    let world = World::new().await;
    let id = world.agent(&[own("run_command", json!({"command": ["make", "-k"]}))], |_| {}).await;
    let ask = world.asked(id).await;
    assert_eq!(ask.question, "run_command: make -k");
    world.answer(id, &ask, Answer::Grant).await;
    let did = world.did(id).await;
    assert_eq!(did[0]["ended"], true, "{}", did[0]);
    assert_eq!(did[0]["output"], "these are its words\n");
    assert_eq!(did[0]["result"]["command"], json!(["make", "-k"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_changes_its_own_tasks_alone() {
    let world = World::new().await;
    let mine = world.agent(&[], |new| new.title = "mine".to_owned()).await;
    world.did(mine).await;
    let steps = [
        own("create_background_task", json!({"title": "child"})),
        own("update_task", json!({"task_id": 3, "priority": 9})),
        own("cancel_task", json!({"task_id": 1})),
        own("update_task", json!({"task_id": 1, "title": "taken over"})),
        own("add_dependency", json!({"task_id": 1, "depends_on": 3})),
    ];
    let id = world.agent(&steps, |_| {}).await;
    let did = world.did(id).await;
    assert_eq!(did[1]["success"], true, "{}", did[1]);
    for refused in &did[2..] {
        assert_eq!(refused["category"], "policy_denied", "{refused}");
    }
    let view = world.show(mine).await;
    assert_eq!(view.card.title, "mine");
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_calls_get_a_category_and_a_sentence() {
    let world = World::new().await;
    let steps = [
        own("no_such_tool", json!({})),
        own("get_task_status", json!({"task_id": "one"})),
        own("get_task_status", json!({"task_id": 99})),
        own("list_all_tasks", json!({"status": "asleep"})),
        own("create_background_task", json!({"title": ""})),
        own("create_background_task", json!({"title": "x", "sudo": true})),
        own("create_background_task", json!({"title": "x", "schedule": {"type": "yearly"}})),
        own("read_file", json!({"path": "../aegis.db"})),
        own("read_file", json!({"path": "none"})),
    ];
    let id = world.agent(&steps, |_| {}).await;
    let did = world.did(id).await;
    let categories: Vec<&str> = did.iter().map(|d| d["category"].as_str().unwrap()).collect();
    assert_eq!(
        categories,
        [
            "syntax_error",
            "syntax_error",
            "file_not_found",
            "syntax_error",
            "syntax_error",
            "syntax_error",
            "syntax_error",
            "sandbox_denied",
            "file_not_found",
        ]
    );
    for failed in &did {
        let sentence = failed["error"].as_str().unwrap();
        assert!(sentence.ends_with('.') && sentence.len() < 600, "{sentence}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_the_work_are_read_and_written_after_a_word() {
    let world = World::new().await;
    std::fs::write(world.work().join("in.txt"), "hello").unwrap();
    let steps = [
        own("read_file", json!({"path": "in.txt"})),
        own("write_file", json!({"path": "out.txt", "content": "bye"})),
    ];
    let id = world.agent(&steps, |_| {}).await;
    let ask = world.asked(id).await;
    assert_eq!(ask.question, "write_file: out.txt");
    assert!(!world.work().join("out.txt").exists());
    world.answer(id, &ask, Answer::Grant).await;
    let did = world.did(id).await;
    assert_eq!(did[0]["content"], "hello");
    assert_eq!(std::fs::read_to_string(world.work().join("out.txt")).unwrap(), "bye");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_tells_the_user_something_and_says_who_it_is() {
    let world = World::new().await;
    let steps = [
        own("notify", json!({"title": "Done\u{7}", "message": "All green."})),
        own("speak", json!({"text": "Dinner is ready."})),
    ];
    let id = world.agent(&steps, |_| {}).await;
    let did = world.did(id).await;
    assert_eq!(did[0], json!({"success": true}));
    assert_eq!(did[1], json!({"success": true, "sound": false, "shown": true}));
    let told = world.told.all();
    let told: Vec<_> = told.iter().map(|n| (n.title.as_str(), n.body.as_str())).collect();
    assert_eq!(told, [("#1: Done", "All green."), ("#1 says", "Dinner is ready.")]);
}

fn visitor(world: &World) -> Arc<dyn RunTools> {
    aegis_tools::visitor(
        "somebody",
        Some(world.work().to_str().unwrap().to_owned()),
        world.api.clone(),
        world.told.clone(),
        Arc::new(aegis_doubles::Silence),
        Arc::new(aegis_doubles::WallClock),
        "UTC".to_owned(),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_calls_at_once_are_all_answered() {
    let world = World::new().await;
    let visitor = visitor(&world);
    let calls = (0..1_000).map(|n| {
        let visitor = Arc::clone(&visitor);
        tokio::spawn(async move {
            visitor
                .call(
                    "create_background_task",
                    json!({"title": format!("task {n}"),
                "task_type": "oneshot", "schedule": {"type": "manual"}}),
                )
                .await
        })
    });
    let mut numbers = std::collections::BTreeSet::new();
    for call in calls.collect::<Vec<_>>() {
        match call.await.unwrap() {
            ToolAnswer::Done(answer) => {
                assert!(numbers.insert(answer["task_id"].as_u64().unwrap()));
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(numbers.len(), 1_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_from_outside_is_asked_nothing_and_gets_what_is_harmless() {
    let world = World::new().await;
    let visitor = visitor(&world);
    let made = visitor.call("create_background_task", json!({"title": "a"})).await;
    assert!(matches!(made, ToolAnswer::Done(_)), "{made:?}");
    for (tool, input) in [
        ("run_command", json!({"command": ["id"]})),
        ("write_file", json!({"path": "a", "content": "b"})),
        ("create_background_task", json!({"title": "a", "command": ["id"]})),
    ] {
        let ToolAnswer::Failed { category, message } = visitor.call(tool, input).await else {
            panic!("{tool} went through");
        };
        assert_eq!(category, ErrorCategory::PolicyDenied);
        assert!(message.contains("aegis rules"), "{message}");
    }
    assert!(!world.work().join("a").exists());
    let asked = visitor.call("ask_user", json!({"question": "Hm?"})).await;
    assert!(matches!(asked, ToolAnswer::Failed { .. }));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_too_large_is_a_failure_and_no_flood() {
    let world = World::new().await;
    let big = "x".repeat(1024 * 1024);
    std::fs::write(world.work().join("big"), &big).unwrap();
    let id = world.agent(&[own("read_file", json!({"path": "big"}))], |_| {}).await;
    let did: Vec<Value> = world.did(id).await;
    assert_eq!(did[0]["category"], "invalid_output", "{}", did[0]["error"]);
    let state = world.show(id).await.card.state;
    assert!(matches!(state, Some(State::Completed { .. })));
}
