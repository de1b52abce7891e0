//! Who does the work of a run.

use aegis_domain::fair::Load;
use aegis_domain::machine::Asks;
use aegis_domain::policy::Taint;
use aegis_domain::{
    Checkpoint, ExecutorName, ExecutorSpec, Failure, Glob, Invalid, OccurrenceId, Outcome, Pause,
    ProcessIdentity, Report, RunId, RunReason, Task, Timestamp, Usd, Values,
};
use async_trait::async_trait;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Does one kind of work.
#[async_trait]
pub trait Executor: Send + Sync + 'static {
    /// Its stable name: what [`aegis_domain::ExecutorSpec`] names.
    fn name(&self) -> ExecutorName;

    /// How it can hold a run with these settings, the best way first; empty when it cannot.
    fn pauses(&self, settings: &aegis_domain::ExecutorSpec) -> Vec<Pause> {
        let _ = settings;
        Vec::new()
    }

    /// The time limit of a run whose task names none.
    fn default_timeout(&self) -> Duration;

    /// Whether a run has begun when it is claimed, because it starts nothing that would have to be
    /// found after a crash. [`RunHandle::started`] has nothing left to do then.
    fn begins_when_claimed(&self) -> bool {
        false
    }

    /// What kind of load its runs are.
    fn load(&self) -> Load {
        Load::Program
    }

    /// Whether its runs cost money: they do not start while the day's budget is spent. Those of
    /// models do, unless the executor says otherwise.
    fn costs(&self) -> bool {
        self.load() == Load::Ai
    }

    /// The provider that does a model's work, where the executor works with several: each is given
    /// a rest of its own when it fails. `model` is what the task names.
    fn provider(&self, model: Option<&str>) -> Option<String> {
        let _ = model;
        None
    }

    /// Checks settings before a task is made of them: everything that can be known now.
    ///
    /// # Errors
    /// [`Invalid`], with the field, the sentence and the hint that the user will see.
    fn check(&self, settings: &aegis_domain::ExecutorSpec) -> Result<(), Invalid>;

    /// Where a run with these settings works, in the user's terms, if it works in a place.
    fn place(&self, settings: &aegis_domain::ExecutorSpec) -> Option<String> {
        let _ = settings;
        None
    }

    /// The folder in which a run with these settings works, as an absolute path, if it works in
    /// one: rules for a workspace are held against it.
    fn folder(&self, settings: &aegis_domain::ExecutorSpec) -> Option<String> {
        let _ = settings;
        None
    }

    /// Does the work. Returns when it has ended and nothing of it is left: no process, no thread.
    ///
    /// It calls [`RunHandle::started`] once, when the work has begun, and watches
    /// [`RunHandle::signal`].
    async fn run(&self, job: Job, handle: Arc<dyn RunHandle>) -> Ended;
}

/// What is to be done.
#[derive(Debug, Clone)]
pub struct Job {
    /// The attempt.
    pub run: RunId,
    /// The piece of work.
    pub occurrence: OccurrenceId,
    /// The task as it was when the attempt was claimed.
    pub task: Arc<Task>,
    /// The executor's settings, with every placeholder filled in.
    pub settings: ExecutorSpec,
    /// The values of the task's parameters this time.
    pub values: Values,
    /// How the task's last occurrence before this one ended, as placeholders see it; null when
    /// there was none.
    pub previous: Value,
    /// How the tasks that it waited for ended, by their numbers; an empty object when there were
    /// none.
    pub upstream: Value,
    /// When the work was due: for a reminder that comes late.
    pub due: Timestamp,
    /// Most time that it may take.
    pub timeout: Duration,
    /// Where the attempt before left off, if it said so.
    pub checkpoint: Option<Checkpoint>,
    /// Why there is this attempt.
    pub reason: RunReason,
    /// The session that it takes up again, if there is one.
    pub session: Option<String>,
    /// What a person or a review says to whoever takes it up again.
    pub said: Option<String>,
    /// What the work has seen so far.
    pub taint: Taint,
    /// What it may still cost; `None` when nobody has said.
    pub budget: Option<Usd>,
    /// A folder of this run's own. It is not there yet; whoever makes it removes it.
    pub scratch: PathBuf,
}

