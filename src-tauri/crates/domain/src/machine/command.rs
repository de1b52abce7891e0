//! What can be asked of the machine.

use super::Reads;
use crate::policy::{NewRule, RuleId};
use crate::template::Template;
use crate::{
    About, Actor, AskId, AskKind, Cause, Continued, Draft, ExecutorName, FencingToken, Guard,
    Invalid, OccurrenceId, Outcome, Pause, ProcessIdentity, Report, ReviewKind, RunId, SkipReason,
    Slug, TaskEdit, TaskId, TaskRef, ToolUse, Values,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A run, with the proof that whoever speaks for it is its current holder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunRef {
    /// Which run.
    pub run: RunId,
    /// The token it was claimed with.
    pub token: FencingToken,
}

/// What a person answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "text")]
pub enum Answer {
    /// Yes.
    Grant,
    /// No, and with that the work has failed.
    Deny,
    /// No to this; the work goes on without it.
    Refuse {
        /// Why, or what to do instead.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        words: String,
    },
    /// Words.
    Text(String),
}

/// What a review says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Verdict {
    /// Good.
    Pass {
        /// What is good about it.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        feedback: String,
    },
    /// Not good yet.
    Reject {
        /// What is missing.
        feedback: String,
    },
}

/// What a run wants of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asks {
    /// What kind of answer is wanted.
    pub kind: AskKind,
    /// The question.
    pub question: String,
    /// What it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<Box<About>>,
    /// How long an answer is waited for, in seconds; for ever when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit_secs: Option<u64>,
}

/// How a run ended, as its executor says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ending {
    /// How.
    pub outcome: Outcome,
    /// The program's exit code, where there was one.
    pub exit_code: Option<i32>,
    /// What it found out.
    pub result: Value,
    /// Bytes of its log.
    pub log_len: u64,
}

impl From<Outcome> for Ending {
    fn from(outcome: Outcome) -> Self {
        Self { outcome, exit_code: None, result: Value::Null, log_len: 0 }
    }
}

/// A command: what somebody, or the engine, wants to happen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "command")]
#[allow(missing_docs)] // A field says what its type says; each command says what it is for.
pub enum Command {
    /// Make a task, and its occurrence if it is to start at once. `origin` is the run that asks.
    CreateTask { id: TaskId, draft: Box<Draft>, by: Actor, origin: Option<RunId> },
    /// The same, unless the guard finds that it is there already.
    CreateOnce {
        id: TaskId,
        draft: Box<Draft>,
        by: Actor,
        origin: Option<RunId>,
        guard: Box<Guard>,
    },
    /// Change a task's definition.
    EditTask { task: TaskId, edit: TaskEdit, by: Actor },
    /// Delete a task; its live occurrences are called off.
    DeleteTask { task: TaskId, by: Actor },
    /// Take a deletion back.
    RestoreTask { task: TaskId, by: Actor },
    /// Put a task away; its live occurrences are called off.
    ArchiveTask { task: TaskId, by: Actor },
    /// Let a task make occurrences by itself, or not for now.
    SetActive { task: TaskId, active: bool, by: Actor },
    /// Make an occurrence now. `origin` is the run that asks; `continues` is a session that is
    /// taken up again.
    Trigger {
        task: TaskId,
        cause: Cause,
        values: Values,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        continues: Option<Continued>,
        by: Actor,
        origin: Option<RunId>,
    },
    /// Somebody did it by hand.
    CompleteByHand { task: TaskId, by: Actor },
    /// The schedule has come due, or the clock was put back: make what is due and move the cursor.
    Advance { task: TaskId },
    /// Leave the next instant of the schedule out.
    SkipNext { task: TaskId, by: Actor },
    /// A task that this one follows has ended: make an occurrence.
    Chain { task: TaskId, from: OccurrenceId },
    /// An occurrence has ended, or its task is gone: look at everything that waits for it.
    Settle { task: TaskId, occurrence: Option<OccurrenceId> },
    /// The checks that need the machine are done: created → queued, blocked or failed(invalid).
    Validate { occurrence: OccurrenceId, problem: Option<Invalid> },
    /// Something that a blocked occurrence waits for may have happened.
    Reconsider { occurrence: OccurrenceId },
    /// Hold it back until a person decides.
    Hold { occurrence: OccurrenceId, question: String, by: Actor },
    /// The decision is made: it may go on.
    Release { occurrence: OccurrenceId, by: Actor },
    /// Leave it out.
    Skip { occurrence: OccurrenceId, why: SkipReason, by: Actor },
    /// Its time has passed.
    Expire { occurrence: OccurrenceId },
    /// Take it on. `fingerprint` is what the watched files are like; with an executor of
    /// `at_once` the run begins with it, because that one starts nothing that would have to be
    /// found after a crash.
    Claim {
        occurrence: OccurrenceId,
        run: RunId,
        agent: String,
        fingerprint: Option<String>,
        at_once: Vec<ExecutorName>,
    },
    /// The run has begun.
    Start { run: RunRef, process: Option<ProcessIdentity> },
    /// The run's agent went away before it began.
    LoseAgent { run: RunRef },
    /// The run says something of itself.
    Report { run: RunRef, report: Report },
    /// The run needs a person.
    Ask { run: RunRef, asks: Box<Asks> },
    /// The run uses an answer that it has got.
    UseAnswer { run: RunRef, ask: AskId },
    /// A person answers.
    Answer { occurrence: OccurrenceId, ask: AskId, answer: Answer, by: Actor },
    /// Hold a live run, in the first of these ways that is possible.
    Pause { occurrence: OccurrenceId, ways: Vec<Pause>, by: Actor },
    /// Go on.
    Resume { occurrence: OccurrenceId, by: Actor },
    /// The run has ended.
    Finish { run: RunRef, ending: Ending },
    /// The run was cut off, found after a crash. Only whoever holds the engine's lock says so.
    Interrupt { run: RunId },
    /// Somebody has looked at the outcome.
    Review {
        occurrence: OccurrenceId,
        verdict: Verdict,
        kind: ReviewKind,
        score: Option<u8>,
        by: Actor,
    },
    /// Call it off.
    Cancel { occurrence: OccurrenceId, by: Actor },
    /// Say how much of a resource there is; `None` takes the description away.
    SetResource { name: String, capacity: Option<u32> },
    /// Tell something that conditions can name; `None` takes it away.
    SetFact { name: String, value: Option<Value> },
    /// Keep a template under its name.
    SaveTemplate { template: Box<Template> },
    /// Take a template away.
    RemoveTemplate { name: String },
    /// Make a rule for calls to come.
    MakeRule { id: RuleId, rule: Box<NewRule>, by: Actor },
    /// Take a rule away.
    RemoveRule { id: RuleId },
    /// Note a call that no run of Aegis made.
    NoteToolUse { used: Box<ToolUse> },
}

