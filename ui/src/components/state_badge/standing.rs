//! How a task stands, all in all: its occurrence's state, or what its schedule will do.

use aegis_domain::coarse::Column;
use aegis_domain::{State, TaskStatus};
use aegis_protocol::CardView;

use super::{Tone, state_icon};
use crate::components::icon::IconName;
use crate::messages::t;

/// How a task stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It never ran, and nothing will start it.
    Never,
    /// Its schedule starts it next; nothing of it is live.
    Scheduled,
    /// Its schedule is held, and it never ran.
    Held,
    /// It was put away before it ever ran.
    Archived,
    /// Its occurrence speaks for it.
    At(State),
    /// Somebody wants it to end, and it has not ended yet.
    Cancelling,
}

impl Standing {
    /// Of a card.
    pub(crate) fn of(card: &CardView) -> Self {
        match &card.state {
            Some(_) if card.cancelling => Self::Cancelling,
            _ if is_planned(card) => Self::Scheduled,
            Some(state) => Self::At(state.clone()),
            None => match card.status {
                TaskStatus::Active => Self::Never,
                TaskStatus::Paused => Self::Held,
                TaskStatus::Archived => Self::Archived,
            },
        }
    }

    /// Its colour.
    pub(crate) const fn tone(&self) -> Tone {
        match self {
            Self::At(state) => Tone::of(Some(state)),
            _ => Tone::Resting,
        }
    }

    /// Its icon.
    pub(crate) const fn icon(&self) -> IconName {
        match self {
            Self::Never => state_icon(None),
            Self::Scheduled => IconName::Planned,
            Self::Held => IconName::Pause,
            Self::Archived => IconName::Archived,
            Self::At(state) => state_icon(Some(state)),
            Self::Cancelling => IconName::Ban,
        }
    }

    /// Its word.
    pub(crate) fn word(&self) -> &'static str {
        let words = &t().task;
        match self {
            Self::Never => words.no_state,
            Self::Scheduled => words.scheduled,
            Self::Held => words.held,
            Self::Archived => words.archived,
            Self::At(state) => (words.state)(state),
            Self::Cancelling => words.cancelling,
        }
    }
}

/// Whether what its schedule will do counts for more than what is over.
pub(crate) fn is_planned(card: &CardView) -> bool {
    card.column == Column::Queued
        && card.due.is_some()
        && card.state.as_ref().is_none_or(State::is_terminal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::sample;
    use aegis_domain::{RunId, Timestamp};
    use rstest::rstest;

    fn completed() -> State {
        State::Completed { at: Timestamp::UNIX_EPOCH }
    }

    fn assigned() -> State {
        State::Assigned { run: "01932b6e-7c00-7abc-8def-0000000000aa".parse::<RunId>().unwrap() }
    }

    #[rstest]
    #[case(None, Column::Queued, true, Standing::Scheduled)]
    #[case(Some(completed()), Column::Queued, true, Standing::Scheduled)]
    #[case(Some(completed()), Column::Done, false, Standing::At(completed()))]
    #[case(Some(assigned()), Column::Running, true, Standing::At(assigned()))]
    #[case(None, Column::Backlog, false, Standing::Never)]
    fn what_is_planned_counts_for_more_than_what_is_over(
        #[case] state: Option<State>,
        #[case] column: Column,
        #[case] due: bool,
        #[case] expected: Standing,
    ) {
        let mut card = sample::card(1, column);
        card.state = state;
        card.due = due.then_some(Timestamp::UNIX_EPOCH);
        assert_eq!(Standing::of(&card), expected);
    }

    #[test]
    fn a_held_schedule_does_not_hide_how_it_ended() {
        let mut card = sample::card(1, Column::Done);
        card.status = TaskStatus::Paused;
        assert_eq!(Standing::of(&card), Standing::Held);
        card.state = Some(completed());
        assert_eq!(Standing::of(&card), Standing::At(completed()));
        card.cancelling = true;
        assert_eq!(Standing::of(&card), Standing::Cancelling);
    }
}
