//! Runs that set off runs.

use crate::story::{Story, good, task, you};
use aegis_domain::machine::{Command, DEPTH_LIMIT, MADE_LIMIT, Refused};
use aegis_domain::{Cause, DependencyGroup, NewTask, Schedule, State, StateName, TaskRef, Values};

#[test]
fn a_run_that_makes_a_task_that_makes_a_task_is_stopped() {
    let mut story = Story::new();
    let mut id = story.create(task("0"));
    for depth in 1..=DEPTH_LIMIT {
        let run = story.start(story.only(id).id);
        id = story.try_create(task("next"), Some(run.run)).unwrap();
        assert_eq!(story.world.tasks[&id].origin.unwrap().depth, depth);
        assert_eq!(story.only(id).depth, depth);
    }
    let run = story.start(story.only(id).id);
    let before = story.world.tasks.len();
    let refused = story.try_create(task("one too many"), Some(run.run));
    assert_eq!(refused, Err(Refused::TooDeep { limit: DEPTH_LIMIT }));
    assert_eq!(story.world.tasks.len(), before);
    let values = Values::new();
    let again = Command::Trigger {
        task: story.create(task("other")),
        cause: Cause::RunNow,
        values,
        by: you(),
        continues: None,
        origin: Some(run.run),
    };
    // Another task may be live already: that one is refused for its own reason first.
    assert!(story.tell(again).is_err());
}

#[test]
fn a_run_makes_so_many_tasks_and_no_more() {
    let mut story = Story::new();
    let id = story.create(task("busy"));
    let run = story.start(story.only(id).id);
    for _ in 0..MADE_LIMIT {
        story.try_create(task("part"), Some(run.run)).unwrap();
    }
    let refused = story.try_create(task("one too many"), Some(run.run));
    assert_eq!(refused, Err(Refused::TooManyMade { limit: MADE_LIMIT }));
    story.create(task("a person may"));
}

#[test]
fn a_chain_that_is_too_long_ends_with_a_sentence() {
    let mut story = Story::new();
    let follow = |story: &mut Story, on| {
        let on = DependencyGroup::all([TaskRef::from(on)]);
        story.create(NewTask { schedule: Schedule::After, dependencies: vec![on], ..task("link") })
    };
    let first = story.create(NewTask { schedule: Schedule::Manual, ..task("first") });
    let mut links = vec![first];
    for _ in 0..=DEPTH_LIMIT {
        let last = *links.last().unwrap();
        links.push(follow(&mut story, last));
    }
    story.trigger(first).unwrap();
    for link in &links[..links.len() - 1] {
        story.run(story.newest(*link).id, good());
    }
    let last = story.newest(*links.last().unwrap());
    assert_eq!(last.depth, DEPTH_LIMIT + 1);
    let State::Failed { message, .. } = last.state else { panic!("{:?}", last.state) };
    assert!(message.contains("looks like a loop"), "{message}");
    assert_eq!(story.newest(links[links.len() - 2]).state.name(), StateName::Completed);
}

#[test]
fn a_run_that_nobody_knows_limits_nothing() {
    let mut story = Story::new();
    let unknown = aegis_domain::RunId(story.ctx().uuid());
    let id = story.try_create(task("from elsewhere"), Some(unknown)).unwrap();
    assert_eq!(story.world.tasks[&id].origin, None);
}
