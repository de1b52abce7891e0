//! What a command may read.

use super::{Refused, RunRef};
use crate::{FencingToken, Occurrence, Run, Task, TaskNumber};
use std::collections::BTreeSet;

/// Every row that a command may read, read in the transaction that will write.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Slice {
    /// The task.
    pub task: Option<Task>,
    /// The occurrence that the command is about.
    pub occurrence: Option<Occurrence>,
    /// That occurrence's last run, or the run that the command names.
    pub run: Option<Run>,
    /// The task's live occurrences and its last terminal one, for commands about a task.
    pub siblings: Vec<Occurrence>,
    /// What the counters would give next.
    pub next: NextNumbers,
    /// Short ids in use that begin as the new task's would.
    pub taken_short_ids: BTreeSet<String>,
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

impl Slice {
    pub(super) fn task(&self) -> Result<&Task, Refused> {
        self.task.as_ref().ok_or(Refused::NoSuchTask)
    }

    /// The task, if it may still be worked on.
    pub(super) fn standing_task(&self) -> Result<&Task, Refused> {
        let task = self.task()?;
        if task.deleted_at.is_some() { Err(Refused::TaskDeleted) } else { Ok(task) }
    }

    pub(super) fn occurrence(&self) -> Result<Occurrence, Refused> {
        self.occurrence.clone().ok_or(Refused::NoSuchOccurrence)
    }

    /// The run, if `claim` is its current holder and it has not ended.
    pub(super) fn held_run(&self, claim: RunRef) -> Result<Run, Refused> {
        let run = self.run.clone().ok_or(Refused::NoSuchRun)?;
        if run.id != claim.run || run.token != claim.token || run.end.is_some() {
            return Err(Refused::StaleToken { given: claim.token, current: run.token });
        }
        let occurrence = self.occurrence.as_ref().ok_or(Refused::NoSuchOccurrence)?;
        if occurrence.state.live_run() == Some(run.id) {
            Ok(run)
        } else {
            Err(Refused::StaleToken { given: claim.token, current: run.token })
        }
    }
}
