//! A long random walk: whatever is asked, in whatever order, nothing illegal happens.

use crate::edges::EDGES;
use crate::world::{World, instant};
use aegis_domain::machine::{Answer, Command, RunRef, Verdict};
use aegis_domain::{
    Actor, AskId, AskKind, Blocker, Cause, Ctx, Entropy, ErrorCategory, ExecutorSpec, Failure,
    FencingToken, Invalid, NewTask, OccurrenceId, OnInterrupt, Outcome, Pause, Progress,
    ReminderSettings, RunId, Schedule, SkipReason, State, TaskEdit, TaskId,
};
use std::collections::BTreeSet;

/// Steps of the walk in the quick run; `AEGIS_STEPS` sets more.
const STEPS: u64 = 100_000;

#[test]
fn a_hundred_thousand_random_steps_take_only_edges_of_the_table() {
    let steps = std::env::var("AEGIS_STEPS").ok().and_then(|s| s.parse().ok()).unwrap_or(STEPS);
    let mut seen = BTreeSet::new();
    let (mut accepted, mut refused) = (0u64, 0u64);
    let mut walker = Walker::new(0);
    for step in 0..steps {
        // A fresh world now and then keeps every step cheap.
        if step % 1_000 == 0 {
            seen.append(&mut walker.world.edges_seen);
            walker = Walker::new(step + 1);
        }
        if walker.step() { accepted += 1 } else { refused += 1 }
    }
    seen.append(&mut walker.world.edges_seen);
    let all = EDGES.iter().flat_map(|(f, ts)| ts.iter().map(move |t| (*f, *t)));
    let missing: Vec<_> = all.filter(|edge| !seen.contains(edge)).collect();
    assert!(missing.is_empty(), "edges that no step took: {missing:?}");
    assert!(accepted > steps / 20, "only {accepted} of {steps} were accepted");
    assert!(refused > steps / 20, "only {refused} of {steps} were refused");
}

struct Walker {
    world: World,
    /// A world of strict reviewers: the only way to the edges at the end of much rework.
    strict: bool,
    entropy: Entropy,
    millis: i64,
}

impl Walker {
    fn new(seed: u64) -> Self {
        Self {
            world: World::default(),
            strict: seed % 4_000 == 1,
            entropy: Entropy::new(seed),
            millis: 0,
        }
    }

    /// Asks for something; says whether it was accepted.
    fn step(&mut self) -> bool {
        self.millis += i64::try_from(self.entropy.up_to(3_000)).unwrap();
        let mut ctx = Ctx::new(instant(self.millis), self.entropy.next());
        self.world.hold_validation = self.chance(4);
        let command = self.command(&mut ctx);
        self.world.apply(command, &mut ctx).is_ok()
    }

    fn pick<T: Copy>(&mut self, from: impl Iterator<Item = T>) -> Option<T> {
        let all: Vec<T> = from.collect();
        let last = u64::try_from(all.len()).unwrap().checked_sub(1)?;
        Some(all[usize::try_from(self.entropy.up_to(last)).unwrap()])
    }

    fn chance(&mut self, one_in: u64) -> bool {
        self.entropy.up_to(one_in - 1) == 0
    }

