//! From rows to cards: what a task shows, and what can be done with it now.

use crate::Api;
use aegis_domain::schedule::{self, Schedule};
use aegis_domain::{Blocker, QueueReason, State, StateName, Task, TaskKind, TaskStatus, Timestamp};
use aegis_protocol::{Action, CardLook, CardRun, CardView, WaitView};
use aegis_store::CardRow;
use serde_json::{Map, Value};

impl Api {
    /// A schedule in words, for the user's own clocks.
    pub(crate) fn in_words(&self, schedule: &Schedule) -> String {
        schedule::describe_at(schedule, &self.parts.zone.into())
    }

    pub(crate) fn card(&self, row: CardRow) -> CardView {
        let now = self.now();
        let CardRow { task, column, occurrence, run, waits_for } = row;
        let state = occurrence.as_ref().map(|o| o.state.clone());
        let live = state.as_ref().and_then(State::live_run);
        let ended = occurrence.as_ref().map(|o| o.agent.spent).unwrap_or_default();
        let at_work = run.as_ref().filter(|run| run.end.is_none()).and_then(|run| run.usage);
        let cost = ended.plus(at_work.unwrap_or_default().cost);
        let idle = occurrence.as_ref().and_then(|o| o.agent.idle);
        let cancelling = occurrence.as_ref().is_some_and(|o| o.cancel.is_some());
        let retries_left = occurrence.as_ref().map_or(task.definition.max_retries, |o| {
            task.definition.max_retries.saturating_sub(o.retries)
        });
        let due = match &state {
            Some(State::Queued { not_before, .. }) if *not_before > now => Some(*not_before),
            _ => task.next_due,
        };
        let spec = task.definition.executor.as_ref();
        let executor = spec.and_then(|spec| self.engine().executor(&spec.name));
        let place = executor.zip(spec).and_then(|(e, spec)| e.place(spec));
        let can_pause = executor.zip(spec).is_some_and(|(e, spec)| !e.pauses(spec).is_empty());
        let actions = actions(&task, state.as_ref(), cancelling, can_pause, now);
        CardView {
            id: task.id,
            number: task.number,
            short_id: task.short_id.clone(),
            title: task.definition.title.to_string(),
            column,
            kind: task.kind(),
            schedule: planned(&task).then(|| self.in_words(&task.definition.schedule)),
            status: task.status,
            waits: state.as_ref().map(|state| waits(state, &waits_for)).unwrap_or_default(),
            assignee: task.definition.assignee.clone(),
            workspace: task.definition.workspace.clone(),
            look: look(&task.definition.metadata),
            updated_at: occurrence.as_ref().map_or(task.updated_at, |o| o.updated_at),
            occurrence: occurrence.map(|o| o.id),
            state,
            cancelling,
            executor: task.definition.executor.map(|e| e.name.to_string()),
            place,
            priority: task.definition.priority,
            tags: task.definition.tags,
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
            cost,
            idle,
            created_at: task.created_at,
            actions,
        }
    }
}

/// Whether a task has a schedule that is worth words.
const fn planned(task: &Task) -> bool {
    !matches!(task.definition.schedule, Schedule::Now | Schedule::Manual)
}

/// What a blocked occurrence waits for.
fn waits(state: &State, tasks: &[Task]) -> Vec<WaitView> {
    let State::Blocked { by, .. } = state else { return Vec::new() };
    let view = |blocker: &Blocker| match blocker {
        Blocker::Dependency { task } => tasks
            .iter()
            .find(|t| t.id == *task)
            .map(|t| WaitView::Task { number: t.number, title: t.definition.title.to_string() }),
        Blocker::Occurrence { .. } => Some(WaitView::Earlier),
        Blocker::Resource { name, .. } => Some(WaitView::Resource { name: name.clone() }),
        Blocker::Decision { question } => Some(WaitView::Decision { question: question.clone() }),
        Blocker::Budget { of, spent, limit, until } => {
            Some(WaitView::Money { of: *of, spent: *spent, limit: *limit, until: *until })
        }
    };
    by.iter().filter_map(view).collect()
}

/// Most characters of an icon: one may be made of several.
const MAX_ICON: usize = 8;

/// What `metadata.ui` says of a card's look, as far as it can be shown.
fn look(metadata: &Map<String, Value>) -> CardLook {
    let word = |name: &str| {
        let text = metadata.get("ui")?.get(name)?.as_str()?.trim();
        let fits = (1..=MAX_ICON).contains(&text.chars().count());
        (fits && !text.chars().any(char::is_control)).then(|| text.to_owned())
    };
    CardLook { icon: word("icon"), color: word("color") }
}

/// What can be done with a task now; the first one is what one most likely wants.
fn actions(
    task: &Task,
    state: Option<&State>,
    cancelling: bool,
    can_pause: bool,
    now: Timestamp,
) -> Vec<Action> {
    if task.deleted_at.is_some() {
        return vec![Action::Restore];
    }
    let done_by_person = task.definition.executor.is_none();
    let live = state.filter(|state| !state.is_terminal());
    let mut actions = match live {
        Some(State::Queued { reason: QueueReason::First, not_before, .. }) if *not_before > now => {
            vec![Action::Cancel, Action::Skip]
        }
        Some(State::Blocked { by, .. }) if by.iter().any(Blocker::is_for_a_person) => {
            vec![Action::Release, Action::Cancel]
        }
        Some(State::Executing { .. }) if can_pause => vec![Action::Cancel, Action::Pause],
        Some(State::Awaiting { .. }) => vec![Action::Answer, Action::Cancel],
        Some(State::Paused { .. }) => vec![Action::Resume, Action::Cancel],
        Some(State::Reviewing { .. }) => vec![Action::Review, Action::Cancel],
        Some(_) => vec![Action::Cancel],
        None if done_by_person => match state.map(State::name) {
            Some(StateName::Completed) => vec![],
            _ => vec![Action::Done],
        },
        None if state.is_some() => vec![Action::RunAgain],
        None => vec![Action::Run],
    };
    if cancelling {
        actions.clear();
    }
    match (task.kind(), task.status) {
        (TaskKind::Scheduled, _) if live.is_none() && task.next_due.is_some() => {
            actions.push(Action::Cancel);
        }
        (TaskKind::Recurring, TaskStatus::Active) => {
            if live.is_none() && task.next_due.is_some() {
                actions.push(Action::Skip);
            }
            actions.push(Action::Disable);
        }
        (TaskKind::Recurring, TaskStatus::Paused) => actions.push(Action::Enable),
        _ => {}
    }
    actions.push(Action::Delete);
    actions
}
