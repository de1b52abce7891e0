//! Agents at work: what they ask, what they are answered, what they may cost, what they called.

use crate::story::{Story, good, task, you};
use aegis_domain::machine::{Answer, Asks, Command, Refused, RunRef};
use aegis_domain::policy::{Effect, InputHash, Nature, NewRule, Pattern, Reach, RuleId, Taint};
use aegis_domain::{
    About, AskId, AskKind, AskedCall, BudgetOf, Continued, ErrorCategory, FailureReason, NewTask,
    Occurrence, Outcome, Passage, QueueReason, Report, State, StateName, TaskId, ToolUse, Usage,
    Usd, Values,
};
use chrono::TimeDelta;
use serde_json::json;

fn call(hash: &str) -> AskedCall {
    AskedCall {
        tool: "Bash".to_owned(),
        input: json!({"command": "make"}),
        hash: InputHash(hash.to_owned()),
        nature: Nature::of(Reach::Run).private(),
        why: "Running a program needs your word.".to_owned(),
    }
}

fn asks(hash: &str) -> Box<Asks> {
    Box::new(Asks {
        kind: AskKind::Approval,
        question: "Run make?".to_owned(),
        about: Some(Box::new(About::Call(call(hash)))),
        limit_secs: Some(60),
    })
}

pub fn usd(text: &str) -> Usd {
    text.parse().unwrap()
}

/// What all runs have cost, by the books.
fn spent(story: &Story) -> Usd {
    story.world.spent_since(aegis_domain::Timestamp::UNIX_EPOCH, None)
}

impl Story {
    pub fn at_work(&mut self, new: NewTask) -> (TaskId, RunRef) {
        let id = self.create(new);
        let occurrence = self.newest(id).id;
        (id, self.start(occurrence))
    }

    pub fn open_ask(&self, task: TaskId) -> AskId {
        match self.newest(task).state {
            State::Awaiting { ask, .. } => ask.id,
            other => panic!("{} asks nothing", other.name()),
        }
    }

    pub fn answer(&mut self, task: TaskId, answer: Answer) -> Result<(), Refused> {
        let (occurrence, ask) = (self.newest(task).id, self.open_ask(task));
        self.tell(Command::Answer { occurrence, ask, answer, by: you() })
    }

    pub fn uses(&mut self, run: RunRef, cost: &str) {
        let usage = Usage { cost: usd(cost), ..Usage::default() };
        self.tell(Command::Report { run, report: Report::Usage(usage) }).unwrap();
    }

    pub fn ends(&mut self, run: RunRef, outcome: Outcome) {
        self.tell(Command::Finish { run, ending: outcome.into() }).unwrap();
    }
}

#[test]
fn an_answer_is_bound_to_the_call_and_good_once() {
    let mut story = Story::new();
    let (task, run) = story.at_work(task("build"));
    story.tell(Command::Ask { run, asks: asks("a1") }).unwrap();
    let ask = story.open_ask(task);
    story.answer(task, Answer::Grant).unwrap();
    let Occurrence { state, agent, .. } = story.newest(task);
    assert_eq!(state.name(), StateName::Executing);
    let given = &agent.given[0];
    assert_eq!((given.ask, given.tool.as_str(), given.hash.0.as_str()), (ask, "Bash", "a1"));
    assert!(given.allowed);
    story.tell(Command::UseAnswer { run, ask }).unwrap();
    assert!(story.newest(task).agent.given.is_empty());
    assert_eq!(story.tell(Command::UseAnswer { run, ask }), Err(Refused::AskClosed));
}

#[test]
fn a_refused_call_lets_the_work_go_on_and_a_plain_no_ends_it() {
    let mut story = Story::new();
    let (refused, run) = story.at_work(task("build"));
    story.tell(Command::Ask { run, asks: asks("a1") }).unwrap();
    story.answer(refused, Answer::Refuse { words: "Use ninja.".to_owned() }).unwrap();
    let occurrence = story.newest(refused);
    assert_eq!(occurrence.state.name(), StateName::Executing);
    assert!(!occurrence.agent.given[0].allowed);
    assert_eq!(occurrence.agent.given[0].words.as_deref(), Some("Use ninja."));

    let (denied, run) = story.at_work(task("build"));
    story.tell(Command::Ask { run, asks: asks("a1") }).unwrap();
    story.answer(denied, Answer::Deny).unwrap();
    let State::Failed { why, category, .. } = story.newest(denied).state else { panic!() };
    assert_eq!((why, category), (FailureReason::Denied, ErrorCategory::PolicyDenied));
}

#[test]
fn what_is_not_answered_in_time_parks_and_goes_on_with_the_answer() {
    let mut story = Story::new();
    let (task, run) = story.at_work(task("build"));
    story.tell(Command::Ask { run, asks: asks("a1") }).unwrap();
    story.ends(run, Outcome::Suspended);
    assert!(matches!(story.newest(task).state, State::Awaiting { run: None, .. }));
    story.answer(task, Answer::Grant).unwrap();
    let occurrence = story.newest(task);
    assert!(matches!(occurrence.state, State::Queued { reason: QueueReason::Resume, .. }));
    assert_eq!((occurrence.agent.given.len(), occurrence.retries), (1, 0));
}

#[test]
fn an_answer_that_comes_while_the_run_is_being_parked_is_not_lost() {
    let mut story = Story::new();
    let (task, run) = story.at_work(task("build"));
    story.tell(Command::Ask { run, asks: asks("a1") }).unwrap();
    story.answer(task, Answer::Grant).unwrap();
    story.ends(run, Outcome::Suspended);
    let occurrence = story.newest(task);
    assert!(matches!(occurrence.state, State::Queued { reason: QueueReason::Resume, .. }));
    assert_eq!(occurrence.agent.given.len(), 1);
}

