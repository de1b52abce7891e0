//! What can be done with a task now. Which actions these are, the engine says; each has one place, so that nothing
//! comes under the pointer that was not there before.

mod doing;
mod place;

pub(super) use doing::Doing;

use aegis_domain::TaskKind;
use aegis_protocol::{Action, CardView};
use leptos::prelude::*;

use crate::components::button::ButtonKind;
use crate::components::icon::{Icon, IconName};
use crate::messages::t;
use place::{PLACES, Place, Stand};

/// The row of buttons.
#[component]
pub(super) fn Actions(doing: Doing, card: Memo<Option<CardView>>) -> impl IntoView {
    // Who does it decides which places there are; it hardly ever changes.
    let by_hand =
        Memo::new(move |_| card.read().as_ref().is_some_and(|card| card.executor.is_none()));
    // A schedule has its own box, with what is about it.
    let scheduled = Memo::new(move |_| {
        card.read()
            .as_ref()
            .is_some_and(|card| card.schedule.is_some() && card.kind != TaskKind::Oneshot)
    });
    let places = move || {
        let by_hand = by_hand.get();
        PLACES
            .into_iter()
            .filter(|place| place.is_for(by_hand, scheduled.get()))
            .map(|place| {
                let gap = (place == Place::Hold).then(|| view! { <span class="gap"></span> });
                view! {
                    <PlaceButton place by_hand doing card />
                    {gap}
                }
            })
            .collect_view()
    };
    view! {
        <div class="task-actions" role="group" aria-label=t().task.actions>
            {places}
        </div>
    }
}

/// One place of the row.
#[component]
fn PlaceButton(
    place: Place,
    by_hand: bool,
    doing: Doing,
    card: Memo<Option<CardView>>,
) -> impl IntoView {
    let stand = Memo::new(move |_| match &*card.read() {
        Some(card) => place.stand(by_hand, card),
        None => Stand::absent(place),
    });
    view! { <FixedButton choices=place.actions() stand doing icon_only={place == Place::Remove} /> }
}

/// A button with a fixed place: it stays as wide as its widest label and keeps the keyboard when it has nothing to do.
#[component]
pub(super) fn FixedButton(
    /// What it may come to mean.
    choices: &'static [Action],
    /// What it means now.
    stand: Memo<Stand>,
    doing: Doing,
    /// Whether its icon says enough.
    #[prop(optional)]
    icon_only: bool,
) -> impl IntoView {
    let idle = move || !stand.read().can || doing.busy();
    let label = move || (t().task.action)(stand.read().action);
    let class = move || {
        let stand = stand.read();
        let kind = look(stand.action).1;
        let shape = if icon_only { " icon-only" } else { "" };
        let presence = if stand.there { "" } else { " absent" };
        format!("{}{shape}{presence}", kind.class())
    };
    let labels = choices
        .iter()
        .map(|action| {
            let other = move || stand.read().action != *action;
            view! {
                <span class="choice" class:other=other aria-hidden=move || other().then_some("true")>
                    <Icon name=look(*action).0 />
                    {(!icon_only).then(|| view! { <span>{(t().task.action)(*action)}</span> })}
                </span>
            }
        })
        .collect_view();
    view! {
        <button
            type="button"
            class=class
            title=move || icon_only.then(label)
            aria-label=move || icon_only.then(label)
            aria-disabled=move || idle().to_string()
            data-testid=move || stand.read().there.then(|| id(stand.read().action))
            on:click=move |event| {
                event.stop_propagation();
                if !idle() {
                    doing.start(stand.get_untracked().action);
                }
            }
        >
            <span class="choices">{labels}</span>
        </button>
    }
}

/// A button for an action that is either offered or not, at the end of what it is about.
#[component]
pub(super) fn OfferedButton(
    /// What it may come to mean; the first that is offered.
    choices: &'static [Action],
    doing: Doing,
    card: Memo<Option<CardView>>,
) -> impl IntoView {
    let stand = Memo::new(move |_| {
        let card = card.read();
        let offered = card.as_ref().map_or(&[][..], |card| &card.actions);
        Stand::offered(choices, offered)
    });
    view! { <FixedButton choices stand doing /> }
}

/// What an action's button is called by programs.
const fn id(action: Action) -> &'static str {
    match action {
        Action::Run | Action::RunAgain => "action-run",
        Action::Cancel => "action-cancel",
        Action::Pause => "action-pause",
        Action::Resume => "action-resume",
        Action::Done => "action-done",
        Action::Review => "action-review",
        Action::Answer => "action-answer",
        Action::Skip => "action-skip",
        Action::Release => "action-release",
        Action::Enable => "action-enable",
        Action::Disable => "action-disable",
        Action::Delete => "action-delete",
        Action::Restore => "action-restore",
    }
}

/// What an action's button looks like.
const fn look(action: Action) -> (IconName, ButtonKind) {
    match action {
        Action::Run | Action::Resume | Action::Release | Action::Enable => {
            (IconName::Play, ButtonKind::Secondary)
        }
        Action::RunAgain | Action::Restore => (IconName::Again, ButtonKind::Secondary),
        Action::Pause | Action::Disable => (IconName::Pause, ButtonKind::Secondary),
        Action::Cancel => (IconName::Square, ButtonKind::Danger),
        Action::Done => (IconName::Check, ButtonKind::Secondary),
        Action::Skip => (IconName::Skip, ButtonKind::Secondary),
        Action::Delete => (IconName::Trash, ButtonKind::Danger),
        Action::Review => (IconName::Eye, ButtonKind::Secondary),
        Action::Answer => (IconName::Question, ButtonKind::Secondary),
    }
}
