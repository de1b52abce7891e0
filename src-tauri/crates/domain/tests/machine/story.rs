//! A world with a clock, told step by step.

use crate::world::{World, instant};
use aegis_domain::machine::{Command, Refused, RunRef};
use aegis_domain::{
    Actor, Cause, Ctx, ErrorCategory, ExecutorSpec, Failure, NewTask, Occurrence, OccurrenceId,
    Outcome, RunId, ShellSettings, State, StateName, TaskId, Terms, Timestamp, Values,
};
use chrono::TimeDelta;
use serde_json::Value;
use std::sync::Arc;

pub struct Story {
    pub world: World,
    pub millis: i64,
    pub terms: Terms,
}

pub fn shell() -> Option<ExecutorSpec> {
    let settings = ShellSettings { command: vec!["true".to_owned()], ..ShellSettings::default() };
    Some(settings.into_spec())
}

pub fn you() -> Actor {
    Actor::Human("test".to_owned())
}

pub fn task(title: &str) -> NewTask {
    NewTask { title: title.to_owned(), executor: shell(), ..NewTask::default() }
}

pub fn broken() -> Outcome {
    Outcome::Failed(Failure::new(ErrorCategory::CommandFailed, "Exited with code 1."))
}

pub fn good() -> Outcome {
    Outcome::Succeeded { summary: "exit 0".to_owned() }
}

impl Story {
    pub fn new() -> Self {
        Self { world: World::default(), millis: 0, terms: Terms::default() }
    }

    pub fn now(&self) -> Timestamp {
        instant(self.millis)
    }

    pub fn ctx(&mut self) -> Ctx {
        self.millis += 1;
        let ctx = Ctx::new(instant(self.millis), self.millis.unsigned_abs());
        ctx.with(Arc::new(self.terms.clone()))
    }

    pub fn wait(&mut self, by: TimeDelta) {
        self.millis += by.num_milliseconds();
    }

    pub fn tell(&mut self, command: Command) -> Result<(), Refused> {
        let mut ctx = self.ctx();
        self.world.apply(command, &mut ctx).map(drop)
    }

    pub fn try_create(&mut self, new: NewTask, origin: Option<RunId>) -> Result<TaskId, Refused> {
        let mut ctx = self.ctx();
        let id = TaskId(ctx.uuid());
        let draft = Box::new(new.check(ctx.now).unwrap());
        let command = Command::CreateTask { id, draft, by: you(), origin };
        self.world.apply(command, &mut ctx).map(|_| id)
    }

    pub fn create(&mut self, new: NewTask) -> TaskId {
        self.try_create(new, None).unwrap()
    }

    pub fn trigger(&mut self, task: TaskId) -> Result<(), Refused> {
        self.trigger_with(task, Values::new())
    }

    pub fn trigger_with(&mut self, task: TaskId, values: Values) -> Result<(), Refused> {
        let cause = Cause::RunNow;
        self.tell(Command::Trigger {
            task,
            cause,
            values,
            by: you(),
            continues: None,
            origin: None,
        })
    }

    /// What an engine does when the schedule has come due.
    pub fn advance(&mut self, task: TaskId) {
        self.tell(Command::Advance { task }).unwrap();
    }

    pub fn all(&self, task: TaskId) -> Vec<&Occurrence> {
        let mut all: Vec<_> = self.world.occurrences.values().filter(|o| o.task == task).collect();
        all.sort_by_key(|o| (o.created_at, o.instant, o.id));
        all
    }

    pub fn states(&self, task: TaskId) -> Vec<StateName> {
        self.all(task).iter().map(|o| o.state.name()).collect()
    }

    pub fn newest(&self, task: TaskId) -> Occurrence {
        self.all(task).last().copied().unwrap().clone()
    }

    pub fn only(&self, task: TaskId) -> Occurrence {
        let all = self.all(task);
        assert_eq!(all.len(), 1);
        all[0].clone()
    }

    pub fn claim(&mut self, occurrence: OccurrenceId) -> RunRef {
        let run = self.try_claim(occurrence);
        RunRef { run, token: self.world.runs[&run].token }
    }

    /// A claim that may leave the occurrence blocked or ended instead.
    pub fn try_claim(&mut self, occurrence: OccurrenceId) -> RunId {
        let run = RunId(self.ctx().uuid());
        let agent = "here".to_owned();
        self.tell(Command::Claim {
            occurrence,
            run,
            agent,
            fingerprint: None,
            at_once: Vec::new(),
        })
        .unwrap();
        run
    }

    pub fn start(&mut self, occurrence: OccurrenceId) -> RunRef {
        let run = self.claim(occurrence);
        self.tell(Command::Start { run, process: None }).unwrap();
        run
    }

    pub fn finish(&mut self, run: RunRef, outcome: Outcome) -> Result<(), Refused> {
        self.tell(Command::Finish { run, ending: outcome.into() })
    }

    /// Runs an occurrence to its end.
    pub fn run(&mut self, occurrence: OccurrenceId, outcome: Outcome) {
        let run = self.start(occurrence);
        self.finish(run, outcome).unwrap();
    }

    /// Runs an occurrence to its end with an exit code and a result.
    pub fn run_with(&mut self, occurrence: OccurrenceId, exit_code: i32, result: Value) {
        let run = self.start(occurrence);
        let outcome = if exit_code == 0 { good() } else { broken() };
        let ending = aegis_domain::machine::Ending {
            outcome,
            exit_code: Some(exit_code),
            result,
            log_len: 0,
        };
        self.tell(Command::Finish { run, ending }).unwrap();
    }

    pub fn message(&self, task: TaskId) -> String {
        match self.newest(task).state {
            State::Failed { message, .. } => message,
            state => panic!("{state:?}"),
        }
    }
}
