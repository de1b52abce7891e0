//! What work may cost, through the door.

use crate::support::{Fixture, teller};
use aegis_domain::{BudgetOf, NewScheduleBudget, NewTask, Period, Schedule, StateName, Terms};
use aegis_protocol::{Action, CreateTask, ErrorKind, ReleaseTask, ShowSpending, WaitView};
use serde_json::json;

fn usd(text: &str) -> aegis_domain::Usd {
    text.parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_says_that_it_waits_for_money_and_can_be_let_go() {
    let world = Fixture::new().await;
    world.terms.send_replace(Terms { daily_budget: Some(usd("2")), ..Terms::default() });
    let first = world.create("first", json!({ "lines": 0, "cost": "2.50" })).await;
    let done = |name| {
        move |card: &aegis_protocol::CardView| {
            card.state.as_ref().is_some_and(|state| state.name() == name)
        }
    };
    let card = world.until(first.id, done(StateName::Completed)).await;
    assert_eq!(card.cost, usd("2.50"));
    let spending = world.call(ShowSpending::default()).await.unwrap();
    assert_eq!((spending.today, spending.daily_budget), (usd("2.50"), Some(usd("5"))));
    assert!(spending.day_until > spending.day_since);

    let second = world.create("second", json!({ "lines": 0 })).await;
    let card = world.until(second.id, done(StateName::Blocked)).await;
    let [WaitView::Money { of, spent, limit, until }] = card.waits[..] else {
        panic!("{:?}", card.waits)
    };
    assert_eq!((of, spent, limit), (BudgetOf::Day, usd("2.50"), usd("2")));
    assert_eq!(until, spending.day_until);
    assert_eq!(card.actions[0], Action::Release);
    world.call(ReleaseTask { task: second.id.into() }).await.unwrap();
    world.until(second.id, done(StateName::Completed)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_spending_of_a_task_says_what_its_schedule_may_cost() {
    let world = Fixture::new().await;
    let new = NewTask {
        title: "watch".to_owned(),
        schedule: Schedule::Manual,
        executor: teller(json!({ "lines": 0, "cost": "0.75" })),
        schedule_budget: Some(NewScheduleBudget { amount: "1".to_owned(), per: Period::Week }),
        ..NewTask::default()
    };
    let card = world.call(CreateTask::from(new)).await.unwrap().card;
    world.raw("task.run", json!({ "task": format!("#{}", card.number) })).await.unwrap();
    world.until(card.id, |card| card.cost == usd("0.75")).await;
    let of_task = ShowSpending { task: Some(card.id.into()) };
    let spending = world.call(of_task).await.unwrap();
    let schedule = spending.schedule_budget.unwrap();
    assert_eq!((schedule.budget.amount, schedule.spent), (usd("1"), usd("0.75")));
    assert_eq!((schedule.budget.per, spending.daily_budget), (Period::Week, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_budget_that_cannot_be_is_refused_with_its_field() {
    let world = Fixture::new().await;
    let task = |budget: serde_json::Value, schedule: &str| {
        json!({ "task": {
            "title": "watch",
            "schedule": { "kind": schedule },
            "executor": { "name": "teller", "settings": { "lines": 0 } },
            "schedule_budget": budget,
        }})
    };
    for (budget, schedule) in [
        (json!({ "amount": "lots", "per": "week" }), "manual"),
        (json!({ "amount": "0", "per": "day" }), "manual"),
        (json!({ "amount": "5", "per": "week" }), "now"),
    ] {
        let error = world.raw("task.create", task(budget.clone(), schedule)).await.unwrap_err();
        let field = error.field.as_deref().unwrap_or_default();
        assert_eq!((error.kind, field), (ErrorKind::Invalid, "schedule_budget"), "{budget}");
        assert!(error.hint.is_some(), "{budget}");
    }
    for budget in [json!({ "amount": "5", "per": "year" }), json!({ "amount": "5" }), json!("5")] {
        let error = world.raw("task.create", task(budget.clone(), "manual")).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Invalid, "{budget}");
    }
    let good = task(json!({ "amount": "5", "per": "month" }), "manual");
    let made = world.raw("task.create", good).await.unwrap();
    let name = format!("#{}", made["card"]["number"]);
    let shown = world.raw("task.show", json!({ "task": name })).await.unwrap();
    assert_eq!(
        shown["task"]["definition"]["schedule_budget"],
        json!({ "amount": "5.00", "per": "month" })
    );
}
