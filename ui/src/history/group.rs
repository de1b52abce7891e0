//! Events, gathered by the piece of work that they belong to.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use aegis_domain::{
    Actor, Cause, Event, EventKind, EventSeq, OccurrenceId, Outcome, State, TaskId, Timestamp,
};
use aegis_protocol::ActivityEntry;

use super::Summary;

/// A line of the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Item {
    /// Something that stands for itself.
    Single(Arc<ActivityEntry>),
    /// The steps of one piece of work.
    Work(Work),
}

/// Names a line for as long as there is one, whatever is added to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    /// An event.
    Event(EventSeq),
    /// An occurrence.
    Occurrence(OccurrenceId),
}

/// A piece of work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Work {
    /// Which.
    pub(crate) occurrence: OccurrenceId,
    /// What came of it.
    pub(crate) summary: Summary,
    /// All that happened to it, newest first; never empty.
    pub(crate) steps: Vec<Arc<ActivityEntry>>,
}

impl Item {
    /// What names it.
    pub(crate) fn key(&self) -> Key {
        match self {
            Self::Single(entry) => Key::Event(entry.event.seq),
            Self::Work(work) => Key::Occurrence(work.occurrence),
        }
    }

    /// Its newest event.
    pub(crate) fn newest(&self) -> &ActivityEntry {
        match self {
            Self::Single(entry) => entry,
            Self::Work(work) => &work.steps[0],
        }
    }

    /// Who was the last to do something about it, beside Aegis itself.
    pub(crate) fn actor(&self) -> &Actor {
        match self {
            Self::Single(entry) => &entry.event.what.actor,
            Self::Work(work) => work
                .steps
                .iter()
                .map(|entry| &entry.event.what.actor)
                .find(|actor| **actor != Actor::System)
                .unwrap_or(&Actor::System),
        }
    }
}

/// Gathers `entries`, which are newest first and without gaps. A piece of work stands where its newest step does.
pub(crate) fn group(entries: &[Arc<ActivityEntry>]) -> Vec<Item> {
    let alone = Alone::find(entries);
    let mut steps: HashMap<OccurrenceId, Vec<Arc<ActivityEntry>>> = HashMap::new();
    for entry in entries {
        if let Some(occurrence) = alone.occurrence(&entry.event) {
            steps.entry(occurrence).or_default().push(Arc::clone(entry));
        }
    }
    let mut items = Vec::new();
    for entry in entries {
        if alone.stands(&entry.event) {
            items.push(Item::Single(Arc::clone(entry)));
        } else if let Some(occurrence) = alone.occurrence(&entry.event)
            && let Some(steps) = steps.remove(&occurrence)
        {
            let summary = Summary::of(steps.iter().map(Arc::as_ref));
            items.push(Item::Work(Work { occurrence, summary, steps }));
        }
    }
    items
}

/// Which events stand for themselves.
#[derive(Default)]
struct Alone {
    /// Failed attempts after which there was another one, and questions that were answered: what came of the work does
    /// not tell of them.
    past: HashSet<EventSeq>,
    /// The occurrences that were made together with their task.
    first: HashMap<(TaskId, Timestamp), OccurrenceId>,
}

impl Alone {
    fn find(entries: &[Arc<ActivityEntry>]) -> Self {
        let mut alone = Self::default();
        let (mut failed, mut moved) = (HashSet::new(), HashSet::new());
        for Event { seq, what } in entries.iter().map(|entry| &entry.event) {
            let Some(occurrence) = what.occurrence else { continue };
            let overtaken =
                matches!(what.kind, EventKind::Moved { .. }) && !moved.insert(occurrence);
            match &what.kind {
                EventKind::Moved { to: State::Failed { .. }, .. } => {
                    failed.insert(occurrence);
                }
                EventKind::Moved { to: State::Awaiting { .. }, .. } if overtaken => {
                    alone.past.insert(*seq);
                }
                EventKind::RunEnded { outcome: Outcome::Failed(_), .. } => {
                    // The last one is what the work failed of.
                    let last = failed.remove(&occurrence);
                    alone.past.extend((!last).then_some(*seq));
                }
                EventKind::OccurrenceCreated { cause: Cause::Created } => {
                    alone.first.insert((what.task, what.at), occurrence);
                }
                _ => {}
            }
        }
        alone
    }

    /// The piece of work that an event is about. A task's own beginning belongs to its first one.
    fn occurrence(&self, event: &Event) -> Option<OccurrenceId> {
        let what = &event.what;
        what.occurrence.or_else(|| match what.kind {
            EventKind::TaskCreated => self.first.get(&(what.task, what.at)).copied(),
            _ => None,
        })
    }