    fn command(&mut self, ctx: &mut Ctx) -> Command {
        let by = Actor::Human("test".to_owned());
        let unknown = ctx.uuid();
        let tasks: Vec<_> = self.world.tasks.keys().copied().collect();
        let task = self.pick(tasks.into_iter()).unwrap_or(TaskId(unknown));
        // Mostly live ones: the dead only say no.
        let live_only = !self.chance(6);
        let occurrences: Vec<_> = self
            .world
            .occurrences
            .values()
            .filter(|o| !live_only || !o.state.is_terminal())
            .map(|o| o.id)
            .collect();
        let occurrence = self.pick(occurrences.into_iter()).unwrap_or(OccurrenceId(unknown));
        let runs: Vec<_> = self
            .world
            .runs
            .values()
            .filter(|r| !live_only || r.end.is_none())
            .map(|r| RunRef { run: r.id, token: r.token })
            .collect();
        let mut run = self
            .pick(runs.into_iter())
            .unwrap_or(RunRef { run: RunId(unknown), token: FencingToken(0) });
        if self.chance(12) {
            run.token = FencingToken(run.token.0.wrapping_sub(1));
        }
        let ask = self.world.occurrences.get(&occurrence).and_then(|o| match &o.state {
            State::Awaiting { ask, .. } => Some(ask.id),
            _ => None,
        });
        let ask = ask.unwrap_or(AskId(unknown));
        if self.strict && !self.chance(3) {
            return match self.entropy.up_to(3) {
                0 => Command::Claim { occurrence, run: RunId(ctx.uuid()), agent: "a".to_owned() },
                1 => Command::Start { run, process: None },
                2 => {
                    let outcome = Outcome::Succeeded { summary: "exit 0".to_owned() };
                    Command::Finish { run, outcome, exit_code: Some(0), log_len: 0 }
                }
                _ => {
                    let verdict = Verdict::Reject { feedback: "Again.".to_owned() };
                    Command::Review { occurrence, verdict, by }
                }
            };
        }
        match self.entropy.up_to(31) {
            // Few tasks, so that one of them is followed for long.
            0 | 1 if self.world.tasks.len() < 6 => self.create(TaskId(unknown), ctx),
            0..=2 => Command::Trigger { task, cause: Cause::RunNow, by },
            3 => Command::Trigger { task, cause: Cause::RunAgain, by },
            4 => Command::CompleteByHand { task, by },
            5 => Command::Validate { occurrence, problem: None },
            6 => Command::Validate { occurrence, problem: Some(Invalid::new("x", "No.", "Do.")) },
            7 => Command::Block { occurrence, by: vec![Blocker::Dependency { task }] },
            8 | 9 => Command::Unblock { occurrence },
            10 => Command::FailBlocked { occurrence, message: "It failed.".to_owned() },
            11 => Command::Skip { occurrence, why: SkipReason::Overlap },
            12 => Command::Expire { occurrence },
            13..=16 => {
                Command::Claim { occurrence, run: RunId(ctx.uuid()), agent: "here".to_owned() }
            }
            17..=19 => Command::Start { run, process: None },
            20 => Command::LoseAgent { run },
            21 => {
                let progress = Progress { percent: Some(50), step: None };
                Command::ReportProgress { run, progress }
            }
            22 => Command::Ask { run, kind: AskKind::Approval, question: "May I?".to_owned() },
            23 => {
                let answers = [Answer::Grant, Answer::Deny, Answer::Text("blue".to_owned())];
                let answer = answers[usize::try_from(self.entropy.up_to(2)).unwrap()].clone();
                Command::Answer { occurrence, ask, answer, by }
            }
            24 => {
                let pause = if self.chance(2) { Pause::Frozen } else { Pause::Checkpoint };
                Command::Pause { occurrence, pause, by }
            }
            25 => Command::Resume { occurrence, by },
            26 | 27 => {
                let outcome = self.outcome();
                Command::Finish { run, outcome, exit_code: None, log_len: 0 }
            }
            28 => Command::Interrupt { run: run.run },
            29 => {
                let verdict = if self.chance(3) {
                    Verdict::Pass
                } else {
                    Verdict::Reject { feedback: "Not yet.".to_owned() }
                };
                Command::Review { occurrence, verdict, by }
            }
            30 => Command::Cancel { occurrence, by },
            _ => match self.entropy.up_to(9) {
                0 if self.chance(3) => Command::DeleteTask { task, by },
                1 | 2 => Command::RestoreTask { task, by },
                3 if self.chance(6) => Command::ArchiveTask { task, by },
                _ => {
                    let priority =
                        aegis_domain::Priority::new(u8::try_from(self.entropy.up_to(10)).unwrap());
                    let edit = TaskEdit { priority: priority.ok(), ..TaskEdit::default() };
                    Command::EditTask { task, edit, by }
                }
            },
        }
    }

    /// A task of a random kind.
    fn create(&mut self, id: TaskId, ctx: &Ctx) -> Command {
        let executor: Option<ExecutorSpec> =
            (!self.chance(8)).then(|| ReminderSettings::default().into_spec());
        let manual = executor.is_none() || self.chance(3);
        let schedule = if manual {
            Schedule::Manual
        } else if self.chance(4) {
            Schedule::At { at: ctx.now + chrono::TimeDelta::seconds(20) }
        } else {
            Schedule::Now
        };
        let on_interrupt = [OnInterrupt::Rerun, OnInterrupt::Ask, OnInterrupt::Fail]
            [usize::try_from(self.entropy.up_to(2)).unwrap()];
        let new = NewTask {
            title: "walk".to_owned(),
            executor,
            schedule,
            on_interrupt,
            max_retries: Some(u32::try_from(self.entropy.up_to(3)).unwrap()),
            review_required: self.strict || self.chance(3),
            ..NewTask::default()
        };
        let draft = Box::new(new.check(ctx.now).unwrap());
        Command::CreateTask { id, draft, by: Actor::System }
    }

    fn outcome(&mut self) -> Outcome {
        let category = ErrorCategory::ALL[usize::try_from(self.entropy.up_to(14)).unwrap()];
        match self.entropy.up_to(7) {
            0..=2 => Outcome::Succeeded { summary: "exit 0".to_owned() },
            3 | 4 => Outcome::Failed(Failure::new(category, "It broke.")),
            5 => Outcome::Cancelled,
            6 => Outcome::Suspended,
            _ => Outcome::Interrupted,
        }
    }
}
