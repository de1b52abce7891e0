//! Work that waits for other work, through the database.

use crate::support::{Fixture, ctx, draft, instant};
use aegis_domain::machine::Command;
use aegis_domain::schedule::{Misfire, Policies, Recurrence, Rule, ZoneName};
use aegis_domain::{
    Actor, DependencyGroup, OccurrenceId, Outcome, RunId, Schedule, StateName, TaskId, TaskRef,
};

async fn newest(fixture: &Fixture, task: TaskId) -> (OccurrenceId, StateName) {
    let all = fixture.store.read(move |r| r.occurrences(task, 10)).await.unwrap();
    (all[0].id, all[0].state.name())
}

async fn run_to_its_end(fixture: &Fixture, task: TaskId, at: i64) {
    let (occurrence, _) = newest(fixture, task).await;
    let run = RunId(ctx(at).uuid());
    let agent = "here".to_owned();
    let claim = Command::Claim { occurrence, run, agent, fingerprint: None, at_once: Vec::new() };
    fixture.submit(claim, at).await.unwrap();
    let token = fixture.store.read(move |r| r.run(run)).await.unwrap().unwrap().token;
    let run = aegis_domain::machine::RunRef { run, token };
    fixture.submit(Command::Start { run, process: None }, at).await.unwrap();
    let outcome = Outcome::Succeeded { summary: "exit 0".to_owned() };
    fixture.submit(Command::Finish { run, ending: outcome.into() }, at).await.unwrap();
}

async fn after(fixture: &Fixture, on: TaskId, title: &str) -> TaskId {
    let id = TaskId(ctx(0).uuid());
    let mut draft = draft(title, Schedule::Now);
    draft.dependencies = vec![DependencyGroup::all([TaskRef::from(on)])];
    let create = Command::CreateTask { id, draft, by: Actor::System, origin: None };
    fixture.submit(create, 0).await.unwrap();
    id
}

#[tokio::test]
async fn many_that_wait_are_let_go_in_several_steps_and_across_a_restart() {
    let fixture = Fixture::new();
    let first = fixture.create("first", Schedule::Now).await;
    let mut waiting = Vec::new();
    for n in 0..250 {
        waiting.push(after(&fixture, first, &format!("waits {n}")).await);
    }
    run_to_its_end(&fixture, first, 10).await;
    assert!(fixture.store.read(|r| r.agenda(instant(0), 1)).await.unwrap().follow_ups);
    let fixture = fixture.reopen();
    let mut steps = 0;
    while fixture.store.read(|r| r.agenda(instant(0), 1)).await.unwrap().follow_ups {
        fixture.store.follow_up(ctx(20)).await.unwrap();
        steps += 1;
    }
    assert!((1..=3).contains(&steps), "{steps} steps");
    for task in waiting {
        assert_eq!(newest(&fixture, task).await.1, StateName::Queued);
    }
}

#[tokio::test]
async fn a_card_names_what_it_waits_for() {
    let fixture = Fixture::new();
    let first = fixture.create("first", Schedule::Now).await;
    let second = after(&fixture, first, "second").await;
    let card = fixture.store.read(move |r| r.card(second)).await.unwrap().unwrap();
    assert_eq!(card.waits_for.len(), 1);
    assert_eq!(card.waits_for[0].id, first);
    let dependents = fixture.store.read(move |r| r.dependents(first, 10)).await.unwrap();
    assert_eq!(dependents.len(), 1);
    run_to_its_end(&fixture, first, 10).await;
    let card = fixture.store.read(move |r| r.card(second)).await.unwrap().unwrap();
    assert!(card.waits_for.is_empty());
}

#[tokio::test]
async fn a_catch_up_of_hundreds_is_made_whole() {
    let fixture = Fixture::new();
    let rule = Rule::Every { secs: 60, within: None };
    let mut recurrence = Recurrence::new(rule, ZoneName::default());
    let misfire = Misfire::RunAll { at_most: 400 };
    recurrence.policies = Policies { misfire, ..Policies::default() };
    let schedule = Schedule::Recurring(Box::new(recurrence));
    let task = fixture.create("every minute", schedule).await;
    let later = 24 * 3600 * 1000;
    fixture.submit(Command::Advance { task }, later).await.unwrap();
    while fixture.store.read(|r| r.agenda(instant(0), 1)).await.unwrap().follow_ups {
        fixture.store.follow_up(ctx(later)).await.unwrap();
    }
    let all = fixture.store.read(move |r| r.occurrences(task, 1000)).await.unwrap();
    assert_eq!(all.len(), 400);
    let queued = all.iter().filter(|o| o.state.name() == StateName::Queued).count();
    assert_eq!(queued, 1, "they go one after the other");
    assert!(all.iter().all(|o| o.state.name() != StateName::Created));
    let next = fixture.store.read(move |r| r.agenda(instant(later), 0)).await.unwrap().next;
    assert_eq!(next, Some(instant(later + 60_000)));
}

#[tokio::test]
async fn a_resource_is_shared_through_the_database() {
    let fixture = Fixture::new();
    let mut tasks = Vec::new();
    for n in 0..2 {
        let id = TaskId(ctx(0).uuid());
        let mut draft = draft(&format!("train {n}"), Schedule::Now);
        let name = "gpu".to_owned();
        draft.resources = vec![aegis_domain::ResourceNeed { name, amount: 1 }];
        let create = Command::CreateTask { id, draft, by: Actor::System, origin: None };
        fixture.submit(create, 0).await.unwrap();
        tasks.push(id);
    }
    let claim = async |task| {
        let (occurrence, _) = newest(&fixture, task).await;
        let run = RunId(ctx(1).uuid());
        let agent = "here".to_owned();
        let claim =
            Command::Claim { occurrence, run, agent, fingerprint: None, at_once: Vec::new() };
        fixture.submit(claim, 1).await.unwrap();
        newest(&fixture, task).await.1
    };
    assert_eq!(claim(tasks[0]).await, StateName::Assigned);
    assert_eq!(claim(tasks[1]).await, StateName::Blocked);
    let resources = fixture.store.read(|r| r.resources()).await.unwrap();
    assert_eq!(resources.len(), 1);
    assert_eq!((resources[0].used, resources[0].waiting, resources[0].capacity), (1, 1, 1));
    let name = "gpu".to_owned();
    fixture.submit(Command::SetResource { name, capacity: Some(2) }, 2).await.unwrap();
    assert_eq!(newest(&fixture, tasks[1]).await.1, StateName::Queued);
}

#[tokio::test]
async fn an_instant_that_was_left_out_does_not_come_back() {
    let fixture = Fixture::new();
    let rule = Rule::Every { secs: 3600, within: None };
    let recurrence = Recurrence::new(rule, ZoneName::default());
    let task = fixture.create("hourly", Schedule::Recurring(Box::new(recurrence))).await;
    let next = async || {
        let found = fixture.store.read(move |r| r.task(&TaskRef::Id(task))).await.unwrap();
        found.unwrap().next_due
    };
    let skipped = next().await;
    fixture.submit(Command::SkipNext { task, by: Actor::System }, 1).await.unwrap();
    let after = next().await;
    assert!(after > skipped);
    for active in [false, true] {
        let set = Command::SetActive { task, active, by: Actor::System };
        fixture.submit(set, 2).await.unwrap();
    }
    assert_eq!(next().await, after);
    fixture.submit(Command::DeleteTask { task, by: Actor::System }, 3).await.unwrap();
    fixture.submit(Command::RestoreTask { task, by: Actor::System }, 4).await.unwrap();
    assert_eq!(next().await, after);
}
