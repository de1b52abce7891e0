//! What handlers ask of a slice.

use crate::machine::{Refused, RunRef, Slice};
use crate::{Occurrence, Run, Task};

impl Slice {
    pub(super) fn task(&self) -> Result<&Task, Refused> {
        self.task.as_deref().ok_or(Refused::NoSuchTask)
    }

    /// The task, if it may still be worked on.
    pub(super) fn standing_task(&self) -> Result<&Task, Refused> {
        let task = self.task()?;
        if task.deleted_at.is_some() { Err(Refused::TaskDeleted) } else { Ok(task) }
    }

    pub(super) fn occurrence(&self) -> Result<Occurrence, Refused> {
        self.occurrence.as_deref().cloned().ok_or(Refused::NoSuchOccurrence)
    }

    /// The run, if `claim` is its current holder and it has not ended.
    pub(super) fn held_run(&self, claim: RunRef) -> Result<Run, Refused> {
        let run = self.run.as_deref().ok_or(Refused::NoSuchRun)?;
        if run.id != claim.run || run.token != claim.token || run.end.is_some() {
            return Err(Refused::StaleToken { given: claim.token, current: run.token });
        }
        let occurrence = self.occurrence.as_ref().ok_or(Refused::NoSuchOccurrence)?;
        if occurrence.state.live_run() == Some(run.id) {
            Ok(run.clone())
        } else {
            Err(Refused::StaleToken { given: claim.token, current: run.token })
        }
    }
}