    fn stands(&self, event: &Event) -> bool {
        match &event.what.kind {
            EventKind::Reviewed { .. } => true,
            _ => self.past.contains(&event.seq) || self.occurrence(event).is_none(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aegis_domain::{
        Ask, AskKind, ErrorCategory, Failure, FailureReason, NewEvent, QueueReason, RunReason,
        SortKey, StateName, TaskNumber,
    };
    use chrono::TimeDelta;

    const RUN: &str = "01932b6e-7c00-7abc-8def-0000000000aa";

    fn at(seconds: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    /// A history: the oldest first, as one tells it.
    fn history(told: Vec<(u128, i64, EventKind)>) -> Vec<Arc<ActivityEntry>> {
        let mut entries: Vec<_> = (1..)
            .zip(told)
            .map(|(seq, (occurrence, seconds, kind))| {
                let occurrence =
                    (occurrence > 0).then(|| format!("{occurrence:032x}").parse().unwrap());
                let what = NewEvent {
                    at: at(seconds),
                    actor: Actor::System,
                    task: "01932b6e-7c00-7abc-8def-0123456789ab".parse().unwrap(),
                    occurrence,
                    run: None,
                    kind,
                };
                Arc::new(ActivityEntry {
                    event: Event { seq: EventSeq(seq), what },
                    number: TaskNumber(12),
                    title: "Build".to_owned(),
                })
            })
            .collect();
        entries.reverse();
        entries
    }

    fn moved(to: State) -> EventKind {
        EventKind::Moved { from: StateName::Created, to }
    }

    fn made() -> EventKind {
        EventKind::OccurrenceCreated { cause: Cause::Created }
    }

    fn claimed(number: u32) -> EventKind {
        EventKind::RunAssigned { number, reason: RunReason::First }
    }

    fn started() -> EventKind {
        moved(State::Executing { run: RUN.parse().unwrap(), since: at(0) })
    }

    fn run_failed() -> EventKind {
        let failure = Failure::new(ErrorCategory::Timeout, "Took too long.");
        EventKind::RunEnded { outcome: Outcome::Failed(failure), exit_code: None }
    }

    fn queued(reason: QueueReason) -> EventKind {
        moved(State::Queued { reason, not_before: at(0), sort_key: SortKey(0) })
    }

    fn failed() -> EventKind {
        moved(State::Failed {
            at: at(0),
            why: FailureReason::RunFailed,
            category: ErrorCategory::Timeout,
            message: "Took too long.".to_owned(),
        })
    }

    /// How many steps a line has; 0 is an event that stands for itself.
    fn shape(items: &[Item]) -> Vec<usize> {
        items
            .iter()
            .map(|item| match item {
                Item::Single(_) => 0,
                Item::Work(work) => work.steps.len(),
            })
            .collect()
    }

    fn work(item: &Item) -> &Work {
        match item {
            Item::Work(work) => work,
            Item::Single(entry) => panic!("it stands for itself: {entry:?}"),
        }
    }

    #[test]
    fn a_task_that_ran_is_one_line() {
        let items = group(&history(vec![
            (0, 0, EventKind::TaskCreated),
            (1, 0, made()),
            (1, 0, queued(QueueReason::First)),
            (1, 1, claimed(1)),
            (1, 2, started()),
            (1, 5, moved(State::Completed { at: at(5) })),
        ]));
        assert_eq!(shape(&items), [6]);
        let summary = &work(&items[0]).summary;
        assert_eq!(summary.state, Some(State::Completed { at: at(5) }));
        assert_eq!((summary.tries, summary.took), (1, Some(crate::format::Span::Seconds(3))));
        assert_eq!(items[0].newest().event.seq, EventSeq(6));
    }

    #[test]
    fn a_failed_try_stands_alone_and_the_last_one_is_the_line_itself() {
        let items = group(&history(vec![
            (1, 0, claimed(1)),
            (1, 1, run_failed()),
            (1, 1, queued(QueueReason::Retry)),
            (1, 9, claimed(2)),
            (1, 10, run_failed()),
            (1, 10, failed()),
        ]));
        assert_eq!(shape(&items), [6, 0]);
        assert_eq!(work(&items[0]).summary.tries, 2);
        assert_eq!(items[1].newest().event.seq, EventSeq(2));
    }

    #[test]
    fn a_question_is_what_the_line_says_until_it_is_answered() {
        let ask = Ask::new(RUN.parse().unwrap(), AskKind::Approval, "May I?".to_owned(), at(3));
        let asked = State::Awaiting { ask, run: None };
        let mut told = vec![(1, 0, started()), (1, 3, moved(asked.clone()))];
        let items = group(&history(told.clone()));
        assert_eq!(shape(&items), [2]);
        assert_eq!(work(&items[0]).summary.state, Some(asked));
        told.extend([(2, 4, claimed(1)), (1, 5, started())]);
        let items = group(&history(told));
        assert_eq!(shape(&items), [3, 1, 0], "the work, other work, the question that it had");
    }

    #[test]
    fn what_is_about_the_task_alone_stays_as_it_is() {
        let items = group(&history(vec![
            (0, 0, EventKind::TaskCreated),
            (0, 5, EventKind::TaskPaused),
            (1, 9, EventKind::OccurrenceCreated { cause: Cause::RunNow }),
        ]));
        assert_eq!(shape(&items), [1, 0, 0]);
    }

    #[test]
    fn a_beginning_that_is_not_here_is_not_made_up() {
        let items = group(&history(vec![(1, 5, moved(State::Completed { at: at(5) }))]));
        let summary = &work(&items[0]).summary;
        assert_eq!((summary.cause, summary.took), (None, None));
    }

    #[test]
    fn every_event_is_told_once_or_more_and_every_key_once() {
        let told = (0..60)
            .map(|index| match index % 6 {
                0 => (u128::from(index % 4), i64::from(index), made()),
                1 => (1, i64::from(index), run_failed()),
                2 => (2, i64::from(index), started()),
                3 => (0, i64::from(index), EventKind::TaskPaused),
                4 => (1, i64::from(index), failed()),
                _ => (3, i64::from(index), claimed(index)),
            })
            .collect();
        let entries = history(told);
        let items = group(&entries);
        let keys: HashSet<Key> = items.iter().map(Item::key).collect();
        assert_eq!(keys.len(), items.len());
        let mut seen = HashSet::new();
        for item in &items {
            match item {
                Item::Single(entry) => {
                    seen.insert(entry.event.seq);
                }
                Item::Work(work) => seen.extend(work.steps.iter().map(|entry| entry.event.seq)),
            }
        }
        assert_eq!(seen.len(), entries.len());
    }
}
