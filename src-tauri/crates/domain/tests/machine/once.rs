//! Requests that count once, and tasks of which there is one at a time.

use crate::story::{Story, good, task, you};
use aegis_domain::machine::{Command, KEY_LIMIT, Refused};
use aegis_domain::{Guard, Key, NewTask, Once, Schedule, StateName, TaskId, Unique};

fn key(text: &str) -> Key {
    Key::new("key", text).unwrap()
}

fn once(name: &str, request: &str) -> Guard {
    Guard { once: Some(Once { key: key(name), request: request.to_owned() }), unique: None }
}

fn unique(name: &str, while_in: Vec<Option<StateName>>) -> Guard {
    Guard { once: None, unique: Some(Unique { key: key(name), while_in }) }
}

fn create(story: &mut Story, new: NewTask, guard: &Guard) -> Result<TaskId, Refused> {
    let mut ctx = story.ctx();
    let id = TaskId(ctx.uuid());
    let draft = Box::new(new.check(ctx.now).unwrap());
    let (by, guard) = (you(), Box::new(guard.clone()));
    let command = Command::CreateOnce { id, draft, by, origin: None, guard };
    story.world.apply(command, &mut ctx).map(|_| id)
}

#[test]
fn the_same_request_makes_one_task_and_another_with_its_key_is_refused() {
    let mut story = Story::new();
    let made = create(&mut story, task("order"), &once("7", "an order")).unwrap();
    let number = story.world.tasks[&made].number;
    for _ in 0..3 {
        let again = create(&mut story, task("order"), &once("7", "an order"));
        assert_eq!(again, Err(Refused::MadeBefore { task: made, number }));
    }
    let other = create(&mut story, task("other"), &once("7", "another order"));
    assert_eq!(other, Err(Refused::KeyUsed { key: "7".to_owned(), number }));
    create(&mut story, task("order"), &once("8", "an order")).unwrap();
    assert_eq!(story.world.tasks.len(), 2);
}

#[test]
fn a_request_counts_also_when_its_task_was_deleted_meanwhile() {
    let mut story = Story::new();
    let made = create(&mut story, task("order"), &once("7", "an order")).unwrap();
    story.tell(Command::DeleteTask { task: made, by: you() }).unwrap();
    let again = create(&mut story, task("order"), &once("7", "an order"));
    assert!(matches!(again, Err(Refused::MadeBefore { task, .. }) if task == made), "{again:?}");
}

#[test]
fn keys_have_a_bound() {
    let mut story = Story::new();
    let made = create(&mut story, task("order"), &once("first", "r")).unwrap();
    for n in 1..KEY_LIMIT {
        story.world.keys.insert(key(&n.to_string()), (made, String::new()));
    }
    let refused = create(&mut story, task("order"), &once("one too many", "r"));
    assert_eq!(refused, Err(Refused::TooManyKeys { limit: KEY_LIMIT }));
    // What was made before is still known, and who names no key needs no room for one.
    assert!(matches!(
        create(&mut story, task("order"), &once("first", "r")),
        Err(Refused::MadeBefore { .. })
    ));
    story.create(task("without a key"));
}

#[test]
fn there_is_one_of_a_kind_while_it_is_not_done() {
    let mut story = Story::new();
    let guard = unique("nightly", Unique::not_done());
    let first = create(&mut story, task("nightly"), &guard).unwrap();
    let number = story.world.tasks[&first].number;
    let refused = |state| {
        let key = "nightly".to_owned();
        Err(Refused::NotUnique { key, task: first, number, state })
    };
    assert_eq!(create(&mut story, task("nightly"), &guard), refused("queued"));
    create(&mut story, task("weekly"), &unique("weekly", Unique::not_done())).unwrap();
    let run = story.start(story.only(first).id);
    assert_eq!(create(&mut story, task("nightly"), &guard), refused("executing"));
    // Only while it waits, somebody else says.
    let waiting = unique("nightly", vec![Some(StateName::Queued)]);
    let second = create(&mut story, task("nightly"), &waiting).unwrap();
    story.finish(run, good()).unwrap();
    assert!(create(&mut story, task("nightly"), &guard).is_err(), "the second one waits");
    story.tell(Command::DeleteTask { task: second, by: you() }).unwrap();
    create(&mut story, task("nightly"), &guard).unwrap();
}

#[test]
fn what_never_ran_is_in_the_way_too() {
    let mut story = Story::new();
    let guard = unique("paint the fence", Unique::not_done());
    let yours = || NewTask { schedule: Schedule::Manual, ..task("paint the fence") };
    create(&mut story, yours(), &guard).unwrap();
    let refused = create(&mut story, yours(), &guard).unwrap_err().to_string();
    assert!(refused.contains("#1 is waiting to be run"), "{refused}");
}
