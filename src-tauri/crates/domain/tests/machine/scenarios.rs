//! Stories with a known end.

use crate::world::{World, instant};
use aegis_domain::machine::{Command, Refused, RunRef, Verdict};
use aegis_domain::{
    Actor, Ctx, ErrorCategory, EventKind, ExecutorSpec, Failure, FailureReason, FencingToken,
    NewTask, Occurrence, OccurrenceId, OnInterrupt, Outcome, QueueReason, RunId, Schedule,
    ShellSettings, State, StateName, TaskId,
};
use chrono::TimeDelta;

struct Story {
    world: World,
    millis: i64,
}

fn shell() -> Option<ExecutorSpec> {
    let settings = ShellSettings { command: vec!["true".to_owned()], ..ShellSettings::default() };
    Some(settings.into_spec())
}

fn you() -> Actor {
    Actor::Human("test".to_owned())
}

impl Story {
    fn new() -> Self {
        Self { world: World::default(), millis: 0 }
    }

    fn ctx(&mut self) -> Ctx {
        self.millis += 1;
        Ctx::new(instant(self.millis), u64::try_from(self.millis).unwrap())
    }

    fn wait(&mut self, by: TimeDelta) {
        self.millis += by.num_milliseconds();
    }

    fn tell(&mut self, command: Command) -> Result<(), Refused> {
        let mut ctx = self.ctx();
        self.world.apply(command, &mut ctx).map(drop)
    }

    fn create(&mut self, new: NewTask) -> TaskId {
        let mut ctx = self.ctx();
        let id = TaskId(ctx.uuid());
        let draft = Box::new(new.check(ctx.now).unwrap());
        self.world.apply(Command::CreateTask { id, draft, by: you() }, &mut ctx).unwrap();
        id
    }

    fn only(&self, task: TaskId) -> Occurrence {
        let mut all = self.world.occurrences.values().filter(|o| o.task == task);
        let one = all.next().unwrap().clone();
        assert!(all.next().is_none());
        one
    }

    fn claim(&mut self, occurrence: OccurrenceId) -> RunRef {
        let run = RunId(self.ctx().uuid());
        self.tell(Command::Claim { occurrence, run, agent: "here".to_owned() }).unwrap();
        RunRef { run, token: self.world.runs[&run].token }
    }

    fn start(&mut self, occurrence: OccurrenceId) -> RunRef {
        let run = self.claim(occurrence);
        self.tell(Command::Start { run, process: None }).unwrap();
        run
    }

    fn finish(&mut self, run: RunRef, outcome: Outcome) -> Result<(), Refused> {
        self.tell(Command::Finish { run, outcome, exit_code: None, log_len: 0 })
    }
}

fn task(title: &str) -> NewTask {
    NewTask { title: title.to_owned(), executor: shell(), ..NewTask::default() }
}

fn broken() -> Outcome {
    Outcome::Failed(Failure::new(ErrorCategory::CommandFailed, "Exited with code 1."))
}

fn good() -> Outcome {
    Outcome::Succeeded { summary: "exit 0".to_owned() }
}

#[test]
fn a_task_goes_all_the_way() {
    let mut story = Story::new();
    let id = story.create(task("build"));
    let occurrence = story.only(id);
    assert_eq!(occurrence.state.name(), StateName::Queued);
    let run = story.start(occurrence.id);
    story.finish(run, good()).unwrap();
    assert_eq!(story.only(id).state.name(), StateName::Completed);
    let names: Vec<_> = story.world.events.iter().map(|e| e.kind.name()).collect();
    assert_eq!(
        names,
        [
            "task_created",
            "occurrence_created",
            "moved",
            "moved",
            "run_assigned",
            "moved",
            "run_ended",
            "moved"
        ]
    );
}

