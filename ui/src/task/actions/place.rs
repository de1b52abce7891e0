//! The place of each action. Two actions share one only where each undoes or repeats the other, never where one would
//! end what the other began.

use aegis_protocol::{Action, CardView};

/// A place in the row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A person has done it.
    Done,
    /// Starts it.
    Start,
    /// Ends it.
    End,
    /// Holds it, and lets it go on.
    Hold,
    /// Leaves out what waits.
    Skip,
    /// Deletes it.
    Remove,
}

/// Every place, from left to right.
pub(super) const PLACES: [Place; 6] =
    [Place::Done, Place::Start, Place::End, Place::Hold, Place::Skip, Place::Remove];

/// How a place stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::task) struct Stand {
    /// What it means.
    pub(super) action: Action,
    /// Whether that can be done now.
    pub(super) can: bool,
    /// Whether it is shown; its room is kept either way.
    pub(super) there: bool,
}

impl Stand {
    /// Of a place of which nothing is known.
    pub(super) fn absent(place: Place) -> Self {
        Self::offered(place.actions(), &[])
    }

    /// The first of `choices` that is offered; not shown when none is.
    pub(super) fn offered(choices: &[Action], offered: &[Action]) -> Self {
        let action = choices.iter().copied().find(|action| offered.contains(action));
        let can = action.is_some();
        let first = choices.first().copied().unwrap_or(Action::Delete);
        Self { action: action.unwrap_or(first), can, there: can }
    }
}

impl Place {
    /// What it may mean.
    pub(super) const fn actions(self) -> &'static [Action] {
        match self {
            Self::Done => &[Action::Done],
            Self::Start => &[Action::Run, Action::RunAgain, Action::Restore],
            Self::End => &[Action::Cancel],
            Self::Hold => &[Action::Pause, Action::Resume],
            Self::Skip => &[Action::Skip],
            Self::Remove => &[Action::Delete],
        }
    }

    /// Whether a task has this place at all.
    pub(super) const fn is_for(self, by_hand: bool, scheduled: bool) -> bool {
        match self {
            Self::Done => by_hand,
            Self::Skip => !scheduled,
            _ => true,
        }
    }

    /// What it means for a card, and whether that can be done.
    pub(super) fn stand(self, by_hand: bool, card: &CardView) -> Stand {
        let stand = Stand::offered(self.actions(), &card.actions);
        if stand.can {
            return stand;
        }
        // What one looks for first stays in sight while it has to wait.
        let there = match self {
            Self::Done | Self::End => true,
            Self::Start => !by_hand,
            Self::Hold | Self::Skip | Self::Remove => false,
        };
        let action = match self {
            Self::Start if card.run.is_some() => Action::RunAgain,
            _ => stand.action,
        };
        Stand { action, can: false, there }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::sample;
    use Action::{Cancel, Delete, Done, Pause, Release, Resume, Run, RunAgain, Skip};
    use aegis_domain::coarse::Column;

    fn row(
        executor: Option<&str>,
        scheduled: bool,
        actions: &[Action],
    ) -> Vec<(Action, bool, bool)> {
        let by_hand = executor.is_none();
        let card = CardView {
            executor: executor.map(str::to_owned),
            actions: actions.to_vec(),
            ..sample::card(1, Column::Running)
        };
        PLACES
            .into_iter()
            .filter(|place| place.is_for(by_hand, scheduled))
            .map(|place| place.stand(by_hand, &card))
            .map(|stand| (stand.action, stand.can, stand.there))
            .collect()
    }

    /// The places that are taken, whatever the state: nothing moves when it advances.
    #[test]
    fn every_state_has_the_same_places() {
        let states: [&[Action]; 6] = [
            &[Run, Delete],
            &[Cancel, Delete],
            &[Cancel, Pause, Delete],
            &[Resume, Cancel, Delete],
            &[RunAgain, Delete],
            &[Delete],
        ];
        let length = row(Some("shell"), false, &[]).len();
        for actions in states {
            let row = row(Some("shell"), false, actions);
            assert_eq!(row.len(), length);
            assert_eq!(row[1], (Cancel, actions.contains(&Cancel), true), "{actions:?}");
        }
    }

    #[test]
    fn no_place_means_both_a_start_and_an_end() {
        for place in PLACES {
            let means = |action| place.actions().contains(&action);
            assert!(!(means(Cancel) || means(Delete)) || place.actions().len() == 1, "{place:?}");
        }
    }

    #[test]
    fn what_cannot_be_done_is_dimmed_or_leaves_its_room() {
        let at_work = row(Some("shell"), false, &[Cancel, Pause, Delete]);
        let expected = [
            (Run, false, true),
            (Cancel, true, true),
            (Pause, true, true),
            (Skip, false, false),
            (Delete, true, true),
        ];
        assert_eq!(at_work, expected);
    }

    #[test]
    fn what_a_person_does_is_marked_done() {
        let row = row(None, false, &[Done, Delete]);
        assert_eq!(row[0], (Done, true, true));
        assert_eq!(row[1], (Run, false, false), "a person is not started");
    }

    #[test]
    fn the_first_that_is_offered_counts() {
        let stand = Stand::offered(&[Action::Disable, Action::Enable], &[Release, Action::Enable]);
        assert_eq!((stand.action, stand.there), (Action::Enable, true));
        assert!(!Stand::offered(&[Release], &[Cancel]).there);
    }
}
