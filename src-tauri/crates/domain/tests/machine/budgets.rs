//! What a day and a schedule may cost: who parks, who is held back, and how it goes on.

use crate::agents::usd;
use crate::story::{Story, good, task, you};
use aegis_domain::machine::{Answer, Command, Message, Refused};
use aegis_domain::{
    About, Blocker, BudgetOf, NewScheduleBudget, NewTask, Occurrence, OnInterrupt, Outcome, Period,
    QueueReason, Schedule, State, StateName, TaskEdit, TaskId,
};
use chrono::TimeDelta;

/// A day of two dollars, on which the executor of the stories costs money. It begins at four.
fn story() -> Story {
    let mut story = Story::new();
    story.terms.daily_budget = Some(usd("2"));
    story.terms.metered = crate::story::shell().map(|spec| spec.name).into_iter().collect();
    story
}

fn repeats(amount: &str, per: Period) -> NewTask {
    let schedule_budget = Some(NewScheduleBudget { amount: amount.to_owned(), per });
    NewTask { schedule: Schedule::Manual, schedule_budget, ..task("watch") }
}

/// Runs a task's newest occurrence, at this cost.
fn spend(story: &mut Story, task: TaskId, cost: &str) {
    let occurrence = story.newest(task).id;
    let run = story.start(occurrence);
    story.uses(run, cost);
    story.ends(run, good());
}

fn money(occurrence: &Occurrence) -> Option<(BudgetOf, String, TimeDelta)> {
    let State::Blocked { by, .. } = &occurrence.state else { return None };
    let [Blocker::Budget { of, spent, limit, until }] = by[..] else { return None };
    Some((of, format!("{spent} of {limit}"), until - occurrence.updated_at))
}

#[test]
fn work_that_would_start_on_a_spent_day_waits_for_the_next_and_goes_on_by_itself() {
    let mut story = story();
    let first = story.create(task("first"));
    spend(&mut story, first, "2.00");
    let second = story.create(task("second"));
    let occurrence = story.newest(second).id;
    story.try_claim(occurrence);
    let (of, spent, wait) = money(&story.newest(second)).expect("it waits for money");
    assert_eq!((of, spent.as_str()), (BudgetOf::Day, "2.00 of 2.00"));
    // Midnight in UTC, and the story begins at four.
    assert!(wait > TimeDelta::hours(19) && wait < TimeDelta::hours(20), "{wait}");
    assert_eq!(story.newest(second).deadline(), Some(story.newest(second).updated_at + wait));
    // Looked at again on the same day it waits on.
    story.tell(Command::Reconsider { occurrence }).unwrap();
    assert!(money(&story.newest(second)).is_some());
    story.wait(wait);
    story.tell(Command::Expire { occurrence }).unwrap();
    assert_eq!(story.newest(second).state.name(), StateName::Queued);
    story.run(occurrence, good());
    assert_eq!(story.newest(second).state.name(), StateName::Completed);
}

#[test]
fn a_person_lets_one_piece_of_work_start_all_the_same_and_no_other() {
    let mut story = story();
    let first = story.create(task("first"));
    spend(&mut story, first, "2.50");
    let (let_go, held) = (story.create(task("let go")), story.create(task("held")));
    for task in [let_go, held] {
        let occurrence = story.newest(task).id;
        story.try_claim(occurrence);
    }
    let occurrence = story.newest(let_go).id;
    story.tell(Command::Release { occurrence, by: you() }).unwrap();
    let run = story.start(occurrence);
    // As much again as the day's budget: up to 4.50.
    story.uses(run, "2.00");
    assert_eq!(story.newest(let_go).state.name(), StateName::Executing);
    story.uses(run, "2.01");
    let State::Awaiting { ask, .. } = story.newest(let_go).state else { panic!("it goes on") };
    let about = About::Budget { of: BudgetOf::Day, spent: usd("4.51"), limit: usd("2") };
    assert_eq!(ask.about.as_deref(), Some(&about));
    let other = story.newest(held).id;
    story.tell(Command::Reconsider { occurrence: other }).unwrap();
    assert!(money(&story.newest(held)).is_some());
}

#[test]
fn a_run_that_takes_the_day_over_its_budget_parks_and_goes_on_the_next_day() {
    let mut story = story();
    let first = story.create(task("first"));
    spend(&mut story, first, "1.50");
    let (second, run) = story.at_work(task("second"));
    story.uses(run, "0.50");
    assert_eq!(story.newest(second).state.name(), StateName::Executing);
    story.uses(run, "0.51");
    let State::Awaiting { ask, .. } = story.newest(second).state else { panic!("it goes on") };
    assert_eq!(
        ask.question,
        "The day's budget of $2.00 is spent: $2.01 so far. It goes on by itself at midnight. Run \
         it all the same?"
    );
    story.ends(run, Outcome::Suspended);
    let occurrence = story.newest(second).id;
    story.wait(ask.until.unwrap() - story.now());
    story.tell(Command::Expire { occurrence }).unwrap();
    let State::Queued { reason, .. } = story.newest(second).state else { panic!("it is gone") };
    assert_eq!(reason, QueueReason::Resume);
    story.run(occurrence, good());
}

#[test]
fn yes_lets_a_parked_run_go_on_and_no_ends_it() {
    for answer in [Answer::Grant, Answer::Deny] {
        let mut story = story();
        let (task, run) = story.at_work(task("think"));
        story.uses(run, "3");
        story.ends(run, Outcome::Suspended);
        story.answer(task, answer.clone()).unwrap();
        let occurrence = story.newest(task);
        if answer == Answer::Grant {
            let run = story.start(occurrence.id);
            story.uses(run, "2");
            assert_eq!(story.newest(task).state.name(), StateName::Executing);
        } else {
            assert_eq!(occurrence.state.name(), StateName::Failed);
        }
    }
}

