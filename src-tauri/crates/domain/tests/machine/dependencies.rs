//! Work that waits for other work.

use crate::story::{Story, broken, good, task, you};
use aegis_domain::condition::Condition;
use aegis_domain::machine::{Command, Refused};
use aegis_domain::{
    Dependency, DependencyGroup, FailureReason, Join, NewTask, Otherwise, Outcome, Schedule,
    SkipReason, State, StateName, TaskEdit, TaskId, TaskRef, Values, Which,
};
use chrono::TimeDelta;
use rstest::rstest;
use serde_json::{Value, json};

fn after(tasks: &[TaskId]) -> Vec<DependencyGroup<TaskRef>> {
    vec![DependencyGroup::all(tasks.iter().copied().map(TaskRef::from))]
}

fn edge(task: TaskId) -> Dependency<TaskRef> {
    Dependency::on(TaskRef::from(task))
}

fn waiting(story: &mut Story, join: Join, on: Vec<Dependency<TaskRef>>) -> TaskId {
    story.create(NewTask { dependencies: vec![DependencyGroup { join, on }], ..task("waits") })
}

#[test]
fn a_line_of_tasks_runs_one_after_the_other() {
    let mut story = Story::new();
    let first = story.create(task("first"));
    let second = story.create(NewTask { dependencies: after(&[first]), ..task("second") });
    let third = story.create(NewTask { dependencies: after(&[second]), ..task("third") });
    assert_eq!(story.only(second).state.name(), StateName::Blocked);
    story.run(story.only(first).id, good());
    assert_eq!(story.only(second).state.name(), StateName::Queued);
    assert_eq!(story.only(third).state.name(), StateName::Blocked);
    story.run(story.only(second).id, good());
    assert_eq!(story.only(third).state.name(), StateName::Queued);
}

#[test]
fn a_review_and_a_retry_are_no_end() {
    let mut story = Story::new();
    let first = story.create(NewTask { review_required: true, ..task("first") });
    let second = story.create(NewTask { dependencies: after(&[first]), ..task("second") });
    story.run(story.only(first).id, broken());
    assert_eq!(story.only(second).state.name(), StateName::Blocked);
    story.wait(TimeDelta::minutes(20));
    story.run(story.only(first).id, good());
    assert_eq!(story.only(first).state.name(), StateName::Reviewing);
    assert_eq!(story.only(second).state.name(), StateName::Blocked);
}

#[rstest]
#[case(Join::All, &[true, true, true], StateName::Queued)]
#[case(Join::All, &[true, false, true], StateName::Failed)]
#[case(Join::Any, &[false, true], StateName::Queued)]
#[case(Join::Any, &[false, false, false], StateName::Failed)]
#[case(Join::AtLeast(2), &[true, false, true], StateName::Queued)]
#[case(Join::AtLeast(2), &[false, true, false], StateName::Failed)]
fn a_parallel_group_joins(#[case] join: Join, #[case] ends: &[bool], #[case] expected: StateName) {
    let mut story = Story::new();
    let group: Vec<_> =
        (0..3).map(|_| story.create(NewTask { max_retries: Some(0), ..task("one") })).collect();
    let joined = waiting(&mut story, join, group.iter().copied().map(edge).collect());
    for (index, ended_well) in ends.iter().enumerate() {
        assert_eq!(story.only(joined).state.name(), StateName::Blocked, "before {index}");
        let outcome = if *ended_well { good() } else { broken() };
        story.run(story.only(group[index]).id, outcome);
        if story.only(joined).state.is_terminal() {
            break;
        }
    }
    assert_eq!(story.only(joined).state.name(), expected);
}

#[rstest]
#[case(None, StateName::Failed)]
#[case(Some(Otherwise::Fail), StateName::Failed)]
#[case(Some(Otherwise::Skip), StateName::Skipped)]
#[case(Some(Otherwise::Continue), StateName::Queued)]
fn a_failed_predecessor_means_what_the_task_says(
    #[case] otherwise: Option<Otherwise>,
    #[case] expected: StateName,
) {
    let mut story = Story::new();
    let first = story.create(NewTask { max_retries: Some(0), ..task("first") });
    let on = vec![Dependency { otherwise, ..edge(first) }];
    let second = waiting(&mut story, Join::All, on);
    story.run(story.only(first).id, broken());
    assert_eq!(story.only(second).state.name(), expected);
    match story.only(second).state {
        State::Failed { why, message, .. } => {
            assert_eq!(why, FailureReason::Dependency);
            assert_eq!(message, "It waits for #1, and that one is failed.");
        }
        State::Skipped { why, .. } => assert_eq!(why, SkipReason::Dependency),
        _ => {}
    }
}

