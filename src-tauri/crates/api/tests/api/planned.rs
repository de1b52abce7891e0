//! What is planned, what waits, and what is told from outside.

use crate::support::{Fixture, teller};
use aegis_domain::coarse::Column;
use aegis_protocol::{Action, CardView, ErrorKind, WaitView};
use serde_json::{Value, json};

async fn create(world: &Fixture, task: Value) -> CardView {
    let reply = world.raw("task.create", json!({ "task": task })).await.unwrap();
    serde_json::from_value(reply["card"].clone()).unwrap()
}

fn manual(title: &str) -> Value {
    let spec = teller(json!({"lines": 0})).unwrap();
    json!({"title": title, "executor": spec, "schedule": {"kind": "manual"}})
}

fn with(mut task: Value, field: &str, value: Value) -> Value {
    task[field] = value;
    task
}

fn daily() -> Value {
    json!({"kind": "recurring", "zone": "Europe/Berlin",
           "rule": {"type": "daily", "times": ["07:00"]}})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_is_shown_in_words_with_its_next_starts_and_can_be_held() {
    let world = Fixture::new().await;
    let card = create(&world, with(manual("water the plants"), "schedule", daily())).await;
    assert_eq!(card.column, Column::Queued);
    assert!(card.due.is_some() && card.state.is_none());
    assert_eq!(card.schedule.as_deref(), Some("every day at 07:00 (Europe/Berlin)"));
    let shown = world.raw("task.show", json!({"task": "#1"})).await.unwrap();
    assert_eq!(shown["upcoming"].as_array().unwrap().len(), 5);
    let upcoming = world.raw("schedule.upcoming", json!({})).await.unwrap();
    assert_eq!((&upcoming[0]["number"], &upcoming[0]["overdue"]), (&json!(1), &json!(false)));
    let before = card.due;
    let card: CardView =
        serde_json::from_value(world.raw("task.skip", json!({"task": "1"})).await.unwrap())
            .unwrap();
    assert!(card.due > before, "one time was left out");
    let off = world.raw("task.disable", json!({"task": "1"})).await.unwrap();
    let off: CardView = serde_json::from_value(off).unwrap();
    assert!(off.due.is_none() && off.actions.contains(&Action::Enable));
    let again = world.raw("task.disable", json!({"task": "1"})).await.unwrap_err();
    assert_eq!(
        (again.kind, again.message.as_str()),
        (ErrorKind::Conflict, "The task is paused already.")
    );
    let on = world.raw("task.enable", json!({"task": "1"})).await.unwrap();
    assert!(!on["due"].is_null());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_can_be_looked_at_and_tried_without_a_task() {
    let world = Fixture::new().await;
    let after = "2026-03-28T00:00:00Z";
    let ask = json!({"schedule": daily(), "after": after, "count": 2});
    let preview = world.raw("schedule.preview", ask).await.unwrap();
    assert_eq!(preview["instants"][0]["local"], "2026-03-28T07:00:00+01:00");
    assert_eq!(preview["instants"][1]["local"], "2026-03-29T07:00:00+02:00");
    let ask = json!({
        "schedule": daily(), "from": after, "until": "2026-04-02T00:00:00Z",
        "down": [{"from": "2026-03-28T12:00:00Z", "to": "2026-03-31T12:00:00Z"}],
    });
    let steps = world.raw("schedule.simulate", ask).await.unwrap();
    let kinds: Vec<_> = steps.as_array().unwrap().iter().map(|s| s["kind"].clone()).collect();
    assert_eq!(kinds, ["fires", "skipped", "fires", "fires"]);
    assert_eq!(steps[1]["range"]["count"], 2);
    assert_eq!(steps[2]["at"], "2026-03-31T12:00:00Z");
    for bad in [
        json!({"schedule": {"kind": "recurring", "zone": "Mars/Base", "rule": {"type": "hourly"}}}),
        json!({"schedule": {"kind": "recurring", "zone": "UTC",
                            "rule": {"type": "cron", "expression": "0 0 31 2 *"}}}),
        json!({"schedule": {"kind": "recurring", "zone": "UTC", "rule": {"type": "every", "secs": 0}}}),
        json!({"schedule": {"kind": "recurring", "zone": "UTC",
                            "rule": {"type": "every", "secs": 315_576_000_000_u64}}}),
    ] {
        let error = world.raw("schedule.preview", bad.clone()).await.expect_err(&bad.to_string());
        assert_eq!(error.kind, ErrorKind::Invalid);
        assert!(error.field.is_some() && error.hint.is_some(), "{error:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blocked_card_says_what_it_waits_for_and_goes_on_by_itself() {
    let world = Fixture::new().await;
    create(&world, manual("build")).await;
    let task = with(manual("deploy"), "schedule", json!({"kind": "now"}));
    let task = with(task, "dependencies", json!([{"on": [{"task": "#1"}]}]));
    let waiting = create(&world, task).await;
    let [WaitView::Task { number, title }] = waiting.waits.as_slice() else {
        panic!("{:?}", waiting.waits)
    };
    assert_eq!((number.0, title.as_str()), (1, "build"));
    let shown = world.raw("task.show", json!({"task": "1"})).await.unwrap();
    assert_eq!(shown["dependents"][0]["number"], 2);
    world.raw("task.run", json!({"task": "1"})).await.unwrap();
    let done = world.until(waiting.id, |card| card.column == Column::Done).await;
    assert!(done.waits.is_empty());
    let circle = json!({"dependencies": [{"on": [{"task": "#2"}]}]});
    let error = world.raw("task.edit", json!({"task": "1", "edit": circle})).await.unwrap_err();
    assert_eq!(error.message, "This would close a circle: #1 waits for #2, which waits for #1.");
}

#[tokio::test(flavor = "multi_thread")]
async fn work_can_be_held_until_somebody_decides() {
    let world = Fixture::new().await;
    create(&world, manual("never runs")).await;
    let task = with(manual("deploy"), "schedule", json!({"kind": "now"}));
    let task = with(task, "dependencies", json!([{"on": [{"task": "#1"}]}]));
    let card = create(&world, task).await;
    let hold = json!({"task": "2", "question": "Is Bob ready?"});
    let held = world.raw("task.hold", hold).await.unwrap();
    let held: CardView = serde_json::from_value(held).unwrap();
    assert!(held.actions.contains(&Action::Release), "{:?}", held.actions);
    world.raw("task.run", json!({"task": "1"})).await.unwrap();
    world.until(card.id, |card| card.waits.len() == 1).await;
    world.raw("task.release", json!({"task": "2"})).await.unwrap();
    world.until(card.id, |card| card.column == Column::Done).await;
    let error = world.raw("task.release", json!({"task": "2"})).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Conflict);
}

#[tokio::test(flavor = "multi_thread")]
async fn parameters_and_facts_decide_what_runs() {
    let world = Fixture::new().await;
    let task = with(manual("greet"), "parameters", json!({"name": {}}));
    let task = with(task, "only_if", json!("fact.mood > 2"));
    let card = create(&world, task).await;
    let error = world.raw("task.run", json!({"task": "1"})).await.unwrap_err();
    assert_eq!((error.kind, error.field.as_deref()), (ErrorKind::Invalid, Some("parameters")));
    let run = json!({"task": "1", "values": {"name": "Ada"}});
    let skipped = world.raw("task.run", run.clone()).await.unwrap();
    assert_eq!(skipped["state"], Value::Null, "a skipped one appears in histories only");
    world.raw("fact.set", json!({"name": "mood", "value": 3})).await.unwrap();
    world.raw("task.run", run).await.unwrap();
    world.until(card.id, |card| card.column == Column::Done).await;
    let facts = world.raw("fact.list", json!({})).await.unwrap();
    assert_eq!((&facts[0]["name"], &facts[0]["value"]), (&json!("mood"), &json!(3)));
    for bad in
        [json!({"name": "a b", "value": 1}), json!({"name": "x", "value": "y".repeat(20_000)})]
    {
        assert_eq!(world.raw("fact.set", bad).await.unwrap_err().kind, ErrorKind::Invalid);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_template_makes_tasks() {
    let world = Fixture::new().await;
    let template = json!({
        "name": "greeting", "description": "Says hello.",
        "parameters": {"who": {}, "urgency": {"default": 7}},
        "task": with(with(manual("greet {{who}}"), "priority", json!("{{urgency}}")), "tags", json!(["hello"])),
    });
    world.raw("template.save", template).await.unwrap();
    let made = json!({"name": "greeting", "values": {"who": "Ada"}});
    let made = world.raw("template.use", made).await.unwrap();
    assert_eq!(
        (&made["card"]["title"], &made["card"]["priority"]),
        (&json!("greet Ada"), &json!(7))
    );
    let error = world.raw("template.use", json!({"name": "greeting"})).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Invalid);
    let error = world.raw("template.use", json!({"name": "nope"})).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::NotFound);
    let bad = json!({"name": "bad", "parameters": {}, "task": {"title": "{{nobody}}"}});
    assert_eq!(world.raw("template.save", bad).await.unwrap_err().kind, ErrorKind::Invalid);
    world.raw("template.remove", json!({"name": "greeting"})).await.unwrap();
    assert_eq!(world.raw("template.list", json!({})).await.unwrap(), json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn tasks_are_listed_by_the_words_of_other_systems_too() {
    let world = Fixture::new().await;
    create(&world, manual("never ran")).await;
    let done = create(&world, with(manual("done"), "schedule", json!({"kind": "now"}))).await;
    world.until(done.id, |card| card.column == Column::Done).await;
    create(&world, with(manual("planned"), "schedule", daily())).await;
    for (word, expected) in
        [("pending", vec![1]), ("completed", vec![2]), ("queued", vec![3]), ("stopped", vec![])]
    {
        let page = world.raw("task.list", json!({"status": word})).await.unwrap();
        let tasks = page["tasks"].as_array().unwrap();
        let found: Vec<_> = tasks.iter().map(|t| t["number"].as_u64().unwrap()).collect();
        assert_eq!(found, expected, "{word}");
    }
    let error = world.raw("task.list", json!({"status": "flying"})).await.unwrap_err();
    assert_eq!((error.kind, error.field.as_deref()), (ErrorKind::Invalid, Some("status")));
}