#[test]
fn what_costs_nothing_starts_on_a_spent_day() {
    let mut story = story();
    let first = story.create(task("first"));
    spend(&mut story, first, "2.50");
    story.terms.metered.clear();
    let second = story.create(task("second"));
    let occurrence = story.newest(second).id;
    story.run(occurrence, good());
    assert_eq!(story.newest(second).state.name(), StateName::Completed);
}

#[test]
fn a_budget_that_is_raised_or_taken_away_lets_go_what_waits_for_it() {
    for raised in [Some(usd("9")), None] {
        let mut story = story();
        let (parked, run) = story.at_work(task("parked"));
        story.uses(run, "2.50");
        story.ends(run, Outcome::Suspended);
        let held = story.create(task("held"));
        let occurrence = story.newest(held).id;
        story.try_claim(occurrence);
        story.terms.daily_budget = raised;
        for task in [parked, held] {
            let occurrence = story.newest(task).id;
            story.tell(Command::Reconsider { occurrence }).unwrap();
            assert_eq!(story.newest(task).state.name(), StateName::Queued);
        }
    }
}

#[test]
fn a_schedule_has_a_budget_of_its_own_whoever_works() {
    let mut story = Story::new();
    let watch = story.create(repeats("1", Period::Month));
    story.trigger(watch).unwrap();
    spend(&mut story, watch, "0.60");
    // Another task's money is another's.
    let other = story.create(task("other"));
    spend(&mut story, other, "5");
    story.trigger(watch).unwrap();
    let occurrence = story.newest(watch).id;
    let run = story.start(occurrence);
    story.uses(run, "0.40");
    assert_eq!(story.newest(watch).state.name(), StateName::Executing);
    story.uses(run, "0.41");
    let State::Awaiting { ask, .. } = story.newest(watch).state else { panic!("it goes on") };
    assert_eq!(
        ask.question,
        "What its schedule may cost in a month, $1.00, is spent: $1.01 so far. It goes on by \
         itself on the first of the month. Run it all the same?"
    );
    story.ends(run, Outcome::Suspended);
    story.tell(Command::Cancel { occurrence, by: you() }).unwrap();
    story.trigger(watch).unwrap();
    let next = story.newest(watch).id;
    story.try_claim(next);
    let (of, ..) = money(&story.newest(watch)).expect("it waits for money");
    assert_eq!(of, BudgetOf::Schedule(Period::Month));
    // An edit gives it more at once.
    let edit = TaskEdit::default().set("schedule_budget", serde_json::json!({"amount": "3"}));
    story.tell(Command::EditTask { task: watch, edit, by: you() }).unwrap();
    assert_eq!(story.newest(watch).state.name(), StateName::Queued);
}

#[test]
fn money_is_in_the_books_of_the_day_on_which_it_was_spent() {
    let mut story = story();
    let (_, run) = story.at_work(task("long"));
    story.uses(run, "1.90");
    // Into the next day: what was spent before midnight is not of it.
    story.wait(TimeDelta::hours(21));
    story.uses(run, "3.80");
    let State::Executing { .. } = story.world.occurrences.values().next().unwrap().state else {
        panic!("the day before counts")
    };
    // Less than was thought is given back.
    story.uses(run, "3.00");
    assert_eq!(story.world.books.len(), 3);
    story.ends(run, good());
    assert_eq!(story.world.books.len(), 3);
}

#[test]
fn a_day_is_told_of_once() {
    let mut story = story();
    let first = story.create(task("first"));
    spend(&mut story, first, "2");
    for n in 0..3 {
        let task = story.create(task(&format!("held {n}")));
        let occurrence = story.newest(task).id;
        story.try_claim(occurrence);
    }
    let told = story.world.sent.iter().filter(|(_, m)| {
        matches!(m,
        Message::Notify { title, .. } if title == "The day's budget is spent")
    });
    assert_eq!(told.count(), 1);
}

#[test]
fn a_question_is_waited_for_as_long_as_the_user_says() {
    let mut story = Story::new();
    story.terms.question_expiry = Some(TimeDelta::days(3));
    let new = NewTask { on_interrupt: OnInterrupt::Ask, ..task("build") };
    let (cut, run) = story.at_work(new);
    story.tell(Command::Interrupt { run: run.run }).unwrap();
    let (costly, run) = story.at_work(NewTask { budget: Some("1".to_owned()), ..task("think") });
    story.uses(run, "2");
    story.ends(run, Outcome::Suspended);
    for task in [cut, costly] {
        let State::Awaiting { ask, .. } = story.newest(task).state else { panic!("not asked") };
        assert_eq!(ask.until, Some(ask.since + TimeDelta::days(3)));
        story.wait(TimeDelta::days(3) + TimeDelta::seconds(1));
        let occurrence = story.newest(task).id;
        let late = Command::Answer { occurrence, ask: ask.id, answer: Answer::Grant, by: you() };
        assert_eq!(story.tell(late), Err(Refused::AskClosed));
        story.tell(Command::Expire { occurrence }).unwrap();
        assert_eq!(story.newest(task).state.name(), StateName::Expired);
        story.wait(-(TimeDelta::days(3) + TimeDelta::seconds(1)));
    }
}
