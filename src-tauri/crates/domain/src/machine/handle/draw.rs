//! A decision in the making.

use crate::machine::{Answerable, Command, Decision, Hint, Message, Outgoing, Row};
use crate::{
    Actor, Ask, AskKind, ErrorCategory, EventKind, FailureReason, NewEvent, Occurrence,
    OccurrenceId, Run, RunId, State, Task, TaskId, Timestamp, ToolUse, Usd,
};

/// Collects rows and events, so that no handler forgets one.
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

    /// Moves `occurrence` to its end in failure, and tells the person at this machine.
    pub(super) fn fail(
        &mut self,
        occurrence: &mut Occurrence,
        task: &Task,
        why: FailureReason,
        category: ErrorCategory,
        message: String,
    ) {
        let title = format!("#{} failed: {}", task.number, task.definition.title);
        self.notify(occurrence.id.to_string(), title, message.clone());
        self.go(occurrence, State::Failed { at: self.now, why, category, message });
    }

    pub(super) fn hint(&mut self, hint: Hint) {
        self.decision.hints.push(hint);
    }

    pub(super) fn follow_up(&mut self, command: Command) {
        self.decision.follow_ups.push(command);
    }

    pub(super) fn notify(&mut self, key: String, title: String, body: String) {
        self.send(key, Message::Notify { title, body, asks: None });
    }

    /// Tells the person at this machine that they are asked.
    pub(super) fn ask(&mut self, task: &Task, ask: &Ask) {
        let title = format!("#{} needs you", task.number);
        let can = ask.kind == AskKind::Approval && ask.says_all();
        let asks = can.then_some(Answerable { task: task.id, ask: ask.id });
        let message = Message::Notify { title, body: ask.question.clone(), asks };
        self.send(ask.id.to_string(), message);
    }

    fn send(&mut self, key: String, message: Message) {
        self.decision.outbox.push(Outgoing { key, message });
        self.hint(Hint::Send);
    }

    pub(super) fn task(mut self, task: Task) -> Self {
        self.decision.rows.push(Row::Task(task));
        self
    }

    /// What is held for a run is let go with it.
    pub(super) fn occurrence(mut self, mut occurrence: Occurrence) -> Self {
        if occurrence.state.live_run().is_none() {
            occurrence.holds.clear();
        }
        self.decision.rows.push(Row::Occurrence(occurrence));
        self
    }

    pub(super) fn run(mut self, run: Run) -> Self {
        self.decision.rows.push(Row::Run(run));
        self
    }

    /// Adds what a run that has ended has cost to its occurrence. In the books it is already.
    pub(super) fn spent(occurrence: &mut Occurrence, run: &Run) {
        let cost = run.usage.unwrap_or_default().cost;
        occurrence.agent.spent = occurrence.agent.spent.plus(cost);
    }

    /// Puts into the books what a run has cost since its last word.
    pub(super) fn booked(&mut self, task: TaskId, before: Usd, now: Usd) {
        if before != now {
            self.decision.rows.push(Row::Spent { task, before, now });
        }
    }

    pub(super) fn tool_use(mut self, used: ToolUse) -> Self {
        self.decision.rows.push(Row::ToolUse(Box::new(used)));
        self
    }

    pub(super) fn done(self) -> Decision {
        self.decision
    }
}
