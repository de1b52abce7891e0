//! A long random walk: whatever is asked, in whatever order, nothing illegal happens.

use crate::edges::EDGES;
use crate::world::{World, instant};
use aegis_domain::machine::{Answer, Asks, Command, RunRef, Verdict};
use aegis_domain::policy::{InputHash, Nature, Reach};
use aegis_domain::schedule::{Misfire, Overlap, Policies, Recurrence, Rule, ZoneName};
use aegis_domain::{
    About, Actor, AskId, AskKind, AskedCall, Cause, Checkpoint, Ctx, DependencyGroup, Entropy,
    ErrorCategory, ExecutorSpec, Failure, FencingToken, Guard, Invalid, Key, NewScheduleBudget,
    NewTask, OccurrenceId, OnInterrupt, Once, Outcome, Pause, Period, Progress, ReminderSettings,
    Report, ResourceNeed, ReviewKind, RunId, Schedule, SkipReason, State, TaskEdit, TaskId,
    TaskRef, Terms, Unique, Usage, Usd, Values,
};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Steps of the walk; ten times as many with `AEGIS_PROMISES=full`.
const STEPS: u64 = 100_000;

#[test]
fn a_hundred_thousand_random_steps_take_only_edges_of_the_table() {
    let full = std::env::var("AEGIS_PROMISES").as_deref() == Ok("full");
    let steps = if full { 10 * STEPS } else { STEPS };
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
    println!("promise P2 {steps} {accepted} accepted, {refused} refused, 0 illegal");
}

fn claim(occurrence: OccurrenceId, ctx: &mut Ctx) -> Command {
    let run = RunId(ctx.uuid());
    Command::Claim {
        occurrence,
        run,
        agent: "here".to_owned(),
        fingerprint: None,
        at_once: Vec::new(),
    }
}

fn trigger(task: TaskId, cause: Cause, by: Actor) -> Command {
    Command::Trigger { task, cause, values: Values::new(), by, continues: None, origin: None }
}

/// A day that costs more than it may, and questions that are not waited for for ever.
fn terms() -> Terms {
    Terms {
        daily_budget: Some(Usd::from_micros(4_000_000)),
        question_expiry: Some(chrono::TimeDelta::seconds(30)),
        metered: [ReminderSettings::default().into_spec().name].into(),
        ..Terms::default()
    }
}

struct Walker {
    world: World,
    /// A world of strict reviewers: the only way to the edges at the end of much rework.
    strict: bool,
    entropy: Entropy,
    millis: i64,
    /// In some worlds money runs out.
    terms: Arc<Terms>,
}

impl Walker {
    fn new(seed: u64) -> Self {
        Self {
            world: World::default(),
            strict: seed % 4_000 == 1,
            entropy: Entropy::new(seed),
            millis: 0,
            terms: Arc::new(if seed.is_multiple_of(3) { terms() } else { Terms::default() }),
        }
    }

