//! How a task stands, as a pill: its colour, its icon and its word.

mod standing;

pub(crate) use standing::{Standing, is_planned};

use aegis_domain::State;
use leptos::prelude::*;

use crate::components::icon::{Icon, IconName};

/// What a state means to the person: chooses the colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Nothing to see yet.
    Resting,
    /// At work.
    Running,
    /// Needs a person.
    Person,
    /// Good.
    Done,
    /// Bad.
    Failed,
}

impl Tone {
    /// Of a state; `None` is a task that never ran.
    pub(crate) const fn of(state: Option<&State>) -> Self {
        match state {
            Some(State::Assigned { .. } | State::Executing { .. }) => Self::Running,
            Some(State::Awaiting { .. } | State::Reviewing { .. }) => Self::Person,
            Some(State::Completed { .. }) => Self::Done,
            Some(State::Failed { .. } | State::Expired { .. }) => Self::Failed,
            _ => Self::Resting,
        }
    }

    /// Its name in the style sheet.
    pub(crate) const fn class(self) -> &'static str {
        match self {
            Self::Resting => "tone-resting",
            Self::Running => "tone-running",
            Self::Person => "tone-person",
            Self::Done => "tone-done",
            Self::Failed => "tone-failed",
        }
    }
}

/// The icon of a state; `None` is a task that never ran.
pub(crate) const fn state_icon(state: Option<&State>) -> IconName {
    match state {
        None | Some(State::Created | State::Queued { .. }) => IconName::Clock,
        Some(State::Blocked { .. }) => IconName::Blocked,
        Some(State::Assigned { .. } | State::Executing { .. }) => IconName::Loader,
        Some(State::Awaiting { .. }) => IconName::Question,
        Some(State::Paused { .. }) => IconName::Pause,
        Some(State::Reviewing { .. }) => IconName::Eye,
        Some(State::Completed { .. }) => IconName::CircleCheck,
        Some(State::Failed { .. } | State::Expired { .. }) => IconName::CircleX,
        Some(State::Cancelled { .. }) => IconName::Ban,
        Some(State::Skipped { .. }) => IconName::Skip,
    }
}

/// The pill.
#[component]
pub(crate) fn StateBadge(
    /// How the task stands.
    #[prop(into)]
    standing: Signal<Standing>,
) -> impl IntoView {
    view! {
        <span class=move || format!("state-badge {}", standing.read().tone().class())>
            <Icon name=Signal::derive(move || standing.read().icon()) />
            {move || standing.read().word()}
        </span>
    }
}