/// What a command is about: tells the store which rows to read first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject<'a> {
    /// A task that is about to be.
    NewTask(TaskId),
    /// A task, with its live occurrences and its last terminal one.
    Task(TaskId),
    /// An occurrence, with its task and its last run.
    Occurrence(OccurrenceId),
    /// A run, with its occurrence and its task.
    Run(RunId),
    /// A resource, with who waits for it.
    Resource(&'a str),
    /// Something that conditions can name.
    Fact(&'a str),
    /// A template.
    Template(&'a str),
    /// A rule, with how many there are.
    Rule(RuleId),
    /// Nothing that is kept.
    Nothing,
}

impl Command {
    /// What it is about.
    #[must_use]
    pub fn subject(&self) -> Subject<'_> {
        match self {
            Self::CreateTask { id, .. } | Self::CreateOnce { id, .. } => Subject::NewTask(*id),
            Self::EditTask { task, .. }
            | Self::DeleteTask { task, .. }
            | Self::RestoreTask { task, .. }
            | Self::ArchiveTask { task, .. }
            | Self::SetActive { task, .. }
            | Self::Trigger { task, .. }
            | Self::CompleteByHand { task, .. }
            | Self::Advance { task }
            | Self::SkipNext { task, .. }
            | Self::Chain { task, .. }
            | Self::Settle { task, .. } => Subject::Task(*task),
            Self::Validate { occurrence, .. }
            | Self::Reconsider { occurrence }
            | Self::Hold { occurrence, .. }
            | Self::Release { occurrence, .. }
            | Self::Skip { occurrence, .. }
            | Self::Expire { occurrence }
            | Self::Claim { occurrence, .. }
            | Self::Answer { occurrence, .. }
            | Self::Pause { occurrence, .. }
            | Self::Resume { occurrence, .. }
            | Self::Review { occurrence, .. }
            | Self::Cancel { occurrence, .. } => Subject::Occurrence(*occurrence),
            Self::Start { run, .. }
            | Self::LoseAgent { run }
            | Self::Report { run, .. }
            | Self::Ask { run, .. }
            | Self::UseAnswer { run, .. }
            | Self::Finish { run, .. } => Subject::Run(run.run),
            Self::Interrupt { run } => Subject::Run(*run),
            Self::SetResource { name, .. } => Subject::Resource(name),
            Self::SetFact { name, .. } => Subject::Fact(name),
            Self::SaveTemplate { template } => Subject::Template(template.name()),
            Self::RemoveTemplate { name } => Subject::Template(name),
            Self::MakeRule { id, .. } | Self::RemoveRule { id } => Subject::Rule(*id),
            Self::NoteToolUse { .. } => Subject::Nothing,
        }
    }
}

impl Command {
    /// Which parts of the slice it needs beside its subject.
    #[must_use]
    pub fn reads(&self) -> Reads {
        let none = Reads::default();
        match self {
            Self::CreateTask { .. } => Reads { names: true, maker: true, ..none },
            Self::CreateOnce { .. } => Reads { names: true, maker: true, guard: true, ..none },
            Self::EditTask { .. } => Reads { names: true, instants: true, ..none },
            Self::RestoreTask { .. } | Self::SetActive { .. } => Reads { instants: true, ..none },
            Self::DeleteTask { .. } | Self::ArchiveTask { .. } => Reads { awaited: true, ..none },
            Self::Trigger { .. } => Reads { maker: true, ..none },
            Self::CompleteByHand { .. } => Reads { awaited: true, ..none },
            Self::Advance { .. } | Self::SkipNext { .. } => {
                Reads { instants: true, awaited: true, ..none }
            }
            Self::Chain { .. } => Reads { maker: true, ..none },
            Self::Settle { .. } => Reads { waiting: true, ..none },
            Self::Validate { .. } => Reads { gate: true, awaited: true, resources: true, ..none },
            Self::Reconsider { .. } | Self::Release { .. } | Self::Expire { .. } => {
                Reads { gate: true, awaited: true, resources: true, books: true, ..none }
            }
            Self::Claim { .. } => Reads {
                resources: true,
                fingerprint: true,
                awaited: true,
                gate: true,
                previous: true,
                books: true,
                ..none
            },
            Self::Answer { .. } => Reads { awaited: true, books: true, ..none },
            Self::Finish { ending, .. } => {
                let effort = matches!(ending.outcome, Outcome::Succeeded { .. });
                Reads { awaited: true, effort, ..none }
            }
            Self::Report { report: Report::Usage(_), .. } => Reads { books: true, ..none },
            Self::Skip { .. }
            | Self::LoseAgent { .. }
            | Self::Interrupt { .. }
            | Self::Review { .. }
            | Self::Cancel { .. } => Reads { awaited: true, ..none },
            Self::SetResource { .. } => Reads { resources: true, ..none },
            Self::Hold { .. }
            | Self::Start { .. }
            | Self::Report { .. }
            | Self::Ask { .. }
            | Self::UseAnswer { .. }
            | Self::Pause { .. }
            | Self::Resume { .. }
            | Self::SetFact { .. }
            | Self::SaveTemplate { .. }
            | Self::RemoveTemplate { .. }
            | Self::MakeRule { .. }
            | Self::RemoveRule { .. }
            | Self::NoteToolUse { .. } => none,
        }
    }

    /// The run that asks for it, when it is one.
    #[must_use]
    pub const fn run_that_asks(&self) -> Option<RunId> {
        match self {
            Self::CreateTask { origin, .. }
            | Self::CreateOnce { origin, .. }
            | Self::Trigger { origin, .. } => *origin,
            _ => None,
        }
    }
}

/// The names that a command mentions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mentions {
    /// Other tasks.
    pub tasks: Vec<TaskRef>,
    /// The slug that it gives.
    pub slug: Option<Slug>,
}

#[cfg(feature = "zones")]
use crate::{Task, Timestamp};

#[cfg(feature = "zones")]
impl Command {
    /// The names that it mentions; those of an edit follow from the `task` that it changes.
    #[must_use]
    pub fn mentions(&self, task: Option<&Task>, now: Timestamp) -> Mentions {
        let of = |draft: &Draft| Mentions {
            tasks: draft.predecessors().chain(&draft.parent).cloned().collect(),
            slug: draft.slug.clone(),
        };
        match (self, task) {
            (Self::CreateTask { draft, .. } | Self::CreateOnce { draft, .. }, _) => of(draft),
            // An edit that cannot stand mentions nothing: it is refused before names matter.
            (Self::EditTask { edit, .. }, Some(task)) => {
                edit.apply(task, now).map(|(draft, _)| of(&draft)).unwrap_or_default()
            }
            _ => Mentions::default(),
        }
    }
}
