//! The head of a task's panel: how it stands, what can be done, its facts, and whatever waits for the person.

use aegis_domain::{State, TaskId};
use aegis_protocol::{CardView, ShowTask};
use leptos::prelude::*;

use super::actions::{Actions, Doing};
use super::ask::{AskBox, ReviewBox};
use super::facts::Facts;
use super::schedule::ScheduleBox;
use super::waits::WaitsBox;
use crate::components::button::IconButton;
use crate::components::error_banner::ErrorBanner;
use crate::components::icon::IconName;
use crate::components::state_badge::{Standing, StateBadge, Tone, is_planned};
use crate::components::time::Moment;
use crate::messages::t;
use crate::state::{Live, Loaded, View};

/// The head. What comes and goes with the state is below the buttons, so that these stay where they are.
#[component]
pub(super) fn Head(
    task: TaskId,
    card: Memo<Option<CardView>>,
    shown: Live<ShowTask>,
    number: Memo<u64>,
) -> impl IntoView {
    let doing = Doing::new(task);
    let state = Memo::new(move |_| card.read().as_ref().and_then(|card| card.state.clone()));
    let title = Memo::new(move |_| card.read().as_ref().map(|card| card.title.clone()));
    let description = Memo::new(move |_| match &*shown.answer().read() {
        Loaded::Ready(shown) => shown.task.definition.description.clone(),
        _ => String::new(),
    });
    let criteria = Memo::new(move |_| match &*shown.answer().read() {
        Loaded::Ready(shown) => shown.task.definition.review_criteria.clone(),
        _ => Vec::new(),
    });
    view! {
        <div class="task-head">
            <Bar card number />
            <h2 class="task-title selectable" dir="auto">{title}</h2>
            <Actions doing card />
            <WaitsBox doing card />
            {move || match state.get() {
                Some(State::Failed { message, .. }) if !message.is_empty() => {
                    view! { <ErrorBanner sentence=message hint=None /> }.into_any()
                }
                Some(State::Awaiting { ask, .. }) => view! { <AskBox task ask /> }.into_any(),
                Some(State::Reviewing { .. }) => view! { <ReviewBox task criteria /> }.into_any(),
                _ => ().into_any(),
            }}
            {move || match shown.answer().get() {
                Loaded::Failed(error) => Some(view! { <ErrorBanner sentence=error.message hint=error.hint /> }),
                _ => None,
            }}
            <Show when=move || !description.read().is_empty()>
                <p class="task-description selectable" dir="auto">{description}</p>
            </Show>
            <ScheduleBox doing card shown />
            <Facts card shown />
        </div>
    }
}

/// How it stands, its number, how it ended last, and the panel's own buttons.
#[component]
fn Bar(card: Memo<Option<CardView>>, number: Memo<u64>) -> impl IntoView {
    let view: View = expect_context();
    let standing = Memo::new(move |_| card.read().as_ref().map_or(Standing::Never, Standing::of));
    let last = Memo::new(move |_| {
        let card = card.read();
        let card = card.as_ref().filter(|card| is_planned(card))?;
        card.state.clone().map(|state| (state, card.updated_at))
    });
    view! {
        <div class="task-bar">
            <StateBadge standing attr:data-testid="task-state" />
            <span class="task-number figures selectable">{move || (t().task.number)(number.get())}</span>
            {move || {
                last.get()
                    .map(|(state, at)| {
                        let how = (t().task.last)(&(t().task.state)(&state).to_lowercase());
                        let tone = Tone::of(Some(&state)).class();
                        view! {
                            <span class="task-last one-line" data-testid="task-last">
                                <span class=format!("tone-text {tone}")>{how}</span>
                                " "
                                <Moment at />
                            </span>
                        }
                    })
            }}
            <span class="gap"></span>
            <IconButton
                label=Signal::derive(move || {
                    if view.wide.get() { t().shell.shrink } else { t().shell.grow }.to_owned()
                })
                icon=Signal::derive(move || if view.wide.get() { IconName::Shrink } else { IconName::Grow })
                on_press=move |()| view.wide.update(|wide| *wide = !*wide)
            />
            <IconButton label=t().shell.close icon=IconName::Close on_press=move |()| view.close_task() />
        </div>
    }
}