#[test]
fn a_failure_is_tried_again_as_often_as_the_task_says_and_later_each_time() {
    let mut story = Story::new();
    let id = story.create(NewTask { max_retries: Some(2), ..task("flaky") });
    for attempt in 1..=3 {
        let occurrence = story.only(id);
        let State::Queued { reason, not_before, .. } = occurrence.state else {
            panic!("attempt {attempt}: {:?}", occurrence.state)
        };
        let expected = if attempt == 1 { QueueReason::First } else { QueueReason::Retry };
        assert_eq!(reason, expected);
        story.wait(not_before - instant(story.millis) + TimeDelta::milliseconds(1));
        let run = story.start(occurrence.id);
        assert_eq!(story.world.runs[&run.run].number, attempt);
        story.finish(run, broken()).unwrap();
    }
    let State::Failed { why, category, .. } = story.only(id).state else { panic!() };
    assert_eq!((why, category), (FailureReason::RunFailed, ErrorCategory::CommandFailed));
}

#[test]
fn what_cannot_get_better_is_not_tried_again() {
    let mut story = Story::new();
    let id = story.create(task("typo"));
    let run = story.start(story.only(id).id);
    let failure = Failure::new(ErrorCategory::FileNotFound, "There is no program “mkae”.");
    story.finish(run, Outcome::Failed(failure)).unwrap();
    assert_eq!(story.only(id).state.name(), StateName::Failed);
}

#[test]
fn a_rate_limit_waits_without_spending_a_retry() {
    let mut story = Story::new();
    let id = story.create(NewTask { max_retries: Some(0), ..task("busy service") });
    let run = story.start(story.only(id).id);
    let failure = Failure::new(ErrorCategory::RateLimited, "Slow down.");
    story.finish(run, Outcome::Failed(failure)).unwrap();
    let occurrence = story.only(id);
    assert_eq!((occurrence.state.name(), occurrence.retries), (StateName::Queued, 0));
}

#[test]
fn a_cancelled_run_is_cancelled_when_it_has_ended_not_before() {
    let mut story = Story::new();
    let id = story.create(task("long"));
    let occurrence = story.only(id).id;
    let run = story.start(occurrence);
    story.tell(Command::Cancel { occurrence, by: you() }).unwrap();
    story.tell(Command::Cancel { occurrence, by: you() }).unwrap();
    assert_eq!(story.only(id).state.name(), StateName::Executing);
    let asked = story.world.events.iter().filter(|e| e.kind == EventKind::CancelRequested);
    assert_eq!(asked.count(), 1, "an impatient second click is not a second request");
    story.finish(run, Outcome::Cancelled).unwrap();
    assert_eq!(story.only(id).state.name(), StateName::Cancelled);
    let again = story.tell(Command::Cancel { occurrence, by: you() });
    assert_eq!(again, Err(Refused::AlreadyEnded { state: StateName::Cancelled }));
}

#[test]
fn work_that_succeeded_before_the_cancel_reached_it_is_done() {
    let mut story = Story::new();
    let id = story.create(task("quick"));
    let occurrence = story.only(id).id;
    let run = story.start(occurrence);
    story.tell(Command::Cancel { occurrence, by: you() }).unwrap();
    story.finish(run, good()).unwrap();
    assert_eq!(story.only(id).state.name(), StateName::Completed);
}

#[test]
fn three_crashes_in_a_row_are_a_crash_loop() {
    let mut story = Story::new();
    let id = story.create(task("takes the machine down"));
    for _ in 0..3 {
        let run = story.start(story.only(id).id);
        story.tell(Command::Interrupt { run: run.run }).unwrap();
    }
    let State::Failed { why, .. } = story.only(id).state else { panic!() };
    assert_eq!(why, FailureReason::CrashLoop);
}

#[test]
fn a_planned_stop_is_no_crash() {
    let mut story = Story::new();
    let id = story.create(task("long"));
    for _ in 0..5 {
        let run = story.start(story.only(id).id);
        story.finish(run, Outcome::Interrupted).unwrap();
    }
    assert_eq!(story.only(id).state.name(), StateName::Queued);
    assert_eq!(story.only(id).interruptions, 0);
}