    /// Asks for something; says whether it was accepted.
    fn step(&mut self) -> bool {
        self.millis += i64::try_from(self.entropy.up_to(3_000)).unwrap();
        let ctx = Ctx::new(instant(self.millis), self.entropy.next());
        let mut ctx = ctx.with(Arc::clone(&self.terms));
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
                0 => claim(occurrence, ctx),
                1 => Command::Start { run, process: None },
                2 => {
                    let outcome = Outcome::Succeeded { summary: "exit 0".to_owned() };
                    Command::Finish { run, ending: outcome.into() }
                }
                _ => {
                    let verdict = Verdict::Reject { feedback: "Again.".to_owned() };
                    Command::Review { occurrence, verdict, kind: ReviewKind::Peer, score: None, by }
                }
            };
        }
        match self.entropy.up_to(35) {
            // Few tasks, so that one of them is followed for long.
            0 | 1 if self.world.tasks.len() < 6 => self.create(TaskId(unknown), ctx),
            0..=2 => trigger(task, Cause::RunNow, by),
            3 => trigger(task, Cause::RunAgain, by),
            4 => Command::CompleteByHand { task, by },
            5 => Command::Validate { occurrence, problem: None },
            6 => Command::Validate { occurrence, problem: Some(Invalid::new("x", "No.", "Do.")) },
            7 | 8 => Command::Hold { occurrence, question: "Now?".to_owned(), by },
            9 => Command::Release { occurrence, by },
            10 => Command::Reconsider { occurrence },
            11 => Command::Skip { occurrence, why: SkipReason::Asked, by },
            12 => Command::Expire { occurrence },
            13..=16 => claim(occurrence, ctx),
            17..=19 => Command::Start { run, process: None },
            20 => Command::LoseAgent { run },
            21 => {
                let progress = Progress { percent: Some(50), step: None, done_at: None };
                let (at, label) = (ctx.now, "half".to_owned());
                let cost = Usd::from_micros(self.entropy.up_to(2_000_000));
                let report = if self.chance(3) {
                    Report::Usage(Usage { cost, ..Usage::default() })
                } else if self.chance(2) {
                    Report::Progress(progress)
                } else {
                    Report::Checkpoint(Checkpoint { at, label, data: serde_json::Value::Null })
                };
                Command::Report { run, report }
            }
            22 => self.ask(run),
            23 => {
                let answers = [
                    Answer::Grant,
                    Answer::Deny,
                    Answer::Text("blue".to_owned()),
                    Answer::Refuse { words: "not that".to_owned() },
                ];
                let answer = answers[usize::try_from(self.entropy.up_to(3)).unwrap()].clone();
                Command::Answer { occurrence, ask, answer, by }
            }
            24 => {
                let pause = if self.chance(2) { Pause::Frozen } else { Pause::Checkpoint };
                Command::Pause { occurrence, ways: vec![pause], by }
            }
            25 => Command::Resume { occurrence, by },
            26 | 27 => Command::Finish { run, ending: self.outcome().into() },
            28 => Command::Interrupt { run: run.run },
            29 => {
                let verdict = if self.chance(3) {
                    Verdict::Pass { feedback: String::new() }
                } else {
                    Verdict::Reject { feedback: "Not yet.".to_owned() }
                };
                Command::Review { occurrence, verdict, kind: ReviewKind::User, score: None, by }
            }
            30 => Command::Cancel { occurrence, by },
            31 | 32 => Command::Advance { task },
            33 => Command::SkipNext { task, by },
            34 => Command::SetActive { task, active: self.chance(2), by },
            _ => self.change(task, by),
        }
    }

    /// A question, about a call or about nothing in particular.
    fn ask(&mut self, run: RunRef) -> Command {
        let call = AskedCall {
            tool: "Bash".to_owned(),
            input: serde_json::json!({"command": "ls"}),
            hash: InputHash("0".to_owned()),
            nature: Nature::of(Reach::Run),
            why: "It needs your word.".to_owned(),
        };
        let asks = Asks {
            kind: if self.chance(3) { AskKind::Answer } else { AskKind::Approval },
            question: "May I?".to_owned(),
            about: self.chance(2).then(|| Box::new(About::Call(call))),
            limit_secs: self.chance(2).then_some(10),
        };
        Command::Ask { run, asks: Box::new(asks) }
    }

    /// A change of a definition, or of what it is about.
    fn change(&mut self, task: TaskId, by: Actor) -> Command {
        match self.entropy.up_to(12) {
            0 if self.chance(3) => Command::DeleteTask { task, by },
            1 | 2 => Command::RestoreTask { task, by },
            3 if self.chance(6) => Command::ArchiveTask { task, by },
            4 | 5 => {
                let capacity = u32::try_from(self.entropy.up_to(2)).unwrap();
                Command::SetResource { name: "gpu".to_owned(), capacity: Some(capacity) }
            }
            6 | 7 => {
                let tasks: Vec<_> = self.world.tasks.keys().copied().collect();
                let on = self.pick(tasks.into_iter()).map(TaskRef::from);
                let groups: Vec<_> = on.into_iter().map(|on| DependencyGroup::all([on])).collect();
                let groups = serde_json::to_value(groups).unwrap();
                let edit = TaskEdit::default().set("dependencies", groups);
                Command::EditTask { task, edit, by }
            }
            _ => {
                let edit = TaskEdit::default().set("priority", self.entropy.up_to(10));
                Command::EditTask { task, edit, by }
            }
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
            Schedule::at(ctx.now + chrono::TimeDelta::seconds(20))
        } else if self.chance(3) {
            self.recurring()
        } else {
            Schedule::Now
        };
        let repeats = matches!(schedule, Schedule::Manual | Schedule::Recurring(_));
        let on_interrupt = [OnInterrupt::Rerun, OnInterrupt::Ask, OnInterrupt::Fail]
            [usize::try_from(self.entropy.up_to(2)).unwrap()];
        let tasks: Vec<_> = self.world.tasks.values().filter(|t| t.is_standing()).collect();
        let peers: Vec<TaskRef> = tasks.iter().map(|t| TaskRef::from(t.id)).collect();
        let on = if self.chance(2) { self.pick(0..peers.len()) } else { None };
        let dependencies = on.map(|on| DependencyGroup::all([peers[on].clone()]));
        let resources = if self.chance(3) {
            vec![ResourceNeed { name: "gpu".to_owned(), amount: 1 }]
        } else {
            Vec::new()
        };
        let new = NewTask {
            title: "walk".to_owned(),
            dependencies: dependencies.into_iter().collect(),
            resources,
            executor,
            schedule,
            on_interrupt,
            max_retries: Some(u32::try_from(self.entropy.up_to(3)).unwrap()),
            budget: self.chance(2).then(|| "1".to_owned()),
            schedule_budget: (repeats && self.chance(2))
                .then(|| NewScheduleBudget { amount: "2".to_owned(), per: Period::Day }),
            review_required: self.strict || self.chance(3),
            ..NewTask::default()
        };
        let draft = Box::new(new.check(ctx.now).unwrap());
        let by = Actor::System;
        if !self.chance(4) {
            return Command::CreateTask { id, draft, by, origin: None };
        }
        // Few keys and few kinds, so that some are met again.
        let key = |n: u64| Key::new("key", &format!("key {n}")).unwrap();
        let (once, kind) = (self.entropy.up_to(9), self.entropy.up_to(3));
        let request = self.entropy.up_to(1).to_string();
        let guard = Guard {
            once: self.chance(2).then(|| Once { key: key(once), request }),
            unique: self.chance(2).then(|| Unique { key: key(kind), while_in: Unique::not_done() }),
        };
        Command::CreateOnce { id, draft, by, origin: None, guard: Box::new(guard) }
    }

    /// A schedule that comes due every few steps.
    fn recurring(&mut self) -> Schedule {
        let rule = Rule::Every { secs: 1 + self.entropy.up_to(9), within: None };
        let mut recurrence = Recurrence::new(rule, ZoneName::default());
        let overlaps = [Overlap::Forbid, Overlap::Allow, Overlap::Replace];
        let misfires = [Misfire::Skip, Misfire::RunOnce, Misfire::RunAll { at_most: 3 }];
        recurrence.policies = Policies {
            overlap: overlaps[usize::try_from(self.entropy.up_to(2)).unwrap()],
            misfire: misfires[usize::try_from(self.entropy.up_to(2)).unwrap()],
            start_deadline_secs: self.chance(2).then_some(5),
            jitter_secs: self.entropy.up_to(3),
        };
        Schedule::Recurring(Box::new(recurrence))
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