#[test]
fn a_cancelled_predecessor_counts_as_not_completed() {
    let mut story = Story::new();
    let first = story.create(task("first"));
    let second = story.create(NewTask { dependencies: after(&[first]), ..task("second") });
    story.tell(Command::Cancel { occurrence: story.only(first).id, by: you() }).unwrap();
    assert_eq!(story.message(second), "It waits for #1, and that one is cancelled.");
}

#[rstest]
#[case("exit_code == 2", 2, json!(null), true)]
#[case("exit_code == 2", 0, json!(null), false)]
#[case("outcome == 'failed'", 1, json!(null), true)]
#[case("result.items > 3 and result.kind == 'full'", 0, json!({"items": 4, "kind": "full"}), true)]
#[case("result.items > 3", 0, json!({"items": 3}), false)]
#[case("fact.mood >= 4", 0, json!(null), true)]
fn a_condition_looks_at_the_end_of_the_predecessor(
    #[case] when: &str,
    #[case] exit_code: i32,
    #[case] result: Value,
    #[case] met: bool,
) {
    let mut story = Story::new();
    story.tell(Command::SetFact { name: "mood".to_owned(), value: Some(json!(4)) }).unwrap();
    let first = story.create(NewTask { max_retries: Some(0), ..task("first") });
    let on = vec![Dependency { when: Some(Condition::new(when).unwrap()), ..edge(first) }];
    let second = waiting(&mut story, Join::All, on);
    story.run_with(story.only(first).id, exit_code, result);
    // Without another word, a condition that does not hold leaves the work out.
    let expected = if met { StateName::Queued } else { StateName::Skipped };
    assert_eq!(story.only(second).state.name(), expected);
}

#[test]
fn a_circle_is_refused_with_its_path() {
    let mut story = Story::new();
    let a = story.create(task("a"));
    let b = story.create(NewTask { dependencies: after(&[a]), ..task("b") });
    let c = story.create(NewTask { dependencies: after(&[b]), ..task("c") });
    let before = story.world.tasks[&a].clone();
    let close = |on: TaskId| {
        let groups = serde_json::to_value(after(&[on])).unwrap();
        TaskEdit::default().set("dependencies", groups)
    };
    let circle = |path: &str| Err(Refused::Circle { path: path.to_owned() });
    let edit = |edit| Command::EditTask { task: a, edit, by: you() };
    assert_eq!(
        story.tell(edit(close(c))),
        circle("#1 waits for #3, which waits for #2, which waits for #1")
    );
    assert_eq!(story.tell(edit(close(a))), circle("#1 waits for #1"));
    assert_eq!(story.world.tasks[&a], before, "nothing changed");
    let parent = |of: TaskId| TaskEdit::default().set("parent", of.to_string());
    story.tell(edit(parent(b))).unwrap();
    let back = Command::EditTask { task: b, edit: parent(a), by: you() };
    assert_eq!(story.tell(back), circle("#2 is a part of #1, which is a part of #2"));
}

#[test]
fn what_is_not_there_or_was_deleted_cannot_be_waited_for() {
    let mut story = Story::new();
    let first = story.create(task("first"));
    let missing = NewTask {
        dependencies: vec![DependencyGroup::all(["#99".parse().unwrap()])],
        ..task("second")
    };
    let refused = story.try_create(missing, None);
    assert_eq!(refused, Err(Refused::NoSuchPeer { name: "#99".to_owned() }));
    story.tell(Command::DeleteTask { task: first, by: you() }).unwrap();
    let late = NewTask { dependencies: after(&[first]), ..task("third") };
    assert!(matches!(story.try_create(late, None), Err(Refused::PeerDeleted { .. })));
}

#[test]
fn a_predecessor_that_goes_away_counts_by_how_it_ended() {
    let mut story = Story::new();
    let manual = NewTask { schedule: Schedule::Manual, ..task("never ran") };
    let never = story.create(manual);
    let done = story.create(task("done"));
    story.run(story.only(done).id, good());
    let hopeless = story.create(NewTask { dependencies: after(&[never]), ..task("a") });
    for task in [never, done] {
        story.tell(Command::DeleteTask { task, by: you() }).unwrap();
    }
    assert_eq!(story.message(hopeless), "It waits for #1, which will not run any more.");
    // One that had completed stays completed for whoever named it before.
    story.tell(Command::RestoreTask { task: done, by: you() }).unwrap();
    let late = story.create(NewTask { dependencies: after(&[done]), ..task("b") });
    story.run(story.only(late).id, good());
    story.tell(Command::ArchiveTask { task: done, by: you() }).unwrap();
    story.trigger(late).unwrap();
    assert_eq!(story.newest(late).state.name(), StateName::Queued);
}