#[test]
fn a_question_that_nobody_answers_expires() {
    let mut story = Story::new();
    let (task, run) = story.at_work(task("build"));
    story.tell(Command::Ask { run, asks: asks("a1") }).unwrap();
    let ask = story.open_ask(task);
    story.wait(TimeDelta::seconds(61));
    let occurrence = story.newest(task).id;
    let late = Command::Answer { occurrence, ask, answer: Answer::Grant, by: you() };
    assert_eq!(story.tell(late), Err(Refused::AskClosed));
    story.tell(Command::Expire { occurrence }).unwrap();
    assert_eq!(story.newest(task).state.name(), StateName::Expired);
}

#[test]
fn work_that_costs_more_than_it_may_is_put_to_a_person() {
    let mut story = Story::new();
    let (task, run) = story.at_work(NewTask { budget: Some("1.00".to_owned()), ..task("think") });
    story.uses(run, "1.00");
    assert_eq!(story.newest(task).state.name(), StateName::Executing);
    story.uses(run, "1.20");
    let State::Awaiting { ask, .. } = story.newest(task).state else { panic!("goes on") };
    let of = BudgetOf::Work;
    let about = About::Budget { of, spent: usd("1.20"), limit: usd("1") };
    assert_eq!(ask.about.as_deref(), Some(&about));
    story.ends(run, Outcome::Suspended);
    assert_eq!(story.newest(task).agent.spent, usd("1.20"));
    story.answer(task, Answer::Grant).unwrap();
    // What it has cost so far counts against what it may cost now.
    let occurrence = story.newest(task).id;
    let run = story.start(occurrence);
    story.uses(run, "0.80");
    assert_eq!(story.newest(task).state.name(), StateName::Executing);
    story.uses(run, "0.90");
    story.ends(run, Outcome::Suspended);
    story.answer(task, Answer::Deny).unwrap();
    let State::Failed { category, .. } = story.newest(task).state else { panic!("goes on") };
    assert_eq!(category, ErrorCategory::Budget);
    assert_eq!(spent(&story), usd("2.10"));
}

#[test]
fn every_ending_of_a_run_is_in_the_books() {
    let mut story = Story::new();
    let (_, run) = story.at_work(task("done"));
    story.uses(run, "0.10");
    story.ends(run, good());
    let (_, run) = story.at_work(task("cut off"));
    story.uses(run, "0.20");
    story.tell(Command::Interrupt { run: run.run }).unwrap();
    let (denied, run) = story.at_work(task("denied"));
    story.uses(run, "0.40");
    story.tell(Command::Ask { run, asks: asks("a1") }).unwrap();
    story.answer(denied, Answer::Deny).unwrap();
    assert_eq!(spent(&story), usd("0.70"));
}

#[test]
fn a_call_is_remembered_with_what_the_work_has_seen_by_it() {
    let mut story = Story::new();
    let (task, run) = story.at_work(task("read"));
    let used = |nature| ToolUse {
        tool: "WebFetch".to_owned(),
        at: aegis_domain::Timestamp::UNIX_EPOCH,
        took_ms: Some(3),
        success: true,
        error: None,
        category: None,
        parameters: json!({}),
        hash: InputHash("a".to_owned()),
        nature,
        passage: Passage::Free,
        tokens: None,
        screenshot: None,
        client: None,
        session: None,
        task: None,
        occurrence: None,
        run: None,
    };
    let report = |nature| Report::ToolUse(Box::new(used(nature)));
    let outside = Nature::of(Reach::Send).outside();
    story.tell(Command::Report { run, report: report(outside) }).unwrap();
    let occurrence = story.newest(task);
    assert_eq!(occurrence.agent.taint, Taint { outside: true, private: false });
    let noted = &story.world.uses[0];
    assert_eq!((noted.task, noted.run), (Some(task), Some(run.run)));
    assert_eq!(noted.occurrence, Some(occurrence.id));
    story.tell(Command::NoteToolUse { used: Box::new(used(outside)) }).unwrap();
    assert_eq!(story.world.uses[1].task, None);
}

#[test]
fn a_rule_is_made_and_taken_away_and_one_that_cannot_stand_is_refused() {
    let mut story = Story::new();
    let id = RuleId(story.ctx().uuid());
    let rule = NewRule::new(Effect::Allow, Pattern::new("Read").unwrap());
    let make = |rule: &NewRule| Command::MakeRule { id, rule: Box::new(rule.clone()), by: you() };
    story.tell(make(&rule)).unwrap();
    assert_eq!(story.world.rules[&id].says, rule);
    story.tell(Command::RemoveRule { id }).unwrap();
    assert_eq!(story.tell(Command::RemoveRule { id }), Err(Refused::NoSuchRule));
    let broken = NewRule { workspace: Some("a".to_owned()), ..rule };
    assert!(matches!(story.tell(make(&broken)), Err(Refused::Invalid(_))));
}

#[test]
fn a_session_is_taken_up_again_with_words() {
    let mut story = Story::new();
    let (task, run) = story.at_work(task("write"));
    story.tell(Command::Report { run, report: Report::Session("s1".to_owned()) }).unwrap();
    story.ends(run, good());
    let continues = Some(Continued { session: "s1".to_owned(), words: "Add a test.".to_owned() });
    let cause = aegis_domain::Cause::RunAgain;
    let (by, values) = (you(), Values::new());
    let again = Command::Trigger { task, cause, values, continues, by, origin: None };
    story.tell(again).unwrap();
    let continued = story.newest(task).agent.continues.unwrap();
    assert_eq!((continued.session.as_str(), continued.words.as_str()), ("s1", "Add a test."));
}
