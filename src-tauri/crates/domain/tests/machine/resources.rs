//! What several tasks share.

use crate::story::{Story, good, task, you};
use aegis_domain::machine::{Command, Refused};
use aegis_domain::{NewTask, ResourceNeed, StateName, TaskId};

fn needs(amount: u32) -> NewTask {
    let need = ResourceNeed { name: "gpu".to_owned(), amount };
    NewTask { resources: vec![need], ..task("train") }
}

fn state(story: &Story, task: TaskId) -> StateName {
    story.only(task).state.name()
}

#[test]
fn one_at_a_time_when_nobody_says_otherwise() {
    let mut story = Story::new();
    let [a, b] = [needs(1), needs(1)].map(|new| story.create(new));
    let run = story.start(story.only(a).id);
    story.try_claim(story.only(b).id);
    assert_eq!(state(&story, b), StateName::Blocked);
    story.finish(run, good()).unwrap();
    assert_eq!(state(&story, b), StateName::Queued);
    story.start(story.only(b).id);
}

#[test]
fn a_capacity_is_shared_and_nobody_is_overtaken() {
    let mut story = Story::new();
    let capacity = |n| Command::SetResource { name: "gpu".to_owned(), capacity: Some(n) };
    story.tell(capacity(4)).unwrap();
    let [three, two, one] = [needs(3), needs(2), needs(1)].map(|new| story.create(new));
    let run = story.start(story.only(three).id);
    story.try_claim(story.only(two).id);
    story.try_claim(story.only(one).id);
    // There would be room for the small one, but the larger one came first.
    assert_eq!(state(&story, two), StateName::Blocked);
    assert_eq!(state(&story, one), StateName::Blocked);
    story.tell(capacity(6)).unwrap();
    assert_eq!(state(&story, two), StateName::Queued);
    assert_eq!(state(&story, one), StateName::Queued);
    story.start(story.only(two).id);
    story.start(story.only(one).id);
    story.finish(run, good()).unwrap();
}

#[test]
fn whoever_leaves_the_line_lets_the_next_one_forward() {
    let mut story = Story::new();
    let [a, b, c] = [needs(1), needs(1), needs(1)].map(|new| story.create(new));
    let run = story.start(story.only(a).id);
    story.try_claim(story.only(b).id);
    story.try_claim(story.only(c).id);
    story.tell(Command::Cancel { occurrence: story.only(b).id, by: you() }).unwrap();
    assert_eq!(state(&story, c), StateName::Blocked);
    story.tell(Command::Interrupt { run: run.run }).unwrap();
    assert_eq!(state(&story, c), StateName::Queued, "a run that was cut off holds nothing");
}

#[test]
fn more_than_there_is_means_all_of_it() {
    let mut story = Story::new();
    let greedy = story.create(needs(100));
    story.start(story.only(greedy).id);
    let next = story.create(needs(1));
    story.try_claim(story.only(next).id);
    assert_eq!(state(&story, next), StateName::Blocked);
}

#[test]
fn a_capacity_of_nothing_is_refused() {
    let mut story = Story::new();
    for capacity in [0, 2_000_000] {
        let set = Command::SetResource { name: "gpu".to_owned(), capacity: Some(capacity) };
        assert!(matches!(story.tell(set), Err(Refused::Invalid(_))));
    }
}