#[test]
fn a_change_of_the_dependencies_is_heeded_at_once() {
    let mut story = Story::new();
    let first = story.create(NewTask { schedule: Schedule::Manual, ..task("first") });
    let second = story.create(NewTask { dependencies: after(&[first]), ..task("second") });
    let edit = TaskEdit::default().set("dependencies", Value::Null);
    story.tell(Command::EditTask { task: second, edit, by: you() }).unwrap();
    assert_eq!(story.only(second).state.name(), StateName::Queued);
}

#[test]
fn a_follower_runs_once_for_each_end_and_in_order() {
    let mut story = Story::new();
    let lead = story.create(NewTask { schedule: Schedule::Manual, ..task("lead") });
    let follow = story.create(NewTask {
        schedule: Schedule::After,
        dependencies: after(&[lead]),
        ..task("follow")
    });
    assert!(story.all(follow).is_empty());
    for _ in 0..2 {
        story.trigger(lead).unwrap();
        story.run(story.newest(lead).id, good());
    }
    assert_eq!(story.states(follow), [StateName::Queued, StateName::Blocked]);
    let first = story.all(follow)[0].id;
    story.run(first, good());
    assert_eq!(story.states(follow), [StateName::Completed, StateName::Queued]);
    story.trigger(lead).unwrap();
    let mut cancelled = story.start(story.newest(lead).id);
    cancelled.token = story.world.runs[&cancelled.run].token;
    story.finish(cancelled, Outcome::Cancelled).unwrap();
    assert_eq!(story.newest(follow).state.name(), StateName::Failed, "its leader was cancelled");
}

#[test]
fn equal_schedules_can_be_tied_instant_by_instant() {
    let mut story = Story::new();
    let start = story.now();
    let every = |story: &Story| {
        let rule = aegis_domain::schedule::Rule::Every { secs: 60, within: None };
        let zone = aegis_domain::schedule::ZoneName::default();
        let mut recurrence = aegis_domain::schedule::Recurrence::new(rule, zone);
        recurrence.starts = Some(start);
        assert!(story.now() >= start);
        Schedule::Recurring(Box::new(recurrence))
    };
    let lead = story.create(NewTask { schedule: every(&story), ..task("lead") });
    let on = vec![Dependency { which: Which::SameInstant, ..edge(lead) }];
    let follow = story.create(NewTask {
        schedule: every(&story),
        dependencies: vec![DependencyGroup { join: Join::All, on }],
        ..task("follow")
    });
    story.wait(TimeDelta::seconds(61));
    story.advance(follow);
    assert_eq!(story.states(follow), [StateName::Blocked], "the leader's is not there yet");
    story.advance(lead);
    story.run(story.newest(lead).id, good());
    assert_eq!(story.states(follow), [StateName::Queued]);
    let ended = story.newest(follow).id;
    story.run(ended, good());
    // The leader's next one is left out: there will be none to wait for.
    story.tell(Command::SkipNext { task: lead, by: you() }).unwrap();
    story.wait(TimeDelta::seconds(60));
    story.advance(lead);
    story.advance(follow);
    assert_eq!(story.newest(follow).state.name(), StateName::Failed);
}

#[test]
fn the_tasks_own_condition_sees_what_came_before() {
    let mut story = Story::new();
    let id = story.create(NewTask {
        schedule: Schedule::Manual,
        max_retries: Some(0),
        only_if: Some("previous.outcome != 'failed' or parameter.force".to_owned()),
        parameters: serde_json::from_value(json!({"force": {"default": false}})).unwrap(),
        ..task("sync")
    });
    story.trigger(id).unwrap();
    story.run(story.newest(id).id, broken());
    story.trigger(id).unwrap();
    let State::Skipped { why, .. } = story.newest(id).state else { panic!() };
    assert_eq!(why, SkipReason::Condition);
    let force: Values = [("force".to_owned(), json!(true))].into();
    story.trigger_with(id, force).unwrap();
    assert_eq!(story.newest(id).state.name(), StateName::Queued);
    let unknown: Values = [("speed".to_owned(), json!(1))].into();
    let refused = story.trigger_with(id, unknown).unwrap_err().to_string();
    assert!(refused.contains("speed") || refused.contains("already"), "{refused}");
}
