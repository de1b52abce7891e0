//! From rows to cards: what a task shows, and what can be done with it now.

use crate::Api;
use aegis_domain::{Pause, QueueReason, State, StateName, Task, Timestamp};
use aegis_protocol::{Action, CardRun, CardView};
use aegis_store::CardRow;

impl Api {
    pub(crate) fn card(&self, row: CardRow) -> CardView {
        let now = self.now();
        let CardRow { task, column, occurrence, run } = row;
        let state = occurrence.as_ref().map(|o| o.state.clone());
        let live = state.as_ref().and_then(State::live_run);
        let cancelling = occurrence.as_ref().is_some_and(|o| o.cancel.is_some());
        let retries_left = occurrence
            .as_ref()
            .map_or(task.max_retries, |o| task.max_retries.saturating_sub(o.retries));
        let due = match &state {
            Some(State::Queued { not_before, .. }) if *not_before > now => Some(*not_before),
            _ => None,
        };
        let executor = task.executor.as_ref().and_then(|spec| self.engine().executor(&spec.name));
        let place = executor.zip(task.executor.as_ref()).and_then(|(e, spec)| e.place(spec));
        let can_freeze = executor.and_then(|e| e.pause()) == Some(Pause::Frozen);
        let actions = actions(&task, state.as_ref(), cancelling, can_freeze, now);
        CardView {
            id: task.id,
            number: task.number,
            short_id: task.short_id,
            title: task.title.to_string(),
            column,
            updated_at: occurrence.as_ref().map_or(task.updated_at, |o| o.updated_at),
            occurrence: occurrence.map(|o| o.id),
            state,
            cancelling,
            executor: task.executor.map(|e| e.name.to_string()),
            place,
            priority: task.priority,
            tags: task.tags,
            due,
            run: run.map(|run| CardRun {
                id: run.id,
                number: run.number,
                retries_left,
                started_at: run.started_at,
                ended_at: run.end.as_ref().map(|e| e.at),
                exit_code: run.end.as_ref().and_then(|e| e.exit_code),
                outcome: run.end.map(|e| e.outcome),
                progress: run.progress,
                last_line: live.and_then(|id| self.engine().logs().last_line(id)),
            }),
            created_at: task.created_at,
            actions,
        }
    }
}

/// What can be done with a task now; the first one is what one most likely wants.
fn actions(
    task: &Task,
    state: Option<&State>,
    cancelling: bool,
    can_freeze: bool,
    now: Timestamp,
) -> Vec<Action> {
    if task.deleted_at.is_some() {
        return vec![Action::Restore];
    }
    let mut actions = match (state, &task.executor) {
        (None, Some(_)) => vec![Action::Run],
        (None, None) => vec![Action::Done],
        (Some(state), executor) => match (state, executor) {
            (State::Queued { reason: QueueReason::First, not_before, .. }, Some(_))
                if *not_before > now =>
            {
                vec![Action::Run, Action::Cancel]
            }
            (State::Created | State::Blocked { .. } | State::Queued { .. }, _) => {
                vec![Action::Cancel]
            }
            (State::Assigned { .. }, _) => vec![Action::Cancel],
            (State::Executing { .. }, _) if can_freeze => vec![Action::Cancel, Action::Pause],
            (State::Executing { .. }, _) => vec![Action::Cancel],
            (State::Awaiting { .. }, _) => vec![Action::Answer, Action::Cancel],
            (State::Paused { .. }, _) => vec![Action::Resume, Action::Cancel],
            (State::Reviewing { .. }, _) => vec![Action::Review, Action::Cancel],
            (_, Some(_)) => vec![Action::RunAgain],
            (state, None) if state.name() != StateName::Completed => vec![Action::Done],
            (_, None) => vec![],
        },
    };
    if cancelling {
        actions.clear();
    }
    actions.push(Action::Delete);
    actions
}