#[test]
fn a_task_can_ask_or_fail_instead_of_running_again() {
    let mut story = Story::new();
    let ask = story.create(NewTask { on_interrupt: OnInterrupt::Ask, ..task("pay the bill") });
    let fail = story.create(NewTask { on_interrupt: OnInterrupt::Fail, ..task("send the mail") });
    for id in [ask, fail] {
        let run = story.start(story.only(id).id);
        story.tell(Command::Interrupt { run: run.run }).unwrap();
    }
    assert_eq!(story.only(ask).state.name(), StateName::Awaiting);
    assert_eq!(story.only(fail).state.name(), StateName::Failed);
}

#[test]
fn an_old_token_is_refused_and_changes_nothing() {
    let mut story = Story::new();
    let id = story.create(task("contested"));
    let old = story.start(story.only(id).id);
    story.tell(Command::Interrupt { run: old.run }).unwrap();
    let new = story.start(story.only(id).id);
    assert!(new.token > old.token);
    let before = story.only(id);
    let stale = story.finish(old, good());
    assert!(matches!(stale, Err(Refused::StaleToken { .. })), "{stale:?}");
    let forged = RunRef { run: new.run, token: FencingToken(new.token.0 + 1) };
    assert!(matches!(story.finish(forged, good()), Err(Refused::StaleToken { .. })));
    assert_eq!(story.only(id), before);
    story.finish(new, good()).unwrap();
}

#[test]
fn a_review_sends_work_back_three_times_at_most() {
    let mut story = Story::new();
    let id = story.create(NewTask { review_required: true, ..task("essay") });
    for round in 0..=3 {
        let run = story.start(story.only(id).id);
        story.finish(run, good()).unwrap();
        assert_eq!(story.only(id).state.name(), StateName::Reviewing, "round {round}");
        let verdict = Verdict::Reject { feedback: "Too short.".to_owned() };
        let occurrence = story.only(id).id;
        story.tell(Command::Review { occurrence, verdict, by: you() }).unwrap();
    }
    let State::Failed { why, .. } = story.only(id).state else { panic!() };
    assert_eq!(why, FailureReason::ReviewRejected);
}

#[test]
fn a_scheduled_task_waits_for_its_time_and_can_be_run_before_it() {
    let mut story = Story::new();
    let at = instant(60_000);
    let id = story.create(NewTask { schedule: Schedule::At { at }, ..task("later") });
    let scheduled = story.only(id).id;
    let early = Command::Claim {
        occurrence: scheduled,
        run: RunId(story.ctx().uuid()),
        agent: "here".to_owned(),
    };
    assert!(matches!(story.tell(early), Err(Refused::Illegal { .. })));
    let now = Command::Trigger { task: id, cause: aegis_domain::Cause::RunNow, by: you() };
    story.tell(now.clone()).unwrap();
    assert_eq!(story.world.occurrences.len(), 2);
    assert!(matches!(story.tell(now), Err(Refused::AlreadyLive { .. })));
    story.wait(TimeDelta::seconds(61));
    story.claim(scheduled);
}

#[test]
fn deleting_calls_off_what_is_live_and_can_be_taken_back() {
    let mut story = Story::new();
    let id = story.create(task("regretted"));
    story.tell(Command::DeleteTask { task: id, by: you() }).unwrap();
    assert_eq!(story.only(id).state.name(), StateName::Cancelled);
    let edit = Command::Trigger { task: id, cause: aegis_domain::Cause::RunAgain, by: you() };
    assert_eq!(story.tell(edit.clone()), Err(Refused::TaskDeleted));
    story.tell(Command::RestoreTask { task: id, by: you() }).unwrap();
    story.tell(edit).unwrap();
    let twice = Command::RestoreTask { task: id, by: you() };
    assert_eq!(story.tell(twice), Err(Refused::NotDeleted));
}

#[test]
fn a_task_for_a_person_is_marked_done_and_cannot_run() {
    let mut story = Story::new();
    let manual = NewTask { executor: None, schedule: Schedule::Manual, ..task("call grandmother") };
    let id = story.create(manual);
    let run = Command::Trigger { task: id, cause: aegis_domain::Cause::RunNow, by: you() };
    assert_eq!(story.tell(run), Err(Refused::NoExecutor));
    story.tell(Command::CompleteByHand { task: id, by: you() }).unwrap();
    assert_eq!(story.only(id).state.name(), StateName::Completed);
}
