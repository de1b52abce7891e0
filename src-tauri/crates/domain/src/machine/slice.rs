//! What a command may read.

use crate::budget::Books;
use crate::idle::{Effort, Past};
use crate::policy::Taint;
use crate::template::Template;
use crate::{
    FencingToken, Guarded, Occurrence, OccurrenceId, Run, SortKey, State, Task, TaskId, TaskNumber,
    TaskRef, Timestamp,
};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Every row that a command may read, read in the transaction that will write.
///
/// [`super::Command::subject`] says what the first fields hold, [`super::Command::reads`] which of
/// the others are filled.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Slice {
    /// The task.
    pub task: Option<Arc<Task>>,
    /// The occurrence that the command is about.
    pub occurrence: Option<Arc<Occurrence>>,
    /// That occurrence's last run, or the run that the command names.
    pub run: Option<Arc<Run>>,
    /// The task's live occurrences and its last terminal one, for commands about a task.
    pub siblings: Vec<Arc<Occurrence>>,
    /// What the counters would give next.
    pub next: NextNumbers,
    /// Short ids in use that begin as the new task's would.
    pub taken_short_ids: BTreeSet<String>,
    /// The task that has the slug which the command gives.
    pub slug_taken_by: Option<TaskId>,
    /// The tasks that the command names, by the name.
    pub named: BTreeMap<TaskRef, Option<Peer>>,
    /// What every task upstream of the named ones waits for itself.
    pub upstream: BTreeMap<TaskId, Upstream>,
    /// The run that asks for the command.
    pub maker: Option<Maker>,
    /// What the guard of a creation looks at.
    pub guarded: Guarded,
    /// Whether somebody may wait for the end of the occurrence or the task.
    pub awaited: bool,
    /// The tasks that the task depends on.
    pub predecessors: BTreeMap<TaskId, Predecessor>,
    /// The state of the occurrence that this one waits for, if it still exists.
    pub after: Option<State>,
    /// How the task's last occurrence before this one ended.
    pub previous: Option<Ended>,
    /// What the watched files were like when a run last completed.
    pub fingerprint: Option<String>,
    /// What has been told from outside, by name.
    pub facts: BTreeMap<String, Value>,
    /// The resources that the task needs, or the one that the command is about.
    pub resources: BTreeMap<String, ResourceState>,
    /// Blocked occurrences that wait for the task or the occurrence.
    pub waiting: Vec<OccurrenceId>,
    /// Tasks that start whenever this one has ended.
    pub followers: Vec<TaskId>,
    /// Instants after the cursor, or after now, for which there are occurrences already.
    pub instants: BTreeSet<Timestamp>,
    /// The template of the name.
    pub template: Option<Template>,
    /// Whether there is a rule of the id.
    pub rule_exists: bool,
    /// How many rules there are.
    pub rules: usize,
    /// What has been spent of the budgets that are counted by periods.
    pub books: Books,
    /// What the occurrence's runs have done, beside what stands in `run`; `None` when that is not
    /// looked at.
    pub effort: Option<Effort>,
    /// What the task's last successful occurrences did, the newest first.
    pub past: Vec<Past>,
}

/// Which parts of a slice a command needs beside its subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reads {
    /// `named`, `upstream`, `slug_taken_by`.
    pub names: bool,
    /// `maker`.
    pub maker: bool,
    /// `guarded`.
    pub guard: bool,
    /// `awaited`.
    pub awaited: bool,
    /// `predecessors`, `after`, `previous`, `facts`.
    pub gate: bool,
    /// `previous`, whatever the task's condition names.
    pub previous: bool,
    /// `resources`.
    pub resources: bool,
    /// `waiting`, `followers`, `resources`.
    pub waiting: bool,
    /// `instants`.
    pub instants: bool,
    /// `fingerprint`.
    pub fingerprint: bool,
    /// `books`.
    pub books: bool,
    /// `effort`, `past`.
    pub effort: bool,
}

/// What the counters would give next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NextNumbers {
    /// The next task's number.
    pub task: TaskNumber,
    /// The next claim's token: higher than every one before.
    pub token: FencingToken,
    /// The number of the next run within the occurrence.
    pub run: u32,
}

/// Another task, as far as a name needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer {
    /// Identity.
    pub id: TaskId,
    /// `#42`.
    pub number: TaskNumber,
    /// It was deleted.
    pub deleted: bool,
}

/// What a task waits for, as far as a search for circles needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upstream {
    /// `#42`.
    pub number: TaskNumber,
    /// The tasks that it depends on.
    pub on: Vec<TaskId>,
    /// The task that it is a part of.
    pub parent: Option<TaskId>,
}

/// The run that asks for a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Maker {
    /// What its work has seen: whatever it hands on may carry that.
    pub taint: Taint,
    /// The depth of its occurrence.
    pub depth: u32,
    /// How many tasks it has made so far.
    pub made: u32,
}

/// A task that another one waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Predecessor {
    /// `#42`.
    pub number: TaskNumber,
    /// It may still make occurrences.
    pub standing: bool,
    /// Every instant of its schedule up to this one has been dealt with.
    pub cursor: Timestamp,
    /// Its newest occurrence; one that was skipped counts only when there is no other.
    pub newest: Option<Ended>,
    /// Its occurrence of the same instant, or the one whose end made this occurrence.
    pub same: Option<Ended>,
}

/// An occurrence, as far as whoever waits for it may look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// Where it stands.
    pub state: State,
    /// The exit code of its last run.
    pub exit_code: Option<i32>,
    /// What its last run found out.
    pub result: Value,
    /// The evidence of its last run, or what went wrong.
    pub summary: String,
}

impl Slice {
    /// How the tasks that the occurrence waited for ended, by their numbers.
    #[must_use]
    pub fn upstream_ends(&self) -> BTreeMap<TaskNumber, Ended> {
        let looked_at = |p: &Predecessor| p.same.clone().or_else(|| p.newest.clone());
        self.predecessors
            .values()
            .filter_map(|p| Some((p.number, looked_at(p)?)))
            .filter(|(_, ended)| ended.state.is_terminal())
            .collect()
    }
}

impl Ended {
    /// As conditions and placeholders see it: `outcome`, `exit_code`, `result`, `summary`.
    #[must_use]
    pub fn facts(&self) -> Value {
        json!({
            "outcome": self.state.name().as_str(),
            "exit_code": self.exit_code,
            "result": self.result,
            "summary": self.summary,
        })
    }
}

/// A resource that several tasks use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceState {
    /// How much there is.
    pub capacity: u32,
    /// How much is held.
    pub used: u32,
    /// Who waits for it, the first in the line first; at most 16.
    pub line: Vec<InLine>,
}

/// Somebody who waits for a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InLine {
    /// Who.
    pub occurrence: OccurrenceId,
    /// Where in the line.
    pub sort_key: SortKey,
    /// How much is wanted.
    pub amount: u32,
}
