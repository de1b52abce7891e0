//! What a command does, as data.

use super::Command;
use crate::{
    Actor, EventKind, NewEvent, Occurrence, OccurrenceId, Run, RunId, State, Task, TaskId,
    Timestamp,
};
use serde::{Deserialize, Serialize};

/// What is to be written, told and done. All of it commits together, or none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decision {
    /// Rows as they are from now on.
    pub rows: Vec<Row>,
    /// What happened.
    pub events: Vec<NewEvent>,
    /// Commands that belong to this one and run in the same transaction.
    pub follow_ups: Vec<Command>,
    /// What is to be sent outside, at least once.
    pub outbox: Vec<Outgoing>,
    /// What the engine may want to know at once; derived again after a crash.
    pub hints: Vec<Hint>,
}

/// A row as it is from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(clippy::large_enum_variant)] // Lives for one transaction.
pub enum Row {
    /// A task.
    Task(Task),
    /// An occurrence.
    Occurrence(Occurrence),
    /// A run.
    Run(Run),
}

/// Something to be sent outside, at least once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outgoing {
    /// Two with the same key are one.
    pub key: String,
    /// What.
    pub message: Message,
}

/// What can be sent outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Message {
    /// Tell the person at this machine.
    Notify {
        /// One line.
        title: String,
        /// The rest.
        body: String,
    },
}

/// What the engine may want to know at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hint {
    /// Something may be ready, now or at a new deadline.
    Wake,
    /// Something is to be sent outside.
    Send,
    /// End the run's processes.
    Kill(RunId),
    /// Stop the run's processes where they are.
    Freeze(RunId),
    /// Let the run's processes go on.
    Continue(RunId),
}

/// A decision in the making: collects rows and events, so that no handler forgets one.
pub(super) struct Draw {
    now: Timestamp,
    actor: Actor,
    decision: Decision,
}

impl Draw {
    pub(super) fn new(now: Timestamp, actor: &Actor) -> Self {
        Self { now, actor: actor.clone(), decision: Decision::default() }
    }

    pub(super) fn event(
        &mut self,
        task: TaskId,
        occurrence: Option<OccurrenceId>,
        run: Option<RunId>,
        kind: EventKind,
    ) {
        let actor = self.actor.clone();
        self.decision.events.push(NewEvent { at: self.now, actor, task, occurrence, run, kind });
    }

    /// Moves `occurrence` on and notes it. The caller has checked that the edge exists.
    pub(super) fn go(&mut self, occurrence: &mut Occurrence, to: State) {
        let from = occurrence.state.name();
        let run = occurrence.state.live_run().or(to.live_run());
        occurrence.state = to.clone();
        occurrence.updated_at = self.now;
        if to.is_terminal() {
            occurrence.cancel = None;
        }
        self.event(occurrence.task, Some(occurrence.id), run, EventKind::Moved { from, to });
    }

    pub(super) fn hint(&mut self, hint: Hint) {
        self.decision.hints.push(hint);
    }

    pub(super) fn follow_up(&mut self, command: Command) {
        self.decision.follow_ups.push(command);
    }

    pub(super) fn notify(&mut self, key: String, title: String, body: String) {
        self.decision.outbox.push(Outgoing { key, message: Message::Notify { title, body } });
        self.hint(Hint::Send);
    }

    pub(super) fn task(mut self, task: Task) -> Self {
        self.decision.rows.push(Row::Task(task));
        self
    }

    pub(super) fn occurrence(mut self, occurrence: Occurrence) -> Self {
        self.decision.rows.push(Row::Occurrence(occurrence));
        self
    }

    pub(super) fn run(mut self, run: Run) -> Self {
        self.decision.rows.push(Row::Run(run));
        self
    }

    pub(super) fn done(self) -> Decision {
        self.decision
    }
}