/// How it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// How.
    pub outcome: Outcome,
    /// The program's exit code, where there was one.
    pub exit_code: Option<i32>,
    /// What it found out, for conditions and for whoever comes next; null when nothing.
    pub result: Value,
}

impl From<Outcome> for Ended {
    /// It ended so, without an exit code or a result.
    fn from(outcome: Outcome) -> Self {
        Self { outcome, exit_code: None, result: Value::Null }
    }
}

impl Ended {
    /// It failed before or without an exit code.
    #[must_use]
    pub fn failed(failure: Failure) -> Self {
        Outcome::Failed(failure).into()
    }

    /// It succeeded, and this is the evidence.
    pub fn succeeded(summary: impl Into<String>) -> Self {
        Outcome::Succeeded { summary: summary.into() }.into()
    }
}

/// What the engine wants of a live run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Signal {
    /// Work.
    #[default]
    Go,
    /// Work on; a person is asked meanwhile, and the clock stands.
    Wait,
    /// Stop where you are; go on when told.
    Freeze,
    /// End as somebody called it off: politely, then by force.
    Cancel,
    /// A person is asked, and their answer is not waited for: end so that a later run can go on
    /// from where this one is, and say [`Outcome::Suspended`].
    Park,
    /// End because Aegis stops: politely, then by force, within the grace.
    Shutdown,
}

/// What became of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answered {
    /// Yes, with what was said beside it.
    Yes(Option<String>),
    /// No, with what was said beside it.
    No(Option<String>),
    /// Nobody has answered yet: end, as with [`Signal::Park`]. The answer starts another run.
    Park,
    /// The run is not the current one any more.
    Lost,
}

/// Files that the work of a run left behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Left {
    /// All that look like one of these.
    Matching(Vec<Glob>),
    /// This one: a path from the folder, or one that leads into it.
    File(PathBuf),
}

/// The engine no longer counts this run as the current one: end without a trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this run is no longer the current one")]
pub struct StartLost;

/// A live run's line to the engine.
#[async_trait]
pub trait RunHandle: Send + Sync + 'static {
    /// The work has begun; `process` is what to look for after a crash. Durable when it returns.
    ///
    /// # Errors
    /// [`StartLost`] when the run is not the current one any more: end at once.
    async fn started(&self, process: Option<ProcessIdentity>) -> Result<(), StartLost>;

    /// What the work says of itself. Sent on in order when the engine finds the time; of progress
    /// and usage only the last one counts.
    fn report(&self, report: Report);

    /// Keeps files that the work left below `folder`: copies them, and notes them with the run.
    /// What there is no copy of is noted there too, with the reason. Returns when that is done.
    async fn keep(&self, folder: &Path, left: Left);

    /// Asks a person, and waits for the answer: for some minutes at most, in which the run's slot
    /// is free and its clock stands. An answer that was given before, to the same call, is used
    /// without asking again. Several questions of one run are asked one after the other.
    async fn ask(&self, asks: Asks) -> Answered;

    /// The work waits for other work of Aegis, or does so no longer: its slot is free meanwhile.
    fn waits(&self, waiting: bool);

    /// What the engine wants; changes are to be watched.
    fn signal(&self) -> watch::Receiver<Signal>;

    /// Where the work's output goes.
    fn log(&self) -> Arc<dyn LogSink>;
}

/// Where a line came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogStream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
    /// Aegis itself.
    Aegis,
}

/// A run's log: bounded, and in the order of arrival.
pub trait LogSink: Send + Sync + 'static {
    /// Takes bytes as they come, with lines cut anywhere.
    fn write(&self, stream: LogStream, bytes: &[u8]);

    /// Takes a whole line of Aegis' own.
    fn note(&self, line: &str) {
        self.write(LogStream::Aegis, format!("{line}\n").as_bytes());
    }
}
