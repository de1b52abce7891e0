//! The cards, by task. Each has a signal of its own, so that a card that changed draws itself and nothing else.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use aegis_domain::coarse::Column;
use aegis_domain::{TaskId, TaskNumber};
use aegis_protocol::{Board, CardView};
use leptos::prelude::*;

use super::placement::{Changed, Placement, index};

/// The cards as the engine has them.
#[derive(Clone, Copy)]
pub(crate) struct BoardStore {
    cards: StoredValue<Cards>,
    columns: [RwSignal<Arc<Vec<TaskId>>>; Column::ALL.len()],
    /// Tasks of each column that the snapshot left out, because there were too many.
    left_out: [RwSignal<usize>; Column::ALL.len()],
    loaded: RwSignal<bool>,
    /// Counts what happened to a task, for whoever shows more of it than its card.
    watched: StoredValue<HashMap<TaskId, ArcRwSignal<u64>>>,
    /// Grows with every batch of events.
    revision: RwSignal<u64>,
}

#[derive(Default)]
struct Cards {
    by_task: HashMap<TaskId, ArcRwSignal<CardView>>,
    placement: Placement,
    /// The highest number in the snapshot.
    newest: TaskNumber,
}

impl BoardStore {
    /// No cards, and not loaded yet.
    pub(crate) fn new() -> Self {
        Self {
            cards: StoredValue::new(Cards::default()),
            columns: std::array::from_fn(|_| RwSignal::new(Arc::new(Vec::new()))),
            left_out: std::array::from_fn(|_| RwSignal::new(0)),
            loaded: RwSignal::new(false),
            watched: StoredValue::new(HashMap::new()),
            revision: RwSignal::new(0),
        }
    }

    /// Whether a first snapshot is here.
    pub(crate) fn loaded(self) -> Signal<bool> {
        self.loaded.into()
    }

    /// A column from top to bottom.
    pub(crate) fn column(self, column: Column) -> Signal<Arc<Vec<TaskId>>> {
        self.columns[index(column)].into()
    }

    /// How many tasks of a column are not among the cards.
    pub(crate) fn left_out(self, column: Column) -> Signal<usize> {
        self.left_out[index(column)].into()
    }

    /// How many tasks a column has in all.
    pub(crate) fn count(self, column: Column) -> usize {
        self.column(column).read().len() + self.left_out(column).get()
    }

    /// A task's card.
    pub(crate) fn card(self, task: TaskId) -> Option<ArcRwSignal<CardView>> {
        self.cards.with_value(|cards| cards.by_task.get(&task).cloned())
    }

    /// Grows with every batch of events, whatever they were about.
    pub(crate) fn revision(self) -> Signal<u64> {
        self.revision.into()
    }

    /// Grows with every batch of events about `task`.
    pub(crate) fn watch(self, task: TaskId) -> ArcReadSignal<u64> {
        self.watched
            .try_update_value(|watched| watched.entry(task).or_default().read_only())
            .unwrap_or_else(|| ArcRwSignal::new(0).read_only())
    }

    /// Takes a snapshot in place of everything.
    pub(super) fn replace(self, Board { cards, totals, .. }: Board) {
        for (column, total) in totals {
            let here = cards.iter().filter(|card| card.column == column).count();
            self.left_out[index(column)].set((total as usize).saturating_sub(here));
        }
        self.cards.update_value(|store| {
            store.newest = cards.iter().map(|card| card.number).max().unwrap_or_default();
            store.placement.replace(cards.iter());
            let mut before = std::mem::take(&mut store.by_task);
            for card in cards {
                let signal = match before.remove(&card.id) {
                    Some(signal) => {
                        set_if_other(&signal, card.clone());
                        signal
                    }
                    None => ArcRwSignal::new(card.clone()),
                };
                store.by_task.insert(card.id, signal);
            }
        });
        for column in 0..Column::ALL.len() {
            self.publish(column);
        }
        self.loaded.set(true);
        self.watched.with_value(|watched| watched.values().for_each(|signal| *signal.write() += 1));
        *self.revision.write() += 1;
    }

    /// Takes fresh cards of the tasks in `asked`; those that are missing in `fresh` are gone. Says whether the counts
    /// still hold: a task that the snapshot had left out was in a column that nobody knows here.
    pub(super) fn merge(self, asked: &HashSet<TaskId>, fresh: Vec<CardView>) -> bool {
        let mut changed = Changed::default();
        let complete = self.left_out.iter().all(|count| *count.read_untracked() == 0);
        let mut holds = true;
        self.cards.update_value(|store| {
            let mut gone = asked.clone();
            for card in fresh {
                gone.remove(&card.id);
                store.placement.put(&card, &mut changed);
                match store.by_task.get(&card.id) {
                    Some(signal) => set_if_other(signal, card),
                    None => {
                        holds &= complete || card.number > store.newest;
                        store.by_task.insert(card.id, ArcRwSignal::new(card));
                    }
                }
            }
            for task in gone {
                store.placement.remove(task, &mut changed);
                store.by_task.remove(&task);
            }
        });
        for column in changed.columns() {
            self.publish(column);
        }
        self.watched.with_value(|watched| {
            for signal in asked.iter().filter_map(|task| watched.get(task)) {
                *signal.write() += 1;
            }
        });
        *self.revision.write() += 1;
        holds
    }

    /// Takes a card that a command answered with, before the event of it arrives.
    pub(crate) fn put(self, card: CardView) {
        self.merge(&HashSet::from([card.id]), vec![card]);
    }

    /// Takes a card away that a command deleted.
    pub(crate) fn forget(self, task: TaskId) {
        self.merge(&HashSet::from([task]), Vec::new());
    }

    fn publish(self, column: usize) {
        let tasks = self.cards.with_value(|store| store.placement.column(column));
        if *self.columns[column].read_untracked().as_ref() != tasks {
            self.columns[column].set(Arc::new(tasks));
        }
    }
}

fn set_if_other(signal: &ArcRwSignal<CardView>, card: CardView) {
    if *signal.read_untracked() != card {
        signal.set(card);
    }
}
