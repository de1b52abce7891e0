//! Where each card stands: its column, and its place in it. Only a column whose order changed is said to have changed.

use std::cmp::Reverse;
use std::collections::HashMap;

use aegis_domain::coarse::Column;
use aegis_domain::{State, TaskId};
use aegis_protocol::CardView;

/// A card's place in its column: smaller is higher up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    first: i64,
    second: i64,
    number: Reverse<u64>,
}

impl Place {
    fn of(card: &CardView) -> Self {
        let latest = -card.updated_at.timestamp_millis();
        let (first, second) = match (card.column, &card.state) {
            // The most urgent first.
            (Column::Backlog, _) => (-i64::from(card.priority.get()), 0),
            // As the engine will take them: those that wait for a time after those that are ready.
            (Column::Queued, state) => {
                let key = match state {
                    Some(State::Queued { sort_key, .. }) => sort_key.0,
                    // Only planned: its place in the line is made when it comes due.
                    _ => i64::MAX,
                };
                (card.due.map_or(i64::MIN, |due| due.timestamp_millis()), key)
            }
            // Whoever needs a person comes first.
            (Column::Running, Some(State::Awaiting { .. })) => (0, latest),
            (Column::Running, _) => (1, latest),
            _ => (0, latest),
        };
        Self { first, second, number: Reverse(card.number.0) }
    }
}

/// The columns, each in order.
#[derive(Default)]
pub(super) struct Placement {
    columns: [Vec<(Place, TaskId)>; Column::ALL.len()],
    places: HashMap<TaskId, (usize, Place)>,
}

/// Which columns changed, by their index in [`Column::ALL`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Changed([bool; Column::ALL.len()]);

impl Changed {
    /// The indices of the changed columns.
    pub(super) fn columns(self) -> impl Iterator<Item = usize> {
        (0..Column::ALL.len()).filter(move |index| self.0[*index])
    }
}

impl Placement {
    /// Puts a card where it belongs now.
    pub(super) fn put(&mut self, card: &CardView, changed: &mut Changed) {
        let column = index(card.column);
        let place = Place::of(card);
        if self.places.get(&card.id) == Some(&(column, place)) {
            return;
        }
        self.remove(card.id, changed);
        let entry = (place, card.id);
        let at = self.columns[column].binary_search(&entry).unwrap_or_else(|at| at);
        self.columns[column].insert(at, entry);
        self.places.insert(card.id, (column, place));
        changed.0[column] = true;
    }

    /// Takes a card away.
    pub(super) fn remove(&mut self, task: TaskId, changed: &mut Changed) {
        let Some((column, place)) = self.places.remove(&task) else { return };
        if let Ok(at) = self.columns[column].binary_search(&(place, task)) {
            self.columns[column].remove(at);
            changed.0[column] = true;
        }
    }

    /// Replaces everything.
    pub(super) fn replace<'a>(&mut self, cards: impl Iterator<Item = &'a CardView>) {
        *self = Self::default();
        for card in cards {
            let (column, place) = (index(card.column), Place::of(card));
            self.columns[column].push((place, card.id));
            self.places.insert(card.id, (column, place));
        }
        for column in &mut self.columns {
            column.sort_unstable();
        }
    }

    /// A column from top to bottom.
    pub(super) fn column(&self, index: usize) -> Vec<TaskId> {
        self.columns[index].iter().map(|(_, task)| *task).collect()
    }
}

/// A column's index in [`Column::ALL`].
pub(super) fn index(column: Column) -> usize {
    Column::ALL.iter().position(|other| *other == column).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::sample::{at, card};
    use aegis_domain::{Priority, QueueReason, SortKey};
    use proptest::prelude::*;

    fn numbers(placement: &Placement, cards: &[CardView], column: Column) -> Vec<u64> {
        let find = |id| cards.iter().find(|card| card.id == id).unwrap().number.0;
        placement.column(index(column)).into_iter().map(find).collect()
    }

    #[test]
    fn the_backlog_is_by_urgency_then_newest_first() {
        let mut cards =
            [card(1, Column::Backlog), card(2, Column::Backlog), card(3, Column::Backlog)];
        cards[0].priority = Priority::CRITICAL;
        let mut placement = Placement::default();
        placement.replace(cards.iter());
        assert_eq!(numbers(&placement, &cards, Column::Backlog), [1, 3, 2]);
    }

    #[test]
    fn the_queue_is_in_the_engines_order_and_what_waits_for_a_time_comes_after() {
        let mut cards = [card(1, Column::Queued), card(2, Column::Queued), card(3, Column::Queued)];
        for (card, key) in cards.iter_mut().zip([30, 10, 20]) {
            let reason = QueueReason::First;
            card.state = Some(State::Queued { reason, not_before: at(0), sort_key: SortKey(key) });
        }
        cards[1].due = Some(at(3_600));
        let mut placement = Placement::default();
        placement.replace(cards.iter());
        assert_eq!(numbers(&placement, &cards, Column::Queued), [3, 1, 2]);
    }

    #[test]
    fn what_is_only_planned_stands_by_its_next_start() {
        let mut cards = [card(1, Column::Queued), card(2, Column::Queued), card(3, Column::Queued)];
        for (card, due) in cards.iter_mut().zip([7_200, 60, 3_600]) {
            card.due = Some(at(due));
            card.state = Some(State::Completed { at: at(0) });
        }
        let mut placement = Placement::default();
        placement.replace(cards.iter());
        assert_eq!(numbers(&placement, &cards, Column::Queued), [2, 3, 1]);
    }

    #[test]
    fn a_change_that_moves_nothing_changes_no_column() {
        let mut placement = Placement::default();
        let mut one = card(1, Column::Running);
        placement.put(&one, &mut Changed::default());
        one.title = "Another title".to_owned();
        let mut changed = Changed::default();
        placement.put(&one, &mut changed);
        assert_eq!(changed.columns().count(), 0);
        one.column = Column::Done;
        placement.put(&one, &mut changed);
        let expected = [index(Column::Running), index(Column::Done)];
        assert_eq!(changed.columns().collect::<Vec<_>>(), expected);
    }

    proptest! {
        /// Card by card or all at once: the same columns.
        #[test]
        fn one_by_one_equals_all_at_once(
            moves in prop::collection::vec((0u64..20, 0usize..6, 0u8..=10, 0i64..50, any::<bool>()), 0..80)
        ) {
            let mut stepwise = Placement::default();
            let mut cards: HashMap<TaskId, CardView> = HashMap::new();
            for (number, column, priority, updated, gone) in moves {
                let mut card = card(number, Column::ALL[column]);
                card.priority = Priority::new(priority).unwrap();
                card.updated_at = at(updated);
                if gone {
                    stepwise.remove(card.id, &mut Changed::default());
                    cards.remove(&card.id);
                } else {
                    stepwise.put(&card, &mut Changed::default());
                    cards.insert(card.id, card);
                }
            }
            let mut whole = Placement::default();
            whole.replace(cards.values());
            for column in 0..Column::ALL.len() {
                prop_assert_eq!(stepwise.column(column), whole.column(column));
            }
        }
    }
}
