//! The one line that a card may have between title and foot: what it waits for, or when it repeats.

use aegis_domain::{State, TaskKind, TaskStatus};
use aegis_protocol::{CardView, WaitView};
use leptos::prelude::*;

use crate::components::icon::{Icon, IconName};
use crate::format::without_zone;
use crate::messages::t;

/// The line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Note {
    kind: Kind,
    /// In a few words.
    short: String,
    /// All of it.
    whole: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Waits,
    Idle,
    Held,
    Archived,
    Repeats,
}

impl Note {
    /// Of a card; `None` when there is nothing to say, or when what it is doing now is more important.
    pub(super) fn of(card: &CardView) -> Option<Self> {
        if card.state.as_ref().is_some_and(|state| state.live_run().is_some()) {
            return None;
        }
        match card.state {
            Some(State::Awaiting { .. }) => None,
            Some(State::Blocked { .. }) => Self::waits(&card.waits),
            _ => Self::idle(card).or_else(|| Self::plan(card)),
        }
    }

    /// What a person can decide comes first; the rest comes by itself.
    fn waits(waits: &[WaitView]) -> Option<Self> {
        let decision = waits.iter().find(|wait| wait.is_for_a_person());
        let first = decision.or(waits.first())?;
        let words = &t().task;
        Some(Self { kind: Kind::Waits, short: (words.wait)(first), whole: (words.blocked)(waits) })
    }

    /// It succeeded and did nothing: what repeats goes on to repeat, and nobody may have seen it.
    fn idle(card: &CardView) -> Option<Self> {
        let whole = card.idle?.to_string();
        Some(Self { kind: Kind::Idle, short: t().task.idle.to_owned(), whole })
    }

    fn plan(card: &CardView) -> Option<Self> {
        let words = &t().task;
        let schedule = card.schedule.as_deref().filter(|_| card.kind == TaskKind::Recurring);
        let (kind, word) = match card.status {
            TaskStatus::Active => {
                let whole = schedule?.to_owned();
                return Some(Self { kind: Kind::Repeats, short: without_zone(&whole), whole });
            }
            TaskStatus::Paused => (Kind::Held, words.held),
            TaskStatus::Archived => (Kind::Archived, words.archived),
        };
        let whole = schedule.map_or_else(|| word.to_owned(), |plan| format!("{word} · {plan}"));
        Some(Self { kind, short: word.to_owned(), whole })
    }
}

impl Kind {
    const fn icon(self) -> IconName {
        match self {
            Self::Waits => IconName::Blocked,
            Self::Idle => IconName::Warning,
            Self::Held => IconName::Pause,
            Self::Archived => IconName::Archived,
            Self::Repeats => IconName::Repeat,
        }
    }

    const fn class(self) -> &'static str {
        match self {
            Self::Waits | Self::Idle => "card-note person",
            _ => "card-note",
        }
    }
}

/// The line.
#[component]
pub(super) fn NoteLine(note: Note, number: u64) -> impl IntoView {
    let Note { kind, short, whole } = note;
    view! {
        <p class=kind.class() title=whole data-testid=format!("card-{number}-note")>
            <Icon name=kind.icon() />
            <span class="one-line" dir="auto">{short}</span>
        </p>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::sample;
    use aegis_domain::coarse::Column;
    use aegis_domain::idle::{Idle, Sign};
    use aegis_domain::{Blocker, QueueReason, SortKey, TaskNumber};

    fn recurring() -> CardView {
        CardView {
            kind: TaskKind::Recurring,
            schedule: Some("every weekday at 07:00 (Europe/Berlin)".to_owned()),
            ..sample::card(12, Column::Queued)
        }
    }

    fn shown(card: &CardView) -> Option<(Kind, String, String)> {
        Note::of(card).map(|note| (note.kind, note.short, note.whole))
    }

    #[test]
    fn an_ordinary_card_has_no_line() {
        assert_eq!(Note::of(&sample::card(1, Column::Backlog)), None);
        let once = CardView { kind: TaskKind::Scheduled, ..recurring() };
        assert_eq!(Note::of(&once), None, "when it starts is told at the right already");
    }

    #[test]
    fn what_repeats_is_said_in_short_with_all_of_it_on_hover() {
        let (kind, short, whole) = shown(&recurring()).unwrap();
        assert_eq!((kind, &*short), (Kind::Repeats, "every weekday at 07:00"));
        assert_eq!(whole, "every weekday at 07:00 (Europe/Berlin)");
        let held = CardView { status: TaskStatus::Paused, ..recurring() };
        let (kind, short, whole) = shown(&held).unwrap();
        assert_eq!((kind, &*short), (Kind::Held, "Schedule paused"));
        assert_eq!(whole, "Schedule paused · every weekday at 07:00 (Europe/Berlin)");
    }

    #[test]
    fn what_is_missing_comes_before_when_it_repeats_and_a_decision_before_that() {
        let build = WaitView::Task { number: TaskNumber(3), title: "Build".to_owned() };
        let decision = WaitView::Decision { question: "Now?".to_owned() };
        let blocked = |waits: Vec<WaitView>| {
            let by = vec![Blocker::Decision { question: "Now?".to_owned() }];
            let reason = QueueReason::First;
            let state = Some(State::Blocked { by, reason, sort_key: SortKey(0) });
            shown(&CardView { state, waits, ..recurring() })
        };
        let (kind, short, _) = blocked(vec![build.clone()]).unwrap();
        assert_eq!((kind, &*short), (Kind::Waits, "waits for #3 Build"));
        let (_, short, whole) = blocked(vec![build, decision]).unwrap();
        assert_eq!(short, "to decide: Now?");
        assert_eq!(whole, "It waits for #3 “Build”. It waits for your decision: Now?");
        assert_eq!(blocked(Vec::new()), None);
    }

    #[test]
    fn what_did_nothing_is_said_before_when_it_repeats() {
        let idle = Idle { sign: Sign::NoTool, had: 0, usual: 12, compared: 5, in_a_row: 1 };
        let (kind, short, whole) = shown(&CardView { idle: Some(idle), ..recurring() }).unwrap();
        assert_eq!((kind, &*short), (Kind::Idle, "did nothing this time"));
        assert!(whole.starts_with("Succeeded, and did nothing: no tool was used"), "{whole}");
    }

    #[test]
    fn a_card_at_work_shows_its_work() {
        let run = "01932b6e-7c00-7abc-8def-0000000000aa".parse().unwrap();
        let state = State::Executing { run, since: sample::at(0) };
        assert_eq!(Note::of(&CardView { state: Some(state), ..recurring() }), None);
    }
}
